#!/bin/sh
# Build the one artifact of all functions, compile it, and look into it.
#
#   tools/build.sh          for AWS: python3.13 on arm64, in .aws-sam/build
#   tools/build.sh local    for a desk: the Python of the SAM CLI, on x86_64, in .aws-sam/local
#
# HOZON_SAM names the SAM CLI (default: .venv-sam/bin/sam); uv and cyclonedx-py must lie
# beside it. PYTHON names the Python that looks into the artifact (default: python3).

set -eu
cd "$(dirname "$0")/.."

sam=${HOZON_SAM:-.venv-sam/bin/sam}
if ! [ -x "$sam" ]; then
    echo "tools/build.sh: no SAM CLI at $sam; make sam installs it" >&2
    exit 1
fi
# SAM looks for uv on the PATH.
PATH=$(cd "$(dirname "$sam")" && pwd):$PATH
SAM_CLI_TELEMETRY=0
export PATH SAM_CLI_TELEMETRY

beside=$(dirname "$sam")
here=$("$beside/python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
case ${1:-aws} in
aws)
    target=aws build=.aws-sam/build python=python3.13
    set -- --config-env default
    ;;
local)
    target=$here build=.aws-sam/local python=$beside/python
    set -- --config-env local --parameter-overrides \
        "LambdaRuntime=$here LambdaArchitecture=x86_64 Contact=nobody@example.org"
    ;;
*)
    echo 'usage: tools/build.sh [local]' >&2
    exit 2
    ;;
esac

"$sam" build --config-file infra/samconfig.toml "$@"

# All functions have the same code, so SAM builds it once, under the first one's name.
folder=$(echo "$build"/*-Shared)

# Scripts of the libraries: their first line would name a Python of this machine.
rm -rf "$folder/bin" "$folder/.lock"

# What signs with a key file is for folders; here KMS signs. 16 MB less.
rm -rf "$folder"/cryptography "$folder"/cryptography-*.dist-info
"${PYTHON:-python3}" -m tools.prune "$folder"

# What is in it, for who has to know (CycloneDX 1.6); the same each time.
"$beside/cyclonedx-py" requirements functions/requirements.txt --pyproject pyproject.toml \
    --mc-type application --output-reproducible --sv 1.6 -o "$build/bom.json"

# Compiled, a function starts in half the time. The hash in each .pyc is not looked at
# (the zip keeps no times that could be), and the path in it is that on Lambda.
if "$python" -c '' 2>/dev/null; then
    "$python" -m compileall -q -j 0 --invalidation-mode unchecked-hash \
        -s "$folder" -p /var/task "$folder"
else
    echo "tools/build.sh: no $python here, so nothing is compiled: slower starts" >&2
fi

"${PYTHON:-python3}" -m tools.artifact "$folder" "$target"
