"""What a subscriber of WebSub wants, says and believes."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import pytest

from hozon.entries import websub
from hozon.nouns.model import Feed, Subscription
from hozon.nouns.work import HubJob
from tests.fakes import NOON, a_feed, a_subscription, after

DAY = 86_400
HUB, TOPIC = "https://hub.example.com/", "https://example.com/f1.xml"
HERE = "https://archive.example.org"
TOKEN = "f1f1.0123456789abcdef0123"


def chance() -> str:
    return "c" * 32


def offered(**fields: object) -> Feed:
    """Return a feed that offers a hub."""
    return replace(
        a_feed("f1f1", polled_at=NOON, hubs=(HUB,), self_uri=TOPIC),
        **fields,  # type: ignore[arg-type]  # whatever a test names
    )


def active(**fields: object) -> Subscription:
    """Return a subscription that was verified at noon, for ten days."""
    known = a_subscription(state="active", since=NOON, lease_until=after(10 * DAY))
    return replace(known, **fields)  # type: ignore[arg-type]  # whatever a test names


def wanted(feed: Feed, now: datetime, here: str | None = HERE) -> Subscription | None:
    return websub.wanted(feed, here, now=now, chance=chance)


def test_a_hub_is_asked_once() -> None:
    """A feed with hub and topic is subscribed to; the callback is its own."""
    sub = wanted(offered(), NOON)

    assert sub is not None
    assert (HUB, TOPIC, "asked") == (sub.hub, sub.topic, sub.state)
    assert f"{HERE}/websub/f1f1.{'c' * 32}" == sub.callback
    assert "f1f1" == websub.feed_id(sub.callback.rpartition("/")[2])
    assert wanted(offered(hub=sub), after(23 * 3600)) is None
    assert wanted(offered(hub=sub), after(DAY)) is not None


@pytest.mark.parametrize(
    ("feed", "here"),
    [
        (offered(), None),
        (offered(hubs=()), HERE),
        (offered(self_uri=None), HERE),
        (offered(paused=True), HERE),
    ],
)
def test_no_hub_is_asked_in_vain(feed: Feed, here: str | None) -> None:
    """Without a public URL, hub or topic there is nothing to ask for."""
    assert wanted(feed, NOON, here) is None


@pytest.mark.parametrize(
    "change",
    [
        {"hub": "https://old.example.com/"},
        {"topic": "https://example.com/old.xml"},
        {"callback": "https://old.example.org/websub/f1f1.0123456789abcdef0123"},
    ],
)
def test_what_has_changed_is_asked_anew(change: dict[str, str]) -> None:
    """Another hub, topic or address of ours: another subscription, another secret."""
    known = active(**change)
    sub = wanted(offered(hub=known), after(60))

    assert sub is not None
    assert (HUB, TOPIC) == (sub.hub, sub.topic)
    assert known.callback != sub.callback
    assert known.secret != sub.secret


def test_a_lease_is_renewed_before_it_ends() -> None:
    """Two days before, with callback and secret as they were."""
    known = active()

    assert wanted(offered(hub=known), after(7.9 * DAY)) is None
    assert replace(known, asked_at=after(8 * DAY)) == wanted(
        offered(hub=known), after(8 * DAY)
    )


def test_a_renewal_without_an_answer_is_tried_again_within_the_lease() -> None:
    """Each time after two thirds of what is left, but not every minute."""
    known, tried, now = active(asked_at=NOON), 0, NOON
    while now < after(10 * DAY):
        again = wanted(offered(hub=known), now)
        known, tried = again or known, tried + (again is not None)
        now += timedelta(minutes=15)

    assert 3 <= tried <= 12


def test_who_denies_is_left_alone_for_a_week() -> None:
    """A hub that does not want us is not asked at each poll."""
    feed = offered(hub=a_subscription(state="denied"))

    assert wanted(feed, after(6 * DAY)) is None
    assert wanted(feed, after(7 * DAY)) is not None


def test_the_form_of_a_request() -> None:
    """Mode, topic, callback, lease and secret; to end it, the first three."""
    sub = a_subscription()
    said = parse_qs(websub.form(sub, "subscribe").decode(), strict_parsing=True)
    ended = parse_qs(websub.form(sub, "unsubscribe").decode(), strict_parsing=True)

    assert said == {
        "hub.mode": ["subscribe"],
        "hub.topic": [TOPIC],
        "hub.callback": [sub.callback],
        "hub.lease_seconds": ["864000"],
        "hub.secret": ["secret"],
    }
    assert {"hub.mode", "hub.topic", "hub.callback"} == ended.keys()


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512", "SHA256"])
def test_signatures(method: str) -> None:
    """All four methods are understood; one other byte, and it is not the hub's."""
    made = hmac.new(b"secret", b"news", getattr(hashlib, method.lower())).hexdigest()
    sub = a_subscription()

    assert websub.is_signed(sub, f"{method}={made}", b"news")
    assert websub.is_signed(sub, f"{method}={made.upper()}", b"news")
    assert not websub.is_signed(sub, f"{method}={made}", b"olds")
    assert not websub.is_signed(replace(sub, secret="x"), f"{method}={made}", b"news")


@pytest.mark.parametrize(
    "signature", [None, "", "sha256", "sha256=", "md5=" + "0" * 32, "new=", "é=é", "=="]
)
def test_no_signature(signature: str | None) -> None:
    """What is no signature proves nothing, and breaks nothing."""
    assert not websub.is_signed(a_subscription(), signature, b"news")


@pytest.mark.parametrize(
    ("mode", "topic", "parted", "answer"),
    [
        ("subscribe", TOPIC, False, "why"),
        ("subscribe", TOPIC, True, None),
        ("unsubscribe", TOPIC, True, "why"),
        ("unsubscribe", TOPIC, False, None),
        ("subscribe", "https://example.com/", False, None),
        ("denied", TOPIC, False, ""),
        ("publish", TOPIC, False, None),
    ],
)
def test_questions(mode: str, topic: str, *, parted: bool, answer: str | None) -> None:
    """A challenge comes back for what we asked for, and for nothing else."""
    asked = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": "why"}

    assert answer == websub.question(a_subscription(), asked, is_parted=parted)


def test_a_monstrous_challenge_is_refused() -> None:
    """Nobody uses us as a mirror."""
    asked = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "x" * 5_000}

    assert websub.question(a_subscription(), asked, is_parted=False) is None


@pytest.mark.parametrize(
    ("stated", "lease_s"),
    [
        ("3600", 3600),
        ("0", 1),
        ("99999999999", 90 * DAY),
        (None, 10 * DAY),
        ("-5", 10 * DAY),
        ("9" * 5000, 10 * DAY),
        ("٣", 10 * DAY),
    ],
)
def test_leases(stated: str | None, lease_s: int) -> None:
    """The hub decides, within reason."""
    assert lease_s == websub.lease_s(stated)


def told(at: datetime) -> HubJob:
    return HubJob(feed_id="f1f1", token=TOKEN, event="told", at=at)


def test_news_make_a_feed_due() -> None:
    """But not twice in a minute, and never later than it was."""
    feed = offered(hub=active(), due_at=after(DAY))
    soon = offered(hub=active(), due_at=after(10))

    assert after(300) == websub.heard(feed, told(after(300)), now=after(300)).due_at
    assert after(60) == websub.heard(feed, told(after(5)), now=after(5)).due_at
    assert after(10) == websub.heard(soon, told(after(5)), now=after(5)).due_at


def test_news_do_not_break_into_a_retry_after() -> None:
    """A server that failed has said when to come back; its hub has no say in that."""
    feed = offered(hub=active(), due_at=after(DAY), failures=1)

    assert after(DAY) == websub.heard(feed, told(after(300)), now=after(300)).due_at


def test_another_token_changes_nothing() -> None:
    """What was said of an older subscription is past."""
    feed = offered(hub=active(), due_at=after(DAY))
    job = replace(told(after(300)), token="f1f1.another-token-of-that-feed")

    assert feed == websub.heard(feed, job, now=after(300))


def polled(before: Feed, *, now: datetime, is_news: bool = False) -> Feed:
    """Return the feed after a poll that would be done again in an hour."""
    ended = replace(before, polled_at=now, due_at=now + timedelta(hours=1))
    return websub.paced(ended, before, is_news=is_news, now=now)


def test_a_hub_has_to_prove_itself() -> None:
    """A hub that is mute slows nothing down: what it does not tell would be lost."""
    assert after(3600) == polled(offered(hub=active()), now=NOON).due_at


def test_a_proven_hub_saves_polls() -> None:
    """Four times the wait, up to a day, and never less than it was."""
    before = offered(hub=active(is_told=True))
    first = polled(before, now=after(101), is_news=True)
    second = polled(first, now=after(20_000))
    daily = websub.paced(
        replace(first, due_at=after(101 + DAY * 3 / 4)),
        before,
        is_news=False,
        now=after(101),
    )

    assert first.hub is not None
    assert first.hub.is_proven
    assert after(101 + 4 * 3600) == first.due_at
    assert after(20_000 + 4 * 3600) == second.due_at
    assert after(101 + DAY) == daily.due_at


def test_untold_news_prove_the_contrary() -> None:
    """The pace is as before, and the hub's silence is counted, until it tells again."""
    before = offered(hub=active(is_proven=True))
    missed = polled(before, now=after(5000), is_news=True)
    again = polled(missed, now=after(9000), is_news=True)
    assert again.hub is not None
    mended = polled(
        replace(again, hub=replace(again.hub, is_told=True)), now=after(9101)
    )

    assert after(5000 + 3600) == missed.due_at
    assert not again.hub.is_proven
    assert 2 == again.hub.missed
    assert mended.hub is not None
    assert (True, 0) == (mended.hub.is_proven, mended.hub.missed)


def test_news_from_before_the_subscription_are_no_failure() -> None:
    """What was published before the hub had promised anything, it need not tell."""
    before = offered(hub=active(since=after(10)))
    after_poll = polled(before, now=after(5000), is_news=True)

    assert after_poll.hub is not None
    assert 0 == after_poll.hub.missed


def test_the_poll_that_renews_comes_in_time() -> None:
    """A short lease is not outslept: the poll before its end asks for more."""
    known = active(lease_until=after(7200), is_proven=True)
    feed = polled(offered(hub=known), now=after(60))

    assert websub.renew_at(known) == feed.due_at
    assert (
        after(60 + 900)
        == polled(offered(hub=active(lease_until=after(70))), now=after(60)).due_at
    )


def test_a_lease_that_ran_out_slows_nothing() -> None:
    """Without a promise there is the usual pace."""
    known = active(lease_until=after(50), is_proven=True)

    assert after(60 + 3600) == polled(offered(hub=known), now=after(60)).due_at
