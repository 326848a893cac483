"""The judge is judged: a polite reader has a full score, and each rule finds a rude one."""

from datetime import timedelta

import pytest

from tests.manners.cast import Span, everybody
from tests.manners.documents import DAY, MINUTE
from tests.manners.evidence import Evidence
from tests.manners.judge import RULES, score, violations
from tests.manners.readers import Manners, Reader
from tests.manners.simulate import MONTH, SINCE
from tests.manners.town import Standing, Town

NEVER = 10_000
WEEK = timedelta(weeks=1)
RUDE = {
    "asks_conditionally": Manners(conditional=False),
    "repeats_validators_exactly": Manners(both_validators=False),
    "accepts_gzip": Manners(codings="br, gzip;q=0"),
    "sends_no_cookie_and_no_referer": Manners(cookie="visitor=42"),
    "says_who_it_is": Manners(agent="Mozilla/5.0 (X11; Linux x86_64)"),
    "asks_only_what_is_offered": Manners(query="?_=1"),
    "leaves_a_quarter_of_an_hour": Manners(shortest=10 * MINUTE, eagerness=0.1),
    "stays_within_the_expected_polls": Manners(eagerness=0.1),
    "waits_while_fresh": Manners(heeds_freshness=False, eagerness=0.3),
    "keeps_ttl_and_period": Manners(heeds_ttl=False, eagerness=0.5),
    "keeps_skip_hours_and_days": Manners(heeds_skips=False),
    "keeps_retry_after": Manners(heeds_retry_after=False, heeds_host=False),
    "keeps_retry_after_of_the_host": Manners(heeds_host=False, eagerness=0.5),
    "backs_off": Manners(backs_off=False),
    "keeps_trying": Manners(gives_up=True),
    "spreads_feeds": Manners(jitter=0),
    "spaces_requests": Manners(pause_s=0.1),
    "adopts_a_move_that_holds": Manners(held_polls=NEVER),
    "does_not_adopt_too_soon": Manners(held_polls=1),
    "never_adopts_a_temporary_move": Manners(adopts_temporary=True),
    "stops_at_410": Manners(stops_at_410=False),
    "misses_no_entry": Manners(eagerness=100, shortest=3 * DAY),
    "finds_entries_in_time": Manners(whole_after=NEVER * DAY),
    "tells_no_entry_twice": Manners(entry_times=2),
    "counts_what_rolled_over": Manners(counts_rolled=False),
    "captures_every_open_article": Manners(skips_pages=True),
    "keeps_out_of_disallowed_pages": Manners(reads_robots=False),
    "reads_robots_txt": Manners(robots_kept=2 * DAY),
    "asks_robots_txt_seldom": Manners(robots_kept=timedelta()),
    "asks_a_page_seldom": Manners(page_times=6),
}


def read(manners: Manners, span: timedelta = MONTH) -> Evidence:
    """Return what so much time with this reader leaves to judge."""
    clock, until = Standing(SINCE), SINCE + span
    town = Town(everybody(Span(SINCE, until)), clock)
    return Reader(town=town, clock=clock, manners=manners).read(until)


@pytest.mark.parametrize("span", [WEEK, MONTH])
def test_a_full_score_can_be_had(span: timedelta) -> None:
    """All rules can be kept at once, by a reader of some two hundred lines."""
    assert {} == score(read(Manners(), span))


@pytest.mark.parametrize("rule", RULES)
def test_a_rude_reader_is_found_out(rule: str) -> None:
    """Whoever breaks a rule is told, mostly in a week, and the rule says where."""
    assert any(violations(rule, read(RUDE[rule], span)) for span in (WEEK, MONTH))
