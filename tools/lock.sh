#!/bin/sh
# Pin every dependency, with the hashes of all its files, so that one lock serves each
# CPython (3.11 to 3.13) and each CPU. Run it from anywhere; commit what it writes:
#
#   requirements-dev.txt         what runs, and what tests and lint need
#   functions/requirements.txt   what ships with the functions: the same versions
#   requirements-sam.txt         the SAM CLI, uv, Lambda's runtime: an environment of its own
#   requirements-aws.txt         an AWS on this machine, for one of its own
#   requirements-peers.txt       what `make bench` compares with, for one of their own
#   requirements-clients.txt     clients that must work against Hozon, for one of their own
#   requirements-fuzz.txt        the fuzzer, with what runs: for one of its own
#
# Run it with the oldest CPython that we support: only that one needs all backports.
#
# A lock is whole, so install it with `pip install --no-deps --require-hashes -r LOCK`:
# pip before 24 takes a `name[extra]` that a library asks for as not pinned.
#
#   tools/lock.sh                keep the pins that still fit
#   tools/lock.sh --upgrade      take the newest versions
#   tools/lock.sh --upgrade-package NAME
#
# HOZON_PIP_COMPILE names the pip-compile to run (default: the one on the PATH).

set -eu
cd "$(dirname "$0")/.."

# This machine's pip configuration may name other indexes and folders of wheels. Their
# files must not get into the hashes, nor their addresses into the locks. Whoever needs
# a mirror of the public index names it in PIP_INDEX_URL.
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL
PIP_CONFIG_FILE=/dev/null
export PIP_CONFIG_FILE

# What the header of each lock tells to run.
CUSTOM_COMPILE_COMMAND=tools/lock.sh
export CUSTOM_COMPILE_COMMAND

lock() {
    "${HOZON_PIP_COMPILE:-pip-compile}" --quiet --no-config --strip-extras \
        --generate-hashes --no-emit-options --no-emit-index-url \
        --no-emit-find-links --no-emit-trusted-host "$@"
}

lock --allow-unsafe "$@" --output-file requirements-dev.txt pyproject.toml tools/dev.in

# boto3 ships, though Lambda's runtime has one: of that nobody knows the version, and it
# takes longer to start (tools/prune.py).
lock --constraint requirements-dev.txt \
    --output-file functions/requirements.txt pyproject.toml

lock --allow-unsafe "$@" --output-file requirements-sam.txt tools/sam.in
lock --allow-unsafe "$@" --output-file requirements-aws.txt tools/aws.in
lock --allow-unsafe "$@" --output-file requirements-peers.txt tools/peers.in
lock --allow-unsafe "$@" --output-file requirements-clients.txt tools/clients.in
lock --allow-unsafe "$@" --constraint requirements-dev.txt \
    --output-file requirements-fuzz.txt pyproject.toml tools/fuzz.in

if grep -n -E '://|file:/|^ *-' \
    requirements-dev.txt functions/requirements.txt requirements-sam.txt \
    requirements-aws.txt requirements-peers.txt requirements-clients.txt requirements-fuzz.txt |
    grep -v -E -e '--hash=sha256:[0-9a-f]{64}'; then
    echo 'tools/lock.sh: an address or an option got into a lock (see above)' >&2
    exit 1
fi
