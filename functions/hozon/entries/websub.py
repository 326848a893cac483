"""WebSub (W3C Recommendation, 23 January 2018): what a subscriber says and believes. Pure.

A hub that a feed names is asked to tell us of news at a callback whose last segment
nobody can guess. What it sends is never taken for the feed: it makes the feed due
(docs/decisions/0011). Whoever is told by a hub that has proven itself polls more slowly,
until a poll finds news that the hub did not tell of.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from hozon.nouns.model import Feed, Subscription
from hozon.nouns.work import HubJob
from hozon.timetable.cadence import LONGEST_S, SHORTEST_S
from hozon.timetable.schedule import outside

PATH = "/websub/"
LEASE_S = 10 * 86400
"""The lease that we ask for; the hub decides (§5.1)."""

LONGEST_CHALLENGE = 4_096
_LONGEST_LEASE_S = 90 * 86400
_SLOWER = 4
_ASK_AGAIN = timedelta(minutes=15)
_UNANSWERED = timedelta(days=1)
_DENIED_FOR = timedelta(days=7)
_BETWEEN_POLLS = timedelta(seconds=60)
_METHODS = ("sha1", "sha256", "sha384", "sha512")
_TOKEN = re.compile(r"(?P<feed_id>[0-9a-f]{4,64})\.[0-9A-Za-z_-]{20,100}")


def feed_id(token: str) -> str | None:
    """Return the id of the feed that a callback's token is of, None if it is no token."""
    found = _TOKEN.fullmatch(token)
    return found["feed_id"] if found else None


def is_of(subscription: Subscription | None, token: str) -> bool:
    """Tell whether the callback of a subscription ends in `token`."""
    if subscription is None:
        return False
    own = subscription.callback.rpartition("/")[2]
    return hmac.compare_digest(own.encode(), token.encode())


def wanted(
    feed: Feed, public_uri: str | None, *, now: datetime, chance: Callable[[], str]
) -> Subscription | None:
    """Return the subscription to ask the feed's hub for now; None: nothing is to do.

    A new one where there is none or where hub, topic or our own address have changed;
    the same again before its lease ends, where the hub never answered, and a week
    after it denied it.
    """
    if not public_uri or not feed.hubs or feed.self_uri is None or feed.paused:
        return None
    base, known = public_uri.rstrip("/") + PATH, feed.hub
    is_same = (
        known is not None
        and (known.hub, known.topic) == (feed.hubs[0], feed.self_uri)
        and known.callback.startswith(base)
    )
    if known is not None and is_same:
        return replace(known, asked_at=now) if _is_due(known, now) else None
    return Subscription(
        hub=feed.hubs[0],
        topic=feed.self_uri,
        callback=f"{base}{feed.id}.{chance()}",
        secret=chance(),
        asked_at=now,
    )


def _is_due(known: Subscription, now: datetime) -> bool:
    if now - known.asked_at < _ASK_AGAIN:
        return False
    if known.state == "denied":
        return now - known.asked_at >= _DENIED_FOR
    if known.state == "active":
        return now >= renew_at(known)
    return now - known.asked_at >= _UNANSWERED


def renew_at(subscription: Subscription) -> datetime:
    """Return when to ask again: after two thirds of what was left when we last asked."""
    until = subscription.lease_until or subscription.asked_at
    left = max(until - subscription.asked_at, timedelta(0))
    return until - min(left / 3, timedelta(days=2))


def is_active(subscription: Subscription | None, *, now: datetime) -> bool:
    """Tell whether the hub has promised to tell us now."""
    if subscription is None or subscription.state != "active":
        return False
    return subscription.lease_until is not None and now < subscription.lease_until


def form(subscription: Subscription, mode: str) -> bytes:
    """Return the body of a request to ``subscribe`` or ``unsubscribe`` (§5.1)."""
    said = {
        "hub.mode": mode,
        "hub.topic": subscription.topic,
        "hub.callback": subscription.callback,
    }
    if mode == "subscribe":
        said |= {"hub.lease_seconds": str(LEASE_S), "hub.secret": subscription.secret}
    return urlencode(said).encode()


def question(
    subscription: Subscription, asked: Mapping[str, str], *, is_parted: bool
) -> str | None:
    """Return what a hub's question is to be answered with (§5.3); None: a refusal.

    A challenge comes back only for what we asked for: to subscribe while the feed is
    followed, to unsubscribe once it `is_parted` with.
    """
    mode, challenge = asked.get("hub.mode"), asked.get("hub.challenge", "")
    is_ours = asked.get("hub.topic") == subscription.topic
    if not is_ours or len(challenge) > LONGEST_CHALLENGE:
        return None
    if mode == "denied":
        return ""
    if mode == ("unsubscribe" if is_parted else "subscribe"):
        return challenge or None
    return None


def lease_s(stated: str | None) -> int:
    """Return the lease that a hub grants; ours where it does not say."""
    if stated and stated.isascii() and stated.isdecimal() and len(stated) < 12:
        return min(max(int(stated), 1), _LONGEST_LEASE_S)
    return LEASE_S


def is_signed(subscription: Subscription, signature: str | None, body: bytes) -> bool:
    """Tell whether ``X-Hub-Signature`` proves that the hub sent `body` (§7.1)."""
    method, _, stated = (signature or "").strip().partition("=")
    method = method.lower()
    if method not in _METHODS:
        return False
    made = hmac.new(subscription.secret.encode(), body, getattr(hashlib, method))
    stated = stated.strip().lower()
    return hmac.compare_digest(
        made.hexdigest().encode(), stated.encode("utf-8", "replace")
    )


def heard(feed: Feed, job: HubJob, *, now: datetime) -> Feed:
    """Return the feed after what its hub said.

    News make it due, but no sooner than a minute after the last poll: hubs tell of each
    entry by itself. Where the feed's server has failed, its wish to be left alone
    counts, and not the hub's.
    """
    known = feed.hub
    if known is None or not is_of(known, job.token):
        return feed
    match job.event:
        case "verified":
            return replace(feed, hub=_verified(known, job))
        case "denied":
            denied = replace(known, state="denied", reason=job.reason, asked_at=job.at)
            return replace(feed, hub=denied)
        case "told":
            told = replace(known, told_at=job.at, is_told=True)
            return replace(feed, hub=told, due_at=_sooner(feed, now))


def _verified(known: Subscription, job: HubJob) -> Subscription:
    is_new = not is_active(known, now=job.at)
    return replace(
        known,
        state="active",
        reason=None,
        since=job.at if is_new or known.since is None else known.since,
        lease_until=job.at + timedelta(seconds=job.lease_s),
    )


def _sooner(feed: Feed, now: datetime) -> datetime:
    if feed.failures or feed.polled_at is None:
        return feed.due_at
    return min(feed.due_at, max(now, feed.polled_at + _BETWEEN_POLLS))


def paced(polled: Feed, before: Feed, *, is_news: bool, now: datetime) -> Feed:
    """Return a feed after a poll that was answered, its next poll as its hub deserves.

    `before` is the feed as the poll found it. A hub that has told of something since
    the poll before has proven itself: four times the wait, up to a day. News that it
    did not tell of, though it should have, prove the contrary.
    """
    known = polled.hub
    if known is None or not is_active(known, now=now):
        return polled
    last = before.polled_at or before.added_at
    if known.is_told:
        known = replace(known, is_told=False, is_proven=True, missed=0)
    elif is_news and known.since is not None and known.since <= last:
        known = replace(known, is_proven=False, missed=known.missed + 1)
    wait = polled.due_at - now
    if known.is_proven:
        slower = min(_SLOWER * wait, timedelta(seconds=LONGEST_S))
        wait = max(wait, slower)
    earliest = now + timedelta(seconds=SHORTEST_S)
    due_at = min(now + wait, max(renew_at(known), earliest))
    due_at = due_at.replace(microsecond=due_at.microsecond // 1000 * 1000)
    return replace(polled, hub=known, due_at=outside(due_at, polled.hints))
