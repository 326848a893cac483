"""Have time stamping authorities (RFC 3161) vouch for when a checkpoint existed.

After sealing, and apart from it: an authority that is down, slow or wrong delays no
seal. Its answer is stored beside the checkpoint if it is a stamp of it.
"""

import secrets
from asyncio import to_thread
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hozon.log import places, stamps
from hozon.nouns.archive import Archive
from hozon.nouns.errors import Conflict, HozonError, Unreachable
from hozon.nouns.ports import Limits, Poster
from hozon.reading.codings import decode
from hozon.sealing import following

EVERY = timedelta(hours=1)
"""How often a checkpoint is stamped, at most: authorities count requests."""

LIMITS = Limits(total_s=15, payload_bytes=100_000, spacing_s=0)


async def stamp(
    archive: Archive, poster: Poster, authorities: Sequence[str]
) -> Sequence[str]:
    """Have each of the authorities (URIs) stamp the newest checkpoint, if it is time.

    Returns what went wrong, a sentence each; the next call tries again. Raises
    `Unavailable` if a store fails.
    """
    head = await to_thread(archive.seals.head)
    if not authorities or head is None or not head.published:
        return []
    now = archive.clock()
    if head.stamped_at is not None and now < head.stamped_at + EVERY:
        return []
    signed = await to_thread(following.checkpoint, head.published, archive.log)
    problems: list[str] = []
    for authority in authorities:
        try:
            answer = await _asked(authority, signed.encode(), poster)
        except HozonError as e:
            problems.append(f"no time stamp from {authority}: {e}")
            continue
        place = places.stamp(head.published, authority)
        with suppress(Conflict):
            await to_thread(archive.log.put, place, answer)
    if len(problems) < len(authorities):
        await to_thread(archive.seals.advance, replace(head, stamped_at=now))
    return problems


async def _asked(authority: str, data: bytes, poster: Poster) -> bytes:
    """Return an authority's response, which stamps `data` for this very request."""
    nonce = secrets.randbits(64)
    exchange = await poster.post(
        authority,
        form=stamps.request(data, nonce),
        media_type=stamps.MEDIA_TYPE,
        limits=LIMITS,
    )
    if exchange.status != 200 or exchange.truncated:
        raise Unreachable(f"status {exchange.status}", status=exchange.status)
    answer = decode(exchange.payload, exchange.header("content-encoding")).data
    if stamps.fits(answer, data).nonce != nonce:
        raise Unreachable("its answer is for another request")
    return answer
