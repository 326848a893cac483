"""Excerpts: the beginning of a text, in so many bytes. Pure."""


def excerpt(text: str, size: int) -> str:
    """Return the start of `text` in at most `size` bytes of UTF-8, ``..`` where cut.

    Characters stay whole. Index items stay small: one of more than 1 KB costs two
    writes.
    """
    data = text.encode("utf-8", "replace")
    if len(data) <= size:
        return text
    return data[: size - 2].decode("utf-8", "ignore").rstrip() + ".."


def opening(text: str, size: int) -> str:
    """Return the `excerpt` of a text on one line: most of a long one is not looked at."""
    looked_at = 2 * size
    folded = " ".join(text[:looked_at].split())
    while len(folded) <= size and looked_at < len(text):
        looked_at *= 4
        folded = " ".join(text[:looked_at].split())
    return excerpt(folded, size)
