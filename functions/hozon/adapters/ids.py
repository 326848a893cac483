"""Ids of entries and feeds, as strangers name them: asked for on every backend alike."""

from hozon.nouns.errors import NotFound


def known(text: str, what: str) -> str:
    """Return the id of a `what`, or raise `NotFound` for what can be none.

    Ids are digests, in ASCII. What is no Unicode (half a surrogate pair, as bytes that
    are not UTF-8 come in from a shell or a path) no backend could be asked for.
    """
    if not text.isascii():
        raise NotFound(f"no such {what}: its id is hexadecimal digits")
    return text
