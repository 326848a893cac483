"""The sealer's fault model: capture → index → seal, with everything going wrong.

The real use cases, driven at random: deliveries that come twice and in any order, a
process that dies at any commit point, replies that are lost, 503, a sealer that is
overtaken by another, an index that is lost and made anew. Whatever happens, nothing that
was acknowledged is lost, no object has two leaves, what was signed is never unsaid, and
the index is what the objects make it.

    python -m tests.faults.model --examples 2000 --steps 40 [--moto] [--planted NAME]
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hozon.capturing.permission import asking
from hozon.capturing.sharing import Commons
from hozon.log import leaves, notes, places, tree
from hozon.nouns.digests import sha256
from hozon.nouns.errors import HozonError, Unavailable
from hozon.nouns.work import CaptureJob, Delivery
from hozon.sealing import following, sealing, verifying
from hozon.stored import naming
from hozon.working.attempts import attempt
from hozon.working.quotas import Allowance
from tests.fakes import a_capture_job
from tests.faults import planting, worlds
from tests.faults.plans import OUTCOMES, Crash
from tests.faults.worlds import World
from tests.fetching import Answer, FakeFetcher, html

ALL_PHASES = [Phase.generate, Phase.shrink]
SITE = "https://news.example.org"
PLANS = st.lists(st.sampled_from(OUTCOMES), max_size=8) | st.lists(
    st.sampled_from(OUTCOMES), min_size=4, max_size=14
)
PAGES = 3
NAMES = st.integers(0, PAGES - 1)


def job_of(name: int) -> CaptureJob:
    """Return the job of one of the few pages that there are."""
    link = f"{SITE}/{name}"
    key = f"e{name}"
    return replace(
        a_capture_job(naming.first_capture_id(link)), link=link, entry_key=key
    )


class Model(RuleBasedStateMachine):
    """What is queued, what was acknowledged, and what was seen to be signed."""

    make: Callable[[], World] = staticmethod(worlds.embedded)
    plant: Callable[[World], None] = staticmethod(planting.nothing)

    def __init__(self) -> None:
        super().__init__()
        self.world = self.make()
        self.plant(self.world)
        self.queue = [(job_of(name), 1) for name in range(PAGES)]
        self.acknowledged: set[str] = set()
        self.objects: dict[str, bytes] = {}
        self.leaves: list[bytes] = []
        self.signed: dict[int, str] = {}
        self.fetches = 0
        self.notes = 0
        self.is_lost = False

    def _site(self) -> FakeFetcher:
        """Return a site whose pages differ at each request, as pages do."""

        def page(_: object) -> Answer:
            self.fetches += 1
            return html(f"<h1>A</h1><p>{self.fetches} " + "Words of an article. " * 40)

        site: Any = {f"{SITE}/{name}": page for name in range(PAGES)}
        site[f"{SITE}/robots.txt"] = Answer(status=404)
        return FakeFetcher(site, self.world.sound.clock)

    async def _attempt(self, job: CaptureJob, count: int) -> bool:
        archive = self.world.archive
        permission = asking(
            replace(archive, hosts=self.world.sound.hosts), self._site()
        )
        delivery = Delivery(job=job, receipt="r", count=count)
        commons = Commons(clock=archive.clock)
        allowance = Allowance(
            tallies=archive.tallies, quotas=archive.quotas, clock=archive.clock
        )
        outcome = await attempt(delivery, archive, permission, commons, allowance)
        return outcome.retry_at is None

    def _faults(self, plan: list[str], act: Callable[[], Any]) -> bool:
        """Do something by a plan; return whether it ended well."""
        self.world.plan.outcomes = list(plan)
        try:
            act()
        except (Crash, Unavailable):
            return False
        finally:
            self.world.plan.outcomes = []
        return True

    @rule(names=st.lists(NAMES, min_size=1, max_size=4))
    def enqueue(self, names: list[int]) -> None:
        """A poll has found entries; polls of other feeds have found some of them, too."""
        self.queue += [(job_of(name), 1) for name in names]

    @precondition(lambda self: self.queue)
    @rule(
        deliveries=st.lists(
            st.tuples(st.integers(0, 9), PLANS, st.booleans()), min_size=1, max_size=4
        )
    )
    def deliver(self, deliveries: list[tuple[int, list[str], bool]]) -> None:
        """Workers are handed jobs, in any order; where one dies, its job comes again."""
        for at, plan, twice in deliveries:
            if self.queue:
                job, count = self.queue.pop(at % len(self.queue))
                self._deliver(job, count, plan, twice=twice)

    def _deliver(
        self, job: CaptureJob, count: int, plan: list[str], *, twice: bool
    ) -> None:
        done: list[bool] = []

        def work() -> None:
            done.append(asyncio.run(self._attempt(job, count)))

        if self._faults(plan, work) and done[0]:
            self.acknowledged.add(naming.warc_key(job))
            if not twice:
                return
        self.queue.append((job, count + 1))

    @rule(number=st.integers(0, 3), plan=PLANS)
    def note(self, number: int, plan: list[str]) -> None:
        """An operator decides something, and is told that it is noted."""
        keys: list[str] = []
        said = {"number": number}
        archive = self.world.archive
        if self._faults(
            plan, lambda: keys.append(sealing.note("settings", said, archive))
        ):
            self.acknowledged.add(keys[0])

    @rule(plans=st.lists(PLANS, min_size=1, max_size=3))
    def seal(self, plans: list[list[str]]) -> None:
        """Ticks of the sealer."""
        world = self.world
        for plan in plans:
            self._faults(plan, lambda: sealing.seal(world.archive, world.signer))

    @rule(plan=PLANS, other=PLANS)
    def seal_twice_at_once(self, plan: list[str], other: list[str]) -> None:
        """A sealer is overtaken by another, right before it commits."""
        world, rest = self.world, list(other)
        self._noted()

        def overtaken(key: str) -> None:
            if key.startswith(places.BATCHES):
                log.meddle = None
                self._noted()
                mine, world.plan.outcomes = world.plan.outcomes, rest
                try:
                    sealing.seal(world.archive, world.signer)
                except (Crash, Unavailable):
                    pass
                finally:
                    world.plan.outcomes = mine

        log = _Overtaken(world.archive.log, overtaken)
        slow = replace(world.archive, log=log)
        self._faults(plan, lambda: sealing.seal(slow, world.signer))

    def _noted(self) -> None:
        """Let something wait that did not wait before."""
        self.notes += 1
        said = {"number": -self.notes}
        self.acknowledged.add(sealing.note("settings", said, self.world.sound))

    @rule()
    def lose_the_index(self) -> None:
        """The table is gone; nobody has noticed yet."""
        self.world.lose()
        self.is_lost = True

    @precondition(lambda self: self.is_lost)
    @rule(plan=PLANS)
    def rebuild_the_index(self, plan: list[str]) -> None:
        """The operator makes it anew, as often as it takes."""
        if self._faults(plan, self.world.rebuild):
            self.is_lost = False

    @invariant()
    def objects_never_change(self) -> None:
        """What is stored stays, to the byte; what was acknowledged is stored."""
        found = self.world.objects()
        for key, data in self.objects.items():
            assert found.get(key) == data, "an object changed"
        self.objects = dict(found)
        assert self.acknowledged <= found.keys(), "an acknowledged object is lost"

    @invariant()
    def the_log_only_grows(self) -> None:
        """No leaf twice, none of another object, none altered."""
        log = self.world.sound.log
        found = [leaf for batch in following.committed(log, 0) for leaf in batch]
        assert found[: len(self.leaves)] == self.leaves, "the log was rewritten"
        for leaf in found[len(self.leaves) :]:
            key = leaves.read(leaf)["key"]
            assert leaves.made(key, self.objects[key]) == leaf, "a leaf of other bytes"
        keys = [leaves.read(leaf)["key"] for leaf in found]
        assert len(keys) == len(set(keys)), "duplicate leaf"
        self.leaves = found

    @invariant()
    def what_was_signed_stands(self) -> None:
        """Each checkpoint is of the first leaves, and is never replaced."""
        log = self.world.sound.log
        for place in log.keys(places.CHECKPOINTS):
            text = log.read_all(place).decode()
            stated = notes.checkpoint(notes.parsed(text).text)
            assert self.signed.setdefault(stated.size, text) == text, "signed anew"
            hashes = map(tree.leaf_hash, self.leaves[: stated.size])
            assert tree.root(hashes) == stated.root, "signed another tree"

    @invariant()
    def rows_are_of_the_objects(self) -> None:
        """The index says of a snapshot what its stored bytes are."""
        for name in range(PAGES):
            for snapshot in self.world.sound.index.snapshots(f"{SITE}/{name}"):
                digest = sha256(self.objects[snapshot.warc_key])
                assert snapshot.warc_digest == digest, "the index is of other bytes"

    def teardown(self) -> None:
        """Let all go well from here on: everything converges."""
        world = self.world
        try:
            self._converge(world)
        finally:
            world.close()

    def _converge(self, world: World) -> None:
        world.plan.outcomes = []
        if self.is_lost:
            world.rebuild()
        for job, count in self.queue:
            assert asyncio.run(self._attempt(job, count)), "not done at last"
        # What a worker left that died before it indexed, and whose job went elsewhere.
        world.rebuild()
        sealing.seal(world.sound, world.sound_signer)
        self.objects_never_change()
        self.the_log_only_grows()
        keys = {leaves.read(leaf)["key"] for leaf in self.leaves}
        assert keys == self.objects.keys(), "not sealed, or sealed and not stored"
        assert [] == world.sound.seals.pending(limit=9), "still waiting"
        before = world.dump()
        world.lose()
        world.rebuild()
        assert before == world.dump(), "the index is not what the objects make it"
        found = verifying.verify_archive(
            world.sound.warcs, world.sound.log, index=world.sound.index
        )
        assert [] == found.faults, found.faults


class _Overtaken:
    """A log store that lets another act first, once."""

    def __init__(self, log: Any, meddle: Callable[[str], None]) -> None:
        self._log = log
        self.meddle: Callable[[str], None] | None = meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def put(self, key: str, data: bytes) -> None:
        """Put an object; whoever waits for that goes first."""
        if self.meddle is not None:
            self.meddle(key)
        self._log.put(key, data)


def play(
    *,
    examples: int,
    steps: int,
    planted: str = "nothing",
    on_moto: bool = False,
    seeded: bool = False,
) -> None:
    """Run the model, or raise what it found."""
    machine = type(
        "Playing",
        (Model,),
        {
            "make": staticmethod(worlds.moto if on_moto else worlds.embedded),
            "plant": staticmethod(planting.PLANTED[planted]),
        },
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=seeded,
            print_blob=False,
            # What is found in a planted world was put there: no need to make it small.
            phases=ALL_PHASES if planted == "nothing" else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def main() -> int:
    """Run the model from a shell; say how it went."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--moto", action="store_true")
    parser.add_argument("--planted", choices=planting.PLANTED, default="nothing")
    wished = parser.parse_args()
    began, cpu = time.monotonic(), time.process_time()
    try:
        _played(wished)
    except (AssertionError, HozonError) as found:
        text = str(found).split("\n", 1)[0]
        print(f"found: {type(found).__name__}: {text}")
        code = 1
    else:
        print(f"{wished.examples} runs of up to {wished.steps} steps: nothing found")
        code = 0
    spent = time.process_time() - cpu
    print(f"{time.monotonic() - began:.0f} s, {spent:.0f} s of CPU", file=sys.stderr)
    return code


def _played(wished: argparse.Namespace) -> None:
    how = {
        "examples": wished.examples,
        "steps": wished.steps,
        "planted": wished.planted,
    }
    if not wished.moto:
        play(**how)
        return
    from moto import mock_aws  # noqa: PLC0415 (slow)

    from tests.aws.atomic import make_atomic  # noqa: PLC0415 (the same)
    from tests.aws.edwards import make_edwards  # noqa: PLC0415 (the same)

    make_atomic()
    make_edwards()
    with mock_aws():
        play(**how, on_moto=True)


if __name__ == "__main__":
    sys.exit(main())
