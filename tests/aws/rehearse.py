"""``make rehearse``: the main job through the real Lambda handlers, on a moto server.

    python -m tests.aws.rehearse            the bundled site, served on loopback
    python -m tests.aws.rehearse URI…       your own feeds

Deploys the real template (every resource, through boto3) to a moto server on loopback,
ticks the schedule, delivers the queues to the handlers under their own roles, and
prints the river. Exit code 1 where messages failed.
"""

import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import islice

from moto.server import ThreadedMotoServer

from examples.serve import bundled, feed_uris
from hozon.nouns import instants
from hozon.nouns.archive import Archive
from hozon.retrieving import retrieval
from hozon.retrieving.listing import entries_of
from hozon.serving import river
from tests.aws.edwards import make_edwards
from tests.aws.place import Place
from tests.aws.pump import Drained
from tests.aws.rehearsal import Rehearsal
from tests.aws.stack import TEMPLATE, deploy

SHOWN = 5


def main(uris: Sequence[str]) -> int:
    """Rehearse, print the river, and return the exit code."""
    with ExitStack() as stack:
        endpoint = stack.enter_context(moto_server())
        allow: list[str] = []
        if not uris:
            site = stack.enter_context(bundled())
            uris, allow = feed_uris(site), [site.authority]
        drained, archive = rehearse(uris, allow, endpoint)
        show(archive)
    print(f"{drained.invocations} invocations, {drained.failed} messages failed")
    for error in drained.errors:
        print(error, file=sys.stderr)
    return int(bool(drained.failed or drained.errors))


@contextmanager
def moto_server() -> Iterator[str]:
    """Serve moto on loopback for the block, and yield its endpoint."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "POWERTOOLS_METRICS_DISABLED": "true",
        "POWERTOOLS_LOG_LEVEL": "WARNING",
    }
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    make_edwards()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ["AWS_ENDPOINT_URL"] = f"http://{host}:{port}"
    try:
        yield os.environ["AWS_ENDPOINT_URL"]
    finally:
        server.stop()


def rehearse(
    uris: Sequence[str], allow: Sequence[str], endpoint: str
) -> tuple[Drained, Archive]:
    """Deploy, follow the feeds, tick, and drain the queues."""
    started = datetime.now(UTC)
    place = Place(name="hozon", endpoint_url=endpoint)
    stack = deploy(TEMPLATE, place, parameters={"Contact": "rehearsal@example.org"})
    took = (datetime.now(UTC) - started).total_seconds()
    print(f"{stack.count} resources deployed in {took:.1f} s", file=sys.stderr)
    rehearsal = Rehearsal.of(stack, allow=allow, interval_s=0 if allow else 2.0)
    rehearsal.follow(uris)
    return rehearsal.work(at=datetime.now(UTC)), rehearsal.deployed.archive


def show(archive: Archive) -> None:
    """Print the river's first entries, and one memento, read back from the bucket."""
    sources = {feed.id: feed.title or feed.uri for feed in archive.feeds.all()}
    for shown in islice(entries_of(archive.index), SHOWN):
        source = sources[shown.entry.feed_id]
        said = river.language(shown)
        age = river.age(shown.entry.river_at, instants.utcnow(), language=said)
        print(shown.entry.title, "", age, river.summary(shown), sep="\n")
        print(river.byline(shown, source), end="\n\n")
        if shown.snapshot is not None:
            page = retrieval.follow(shown.snapshot.page_uri, archive)
            assert page.content()
    print(", ".join(f"{n} {what}" for what, n in archive.index.counts().items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
