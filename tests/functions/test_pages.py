"""The pages of a deployed archive, answered by its function under its own role."""

import re
from datetime import UTC, datetime

from hozon.sealing import intake
from tests.aws.stack import Stack
from tests.functions.test_main_job import get
from tests.functions.test_rechecks import EDITED, TEXT, Town
from tests.sites import Site, page, rss

DAY = datetime(2026, 11, 23, tzinfo=UTC).date()


def test_every_page_of_a_deployed_archive(stack: Stack) -> None:
    """From the river to the entry, its difference, its captures and the state of all:
    each is answered, with nothing that the role of that function may not do.
    """
    with Site({"/feed": rss("/a"), "/a": page("Item /a", TEXT)}) as site:
        town = Town(stack, site)
        site.routes["/a"] = page("Item /a", EDITED)
        for _ in range(3):
            town.later(hours=3)
        rehearsal, link = town.rehearsal, town.link

    river = get(rehearsal, "/")["body"]
    [entry] = {*re.findall(r"/entries/([0-9a-f]+)", river)}
    [feed] = town.archive.feeds.all()
    for path, says in (
        ("/?language=en", entry),
        ("/?change=any", f"/entries/{entry}/diff"),
        ("/sources", feed.id),
        (f"/sources/{feed.id}", entry),
        (f"/entries/{entry}", "43 passengers"),
        (f"/entries/{entry}?version=1", "41 passengers"),
        (f"/entries/{entry}/diff", "<ins>43</ins>"),
        ("/search?q=passengers", f"/entries/{entry}"),
        (f"/captures?uri={link}", 'name="day"'),
        ("/status", "Last seal"),
        ("/status", "US dollars, by AWS"),
    ):
        answer = get(rehearsal, path)
        assert 200 == answer["statusCode"], (path, answer)
        assert says in answer["body"], path

    counted = intake.read(town.archive)
    assert 2 == sum(counted.of("snapshot").values())
    assert f'<th scope="row">{DAY}</th>' in get(rehearsal, "/status")["body"]
