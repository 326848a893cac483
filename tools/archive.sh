#!/bin/sh
# The main job on this machine: follow feeds, archive what they publish, show the river.
#
#   make archive                          a small bundled site, served on loopback
#   make archive FEEDS="uri uri …"        your own feeds
#   make archive OPML=file                the feeds of a subscription list
#
# ARCHIVE names the archive's folder (default: ./archive). Exit code: that of the run.

set -eu
hozon="$BIN/hozon"
HOZON_ARCHIVE=${ARCHIVE:-archive}
export HOZON_ARCHIVE
allow=

if [ -n "${OPML:-}" ]; then
    "$hozon" feeds import "$OPML" || true
elif [ -n "${FEEDS:-}" ]; then
    # shellcheck disable=SC2086  the URIs are words
    "$hozon" feeds add $FEEDS || true
else
    site=$(mktemp -d)
    mkfifo "$site/stdin"
    "$BIN/python" -m examples.serve --port 0 <"$site/stdin" >"$site/feeds" &
    server=$!
    exec 3>"$site/stdin"
    trap 'exec 3>&-; wait $server 2>/dev/null || true; rm -r "$site"' EXIT
    while ! [ -s "$site/feeds" ]; do sleep 0.1; done
    host=$(sed -n '1s#^https\{0,1\}://\([^/]*\)/.*#\1#p' "$site/feeds")
    allow="--allow-host $host --host-interval 0"
    # shellcheck disable=SC2086,SC2046  the URIs and options are words
    "$hozon" feeds add $(cat "$site/feeds") $allow || true
fi

code=0
# shellcheck disable=SC2086  the options are words
"$hozon" run $allow || code=$?

echo
"$hozon" entries list --limit 5
echo "The archive lies in $HOZON_ARCHIVE (WARC files, and an index that can be made anew)."
echo "Look at it:   $hozon serve                 (then open http://127.0.0.1:8080/)"
echo "              $hozon entries list --long"
echo "Get a page:   $hozon get URI --format raw|text|warc"
exit $code
