"""EDGI's `wayback` on an archive of ours.

That package knows one archive only: its addresses are constants. A session of it goes
through `requests`, where what is asked of ``https://web.archive.org`` can be asked of
another archive instead:

    >>> import wayback
    >>> from hozon.compat.wayback import session
    >>> client = wayback.WaybackClient(session("http://127.0.0.1:8080"))
    >>> list(client.search("example.org/*"))  # doctest: +SKIP

The package stays as it is. Its memento URIs, and what it says in errors, keep the name
of the other archive.
"""

from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from wayback import WaybackSession

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

KNOWN = "https://web.archive.org"
"""The only archive that the package asks."""

_LEADING = ("Location", "Content-Location", "Link")


class Elsewhere(HTTPAdapter):
    """Asks the archive at `base` what was to be asked of the archive that is known.

    `auth` signs the request as it is sent, for archives that want that (SigV4).
    """

    def __init__(self, base: str, auth: Any = None) -> None:
        super().__init__()
        self._base = base.rstrip("/")
        self._auth = auth

    def send(self, request: "PreparedRequest", *args: Any, **more: Any) -> "Response":
        """Send a request there, and name the archive that is known in the answer."""
        wanted = request.url or ""
        there = request.copy()
        there.url = self._base + wanted.removeprefix(KNOWN)
        if self._auth is not None:
            there = self._auth(there)
        answer = super().send(there, *args, **more)
        answer.request, answer.url = request, wanted
        for name in _LEADING:
            if stated := answer.headers.get(name):
                answer.headers[name] = stated.replace(self._base, KNOWN)
        return answer


def session(base: str, auth: Any = None, **options: Any) -> WaybackSession:
    """Return a session whose requests go to the archive at `base`.

    `options` are those of `wayback.WaybackSession`: its limits are made for an archive
    that all the world asks; yours may take more.
    """
    found = WaybackSession(**options)
    found.mount(KNOWN, Elsewhere(base, auth))
    return found
