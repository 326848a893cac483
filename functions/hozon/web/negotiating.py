"""Which bytes of a captured document a reader gets: coded as they came, or not."""

from collections.abc import Collection

from hozon.reading import codings
from hozon.retrieving.retrieval import Document


def representation(
    document: Document, accepted: Collection[str]
) -> tuple[bytes, str | None]:
    """Return the bytes to send, and their Content-Encoding (None: they have none).

    The payload goes out exactly as it was stored where its coding is accepted; else the
    coding is undone. What is not coded as its server said is sent without a coding, for
    nobody could undo it. What cannot be undone here (an unknown coding, too many bytes)
    is sent as it is, and says so.
    """
    stated = codings.named(document.header("content-encoding"))
    if not stated or not document.payload:
        return document.payload, None
    coded = document.payload, ", ".join(stated)
    if not codings.are_known(stated):
        return coded
    decoded = codings.decode(document.payload, coded[1])
    if decoded.problem is None:
        return coded if {*stated} <= {*accepted} else (decoded.data, None)
    return coded if len(decoded.data) == codings.LIMIT else (decoded.data, None)
