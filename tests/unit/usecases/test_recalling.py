"""Requisites that an earlier process has stored: which are not fetched again."""

from collections.abc import Mapping

import pytest

from hozon.capturing import recalling
from hozon.capturing.capturing import capture
from hozon.capturing.permission import asking
from hozon.guarding import deciding
from hozon.nouns.model import Headers
from hozon.retrieving import retrieval
from hozon.warc import reader
from tests.fakes import a_capture_job
from tests.fetching import Answer, Reply, redirect
from tests.unit.usecases.conftest import Desk
from tests.unit.usecases.test_running import FONT, STYLE, A, B, site

REQUISITES = {STYLE, FONT}


async def captured(link: str, pages: Mapping[str, Reply], desk: Desk) -> set[str]:
    """Capture a page as a process would that has just begun; return the requisites that
    were asked for.
    """
    archive = desk.opened.archive
    fetcher = desk.fetcher(dict(pages))
    job = a_capture_job(f"s-{link[-1]}", link=link, due_at=desk.clock())
    await capture(job, archive, asking(archive, fetcher), recalling.commons(archive))
    return {uri for uri, _ in fetcher.asked} & REQUISITES


def outcomes(link: str, desk: Desk) -> dict[str, str]:
    archive = desk.opened.archive
    said = retrieval.metadata(retrieval.find(link, archive), archive)
    return {each["uri"]: each["outcome"] for each in said["requisites"]}


def styled(*fields: tuple[str, str], status: int = 200) -> dict[str, Reply]:
    """Return the site, its style sheet and font with these header fields."""
    pages = site()
    answers: dict[str, Reply] = {}
    for uri in REQUISITES:
        answer = pages[uri]
        assert isinstance(answer, Answer)
        answers[uri] = Answer(answer.body, status, (*answer.headers, *fields))
    return {**pages, **answers}


async def test_what_was_stored_a_moment_ago_is_not_fetched(desk: Desk) -> None:
    """Neither the style sheet nor what its stored bytes say that it needs."""
    assert await captured(A, site(), desk) == REQUISITES
    desk.clock.advance(minutes=9)

    assert await captured(B, site(), desk) == set()
    assert outcomes(B, desk) == dict.fromkeys(REQUISITES, "shared")
    assert desk.dump() == desk.rebuilt()


async def test_a_snapshot_of_recalled_requisites_is_delivered_whole(desk: Desk) -> None:
    """Their records are copied from the object that another run has made."""
    await captured(A, site(), desk)
    await captured(B, site(), desk)

    archive = desk.opened.archive
    whole = retrieval.warc(retrieval.find(B, archive), archive)

    held = {each.target_uri for each in reader.captures("", whole)}
    assert held >= {B, *REQUISITES}
    assert A not in held


async def test_a_moment_passes(desk: Desk) -> None:
    """What says nothing of its freshness is fetched again, and found to be the same."""
    await captured(A, site(), desk)
    desk.clock.advance(minutes=11)

    assert await captured(B, site(), desk) == REQUISITES
    types = {c.record_type for c in desk.opened.archive.index.timemap(STYLE)}
    assert types == {"response", "revisit"}


async def test_what_was_found_to_be_the_same_is_recalled_too(desk: Desk) -> None:
    """Its payload is that of the record it refers to; both are delivered."""
    await captured(A, site(), desk)
    desk.clock.advance(minutes=11)
    await captured(B, site(), desk)
    desk.clock.advance(minutes=9)
    third = "https://news.example.org/c"
    pages = site({third: site()[B]})

    assert await captured(third, pages, desk) == set()
    archive = desk.opened.archive
    whole = retrieval.warc(retrieval.find(third, archive), archive)
    found = [c for c in reader.captures("", whole) if c.target_uri in REQUISITES]
    assert {c.target_uri for c in found if c.record_type == "response"} == REQUISITES


@pytest.mark.parametrize(
    ("fields", "hours", "is_recalled"),
    [
        ((("Cache-Control", "public, max-age=36000"),), 9, True),
        ((("Cache-Control", "max-age=36000"),), 11, False),
        ((("Cache-Control", "max-age=36000"), ("Age", "32400")), 2, False),
        ((("Cache-Control", "max-age=31536000"),), 23, True),
        ((("Cache-Control", "max-age=31536000"),), 25, False),
        ((("Cache-Control", "no-cache, max-age=36000"),), 1, False),
        (
            (
                ("Date", "Mon, 23 Nov 2026 12:00:00 GMT"),
                ("Expires", "Mon, 23 Nov 2026 16:00:00 GMT"),
            ),
            3,
            True,
        ),
    ],
)
async def test_what_is_fresh_by_its_own_header_fields(
    desk: Desk, fields: Headers, hours: float, *, is_recalled: bool
) -> None:
    """RFC 9111 §4.2, a day at most."""
    pages = styled(*fields)
    await captured(A, pages, desk)
    desk.clock.advance(hours=hours)

    assert await captured(B, pages, desk) == (set() if is_recalled else REQUISITES)


async def test_only_a_whole_answer_is_recalled(desk: Desk) -> None:
    """An error is asked for again, and so is what leads elsewhere."""
    await captured(A, {**styled(status=404), STYLE: redirect("/f.woff2")}, desk)

    assert await captured(B, site(), desk) == REQUISITES


async def test_another_spelling_of_a_uri_is_another_uri(desk: Desk) -> None:
    """Captures of http and https share a key, and may differ."""
    plain = {uri.replace("https", "http"): reply for uri, reply in site().items()}
    await captured(A.replace("https", "http"), plain, desk)

    assert await captured(B, site(), desk) == REQUISITES


async def test_what_is_out_of_sight_is_fetched_again(desk: Desk) -> None:
    """A page that may be seen does not depend on one that may not."""
    picture = "https://news.example.org/p.png"
    shown = f"<!doctype html><title>t</title><img src={picture}>".encode()
    pages: dict[str, Reply] = {
        A: Answer(shown),
        B: Answer(shown + b"B"),
        picture: Answer(b"\x89PNG" * 500, 200, (("Content-Type", "image/png"),)),
    }
    await captured(A, pages, desk)
    deciding.decide("page", A, "dark", desk.opened.archive)

    await captured(B, pages, desk)

    assert outcomes(B, desk) == {picture: "captured"}


async def test_a_style_sheet_whose_bytes_are_gone_is_fetched_again(desk: Desk) -> None:
    """What it needs cannot be read then, whatever the index says of it."""
    await captured(A, site(), desk)
    [held] = desk.opened.archive.index.timemap(STYLE)
    desk.opened.remove(held.location.warc_key)

    assert STYLE in await captured(B, site(), desk)


async def test_many_at_once(desk: Desk) -> None:
    """Each of a page's many pictures is recalled, however many are asked for together."""
    pictures = [f"https://news.example.org/{n}.png" for n in range(20)]
    body = "".join(f"<img src={uri}>" for uri in pictures)
    pages: dict[str, Reply] = {
        A: Answer(f"<!doctype html><title>t</title>{body}".encode()),
        **{uri: Answer(b"\x89PNG" * 200) for uri in pictures},
    }
    await captured(A, pages, desk)

    again = {**pages, B: pages[A]}
    await captured(B, again, desk)

    assert outcomes(B, desk) == dict.fromkeys(pictures, "shared")
