"""Claims: what is said of the facts of a page, by itself or by its feed."""

from hozon.nouns.claims import Claim, Extract
from hozon.nouns.instants import iso
from hozon.nouns.work import CaptureJob
from hozon.reading import characters

MOST = 6
"""Most values kept of one fact."""

LONGEST = 300
"""Most characters kept of a value."""


def with_feed(extract: Extract, job: CaptureJob) -> tuple[Claim, ...]:
    """Return the claims of an extract and what the feed says of the same entry."""
    by_feed = {
        "title": job.title,
        "authors": "; ".join(job.authors),
        "published_at": iso(job.published_at) if job.published_at else "",
    }
    claims = list(extract.claims)
    for fact, value in by_feed.items():
        if value:
            add(claims, fact, characters.shortened(value, LONGEST), "feed")
    return tuple(claims)


def add(claims: list[Claim], fact: str, value: str, origin: str) -> None:
    """Add a value that `origin` states of a fact, in place: alike ones are one claim."""
    of_fact = [claim for claim in claims if claim.fact == fact]
    same = next(
        (claim for claim in of_fact if characters.alike(claim.value, value)), None
    )
    if same is None:
        if len(of_fact) < MOST:
            claims.append(Claim(fact=fact, value=value, origins=(origin,)))
    elif origin not in same.origins:
        at = claims.index(same)
        claims[at] = Claim(fact=fact, value=same.value, origins=(*same.origins, origin))
