"""The judge: every rule by its name, each with what was wrong, in words. Pure.

A rule's docstring says what a polite reader does; what it yields are violations. The
rules stand on what publishers ask of readers and on the RFCs: 9110 (validators,
redirects, Retry-After), 9111 (freshness), 9309 (robots.txt), RSS 2.0 (ttl, skipHours,
skipDays).
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from tests.manners import conditions, harvest, moves, pace
from tests.manners.evidence import Evidence

Rule = Callable[[Evidence], Iterator[str]]
_TOLD = 12

_ALL: tuple[Rule, ...] = (
    conditions.asks_conditionally,
    conditions.repeats_validators_exactly,
    conditions.accepts_gzip,
    conditions.sends_no_cookie_and_no_referer,
    conditions.says_who_it_is,
    conditions.asks_only_what_is_offered,
    pace.leaves_a_quarter_of_an_hour,
    pace.stays_within_the_expected_polls,
    pace.waits_while_fresh,
    pace.keeps_ttl_and_period,
    pace.keeps_skip_hours_and_days,
    pace.keeps_retry_after,
    pace.keeps_retry_after_of_the_host,
    pace.backs_off,
    pace.keeps_trying,
    pace.spreads_feeds,
    pace.spaces_requests,
    moves.adopts_a_move_that_holds,
    moves.does_not_adopt_too_soon,
    moves.never_adopts_a_temporary_move,
    moves.stops_at_410,
    harvest.misses_no_entry,
    harvest.finds_entries_in_time,
    harvest.tells_no_entry_twice,
    harvest.counts_what_rolled_over,
    harvest.captures_every_open_article,
    harvest.keeps_out_of_disallowed_pages,
    harvest.reads_robots_txt,
    harvest.asks_robots_txt_seldom,
    harvest.asks_a_page_seldom,
)
RULES: Mapping[str, Rule] = {rule.__name__: rule for rule in _ALL}


def violations(rule: str, evidence: Evidence) -> list[str]:
    """Return the first violations of the rule of this name, in words."""
    return list(islice(RULES[rule](evidence), _TOLD))


def score(evidence: Evidence) -> dict[str, list[str]]:
    """Return the violations of every rule that is broken."""
    return {name: found for name in RULES if (found := violations(name, evidence))}
