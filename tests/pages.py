"""Labelled pages: what came for an entry, as it came (``tests/data/verdicts``).

Each file holds cases; a case begins with ``=== name``, says what the feed promised, the
answer's status and header fields (``> Name: value``), and ends in the body as sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hozon import text, verdicts
from hozon.nouns.model import Exchange, Facts, Verdict
from hozon.nouns.work import CaptureJob
from hozon.reading.encodings import decode_html
from hozon.reading.page import Page
from tests.fakes import NOON, a_capture_job

CASES = Path(__file__).parent / "data" / "verdicts"
_KINDS = {"challenge": "challenge", "missing": "missing", "articles": "article"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One page with the kind it is."""

    name: str
    kind: str
    job: CaptureJob
    exchanges: tuple[Exchange, ...]

    def verdict(self, *, promised: bool = True) -> Verdict:
        """Return our verdict; without what the feed says, if that is not `promised`."""
        job = self.job if promised else replace(self.job, title="", summary="")
        last = self.exchanges[-1]
        kind = last.header("content-type") or ""
        page, said, facts = None, None, Facts()
        if last.payload and "html" in kind:
            html, _ = decode_html(bytes(last.payload), kind)
            page = Page.parse(html, last.target_uri)
            said = text.Statements(page.tree)
            facts = text.facts(page, said)
        return verdicts.judge(job, self.exchanges, page, facts, said)


def labelled() -> Iterator[Labelled]:
    """Yield all cases."""
    for path in sorted(CASES.glob("*.txt")):
        for case in path.read_text("utf-8").split("=== ")[1:]:
            yield _case(path.stem, case)


def _case(stem: str, case: str) -> Labelled:
    top, _, body = case.partition("\n\n")
    name, *lines = top.splitlines()
    stated = dict(_stated(line) for line in lines if not line.startswith("> "))
    fields = [_stated(line[2:]) for line in lines if line.startswith("> ")]
    if not any(name == "Content-Type" for name, _ in fields):
        fields.append(("Content-Type", "text/html; charset=utf-8"))
    link = stated["link"]
    payload = body.strip("\n").encode()
    came = _exchange(stated.get("came", link), int(stated["status"]), fields, payload)
    hop = _exchange(link, 302, [("Location", came.target_uri)], b"")
    job = a_capture_job(
        link=link, title=stated.get("title", ""), summary=stated.get("summary", "")
    )
    return Labelled(
        name=f"{stem}-{name.split()[0]}",
        kind=stated.get("kind", _KINDS.get(stem, "")),
        job=job,
        exchanges=(hop, came) if came.target_uri != link else (came,),
    )


def _exchange(
    uri: str, status: int, fields: list[tuple[str, str]], payload: bytes
) -> Exchange:
    return Exchange(
        target_uri=uri,
        started_at=NOON,
        request=b"",
        status=status,
        head=b"",
        headers=tuple(fields),
        payload=payload,
        ip="192.0.2.1",
    )


def _stated(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()
