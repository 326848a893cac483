"""What is to be done, as it stands in a queue: plain frozen values, no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class PollJob:
    """The wish to poll one feed. (`feed_id`, `due_at`) is its identity."""

    feed_id: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureJob:
    """The wish to capture the page of an entry. `id` is its identity and its snapshot's.

    Entries of several feeds that link to one page make jobs with one id: the first is
    done, and stands for the others (`Index.claim`). `due_at` is part of the WARC
    object's key, so a job delivered twice meets its own object. `title`, `summary`,
    `authors` and `published_at` are the feed's words, which the page is judged by and
    compared with. `again` counts the captures of the page before this one that were not
    accepted.
    """

    id: str
    feed_id: str
    entry_key: str
    link: str
    title: str
    due_at: datetime
    summary: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    again: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillJob:
    """The wish to fetch one older document of a feed, at `uri`, and those before it.

    `asked_at` is when the operator asked for the whole back-fill; `page` counts its
    documents from 1, `left` is how many entries are still wanted.
    """

    feed_id: str
    asked_at: datetime
    uri: str
    page: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HubJob:
    """What a hub said of a feed at the callback that ends in `token`, and when.

    ``verified``: it will tell us for `lease_s` seconds; ``denied``: it will not, for
    `reason`; ``told``: there is news.
    """

    feed_id: str
    token: str
    event: Literal["verified", "denied", "told"]
    at: datetime
    lease_s: int = 0
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookJob:
    """The wish to look again at a page, whose watch is due at `due_at`.

    (`link`, `due_at`) is its identity, as far as links lead to one page. `feed_id` and
    `entry_key` are those of the entry it was captured for. A look that a person asks for
    is `whole`: the page is not asked for conditionally.
    """

    link: str
    feed_id: str
    entry_key: str
    due_at: datetime
    whole: bool = False


Job = PollJob | CaptureJob | BackfillJob | HubJob | LookJob


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A job as a queue handed it out. `count` is 1 the first time it is handed out."""

    job: Job
    receipt: str
    count: int = 1
