"""What the errors of AWS mean to us; no other layer knows botocore.

A table from error codes to our errors, never a look at a message.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
)

from hozon.nouns.errors import (
    Conflict,
    Damaged,
    HozonError,
    NotFound,
    Unavailable,
    Unusable,
)

Pause = Callable[[float], None]
"""Waits so many seconds: `time.sleep`, or a test's record of it."""

Meaning = Mapping[str, type[HozonError]]

ATTEMPTS = 8


class Contended(Unavailable):
    """Another writer of the same object is at work: try again, and see who won."""


_MEANING: Meaning = {
    "ConditionalCheckFailedException": Conflict,
    "PreconditionFailed": Conflict,
    "ConditionalRequestConflict": Contended,
    "NoSuchKey": NotFound,
    "404": NotFound,  # a HEAD has no body to say more
    "InvalidRange": Damaged,
}
_UNUSABLE = frozenset(
    [
        "403",
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "MissingAuthenticationToken",
        "OptInRequired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
    ]
)
_UNCONFIGURED = (
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn botocore's errors about `what` into ours."""
    try:
        yield
    except ClientError as e:
        code = e.response.get("Error", {}).get("Code", "")
        raise _meant(code)(_sentence(what, code)) from e
    except _UNCONFIGURED as e:
        raise Unusable(f"{what}: {e} Set AWS_PROFILE or AWS_REGION.") from e
    except FlexibleChecksumError as e:
        raise Damaged(f"{what} is not what was stored: {e}") from e
    except BotoCoreError as e:
        raise Unavailable(f"{what} cannot be reached: {e}") from e


def attempts(what: str, pause: Pause) -> Iterator[int]:
    """Yield the number of each attempt, waiting before all but the first.

    Raises `Unavailable` when there were enough. Waits double with full jitter, so that
    workers that were refused together do not come back together; 6 s at most in all.
    """
    yield 0
    for attempt in range(1, ATTEMPTS):
        pause(random.uniform(0, 0.05 * 2 ** (attempt - 1)))  # noqa: S311 (no secret)
        yield attempt
    raise Unavailable(f"{what} refused {ATTEMPTS} attempts; try again later")


def _meant(code: str) -> type[HozonError]:
    return Unusable if code in _UNUSABLE else _MEANING.get(code, Unavailable)


def _sentence(what: str, code: str) -> str:
    if code in _UNUSABLE:
        return (
            f"AWS refuses {what} ({code}); check the stack's name, the credentials, "
            "and what their policy allows"
        )
    return f"{what}: {code}"
