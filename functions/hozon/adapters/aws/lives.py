"""The lives of pages in the table: findings, and what they come to (`keys`: WATCH, LOOK).

A finding that is later than all others of its page costs one write of the page's watch,
and one of itself where a look has made it. What a capture found is said by its snapshot;
it has an item only if there is something to tell: a page that was missing is back. For a
finding that comes late all of the page's are read, and folded anew.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from hozon.adapters.aws import items, keys
from hozon.adapters.aws.faults import Pause, attempts
from hozon.adapters.aws.table import Item, Table, as_item
from hozon.lives import lifecycle, looks
from hozon.nouns import instants
from hozon.nouns.findings import Finding, Life, Step
from hozon.nouns.model import Holdings, Snapshot
from hozon.nouns.watches import Planner, Watch
from hozon.stored import naming, rows


def unlooked(holdings: Holdings) -> Iterator[Finding]:
    """Yield what those snapshots found that no look has made."""
    looked = {found.id for found in holdings.findings}
    plain = (each for each in holdings.snapshots if each.id not in looked)
    return (looks.of_snapshot(each) for each in plain)


def add(
    table: Table,
    found: Iterable[Finding],
    planner: Planner | None,
    *,
    are_looks: bool,
    pause: Pause,
) -> None:
    """Add findings: first each, if a look has made it, and then its page's life.

    A capture is mostly the first of its page, so that is tried before anything is read.
    """
    by_link: dict[str, list[Finding]] = {}
    for each in found:
        by_link.setdefault(naming.link_id(each.link), []).append(each)
    for link_id, some in by_link.items():
        some.sort(key=lambda each: each.place)
        adding = _Adding(table, link_id, some, some if are_looks else [], planner)
        seen = table.get(keys.watch(link_id)) if are_looks else None
        for _ in attempts(f"watch {link_id}", pause):
            seen = adding.onto(seen)
            if seen is None:
                break


@dataclass(frozen=True, slots=True)
class _Adding:
    """Findings that are added to one page; those that are `kept` have items."""

    table: Table
    link_id: str
    new: Sequence[Finding]
    kept: Sequence[Finding]
    planner: Planner | None

    def onto(self, seen: Item | None) -> Item | None:
        """Add them to what was `seen` of the page's watch.

        None: that is done. Else the watch is another by now, as returned.
        """
        before = watch(seen) if seen else None
        lived = before.life if before else Life()
        if [each.place for each in self.new] == [(lived.looked_at, lived.last_id)]:
            return None
        steps, held = _further(lived, self.new), _Held()
        if steps is None:
            held = _all(self.table, self.link_id)
            held.by_id.update({each.id: each for each in self.new})
            steps = list(lifecycle.steps(held.by_id.values()))
        if items_ := list(self._items(steps, held)):
            self.table.put_all(items_)
        first = before if before and len(steps) == len(self.new) else steps[0].finding
        now = Watch(
            link=first.link,
            feed_id=first.feed_id,
            entry_key=first.entry_key,
            life=steps[-1].life,
            due_at=before.due_at if before else None,
            tries=before.tries if before else 0,
            plan=_wish(seen or {}),
        )
        return _keep(self.table, self.link_id, now, seen, self.planner)

    def _items(self, steps: Iterable[Step], held: "_Held") -> Iterator[Item]:
        """Yield the items of findings that looks made, or that are to be told of."""
        for step in steps:
            is_look = step.finding in self.kept or step.finding.id in held.looked
            if is_look or _is_told(step) or step.finding.id in held.told:
                yield _item(self.link_id, step, "finding" if is_look else "captured")


@dataclass(frozen=True, slots=True)
class _Held:
    """The findings of a page by id; of which looks made some, and others were told of."""

    by_id: dict[str, Finding] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)


def _further(lived: Life, new: Iterable[Finding]) -> list[Step] | None:
    """Return what findings add that are later than all before; None: one is not."""
    steps: list[Step] = []
    for found in new:
        if lived.looked_at and found.place <= (lived.looked_at, lived.last_id):
            return None
        steps.append(lifecycle.after(lived, found))
        lived = steps[-1].life
    return steps


def _keep(
    table: Table, link_id: str, now: Watch, seen: Item | None, planner: Planner | None
) -> Item | None:
    """Write a page's life and when it is looked at next.

    Unless another worker did: then the watch is returned as it is now.
    """
    due_at, tries = (planner(now), 0) if planner else (now.due_at, now.tries)
    sets = {
        "life": items.packed(rows.to_json(now.life)),
        "link": {"S": now.link},
        "feed_id": {"S": now.feed_id},
        "entry_key": {"S": now.entry_key},
        "tries": {"N": str(tries)},
        **_due(link_id, due_at),
    }
    change = "SET " + ", ".join(f"{name} = :{name}" for name in sets)
    values = {f":{name}": value for name, value in sets.items()}
    condition = "attribute_not_exists(pk)"
    if seen is not None:
        condition = "attribute_not_exists(life)"
    if seen is not None and "life" in seen:
        condition, values = "life = :seen", {**values, ":seen": seen["life"]}
    return table.update_or_see(
        keys.watch(link_id),
        change if due_at else f"{change} REMOVE due, due_at",
        condition=condition,
        values=values,
    )


def _due(link_id: str, at: datetime | None) -> Item:
    if at is None:
        return {}
    return {"due": {"S": keys.LOOKS}, "due_at": {"S": keys.look_due(at, link_id)}}


def _all(table: Table, link_id: str) -> _Held:
    """Return all findings of a page that the table knows of."""
    held = _Held()
    page = keys.state(link_id)[0]
    for item in table.query("pk = :pk", {":pk": {"S": page}}, ConsistentRead=True):
        for name in ("latest", "snapshot"):
            if name in item:
                each = looks.of_snapshot(items.noun(Snapshot, item, name))
                held.by_id.setdefault(each.id, each)
        for name, ids in (("finding", held.looked), ("captured", held.told)):
            if name in item:
                each = items.noun(Finding, item, name)
                held.by_id[each.id] = each
                ids.add(each.id)
    return held


def findings(table: Table, link_id: str) -> list[Finding]:
    """Return all findings of a page, oldest first: one query."""
    return sorted(_all(table, link_id).by_id.values(), key=lambda each: each.place)


def _is_told(step: Step) -> bool:
    return step.event is not None and step.event != "new"


def _item(link_id: str, step: Step, name: str) -> Item:
    """Return the item of a finding, which is among the changes if it is to be told of."""
    found = step.finding
    item = {
        **as_item(keys.look(link_id, found)),
        name: items.packed(rows.to_json(found)),
    }
    event = step.event if _is_told(step) else None
    if event is None:
        return item
    place = {"S": keys.river_at(found.at, found.id)}
    return {
        **item,
        "event": {"S": event},
        "behind": items.packed(rows.to_json(step.life)),
        "river": {"S": keys.CHANGES},
        "river_at": place,
        "due": {"S": keys.changes_of(found.feed_id)},
        "due_at": place,
    }


def step(item: Item) -> Step:
    """Return what an item among the changes says."""
    event = item["event"]["S"]
    return Step(
        finding=items.noun(
            Finding, item, "finding" if "finding" in item else "captured"
        ),
        life=items.noun(Life, item, "behind"),
        event=event,
    )


def watch(item: Item) -> Watch | None:
    """Return the watch that an item holds; None: it holds an operator's wish alone."""
    if "life" not in item:
        return None
    due = item["due_at"]["S"].partition("#")[0] if "due_at" in item else None
    return Watch(
        link=item["link"]["S"],
        feed_id=item["feed_id"]["S"],
        entry_key=item["entry_key"]["S"],
        life=items.noun(Life, item, "life"),
        due_at=instants.from_iso(due) if due else None,
        plan=_wish(item),
        tries=int(item.get("tries", {"N": "0"})["N"]),
    )


def _wish(item: Item) -> str | None:
    return item["wish"]["S"] if "wish" in item else None
