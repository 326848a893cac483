"""Where else a page may be had: at its publisher's, and in the archives of others. Pure."""

from dataclasses import dataclass
from datetime import datetime

from hozon.nouns.instants import timestamp
from hozon.serving import memento


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Links that lead out of this archive, for one page; each is a plain link: nothing
    is asked there before the reader follows it.
    """

    live: str
    wayback: str
    archive_today: str

    @classmethod
    def of(cls, uri: str, at: datetime | None = None) -> "Elsewhere | None":
        """Return the links for a URI of the Web, as of an instant if there is one."""
        if not uri.lower().startswith(("http://", "https://")):
            return None
        linked = memento.linked(uri)
        when = timestamp(at) if at else ""
        return cls(
            live=linked,
            wayback=f"https://web.archive.org/web/{when or '*'}/{linked}",
            archive_today=f"https://archive.today/{when or 'newest'}/{linked}",
        )
