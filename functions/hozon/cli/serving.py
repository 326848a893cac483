"""``hozon serve``: the archive's pages and API on this machine."""

from dataclasses import replace

import click

from hozon import wiring
from hozon.cli.context import Context, note
from hozon.cli.servers import Serving, is_here, served
from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.web.replay.worker import fetched


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="0 takes any that is free.",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="Where the Internet reaches this server. It is kept, and `hozon run` then asks "
    "hubs (WebSub) to tell of news there; '' ends that.",
)
@click.option(
    "--public", "is_public", is_flag=True, help="Anybody who reaches it may read it."
)
@click.option(
    "--signin",
    "asks",
    is_flag=True,
    help="Only who has a sign-in (hozon signin issue) may read it. Where it is not on "
    "localhost, put TLS in front: the cookie of a sign-in goes over nothing else.",
)
@click.option(
    "--replay-port",
    type=click.IntRange(0, 65535),
    help="Port of the replay's origin, apart from the pages; by default the next one.",
)
@click.option(
    "--replay-url",
    metavar="URL",
    help="Where readers reach that, if not at the same host: behind a proxy it is best "
    "another host than that of the pages.",
)
@click.pass_obj
def serve(
    context: Context,
    host: str,
    port: int,
    public_url: str | None,
    *,
    replay_port: int | None,
    replay_url: str | None,
    is_public: bool,
    asks: bool,
) -> None:
    """Serve the pages and the API of this archive, and replays on a second port, until
    interrupted.

    On this machine alone, unless you name another address with --host: then say with
    --public or --signin who may read.

    \b
    hozon serve
    hozon serve --host 0.0.0.0 --public
    hozon serve --signin        and, beside it: hozon signin issue Ann
    """
    if is_public and asks:
        raise Misuse("--public lets everybody in, --signin does not; say one of them")
    if replay_url is not None:
        replay_url = origin(replay_url)
    if public_url is not None:
        with context.folder("serve --public-url"):
            wiring.publish(context.directory, public_url)
    with context.open() as opened:
        archive = opened.archive
        archive = replace(
            archive, is_public=is_public or (archive.is_public and not asks)
        )
        _check(host, is_open=archive.is_public or asks)
        with served(
            archive,
            host,
            port,
            signins=opened.signins if asks else None,
            replay_port=replay_port,
            replay_url=replay_url,
            runner=fetched(),
        ) as serving:
            _run(context, serving, host)


def _run(context: Context, serving: Serving, host: str) -> None:
    bound, replays = (
        f"http://{host}:{each.server_address[1]}/"
        for each in (serving.pages, serving.replays)
    )
    context.say({"uri": bound, "replay": replays}, bound)
    note(f"replays are shown at {replays}")
    note("Ctrl-C ends it")
    serving.pages.serve_forever()


def _check(host: str, *, is_open: bool) -> None:
    """Raise `Misuse` for an address that others reach, where nobody said who may read."""
    if not is_open and not is_here(host):
        raise Misuse(
            f"others can reach {host}: add --public if anybody may read this archive, or "
            "--signin to let in only who has a sign-in (hozon signin issue)"
        )


def origin(url: str) -> str:
    """Return an origin that is stated as a URL, or raise `Misuse`."""
    parsed = uris.parse(url)
    if (parsed.path, parsed.query) != ("/", ""):
        raise Misuse(
            f"the replay is at a host of its own, without a path: {url!r:.200}"
        )
    return uris.normal(url).rstrip("/")
