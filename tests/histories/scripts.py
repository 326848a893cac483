"""What becomes of an article over the months: a script of acts, and the truth of it."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from tests.histories.articles import EDITS, Article
from tests.histories.templates import TEMPLATES

Absence = Literal["404", "410", "soft", "home", "replaced", "login", "robots"]
Trouble = Literal["503", "429", "down", "challenge", "consent"]

OUTCOMES = {
    "404": "missing",
    "410": "gone-410",
    "soft": "soft-404",
    "home": "redirected-home",
    "replaced": "replaced",
    "login": "withdrawn",
    "robots": "withdrawn",
}
"""What a look finds where an article is away like that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One thing that happens to an article so many days after it was published.

    ``edit`` (`what` is a key of `EDITS`), ``redesign`` (a template), ``away`` (an
    `Absence`), ``back``, ``move`` (a status), ``trouble`` (a `Trouble`), ``well``,
    ``wall`` (a paywall comes), ``open`` (it goes).
    """

    days: float
    verb: Literal[
        "edit", "redesign", "away", "back", "move", "trouble", "well", "wall", "open"
    ]
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How an article is at one time: what stands there, where, and in which clothes."""

    article: Article
    template: str
    version: int = 1
    path: str = ""
    moved: int = 0
    away: str = ""
    trouble: str = ""
    is_walled: bool = False


@dataclass(slots=True, kw_only=True)
class Script:
    """The history of one article: its `acts` from `born_at` on.

    Its page is ``noisy`` (other bytes each time), ``static`` (the same bytes, with a
    validator) or ``bare`` (the same bytes without one); its feed `tells` of edits or not.
    """

    article: Article
    born_at: datetime
    template: str
    acts: Sequence[Act] = ()
    seed: int = 0
    tells: bool = False
    manner: Literal["noisy", "static", "bare"] = "noisy"
    _states: list[tuple[datetime, State]] = field(default_factory=list)

    @property
    def path(self) -> str:
        """Where it was published."""
        return f"/{self.article.slug}"

    def states(self) -> list[tuple[datetime, State]]:
        """Return all states with the instants from which on they hold."""
        if not self._states:
            self._states = list(self._played())
        return self._states

    def at(self, instant: datetime) -> State | None:
        """Return the state at an instant; None: it is not published yet."""
        found = [state for since, state in self.states() if since <= instant]
        return found[-1] if found else None

    def edited_at(self, instant: datetime) -> datetime | None:
        """Return when the article was edited last by then, if it was."""
        edits = [a for a in self.acts if a.verb == "edit"]
        past = [self.born_at + timedelta(days=a.days) for a in edits]
        return max((at for at in past if at <= instant), default=None)

    def _played(self) -> Iterator[tuple[datetime, State]]:
        rng = random.Random(f"{self.article.slug}{self.seed}")
        state = State(article=self.article, template=self.template, path=self.path)
        yield self.born_at, state
        for number, act in enumerate(sorted(self.acts, key=lambda a: a.days)):
            state = _after(state, act, rng, number)
            yield self.born_at + timedelta(days=act.days), state


def _after(state: State, act: Act, rng: random.Random, number: int) -> State:
    match act.verb:
        case "edit":
            edited = EDITS[act.what](state.article, rng)
            return replace(state, article=edited, version=state.version + 1)
        case "move":
            path = f"/archive/{number}{state.article.slug}"
            return replace(state, path=path, moved=int(act.what))
        case verb:
            return replace(state, **_PLAIN[verb](act.what))


_PLAIN: dict[str, Callable[[str], dict[str, Any]]] = {
    "redesign": lambda what: {"template": what},
    "away": lambda what: {"away": what},
    "back": lambda _: {"away": ""},
    "trouble": lambda what: {"trouble": what},
    "well": lambda _: {"trouble": ""},
    "wall": lambda _: {"is_walled": True},
    "open": lambda _: {"is_walled": False},
}


def typical(
    articles: Sequence[Article], *, born_at: datetime, seed: int = 0
) -> list[Script]:
    """Return a script for each article: most are left alone, many are edited once or
    twice, some go, some come back, some move; and the site is made anew for all of them.
    """
    rng = random.Random(seed)
    names = list(TEMPLATES)
    home, other = rng.sample(names, 2)
    redesigned = Act(days=rng.uniform(20, 60), verb="redesign", what=other)
    return [
        Script(
            article=article,
            born_at=born_at + timedelta(minutes=13 * n),
            template=home,
            acts=sorted([redesigned, *_fate(rng, n)], key=lambda a: a.days),
            seed=seed,
            tells=n % 4 == 0,
        )
        for n, article in enumerate(articles)
    ]


def _fate(rng: random.Random, number: int) -> list[Act]:
    """Return what becomes of the article of this number."""
    edits = list(EDITS)
    first = Act(days=rng.uniform(0.1, 5), verb="edit", what=rng.choice(edits))
    late = Act(days=rng.uniform(8, 80), verb="edit", what=rng.choice(edits))
    away = rng.choice([*OUTCOMES][:6])
    begins, lasts = rng.uniform(2, 25), rng.choice([0.3, 4, 40, 200])
    gone = Act(days=begins, verb="away", what=away)
    back = Act(days=begins + lasts, verb="back")
    trouble = rng.choice(["503", "429", "down", "challenge", "consent"])
    ill = Act(days=begins, verb="trouble", what=trouble)
    well = Act(days=begins + 2, verb="well")
    move = Act(days=begins, verb="move", what=rng.choice(["301", "302", "308"]))
    return [
        [],
        [first],
        [late],
        [first, late],
        [gone],
        [gone, back],
        [first, gone, back],
        [move],
        [move, late],
        [ill, well],
        [Act(days=begins, verb="wall"), Act(days=begins + 30, verb="open")],
        [gone, back, Act(days=begins + lasts - 0.1, verb="edit", what="added")],
    ][number % 12]
