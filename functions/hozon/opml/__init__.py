"""OPML 2.0 (and 1.x) subscription lists: read with their rubbish, written clean."""

from hozon.opml.reading import LARGEST, NAMESPACE, Outline, read
from hozon.opml.writing import write

__all__ = ["LARGEST", "NAMESPACE", "Outline", "read", "write"]
