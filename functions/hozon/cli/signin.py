"""``hozon signin``: who may read an archive that is not everybody's."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import click

from hozon.cli.context import Context, note
from hozon.guarding import admitting
from hozon.nouns import instants, uris
from hozon.nouns.errors import Misuse
from hozon.nouns.instants import iso
from hozon.nouns.signins import Holder, SignIn, State
from hozon.wiring import Embedded, Opened

_SPAN = re.compile(r"[0-9]{1,5}[smhdw]")
_LOCAL = "http://localhost:8080/"


class Span(click.ParamType[timedelta]):
    """A length of time: ``15m``, ``24h``, ``30d``, ``2w``."""

    name = "span"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return it, or say how it is written."""
        if isinstance(value, timedelta):
            return value
        if not _SPAN.fullmatch(str(value)):
            self.fail(
                f"{value!r} is no length of time; write 15m, 24h, 30d", param, ctx
            )
        now = instants.utcnow()
        return now - instants.parse(str(value), now=now)


@click.group()
def signin() -> None:
    """Let people and programs read an archive that is not everybody's.

    A person gets a link, which works once: the browser in which it was opened keeps a
    cookie and is let in until the sign-in ends, they sign out, or it is revoked. A
    program gets a token, which it sends as `Authorization: Bearer` or, such as a reader
    of feeds, as the password. Only digests of all these are stored.
    """


@signin.command()
@click.argument("name")
@click.option("--program", "is_program", is_flag=True, help="A token for a program.")
@click.option(
    "--within",
    type=Span(),
    default=admitting.LINK_LASTS,
    metavar="SPAN",
    help="How long the link may be used: up to 7d. [default: 24h]",
)
@click.option(
    "--lasts",
    type=Span(),
    metavar="SPAN",
    help="How long they are let in. [default: 30d; for a program 365d]",
)
@click.option(
    "--at",
    "uri",
    metavar="URL",
    help="Where readers find the archive. [default: the PagesUrl of the stack; for a "
    f"folder {_LOCAL}]",
)
@click.pass_obj
def issue(
    context: Context,
    name: str,
    *,
    is_program: bool,
    within: timedelta,
    lasts: timedelta | None,
    uri: str | None,
) -> None:
    """Issue a sign-in, and print its link or token: now, and never again.

    NAME says whose it is, for `hozon signin list` and `revoke`.

    \b
    hozon --stack hozon signin issue "Ann, at her desk"
    hozon --stack hozon signin issue NetNewsWire --program --lasts 90d
    """
    holder: Holder = "program" if is_program else "person"
    with context.open(create=False) as opened:
        place = _place(opened, uri)
        issued = admitting.issue(
            name,
            holder,
            opened.signins,
            now=opened.archive.clock(),
            within=within,
            lasts=lasts,
        )
    said = issued.signin
    text = issued.text
    shown = text if is_program else f"{place}signin?link={quote(text)}"
    told = {"token": text} if is_program else {"link": shown}
    context.say({**described(said, said.issued_at), **told}, shown)
    note(_advice(said, place))


def _place(opened: Opened, stated: str | None) -> str:
    """Return what a link begins with, or raise `Misuse` where nobody signs in."""
    if stated is not None:
        return uris.normal(stated).rstrip("/") + "/"
    if isinstance(opened, Embedded):
        return _LOCAL
    if opened.settings.public_read:
        raise Misuse(
            "anybody may read this archive (PublicRead): there is nothing to sign in to"
        )
    if not opened.pages_uri:
        raise Misuse(
            "this stack has no PagesUrl; deploy it with SignIn=true, or name another "
            "place with --at"
        )
    return opened.pages_uri.rstrip("/") + "/"


def _advice(signin: SignIn, place: str) -> str:
    if signin.holder == "program":
        return (
            f"Authorization: Bearer, or the password of any user, at {place} until "
            f"{iso(signin.until)}; `hozon signin revoke {signin.id}` ends it"
        )
    lasts = timedelta(seconds=signin.lasts_s)
    return (
        f"it works once, until {iso(signin.until)}, and then lets in for {lasts}; "
        f"`hozon signin revoke {signin.id}` ends both"
    )


@signin.command(name="list")
@click.option("--all", "is_all", is_flag=True, help="Those that ended, too.")
@click.pass_obj
def list_signins(context: Context, *, is_all: bool) -> None:
    """List the sign-ins that stand, and how each does.

    \b
    hozon --stack hozon signin list --all
    """
    with context.open() as opened:
        now = opened.archive.clock()
        known = [(each, each.state(now)) for each in opened.signins.all()]
    found = [(s, state) for s, state in known if is_all or state in _STANDING]
    for each, state in found:
        context.say(described(each, now), _line(each, state))
    if not found:
        note("no sign-in stands: `hozon signin issue NAME` makes one")


_STANDING: frozenset[State] = frozenset({"waiting", "in use"})


@signin.command()
@click.argument("named", metavar="ID|NAME")
@click.pass_obj
def revoke(context: Context, named: str) -> None:
    """End a sign-in at once: its link, and what has come of it.

    By its name all that stand and are called so.

    \b
    hozon --stack hozon signin revoke "Ann, at her desk"
    """
    with context.open() as opened:
        now = opened.archive.clock()
        found = admitting.named(named, opened.signins, now=now)
        revoked = [admitting.revoke(s, opened.signins, now=now) for s in found]
    for each in revoked:
        context.say(described(each, now), f"revoked {each.id}  {each.name}")


def described(signin: SignIn, now: Any) -> dict[str, Any]:
    """Return a sign-in as JSON; nothing in it lets anybody in."""
    return {
        "id": signin.id,
        "name": signin.name,
        "holder": signin.holder,
        "state": signin.state(now),
        "issued_at": iso(signin.issued_at),
        "used_at": signin.used_at and iso(signin.used_at),
        "until": iso(signin.until),
        "revoked_at": signin.revoked_at and iso(signin.revoked_at),
    }


def _line(signin: SignIn, state: State) -> str:
    return (
        f"{signin.id}  {signin.holder:7}  {state:7}  until {iso(signin.until)}  "
        f"{signin.name}"
    )
