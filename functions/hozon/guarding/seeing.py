"""Tell what a reader may see, by the decisions that stand (`access`).

What a decision is about is told of

* a URI, by itself: a page's link, or what lies below a site;
* an entry, by its link, else its feed;
* a WARC object, by the page or the feed that its own metadata names: so what comes later
  is out of sight as well, and what redirects led to, and what the page needs. One that
  holds a feed document is out of sight too if the document names a hidden page;
* a capture, by its URI, else by its object. What gives a page its form (style sheets,
  fonts) is many pages' own: of a hidden page it can still be had by its exact URI.

A page that several feeds have is seen as long as one of them is.
"""

import html
import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from hozon.nouns import uris
from hozon.nouns.access import Decision, most_open, strictest
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Damaged, Hidden, Misuse, NotFound
from hozon.nouns.findings import Finding
from hozon.nouns.model import Capture, Entry, Feed, RiverEntry, Snapshot
from hozon.reading.codings import decode
from hozon.retrieving import retrieval
from hozon.warc import reader

_AT_ONCE = 16
_LOOKED_AT = 100
_FORM = re.compile(
    r"text/css|font/.*|application/(x-)?font.*|application/vnd\.ms-font.*"
)
_NAMED = re.compile(rb"https?://[^\s\"'<>\]]{1,4000}")


def hidden(decision: Decision) -> Hidden:
    """Return the error that tells a reader of a decision."""
    return Hidden(decision.told(), for_now=decision.state == "embargoed")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a WARC object is of: a page (`link`, where redirects ended), or a feed."""

    feed_id: str = ""
    link: str = ""
    page_uri: str = ""
    stated: tuple[str, ...] = ()

    @property
    def is_poll(self) -> bool:
        """Whether it holds a feed document; `stated` are the links of its entries."""
        return bool(self.feed_id) and not self.link


class Guard:
    """The decisions that stand, for the time of one request."""

    def __init__(self, archive: Archive, standing: Iterable[Decision]) -> None:
        self._archive = archive
        decided = list(standing)
        self._pages = {
            uris.link_key(each.subject): each
            for each in decided
            if each.scope == "page"
        }
        sites = {each.prefix: each for each in decided if each.scope == "site"}
        self._sites = sorted(sites.items(), key=lambda site: -len(site[0]))
        self._feeds = {each.subject: each for each in decided if each.scope == "feed"}
        self._strictest = strictest(decided)
        self._objects: dict[str, About | None] = {}
        self._named: dict[str, Decision | None] = {}
        self._own: dict[str, Decision] | None = None

    # --- what was decided ----------------------------------------------------------

    def of_uri(self, uri: str) -> Decision | None:
        """Return what was decided about a URI: as a page, or as part of a site."""
        try:
            key = uris.link_key(uri)
        except Misuse:
            return None
        if (page := self._pages.get(key)) is not None:
            return page
        return next((d for prefix, d in self._sites if key.startswith(prefix)), None)

    def of_feed(self, feed_id: str) -> Decision | None:
        """Return what was decided about a feed."""
        return self._feeds.get(feed_id)

    def of_entry(self, entry: Entry) -> Decision | None:
        """Return what was decided about an entry."""
        return self._of_links([entry.link], entry.feed_id)

    def of_shown(self, shown: RiverEntry) -> Decision | None:
        """Return what was decided about an entry, or about where its link leads."""
        held = shown.snapshot
        page = held.page_uri if held is not None else None
        return self._of_links([shown.entry.link, page], shown.entry.feed_id)

    def of_page(self, link: str, page_uri: str, feed_id: str) -> Decision | None:
        """Return what was decided about a page that was captured for a feed."""
        found = self._of_links([link, page_uri], feed_id)
        if found is None or found.scope != "feed" or found.state == "public":
            return found
        feeds = {each.feed_id for each in self._archive.index.linked(link)} | {feed_id}
        if feeds - self._feeds.keys():
            return None
        return most_open(self._feeds[each] for each in feeds)

    def of_snapshot(self, found: Snapshot) -> Decision | None:
        """Return what was decided about the page of a snapshot."""
        return self.of_page(found.link, found.page_uri, found.feed_id)

    def of_finding(self, found: Finding) -> Decision | None:
        """Return what was decided about the page that was looked at."""
        return self._of_links([found.link, found.page_uri], found.feed_id)

    def of_object(self, key: str) -> Decision | None:
        """Return what was decided about a WARC object, by what it says it is of."""
        about = self._about(key)
        if about is None:
            return self._strictest
        if about.is_poll:
            return strictest([self.of_feed(about.feed_id), self._of_named(key, about)])
        if not about.link:
            return None
        return self.of_page(about.link, about.page_uri, about.feed_id)

    def of_captures(self, captures: Sequence[Capture]) -> list[Decision | None]:
        """Return what was decided about each of these."""
        found = [self.of_uri(each.target_uri) for each in captures]
        rest = [c for c, known in zip(captures, found, strict=True) if known is None]
        by_object = self._of_objects({each.location.warc_key for each in rest})
        return [
            known or _of_part(capture, by_object.get(capture.location.warc_key))
            for capture, known in zip(captures, found, strict=True)
        ]

    def _of_links(self, links: Iterable[str | None], feed_id: str) -> Decision | None:
        found = strictest(self.of_uri(each) for each in links if each)
        return found or self.of_feed(feed_id)

    # --- what an object is of ------------------------------------------------------

    def _of_objects(self, keys: Iterable[str]) -> dict[str, Decision | None]:
        """Return what was decided about the pages of WARC objects.

        Pages alone are looked up one by one, however many objects there are; where sites
        or feeds were decided about, each object says itself what it is of.
        """
        if not self._sites and not self._feeds:
            own = self._of_pages()
            return {key: own.get(key) for key in keys}
        wanted = list(keys)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._about, wanted))
        return {key: self._of_bare_object(key) for key in wanted}

    def _of_bare_object(self, key: str) -> Decision | None:
        about = self._about(key)
        if about is not None and about.is_poll:
            return self.of_feed(about.feed_id)
        return self.of_object(key)

    def _of_pages(self) -> dict[str, Decision]:
        """Return the objects of pages that were decided about."""
        if self._own is None:
            index, own = self._archive.index, dict[str, Decision]()
            for page in self._pages.values():
                for held in index.snapshots(page.subject):
                    own[held.warc_key] = page
                for found in index.findings(page.subject):
                    own[found.warc_key] = page
            self._own = own
        return self._own

    def _about(self, key: str) -> About | None:
        """Return what an object is of; None: there is no telling."""
        if key not in self._objects:
            self._objects[key] = _about(key, self._archive)
        return self._objects[key]

    def _of_named(self, key: str, about: About) -> Decision | None:
        """Return what hides a feed document for what it tells of."""
        if key not in self._named:
            found = strictest(map(self.of_uri, about.stated))
            if found is None or not found.is_hiding:
                found = strictest(map(self.of_uri, self._uris_in(key, about.feed_id)))
            is_hiding = found is not None and found.is_hiding
            self._named[key] = found if is_hiding else None
        return self._named[key]

    def _uris_in(self, key: str, feed_id: str) -> Iterable[str]:
        """Return what a feed document names, where the feed may have a hidden page."""
        pages = [each for each in self._pages.values() if each.is_hiding]
        linked = self._archive.index.linked
        may = any(site.is_hiding for _, site in self._sites) or any(
            entry.feed_id == feed_id for page in pages for entry in linked(page.subject)
        )
        return _uris(self._archive.warcs.read_all(key)) if may else ()

    # --- what is let through (`access.Sight`) ----------------------------------------

    def uri(self, uri: str) -> None:
        """Raise `Hidden` if it was decided that this URI is out of sight."""
        let(self.of_uri(uri))

    def named(self, uri: str) -> None:
        """Raise `Hidden` if a URI, or all that is held of it, is out of sight."""
        self.uri(uri)
        held = self._archive.index.timemap(uri, limit=_LOOKED_AT, latest=True)
        decided = self.of_captures(held)
        if decided and all(each is not None and each.is_hiding for each in decided):
            let(decided[0])

    def whole(self, key: str) -> None:
        """Raise `Hidden` for a WARC object that is out of sight."""
        if key.startswith("warcs/"):
            let(self.of_object(key))

    def content(self, key: str) -> None:
        """Raise `Hidden` for a feed document that is out of sight, or tells of such."""
        about = self._about(key)
        if about is None or about.is_poll:
            let(self.of_object(key))

    def octets(self, warc_key: str, first: int, length: int) -> None:
        """Raise `Hidden` for bytes of an object that is out of sight.

        Just one record of it may be had where its capture may.
        """
        decision = self.of_object(warc_key)
        if decision is None or not decision.is_hiding:
            return
        try:
            data = self._archive.warcs.read(warc_key, offset=first, length=length)
            record = reader.record_at(data)
            capture = reader.capture(warc_key, record)
        except (Damaged, Misuse):
            raise hidden(decision) from None
        if capture is None or record.length != length:
            raise hidden(decision)
        if not self._is_shared(capture):
            let(self.of_uri(capture.target_uri) or _of_part(capture, decision))

    def _is_shared(self, wanted: Capture) -> bool:
        """Tell whether a capture that may be seen refers to the payload of this one."""
        same = [
            each
            for each in self._archive.index.timemap(wanted.target_uri)
            if each.payload_digest == wanted.payload_digest
            and each.location.warc_key != wanted.location.warc_key
        ]
        return any(
            each is None or not each.is_hiding for each in self.of_captures(same)
        )

    def lists_object(self, warc_key: str) -> bool:
        """Tell whether an object may be in a list."""
        return is_listed(self.of_object(warc_key))

    def lists_feed(self, feed: Feed) -> bool:
        """Tell whether a feed may be in a list."""
        return is_listed(self._of_links([feed.uri], feed.id))

    def lists_page(self, links: Iterable[str], feed_id: str) -> bool:
        """Tell whether the page with these URIs may be in a list, for this feed."""
        return is_listed(self._of_links(links, feed_id))


def is_listed(decision: Decision | None) -> bool:
    """Tell whether something may be named where nobody has named it."""
    return decision is None or decision.state == "public"


def let(decision: Decision | None) -> None:
    """Raise `Hidden` where a decision hides what it is about."""
    if decision is not None and decision.is_hiding:
        raise hidden(decision)


def _of_part(capture: Capture, of_object: Decision | None) -> Decision | None:
    """Return what an object's decision means for one capture in it."""
    if of_object is None or not of_object.is_hiding:
        return of_object
    is_form = _FORM.fullmatch(capture.media_type) is not None
    return replace(of_object, state="unlisted") if is_form else of_object


def _about(key: str, archive: Archive) -> About | None:
    """Return what an object says it is of; None if it is damaged.

    What is gone is nobody's secret, and what is not of ours is of no page.
    """
    try:
        said = retrieval.metadata_of(key, archive)
    except NotFound:
        return About()
    except Damaged:
        return About() if not reader.verify(archive.warcs.read_all(key)) else None
    feed, entries = said.get("feed"), said.get("entries")
    about = feed if isinstance(feed, dict) else {}
    stated = entries if isinstance(entries, list) else []
    return About(
        feed_id=_text(about.get("id")) or _text(said.get("feed_id")),
        link=_text(said.get("link")),
        page_uri=_text(said.get("page_uri")),
        stated=tuple(
            _text(each.get("link")) for each in stated if isinstance(each, dict)
        ),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _uris(data: bytes) -> set[str]:
    """Return the URIs that stand in the documents of a WARC object."""
    found: set[str] = set()
    for record in reader.records(data):
        if record.type == "response":
            _, headers, _ = reader.http_head(record.block)
            coding = next(
                (v for n, v in headers if n.lower() == "content-encoding"), None
            )
            content = decode(reader.payload(record), coding).data
            named = (
                each.decode("utf-8", "replace") for each in _NAMED.findall(content)
            )
            found.update(map(html.unescape, named))
    return found
