"""Events as Lambda hands them over from a function URL (payload format 2.0)."""

from collections.abc import Mapping
from typing import Any


def url_event(
    path: str,
    query: str = "",
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    """Return the event of a request; the path arrives there as it was sent."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "h.example.org", **(headers or {})},
        "requestContext": {
            "stage": "$default",
            "http": {"method": method, "path": path},
        },
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
    }
