"""The river as its readers know it: relative ages, summaries, whose words. Pure."""

from datetime import datetime

from hozon.nouns.model import RiverEntry

_UNITS = (
    (365 * 86400, ("year", "years"), "年"),
    (30 * 86400, ("month", "months"), "か月"),
    (7 * 86400, ("week", "weeks"), "週間"),
    (86400, ("day", "days"), "日"),
    (3600, ("hour", "hours"), "時間"),
    (60, ("minute", "minutes"), "分"),
    (1, ("second", "seconds"), "秒"),
)
SUMMARY_LENGTH = 400


def age(then: datetime, now: datetime, *, language: str = "en") -> str:
    """Say how long ago `then` was, in its two largest neighbouring units.

    ``1 month 1 week ago``, in Japanese ``1か月1週間前``. A month is 30 days and a year
    365, as readers of Drupal's aggregators know it; the second unit is left out where it
    is nought. An instant ahead of `now` is just now: clocks differ.
    """
    japanese = language.partition("-")[0] == "ja"
    parts = _parts(int((now - then).total_seconds()), japanese=japanese)
    if not parts:
        return "たった今" if japanese else "just now"
    return "".join(parts) + "前" if japanese else " ".join(parts) + " ago"


def _parts(seconds: int, *, japanese: bool) -> list[str]:
    for n, (size, _, _) in enumerate(_UNITS):
        if seconds >= size:
            pairs = [(seconds // size, n)]
            if n + 1 < len(_UNITS) and (rest := seconds % size // _UNITS[n + 1][0]):
                pairs.append((rest, n + 1))
            return [_named(count, unit, japanese=japanese) for count, unit in pairs]
    return []


def _named(count: int, unit: int, *, japanese: bool) -> str:
    _, (one, many), kanji = _UNITS[unit]
    return f"{count}{kanji}" if japanese else f"{count} {one if count == 1 else many}"


def cut(text: str, length: int = SUMMARY_LENGTH) -> str:
    """Return `text` on one line, cut at about `length` characters with ``..``.

    Latin text is cut between words; Japanese has none to look for.
    """
    folded = " ".join(text.split())
    if len(folded) <= length:
        return folded
    head = folded[:length]
    space = head.rfind(" ")
    return (head[:space] if space > length * 3 // 4 else head).rstrip(" ,、") + ".."


def summary(shown: RiverEntry, length: int = SUMMARY_LENGTH) -> str:
    """Return what the river says of an entry: the feed's words, else the page's."""
    said = shown.entry.summary
    if not said and shown.snapshot is not None:
        said = shown.snapshot.facts.text
    return cut(said, length)


def byline(shown: RiverEntry, source: str) -> str:
    """Return the author, or the source's name where the feed names none."""
    return ", ".join(shown.entry.authors) or source


def language(shown: RiverEntry) -> str:
    """Return the entry's language tag: the feed's word, else the page's, else ``en``."""
    found = shown.entry.language
    if not found and shown.snapshot is not None:
        found = shown.snapshot.facts.language
    return found or "en"
