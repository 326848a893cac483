#!/bin/sh
# Make this working tree importable and runnable in a virtual environment: what an
# editable install would do, without fetching a build backend.

set -eu
directory=$1
packages=$("$directory/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
printf '%s\n' "$(pwd)/functions" >"$packages/hozon.pth"
{
    printf '#!%s\n' "$(cd "$directory/bin" && pwd)/python"
    printf 'from hozon.cli import main\n\nmain()\n'
} >"$directory/bin/hozon"
chmod +x "$directory/bin/hozon"
