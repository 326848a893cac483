#!/bin/sh
# Make a virtual environment with locked requirements, on a machine that has python3 only.
#
#   tools/venv.sh DIRECTORY REQUIREMENTS…
#
# Debian ships python3 without the part that makes environments (python3-venv). Where it
# is missing, it is installed if we may (root, or sudo without a password); else the
# command to run is told.

set -eu
directory=$1
shift
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "hozon: $python is older than 3.11; name a newer one: make PYTHON=python3.13" >&2
    exit 1
}

install_venv() {
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt-get update -q && apt-get install -y -q "$package"
    elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n apt-get update -q && sudo -n apt-get install -y -q "$package"
    else
        echo "hozon: this python3 cannot make virtual environments; run" >&2
        echo "    sudo apt-get install $package" >&2
        exit 1
    fi >&2
}

if ! [ -x "$directory/bin/python" ]; then
    "$python" -c 'import ensurepip' 2>/dev/null || install_venv
    "$python" -m venv "$directory"
fi
for requirements in "$@"; do
    "$directory/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r "$requirements"
done
