"""What an invocation came to, told: to the log, to CloudWatch's metrics, to the tallies.

One line for each job, one with the metrics, and one write to the day's tally, in which
stands what the invocation has used as well: `hozon status` reads it.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from hozon import metrics
from hozon.accounts import logs
from hozon.eventlog import EventLog
from hozon.nouns.errors import HozonError
from hozon.nouns.tallies import WHOLE
from hozon.wiring import Deployed

if TYPE_CHECKING:
    from hozon.nouns.outcomes import Outcome
    from hozon.working.quotas import Allowance


@dataclass(frozen=True, slots=True)
class Spent:
    """What an invocation has used since it began; `context` is Lambda's."""

    context: Any
    deployed: Deployed
    since_s: float

    def counts(self) -> Counter[str]:
        """Return it, by the names of the tally. What was returned is not again."""
        took_ms = round((time.monotonic() - self.since_s) * 1000)
        memory_mb = int(self.context.memory_limit_in_mb)
        used = self.deployed.used()
        used.update(lambda_invocations=1, lambda_mb_ms=memory_mb * took_ms)
        return used


@dataclass(slots=True, kw_only=True)
class Report:
    """Tells of one invocation. What it writes to the log counts as used, too."""

    spent: Spent
    log: EventLog
    counts: Counter[str] = field(default_factory=Counter)
    values: dict[str, metrics.Value] = field(default_factory=dict)

    @classmethod
    def of(cls, spent: Spent) -> "Report":
        """Return the report of an invocation that has begun."""
        log = EventLog.of(spent.context, stack=spent.deployed.settings.name)
        report = cls(spent=spent, log=log)

        def write(text: str) -> None:
            report.counts["log_bytes"] += len(text.encode()) + 1
            log.write(text)

        report.log = replace(log, write=write)
        return report

    def tell(self, outcome: "Outcome | BaseException", **about: Any) -> None:
        """Tell what a job came to, in one line."""
        if isinstance(outcome, BaseException):
            self.log.fault("job failed", reason=_reason(outcome), **about)
            return
        self.counts.update(outcome.counts, jobs=1)
        say = self.log.warning if outcome.problem else self.log.info
        say(
            "job done",
            subject=outcome.subject,
            problem=outcome.problem,
            counts={name: n for name, n in outcome.counts.items() if n},
            **about,
        )

    def handed_back(self, count: int, *, waited_s: Sequence[float]) -> None:
        """Say how many messages come again, and how long each had waited."""
        self.counts.update(batches=1, messages=len(waited_s), handed_back=count)
        if waited_s:
            self.values["BacklogAge"] = round(max(waited_s), 1)

    async def settle(self, allowance: "Allowance") -> None:
        """Write the metrics and the tallies.

        The work is done by now: where the tally cannot be had, that is told, and the
        messages do not come again for it.
        """
        counts = self._measured()
        try:
            await allowance.settle(counts)
        except HozonError as e:
            self.log.fault("tally lost", reason=str(e), counts=dict(counts))

    def settle_now(self, counts: Counter[str] | None = None) -> None:
        """Write the metrics and the tally of an invocation that captures nothing."""
        self.counts.update(counts or {})
        archive = self.spent.deployed.archive
        counts = self._measured()
        try:
            day = archive.clock().astimezone(UTC).date()
            archive.tallies.add(day, WHOLE, counts)
        except HozonError as e:
            self.log.fault("tally lost", reason=str(e), counts=dict(counts))

    def _measured(self) -> Counter[str]:
        """Write the metrics, and return all that is to be counted."""
        counts = self.counts + self.spent.counts()
        values = {**metrics.of_counts(counts), **self.values}
        stack = self.spent.deployed.settings.name
        at = self.spent.deployed.archive.clock()
        text = metrics.emf(values, stack=stack, at=at, also=self._also(counts))
        self.log.write(text)
        return counts + Counter(log_bytes=len(text.encode()) + 1)

    def _also(self, counts: Counter[str]) -> dict[str, Any]:
        return {
            "level": "INFO",
            "event": "measured",
            "function": self.spent.context.function_name,
            "counts": dict(counts),
        }


def served(answer: dict[str, Any], spent: Spent) -> dict[str, Any]:
    """Tell that a reader was answered (not what they asked for); return the answer."""
    log = EventLog.of(spent.context, stack=spent.deployed.settings.name)
    status = answer["statusCode"]
    say = log.fault if status >= 500 else log.info
    used = {k: v for k, v in spent.counts().items() if v}
    say("served", status=status, bytes=len(answer.get("body") or ""), used=used)
    return answer


def _reason(error: BaseException) -> str:
    if isinstance(error, HozonError):
        return str(error)
    return logs.redacted(f"{type(error).__name__}: {error}")
