"""`SignInBook` over ``state.sqlite``."""

from collections.abc import Sequence

from hozon.adapters.embedded.database import Database
from hozon.nouns.errors import Conflict
from hozon.nouns.signins import SignIn
from hozon.stored import rows


class SqliteSignInBook:
    """The sign-ins, a row each."""

    def __init__(self, state: Database) -> None:
        self._state = state

    def add(self, signin: SignIn) -> None:
        """Keep a new one, or raise `Conflict`."""
        row = signin.id, rows.to_json(signin)
        with self._state.write() as db:
            made = db.execute("INSERT OR IGNORE INTO signins VALUES (?, ?)", row)
        if made.rowcount == 0:
            raise Conflict(f"there is a sign-in {signin.id}")

    def get(self, signin_id: str) -> SignIn | None:
        """Return one as it is now."""
        found = self._state.read(
            "SELECT signin FROM signins WHERE id = ?", (signin_id,)
        )
        return next((rows.from_json(SignIn, text) for (text,) in found), None)

    def replace(self, old: SignIn, new: SignIn) -> None:
        """Put `new` in the place of `old`, or raise `Conflict`."""
        values = rows.to_json(new), old.id, rows.to_json(old)
        change = "UPDATE signins SET signin = ? WHERE id = ? AND signin = ?"
        with self._state.write() as db:
            made = db.execute(change, values)
        if made.rowcount == 0:
            raise Conflict(f"sign-in {old.id} has changed")

    def all(self) -> Sequence[SignIn]:
        """Return all, oldest first."""
        found = self._state.read("SELECT signin FROM signins")
        known = [rows.from_json(SignIn, text) for (text,) in found]
        return sorted(known, key=lambda each: (each.issued_at, each.id))
