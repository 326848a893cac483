"""The full replay: scripts of the snapshot run, in ReplayWeb.page's service worker.

The worker (AGPL) is no part of this program: `python -m tools.replayweb` fetches it
unmodified, pinned by hash, with its licence, and without it there is no full replay. It
gets one WARC with all that the snapshot needs, by one request.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from hozon.nouns.archive import Archive
from hozon.nouns.digests import identifier
from hozon.nouns.errors import NotFound
from hozon.nouns.instants import timestamp
from hozon.retrieving import joining, showing
from hozon.retrieving.showing import Directories, Directory
from hozon.web.replay import guards
from hozon.web.replay.asked import Answer, Asked, Stage, octets
from hozon.web.replay.worker import packed
from hozon.web.request import Request
from hozon.web.words import words

USES = frozenset({"x", "w"})
"""What of the full replay is asked for with a grant: its shell, and the WARC."""

SOURCE = "https://github.com/webrecorder/replayweb.page"

_SEEN = Directories()
_JAVASCRIPT = "text/javascript; charset=utf-8"
_WITHIN = (
    "default-src 'unsafe-eval' 'unsafe-inline' 'self' data: blob: mediastream:; "
    "form-action 'self'; object-src 'none'; base-uri 'self'"
)
_STYLE = (
    "html,body{height:100%;margin:0;background:#fff}iframe{position:fixed;inset:0;"
    "width:100%;height:100%;border:0}p{position:fixed;inset:0 0 auto;margin:0;z-index:1;"
    "padding:.75rem 1rem;font:14px/1.5 system-ui,sans-serif;background:#fff3cd;color:#222}"
    "p[hidden]{display:none}"
)


def scripts(request: Request, stage: Stage, archive: Archive) -> Answer | None:
    """Answer with what all full replays have in common; None: it was not asked for."""
    name = request.path.removeprefix("/full/")
    if name == request.path:
        return None
    worker = stage.worker
    if worker is None:
        raise NotFound("the full replay is not offered here")

    def guard(stated: dict[str, str]) -> dict[str, str]:
        return guards.shell(stated, None, lent_at(archive))

    day = {"cache-control": "public, max-age=86400"}
    if name == "load.js":
        data = Path(__file__).with_name("load.js").read_bytes()
        return octets(request, data, _JAVASCRIPT, guard, **day)
    if name == "LICENSE":
        data = worker.script(name)
        return octets(request, data, "text/plain; charset=utf-8", guard, **day)
    if name == "sw.js":
        fields = {
            **day,
            "link": f'</full/LICENSE>; rel="license", <{SOURCE}>; rel="via"',
        }
        if "gzip" in request.codings and request.headers.get("range") is None:
            fields |= {"content-encoding": "gzip", "vary": "accept-encoding"}
            return octets(request, packed(worker), _JAVASCRIPT, guard, **fields)
        return octets(request, worker.script(name), _JAVASCRIPT, guard, **fields)
    raise NotFound("there is no such page")


def show(request: Request, asked: Asked, stage: Stage, archive: Archive) -> Answer:
    """Answer with the shell that shows a snapshot, or with the WARC that it loads."""
    held = stage.directories.of(asked.grant.warc_key, archive)
    if asked.use == "w":
        return _warc(request, held, archive)
    capture = showing.document(held, asked.uri, archive).capture
    stated = {
        "warc": f"{asked.stage}w_/{asked.uri}",
        "uri": capture.target_uri,
        "timestamp": timestamp(capture.captured_at),
        "csp": _WITHIN,
    }
    data = "".join(f' data-{name}="{escape(value)}"' for name, value in stated.items())
    said = words(request.language)
    page = (
        f"<!doctype html><html lang={request.language}><meta charset=utf-8>"
        f"<title>{said['replay']}</title><style>{_STYLE}</style><body{data}>"
        f"<p hidden>{said['full_fails'].format('<span></span>')}</p>"
        f'<iframe title="{said["replay"]}" '
        'sandbox="allow-scripts allow-same-origin allow-forms">'
        '</iframe><script src="/full/load.js"></script>'
    )
    return octets(
        request,
        page.encode(),
        "text/html; charset=utf-8",
        lambda stated: guards.shell(stated, asked.grant.pages, lent_at(archive)),
        **{"cache-control": "no-store"},
    )


def _warc(request: Request, held: Directory, archive: Archive) -> Answer:
    def guard(stated: dict[str, str]) -> dict[str, str]:
        return guards.inert(stated, None)

    name = held.warc_key.rpartition("/")[2]
    if held.length > request.largest:
        there = archive.scratch.lend(
            kept_as(held.warc_key), filename=name, media_type="application/warc"
        )
        if there is not None:
            fields = {"location": there, "cache-control": "no-store"}
            return {"statusCode": 307, "headers": guard(fields), "body": ""}
    data = joining.self_contained(held.warc_key, archive, may_lack=True)
    fields = {"content-disposition": f'attachment; filename="{name}"'}
    return octets(request, data, "application/warc", guard, **fields)


def prepare(warc_key: str, archive: Archive, *, largest: int) -> None:
    """Keep a WARC that is larger than an answer where the replay, which writes nothing,
    can lend it out.
    """
    if lent_at(archive) and _SEEN.of(warc_key, archive).length > largest:
        whole = joining.pieces(warc_key, archive, may_lack=True)
        archive.scratch.keep_all(kept_as(warc_key), whole)


def kept_as(warc_key: str) -> str:
    """Return the name in the scratch of a snapshot's self-contained WARC."""
    return f"replay/{identifier('replay', warc_key, size=32)}.warc.gz"


def lent_at(archive: Archive) -> str:
    """Return the origin where the scratch lends things out; none: empty."""
    there = archive.scratch.lend("replay/x", filename="x", media_type="x/x")
    parts = urlsplit(there or "")
    return f"{parts.scheme}://{parts.netloc}" if there else ""
