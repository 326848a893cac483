"""The grammar of the log's keys, the same for a folder and a bucket.

=========================================  ===========================================
``log/origin``                             the log's name, written once
``log/keys/<key id>``                      a public key that signs it (a vkey)
``log/batches/<bundle>/<first leaf>``      leaves in the order they were sealed: what is
                                           there, is the log
``log/tile/…``                             tiles and bundles of leaves (C2SP tlog-tiles)
``log/checkpoints/<size>``                 signed checkpoints
``log/stamps/<size>.<authority>.tsr``      RFC 3161 time stamps of checkpoints
``log/notes/YYYY/MM/DD/hozon-…-<id>.json``  what is to have a leaf and is no WARC object
=========================================  ===========================================

Numbers have twelve digits (nine for bundles), so that keys are in their order. Segments
hold ``A-Z a-z 0-9 . _ -`` and do not begin with a dot.
"""

import re

from hozon.nouns.errors import Misuse

PREFIX = "log/"
_SEGMENT = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_KEY = re.compile(rf"log(/{_SEGMENT})+")
_FOLDER = re.compile(rf"log(/{_SEGMENT})*/")


def is_key(text: str) -> bool:
    """Tell whether `text` could be the key of an object of the log."""
    return len(text) <= 1024 and _KEY.fullmatch(text) is not None


def checked(key: str) -> str:
    """Return `key`, or raise `Misuse` if it is none."""
    if not is_key(key):
        raise Misuse(f"not the key of an object of the log: {key!r:.200}")
    return key


def checked_folder(folder: str) -> str:
    """Return `folder`, or raise `Misuse` if it is none."""
    if not _FOLDER.fullmatch(folder):
        raise Misuse(f"not a folder of the log: {folder!r:.200}")
    return folder
