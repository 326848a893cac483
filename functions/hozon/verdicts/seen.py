"""What a verdict is made of: looked up once, cut to sizes that cost little."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from hozon.nouns import uris
from hozon.nouns.errors import Misuse
from hozon.nouns.model import Exchange, Facts
from hozon.nouns.uris import Uri
from hozon.nouns.work import CaptureJob
from hozon.reading.answers import media_type
from hozon.reading.codings import decode
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page
from hozon.text.statements import Statements
from hozon.verdicts import phrases
from hozon.verdicts.headlines import HEADLINES
from hozon.verdicts.notices import NOTICES

LITTLE = 2_500
"""A page that shows fewer bytes of text may be all block page."""

_LOOKED_AT = 3_200
_OPENING, _END = 700, 500
_SHORT_DOCUMENT = 4_000
_MARKUP = 100_000
_MEDIA = "img, video, audio, iframe, embed, object, picture, amp-img"
_MANY = 40
_TRACKERS = ("googletagmanager", "facebook.com/tr", "doubleclick", "captcha", "pixel")
_SENTENCE = 60
_SUBJECT = 12
_LONG_LINE = 240
_TYPED = (("’", "'"), ("…", "..."), ("“", '"'), ("”", '"'), ("–", "-"), ("—", "-"))
_ATTRIBUTES = ("src", "data-src", "style", "width", "height")
_SEPARATORS = re.compile(r"\s+[-–—:»«·•>/]+\s+|\s*[|｜│‖]\s*|\s*[:：]\s+|【|】")


def plainly(text: str) -> str:
    """Return `text` in lower case, on one line, with plain apostrophes and dots."""
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    text = text.lower()
    if text.isascii():
        return text
    for typeset, typed in _TYPED:
        text = text.replace(typeset, typed)
    return text


def size(text: str) -> int:
    """Return how much a text says, in bytes of UTF-8.

    A kana or kanji counts three, which is about what it says in Latin letters.
    """
    return len(text.encode("utf-8", "replace"))


class Seen:
    """One fetched page with all that is known of it."""

    def __init__(
        self,
        job: CaptureJob,
        exchanges: Sequence[Exchange],
        page: Page | None,
        facts: Facts,
        said: Statements | None,
    ) -> None:
        self.job = job
        self.exchanges = exchanges
        self.last = exchanges[-1]
        self.page = page
        self.facts = facts
        self.said = said

    @cached_property
    def asked(self) -> Uri | None:
        """The URI that the feed links to."""
        return _parsed(self.job.link)

    @cached_property
    def came(self) -> Uri | None:
        """The URI at which the redirects ended."""
        return _parsed(self.last.target_uri)

    @cached_property
    def is_text(self) -> bool:
        """Whether there are words of the page to look at."""
        return self.page is not None or bool(self.words)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """What stands in ``title`` and ``og:title``, plainly."""
        if self.page is None:
            return ()
        tree = self.page.tree
        title = tree.select_one("title")
        stated = tree.select_one("meta[property='og:title']")
        found = (title.text if title else "", stated and stated.attr("content"))
        return tuple(dict.fromkeys(plainly(t[:500]) for t in found if t))

    @cached_property
    def headings(self) -> tuple[str, ...]:
        """What the first headings say, plainly: those of the highest level there is.

        On a page of few words the second level as well.
        """
        if self.page is None:
            return ()
        tree = self.page.tree
        found = tree.select("h1")[:4]
        if self.is_little:
            found += tree.select("h2")[:4]
        elif not found:
            found = tree.select("h2")[:3]
        return tuple(dict.fromkeys(plainly(each.text[:500]) for each in found))

    @cached_property
    def headlines(self) -> tuple[str, ...]:
        """Titles and headings, whole and in the parts that separators make of them."""
        whole = (*self.titles, *self.headings)
        parts = (part for each in whole for part in _SEPARATORS.split(each))
        return tuple(dict.fromkeys(each for each in (*whole, *parts) if each))

    @cached_property
    def subject(self) -> str:
        """The heading that is the page's title as well, if it is one of an article.

        Block pages have a name for themselves there, or that of the host.
        """
        host = self.came.host if self.came else ""
        for heading in self.headings:
            if not heading or heading in host or host.endswith(heading):
                continue
            named = heading in self.titles or size(heading) >= _SUBJECT
            if named and any(heading in title for title in self.titles):
                return "" if is_of_a_block(heading) else heading
        return ""

    @cached_property
    def text(self) -> str:
        """Where the main text begins and where it ends, plainly."""
        text = self.facts.text
        if len(text) <= _OPENING + _END:
            return plainly(text)
        return plainly(f"{text[:_OPENING]} {text[-_END:]}")

    @cached_property
    def is_little(self) -> bool:
        """Whether the page shows so little text that it may be all block page."""
        return size(self.facts.text[:LITTLE]) < LITTLE and size(self.words) < LITTLE

    @cached_property
    def words(self) -> str:
        """All that the page shows, plainly; cut. Only asked for where text is short."""
        if self.page is not None:
            return plainly(self.page.words[:_LOOKED_AT])
        return plainly(self._document())

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of what is looked at, plainly: one for each block of the page."""
        shown = self.facts.text
        if self.page is None:
            shown = self._document()
        elif self.is_little:
            shown = self.page.words
        lines = _plain(shown[:_LOOKED_AT]).splitlines()
        return tuple(filter(None, (" ".join(line.split()) for line in lines)))

    @cached_property
    def prose(self) -> int:
        """How many bytes of sentences there are: no menu, no list of headlines."""
        return sum(size(line) for line in self.lines if _is_sentence(line))

    @cached_property
    def carried(self) -> int:
        """How many bytes of text the page carries as data, for its scripts to show."""
        if self.said is None:
            return 0
        bodies = (node.get("articleBody") for node in self.said.articles)
        return max((size(b) for b in bodies if isinstance(b, str)), default=0)

    @cached_property
    def promised(self) -> str:
        """What the feed says of the entry, plainly."""
        return plainly(f"{self.job.title} {self.job.summary}")

    @cached_property
    def pictures(self) -> int:
        """How many pictures, films and sounds the page shows (those of trackers not)."""
        if self.page is None:
            return 0
        found = self.page.tree.select(_MEDIA)[:_MANY]
        return sum(not _is_tracker(each.attrs) for each in found)

    @cached_property
    def markup(self) -> str:
        """The page's markup in lower case; cut. Only asked for where text is short."""
        return self.page.tree.html[:_MARKUP].lower() if self.page else ""

    def header(self, name: str) -> str:
        """Return the value of a response's header field in lower case, or nothing."""
        return (self.last.header(name) or "").lower()

    def _document(self) -> str:
        """Return the text of a short plain document: block pages come as such, too."""
        kind = media_type(self.last)
        is_plain = (
            kind.startswith("text/") or kind.endswith(("json", "xml")) or not kind
        )
        if not is_plain or len(self.last.payload) > _SHORT_DOCUMENT:
            return ""
        data = decode(self.last.payload, self.last.header("content-encoding")).data
        return decode_html(data, self.last.header("content-type"))[0][:_SHORT_DOCUMENT]


def is_of_a_block(heading: str) -> bool:
    """Tell whether a heading says that the article is not there."""
    if any(pattern().fullmatch(heading) for pattern in HEADLINES.values()):
        return True
    return any(True for _ in phrases.found(NOTICES, heading))


def _is_sentence(line: str) -> bool:
    length = size(line)
    ends = line.endswith((".", "!", "?", "。", "!", "?", "」", '"', "”", ":", ")"))
    return length >= _LONG_LINE or (length >= _SENTENCE and ends)


def _is_tracker(attributes: Mapping[str, object]) -> bool:
    stated = {name: str(attributes.get(name) or "") for name in _ATTRIBUTES}
    source = stated["src"] or stated["data-src"]
    hidden = "display:none" in stated["style"].replace(" ", "")
    tiny = stated["width"] in {"0", "1"} or stated["height"] in {"0", "1"}
    return hidden or tiny or any(each in source for each in _TRACKERS)


def _parsed(uri: str) -> Uri | None:
    try:
        return uris.parse(uri)
    except Misuse:
        return None
