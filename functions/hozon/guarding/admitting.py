"""Let readers in: sign-ins are issued, exchanged, held against what is shown, revoked.

A secret has 256 bits from the system's source, so one SHA-256 of it is as good as a slow
hash would be: there is nothing to guess (OWASP ASVS 4.0 §2.4, §3.2).
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from hozon.nouns.digests import sha256
from hozon.nouns.errors import Conflict, Misuse, NotFound
from hozon.nouns.signins import Holder, NotAdmitted, SignIn, SignInBook

LINK_LASTS = timedelta(days=1)
LINK_LASTS_AT_MOST = timedelta(days=7)
LASTS: dict[Holder, timedelta] = {
    "person": timedelta(days=30),
    "program": timedelta(days=365),
}
"""How long what lets in lasts, unless the operator says otherwise."""

LASTS_AT_MOST = timedelta(days=3650)
LONGEST_NAME = 100

_SHOWN = re.compile(r"hozon_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class Issued(NamedTuple):
    """A sign-in, and the text that is handed over: it is told once, and stored nowhere."""

    signin: SignIn
    text: str


def issue(
    name: str,
    holder: Holder,
    book: SignInBook,
    *,
    now: datetime,
    within: timedelta = LINK_LASTS,
    lasts: timedelta | None = None,
) -> Issued:
    """Issue a link, which is used `within` a time, or a token for a program; what comes of
    it `lasts`. Raises `Misuse` for times and names that are out of bounds.
    """
    lasts = LASTS[holder] if lasts is None else lasts
    _check(name, within, lasts)
    signin_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    is_link = holder == "person"
    signin = SignIn(
        id=signin_id,
        name=name,
        holder=holder,
        issued_at=now,
        until=now + (within if is_link else lasts),
        lasts_s=int(lasts.total_seconds()),
        link=_digest(secret) if is_link else "",
        secret="" if is_link else _digest(secret),
    )
    book.add(signin)
    return Issued(signin, _text(signin_id, secret))


def exchange(link: str, book: SignInBook, *, now: datetime) -> Issued:
    """Exchange a link for a session, once; raise `NotAdmitted` for what is none (any more).

    Of two who show the same link at once, one is let in.
    """
    found, secret = _known(link, book)
    if not found.link or not _is(secret, found.link):
        raise NotAdmitted("unknown")
    _check_stands(found, now)
    if found.secret:
        raise NotAdmitted("used")
    session = secrets.token_urlsafe(32)
    used = replace(
        found,
        secret=_digest(session),
        used_at=now,
        until=now + timedelta(seconds=found.lasts_s),
    )
    try:
        book.replace(found, used)
    except Conflict:
        raise NotAdmitted("used") from None
    return Issued(used, _text(used.id, session))


def admit(shown: str, holder: Holder, book: SignInBook, *, now: datetime) -> SignIn:
    """Return the sign-in whose session or token is shown, or raise `NotAdmitted`.

    A session is a person's and a token a program's: neither does for the other.
    """
    found, secret = _known(shown, book)
    if holder != found.holder or not found.secret or not _is(secret, found.secret):
        raise NotAdmitted("unknown")
    _check_stands(found, now)
    return found


def revoke(signin: SignIn, book: SignInBook, *, now: datetime) -> SignIn:
    """Take a sign-in back, whatever becomes of it meanwhile: it lets nobody in any more."""
    while signin.revoked_at is None:
        with suppress(Conflict):
            book.replace(signin, replace(signin, revoked_at=now))
        signin = book.get(signin.id) or replace(signin, revoked_at=now)
    return signin


def named(stated: str, book: SignInBook, *, now: datetime) -> Sequence[SignIn]:
    """Return the sign-ins that stand and have this id or this name, or raise `NotFound`."""
    standing = [s for s in book.all() if s.state(now) in {"waiting", "in use"}]
    found = [s for s in standing if stated in {s.id, s.name}]
    if not found:
        raise NotFound(
            f"no sign-in of this id or name stands: {stated!r:.120}; "
            "`hozon signin list` shows those that do"
        )
    return found


def _check(name: str, within: timedelta, lasts: timedelta) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise Misuse(f"say in 1 to {LONGEST_NAME} characters whose sign-in it is")
    if not timedelta(minutes=1) <= within <= LINK_LASTS_AT_MOST:
        raise Misuse("a link is to be used within a minute to 7 days")
    if not timedelta(minutes=1) <= lasts <= LASTS_AT_MOST:
        raise Misuse("a sign-in lasts from a minute to 3650 days")


def _known(shown: str, book: SignInBook) -> tuple[SignIn, str]:
    spelt = _SHOWN.fullmatch(shown)
    found = book.get(spelt[1]) if spelt else None
    if spelt is None or found is None:
        raise NotAdmitted("unknown")
    return found, spelt[2]


def _check_stands(found: SignIn, now: datetime) -> None:
    state = found.state(now)
    if state in {"revoked", "ended"}:
        raise NotAdmitted("revoked" if state == "revoked" else "ended")


def _text(signin_id: str, secret: str) -> str:
    """Return what is handed over; scanners for leaked secrets know it by its beginning."""
    return f"hozon_{signin_id}_{secret}"


def _digest(secret: str) -> str:
    return sha256(secret.encode())


def _is(secret: str, digest: str) -> bool:
    return hmac.compare_digest(_digest(secret), digest)
