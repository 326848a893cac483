"""C2SP signed notes, checkpoints, vkeys, and the time that a checkpoint states."""

from datetime import timedelta
from typing import Any

import pytest

from hozon.log import notes, tree
from hozon.log.notes import Checkpoint, Key
from hozon.nouns.errors import Damaged, Misuse
from tests.fakes import NOON
from tests.logs import KEY, SIGNER, FakeSigner, checkpoint_of

PUBLISHED = (
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n\n"
    "ed è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9o"
    "JKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
OTHER = FakeSigner(b"another key".ljust(32, b"."))
OTHER_KEY = Key(name=KEY.name, public=OTHER.public_key())


def test_the_note_of_the_specification() -> None:
    """Its text keeps its empty line, and its signature names its key."""
    note = notes.parsed(PUBLISHED)

    assert note.text.endswith("sole:\n\ned è subito sera.\n")
    [(name, key_id, signature)] = note.signatures
    assert ("quasimodo.example/salvatore", "367ba04b", 64) == (
        name,
        key_id.hex(),
        len(signature),
    )
    with pytest.raises(Damaged, match="not signed by a known key"):
        notes.opened(PUBLISHED, [KEY])


def test_a_key_is_kept_as_text() -> None:
    """name+id+key, and back; with white space around it as people paste it."""
    assert KEY == Key.of(f" {KEY.vkey}\n")
    assert KEY.vkey.startswith("log.example/a+")


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "a+b",
        KEY.vkey[:-4],
        KEY.vkey.replace("log.", "lag."),
        KEY.vkey.replace("+A", "+B", 1),
        f"a b+{KEY.vkey.partition('+')[2]}",
        KEY.vkey + "=",
    ],
)
def test_what_is_no_key(vkey: str) -> None:
    """A wrong id, name, type or length is seen."""
    with pytest.raises(Misuse, match="not the public key"):
        Key.of(vkey)


def test_a_checkpoint_is_signed_twice() -> None:
    """By the log, and with the time; a reader of notes needs the first alone."""
    text = checkpoint_of([b"a", b"b"], at=NOON + timedelta(seconds=0.25))
    note = notes.opened(text, [KEY])
    stated = notes.checkpoint(note.text)

    assert 2 == len(note.signatures)
    assert (KEY.name, 2) == (stated.origin, stated.size)
    # In whole seconds, and never before it was made.
    assert NOON + timedelta(seconds=1) == notes.made_at(note, KEY)
    assert stated.text == note.text


def test_signatures_of_others_are_passed_over() -> None:
    """Unknown keys, and known ids under other names."""
    text = checkpoint_of([b"a"])
    note = notes.parsed(text)
    foreign = ("witness.example", KEY.id(), b"x" * 64)
    other = (KEY.name, OTHER_KEY.id(), b"y" * 64)

    opened = notes.opened(
        notes.note(note.text, foreign, other, *note.signatures), [KEY]
    )

    assert note.text == opened.text


def test_a_signature_that_does_not_fit_spoils_the_note() -> None:
    """Though another of a known key does."""
    note = notes.parsed(checkpoint_of([b"a"]))
    forged = (OTHER_KEY.name, OTHER_KEY.id(), b"x" * 64)

    with pytest.raises(Damaged, match="is not that of its key"):
        notes.opened(notes.note(note.text, *note.signatures, forged), [KEY, OTHER_KEY])


def test_another_key_under_the_same_name() -> None:
    """A key thief who does not have the key."""
    with pytest.raises(Damaged, match="not signed by a known key"):
        notes.opened(checkpoint_of([b"a"], signer=OTHER), [KEY])


def test_a_time_that_was_changed() -> None:
    """It is signed with the checkpoint."""
    note = notes.parsed(checkpoint_of([b"a"]))
    (log, (name, key_id, timed)) = note.signatures
    changed = notes.parsed(
        notes.note(note.text, log, (name, key_id, bytes(8) + timed[8:]))
    )

    with pytest.raises(Damaged, match="not signed by its key"):
        notes.made_at(changed, KEY)


def test_a_checkpoint_need_not_state_a_time() -> None:
    """As those of other logs do not."""
    note = notes.parsed(checkpoint_of([b"a"]))

    assert None is notes.made_at(
        notes.parsed(notes.note(note.text, note.signatures[0])), KEY
    )


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\nno mark\n",
        "text\n\n— name\n",
        "text\n\n— name c2hvcnQ=",
        "text\n\n— name AAAA\n",
        "text\n\n— na me AAAAAAAAAAA=\n",
        "te\txt\n\n— name AAAAAAAAAAA=\n",
        "te\rxt\n\n— name AAAAAAAAAAA=\n",
        "text\n\n— name AAAAAAAAAAB=\n",
        "text\n\n" + "— name AAAAAAAAAAA=\n" * 65,
    ],
)
def test_what_is_no_note(note: str) -> None:
    """No signatures, other characters, base 64 in another spelling, too many of them."""
    with pytest.raises(Damaged):
        notes.parsed(note)


ROOT = notes.based(tree.leaf_hash(b"a"))


@pytest.mark.parametrize(
    "text",
    [
        "origin\n1\n",
        f"origin\n01\n{ROOT}\n",
        f"origin\n-1\n{ROOT}\n",
        f"origin\n1.0\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"origin\n1\n{ROOT}\n\nextension\n",
        "origin\n1\nAAAA\n",
        f"origin\n0\n{ROOT}\n",
        f"origin\n１\n{ROOT}\n",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    """Sizes in other spellings, hashes of other lengths, an empty tree with leaves."""
    with pytest.raises(Damaged, match=r"not a checkpoint|not base 64"):
        notes.checkpoint(text)


def test_the_checkpoint_of_an_empty_tree() -> None:
    """Is one, with the hash of nothing; and extension lines are passed over."""
    empty = Checkpoint(origin="origin", size=0, root=tree.EMPTY)

    assert empty == notes.checkpoint(empty.text)
    assert empty == notes.checkpoint(empty.text + "extension\n")


@pytest.mark.parametrize("seconds", [2**63, 2**64 - 1])
def test_a_time_that_no_calendar_has(seconds: int) -> None:
    """Signed or not, it is no time."""
    stated = Checkpoint(origin=KEY.name, size=0, root=tree.EMPTY)
    signed = SIGNER.sign(f"cosignature/v1\ntime {seconds}\n{stated.text}".encode())
    timed: Any = (
        KEY.name,
        KEY.id(notes.COSIGNATURE),
        seconds.to_bytes(8, "big") + signed,
    )

    with pytest.raises(Damaged, match="no such time"):
        notes.made_at(notes.parsed(notes.note(stated.text, timed)), KEY)
