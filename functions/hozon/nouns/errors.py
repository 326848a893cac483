"""Every error that Hozon raises on purpose, as a tree of what the caller can do.

* HozonError
  + Refused       we will not fetch that URI                → record why, never retry
  + Unreachable   the other side did not answer properly    → record why, retry later
    - Busy        it was not even asked: not our turn       → later, and no failure
  + NotFound      the archive does not hold it              → 404, exit 3
  + Hidden        it is held, and may not be seen          → 403 or 451, exit 5
  + Conflict      somebody has written it already           → go on with theirs
  + Unavailable   a store or queue failed, nothing changed  → 503, retry
    - NoSpace     the disk (or quota) is full               → free space, run again
    - Restoring   it lies in cold storage, and was asked for → 503, retry then
  + Damaged       stored bytes are not what was written     → exit 4, alarm
  + Misuse        the caller's input cannot be used         → 400, exit 2
    - NotAFeed    the document is no feed (says what it is)
  + Unread        its reader did not survive a document → keep the bytes, say so
  + Unusable      this archive or configuration cannot be used by this program → exit 5

A message is a sentence for a person, and says what to do next where that is not plain.
"""


class HozonError(Exception):
    """Base of all errors raised on purpose."""


class Refused(HozonError):
    """We will not fetch that URI; the message says why."""


class Unreachable(HozonError):
    """The exchange failed, or brought nothing of use; a later try may not.

    `retry_after_s` is the server's own wish in seconds, where it stated one; `status`
    is that of its answer, where there was one that we cannot use.
    """

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.status = status


class Busy(Unreachable):
    """The host was not asked at all: it wants a pause, or others have their turn.

    `retry_after_s` is when it may be tried again; that was no attempt.
    """


class NotFound(HozonError):
    """The archive does not hold what the caller asked for."""


class Hidden(HozonError):
    """The operator has decided that this is out of sight (`hozon.nouns.access`).

    `for_now` tells that it will be seen again, at an instant that the message names.
    """

    def __init__(self, message: str, *, for_now: bool) -> None:
        super().__init__(message)
        self.for_now = for_now


class Conflict(HozonError):
    """The object exists already; this write was dropped and nothing was changed."""


class Unavailable(HozonError):
    """A store or queue failed as a later try may not; nothing was changed."""


class NoSpace(Unavailable):
    """The disk or the quota is full; work goes on once there is room."""


class Restoring(Unavailable):
    """The object lies in cold storage; it can be read after `retry_after_s`, or sooner."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Damaged(HozonError):
    """Stored bytes are not the bytes that were written."""


class Misuse(HozonError):
    """The caller's input cannot be used; the message says what would be."""


class NotAFeed(Misuse):
    """The document is no feed that we can read; the message says what it is.

    `feeds` are the URIs of feeds that were found by it, where it is a page.
    """

    def __init__(self, message: str, *, feeds: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.feeds = feeds


class Unread(HozonError):
    """A document was not read: that takes too long, too much memory, or breaks a parser.

    The document itself is there; the message says what became of its reader.
    """


class Unusable(HozonError):
    """This archive or configuration cannot be used by this version of the program."""
