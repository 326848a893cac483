"""What every `SignInBook` promises."""

from dataclasses import replace

import pytest

from hozon.nouns.errors import Conflict
from hozon.nouns.signins import SignInBook
from tests.fakes import a_signin, after


def test_a_signin_comes_back_as_it_was(signinbook: SignInBook) -> None:
    """With every field, however it is spelt, and however long it is."""
    assert [] == signinbook.all()
    assert signinbook.get("0123456789ab") is None
    signin = a_signin(
        name="田中 🙈" * 20,
        secret="sha256:" + "A" * 300,
        used_at=after(5),
        revoked_at=after(6),
    )
    signinbook.add(signin)

    assert signin == signinbook.get(signin.id)
    assert [signin] == signinbook.all()


def test_an_id_is_given_once(signinbook: SignInBook) -> None:
    """A second one changes nothing."""
    signin = a_signin()
    signinbook.add(signin)

    with pytest.raises(Conflict):
        signinbook.add(replace(signin, name="Eve"))
    assert signin == signinbook.get(signin.id)


@pytest.mark.parametrize("name", ["Ann", "長い名前" * 25])
def test_of_two_who_replace_one_succeeds(signinbook: SignInBook, name: str) -> None:
    """Whoever has read what is no longer so changes nothing, also with the same wish."""
    old = a_signin(name=name)
    signinbook.add(old)
    new = replace(old, secret="sha256:ONE", used_at=after(1))
    signinbook.replace(old, new)

    for other in (replace(old, secret="sha256:OTHER", used_at=after(1)), new):
        with pytest.raises(Conflict):
            signinbook.replace(old, other)
    assert new == signinbook.get(old.id)


def test_nothing_is_made_by_replacing(signinbook: SignInBook) -> None:
    """What was forgotten stays so."""
    with pytest.raises(Conflict):
        signinbook.replace(a_signin(), a_signin(name="Eve"))
    assert [] == signinbook.all()


def test_all_are_in_their_order(signinbook: SignInBook) -> None:
    """Oldest first, then by id."""
    made = [a_signin(id=f"{n:012x}", issued_at=after(n // 2)) for n in range(30)]
    for signin in reversed(made):
        signinbook.add(signin)

    assert made == signinbook.all()
