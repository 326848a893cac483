"""What is stored as an English sentence is told in Japanese: all that can be shown."""

import errno
import os
import re
from itertools import product
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from hozon import japanese
from hozon.fetch.response import Truncated
from hozon.japanese import names, systems
from hozon.log.findings import Act
from hozon.nouns.model import ACCEPTED, Kind, TroubleKind
from hozon.nouns.signins import Why
from hozon.web import signin
from hozon.web.words import words
from tests import sentences
from tests.sentences import HOLE, Written

TOLD = sentences.modules(
    "nouns/access.py",
    "working/attempts.py",
    "serving/byteranges.py",
    "capturing/capturing.py",
    "reading/codings.py",
    "capturing/completing.py",
    "capturing/composing.py",
    "confined/*.py",
    "feeds/*.py",
    "fetch/*.py",
    "capturing/gathering.py",
    "capturing/judging.py",
    "rechecking/looking.py",
    "lives/looks.py",
    "retrieving/lookup.py",
    "capturing/permission.py",
    "polling/polling.py",
    "retrieving/retrieval.py",
    "nouns/uris.py",
    "verdicts/agreement.py",
    "verdicts/making.py",
    "verdicts/replies.py",
    "verdicts/wording.py",
    "rechecking/versions.py",
)
"""Modules that say why something could not be had, or what it is instead."""

OPERATORS = frozenset(
    sentences.modules(
        "cli/*.py",
        "exporting/*.py",
        "opml/*.py",
        "wiring/*.py",
        "settings.py",
        # Commands alone do these.
        "guarding/admitting.py",
        "auditing/auditing.py",
        "polling/backfilling.py",
        "sealing/checking.py",
        "guarding/deciding.py",
        "guarding/indexguard.py",
        "timetable/plans.py",
        "guarding/preserving.py",
        "auditing/pulling.py",
        "guarding/purging.py",
        "polling/subscribing.py",
        "operating/trying.py",
        # Batches and hubs alone are told of these.
        "stored/jobs.py",
        "lambdas/reports.py",
        "sealing/stamping.py",
        "settling/telling.py",
        "lambdas/ticks.py",
        # What is asked of them by mistake is a mistake of this program.
        "fetch/request.py",
        "reading/passing.py",
        "log/leaves.py",
        "log/notes.py",
        "warc/fields.py",
        "warc/fixity.py",
        "warc/records.py",
        # What one archive's operator has to mend before anything is shown.
        "adapters/aws/deadletters.py",
        "adapters/aws/faults.py",
        "adapters/aws/feedbook.py",
        "adapters/aws/kms.py",
        "adapters/aws/readers.py",
        "adapters/aws/removing.py",
        "adapters/aws/stacks.py",
        "adapters/embedded/*.py",
    )
)
"""Modules whose errors no reader of a page is told."""

NOT_SHOWN = frozenset(
    {
        # Header fields, selectors and other texts for machines.
        "application/atom+xml, application/rss+xml, application/rdf+xml, "
        "application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5",
        "application/xml; charset=utf-8",
        "bytes */{}",
        "bytes {}-{}/{}",
        "gzip, br",
        "text/plain, */*;q=0.5",
        "{}: {}\r\n",
        "{} {} HTTP/1.1\r\n{}\r\n",
        "import sys; sys.path[:] = {path!r}; from {program} import serve; serve({memory})",
        "img, video, audio, iframe, h1, h2, article",
        # Of a decision about access, for its operator.
        "page {}",
        "{} {}",
        # What was odd about a document that was read: notes in its record.
        "{} control characters were dropped",
        "{} requisites left out: {}",
        "entries that have the id of another: {}",
        "entries without an http(s) link: {}",
        "items without an id, left out: {}",
        "more than ",
        "no rule",
        "only the first {} entries were read; there are more",
        "only the first {} of {} bytes were read",
        "only the newest {} of {}{} entries were read",
        "page cut off: {}",
        "page {}: not of this article (status {})",
        "page {}: {}",
        "read as {}",
        "refresh to {}",
        "refresh to {}: status {}",
        "refresh to {}: {}",
        "robots.txt of {} {} it ({}; {}; policy {})",
        "robots.txt: there is none to ask",
        "rule {}",
        "something before the feed was skipped",
        "the feed is empty",
        "unpacked from gzip{}",
        # What commands tell of a job, and of what they were asked wrongly.
        "next try {}",
        "the back-fill ends here",
        "; next try {}",
        "not tried again",
        "{} (looked again; nothing is known)",
        "{}; next try {}",
        "{}; the back-fill ends here",
        "{}; {}",
        "an IPv6 address without brackets: {}; {}",
        "at least one exchange at a time, not {}",
        "header field {} is set by the fetcher alone",
        "interval between requests must not be negative: {}",
        "not a User-Agent: {}",
        "not a host and port: {}; {}",
        "not a network: {} ({}); {}",
        "not an HTTP header field: {}: {}",
        "write HOST:PORT, NETWORK/BITS:PORT or [ADDRESS]:PORT",
    }
)
"""Texts in `TOLD` that stand on no page."""

PATTERNS = re.compile(r"bytes=|#root, |cookie\|consent|\[\\t|img, video")
LEAST = 8
"""Characters of a text that say enough to tell it from others."""

SAMPLES = ("nothing came", "challenge", "time")
TABLES = japanese.pairs()
ENUMERATED = {*names.KINDS, *names.ABSENCES}
KANA_OR_KANJI = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")


def shown() -> list[Written]:
    """Return each text once that may stand on a page."""
    found = [written for path in TOLD for written in sentences.told(path)]
    everywhere = sentences.modules("**/*.py")
    found += (w for p in everywhere if p not in OPERATORS for w in sentences.raised(p))
    once = {w.text: w for w in found if w.text.replace(HOLE, "{}") not in NOT_SHOWN}
    return [w for w in once.values() if not PATTERNS.match(w.text)]


def filled(text: str) -> list[tuple[str, list[str]]]:
    """Return a text with its holes filled in all ways, and the figures in it.

    A figure of its own for each hole; or another sentence, a kind, a reason to be cut.
    """
    parts = text.split(HOLE)
    figures = [str(7103 + 11 * at) for at in range(len(parts) - 1)]
    found = []
    for chosen in product(*([figure, *SAMPLES] for figure in figures)):
        values = [*chosen, ""]
        made = "".join(part + value for part, value in zip(parts, values, strict=True))
        found.append((made, [value for value in chosen if value.isdigit()]))
    return found


@pytest.mark.parametrize("written", shown(), ids=str)
def test_what_is_shown_is_said_in_japanese(written: Written) -> None:
    """A new reason or error has its Japanese in `hozon.japanese`, with all its figures;
    or is declared in this test as what no reader of a page sees.
    """
    told = [(japanese.said(made), figures) for made, figures in filled(written.text)]
    fits = [
        text for text, values in told if text and all(each in text for each in values)
    ]

    assert fits, f"no Japanese: {written}"
    assert KANA_OR_KANJI.search(fits[0])


def test_what_is_declared_as_not_shown_is_there() -> None:
    """No list of this test keeps what nobody writes any more."""
    written = {
        w.text.replace(HOLE, "{}") for path in TOLD for w in sentences.told(path)
    }

    assert set() == {text for text in NOT_SHOWN if text not in written}
    assert all(path.exists() for path in (*TOLD, *OPERATORS))


def holes(text: str) -> list[str]:
    """Return the names of the holes of a text, sorted."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize(("english", "told"), TABLES, ids=lambda text: text[:50])
def test_both_say_the_same(english: str, told: str) -> None:
    """What stands in a sentence stands in its Japanese, and that is Japanese."""
    assert holes(english) == holes(told)
    assert KANA_OR_KANJI.search(told) or english == "{host}: {known}"


def test_no_sentence_is_there_twice() -> None:
    """One of two would never be said."""
    forms = [re.sub(r"[0-9]+}", "}", english) for english, _ in TABLES]

    assert len(forms) == len(set(forms))


def test_all_that_is_known_is_written_somewhere() -> None:
    """A sentence that is worded anew leaves no old one here by mistake."""
    written = {w.text for path in sentences.modules("**/*.py") for w in wide(path)}
    plain = {text for text in written if HOLE not in text}
    forms = [
        re.compile(".*".join(map(re.escape, text.split(HOLE))), re.DOTALL)
        for text in written - plain
        if len(text.replace(HOLE, "")) >= LEAST
    ]
    own = [english for english, _ in TABLES if english not in ENUMERATED]
    own = [each for each in own if each not in dict(systems.SYSTEMS)]
    forgotten = [
        each
        for each in own
        if each not in plain
        and not any(form.fullmatch(each) for form in forms)
        and len(re.sub("{.*?}", "", each)) >= LEAST
    ]

    assert [] == forgotten


def wide(path: Path) -> list[Written]:
    """Return the texts of a module, unless it is this table."""
    return [] if path.parent.name == "japanese" else [*sentences.told(path)]


def test_all_that_is_enumerated_has_a_name() -> None:
    """Kinds, cuts, acts: a new one has a name in both languages."""
    said = words("ja")

    assert names.KINDS.keys() == {*get_args(Kind), *get_args(TroubleKind)[1:]}
    assert names.CUTS.keys() == set(get_args(Truncated))
    assert all(f"act_{act}" in said for act in get_args(Act))
    assert all(f"kind_{kind}" in said for kind in {*get_args(Kind)} - ACCEPTED)


@pytest.mark.parametrize("why", get_args(Why))
def test_what_is_said_at_the_door_is_known(why: Why) -> None:
    """As is what somebody is told who is not let in."""
    assert japanese.said(signin._SENTENCES[why])


@pytest.mark.parametrize(
    "number",
    [
        errno.ECONNREFUSED,
        errno.ECONNRESET,
        errno.ETIMEDOUT,
        errno.ENETUNREACH,
        errno.EHOSTUNREACH,
        errno.EPIPE,
    ],
    ids=errno.errorcode.get,
)
def test_what_this_system_says_is_known(number: int) -> None:
    """The words of this machine's C library, as `fetch` tells them."""
    said = f"no connection to 203.0.113.7:443 (203.0.113.7: {os.strerror(number)})"
    told = japanese.said(said)

    assert told is not None
    assert told.startswith("203.0.113.7:443に接続できませんでした（203.0.113.7: ")
    assert os.strerror(number) not in told


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("status 403 from Cloudflare", "Cloudflareがステータス403を返しました"),
        (
            "status 404 (missing; kept, again at 2026-11-29T12:30:15.250Z)",
            "サーバーの応答はステータス404でした（ページなし。届いたページは保存済み、"
            "2026-11-29 12:30 UTCに再取得）",
        ),
        # What is more exact goes first, whatever stands in the holes.
        ("headline: status 404", "見出し「status 404」"),
        (
            "redirect to https://a.example/: a.example: nothing came",
            "転送先https://a.example/を取得できませんでした"
            "（a.example: 何も届きませんでした）",
        ),
        (
            "no connection to a.example:443 (192.0.2.1: no answer; 2001:db8::1: Odd)",
            "a.example:443に接続できませんでした"
            "（192.0.2.1: 応答がありません、2001:db8::1: Odd）",
        ),
        # A text that runs from the right turns nothing around that is not its own.
        ("headline: \u05d0\u05d1", "見出し「\u2068\u05d0\u05d1\u2069」"),
    ],
)
def test_it_is_said_so(said: str, told: str) -> None:
    """The same meaning, the same figures, instants as pages show them."""
    assert told == japanese.said(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "the moon is full",
        "server: overloaded",
        "status teapot",
        "status ",
        "{host}: {known}",
        "redirect refused: ",
        "x" * (japanese.LONGEST + 1),
    ],
    ids=lambda said: said[:20],
)
def test_what_others_say_is_shown_as_it_is(said: str) -> None:
    """It is not known, and marked as English, which it mostly is."""
    assert (said, "en") == japanese.shown(said)


def test_sentences_within_sentences_end() -> None:
    """However deep a stranger nests them: what is too deep stays as it is."""
    said = "redirect refused: " * 200 + "no answer"
    told = japanese.said(said)

    assert told is not None
    assert told.count("redirect refused: ") > 100
