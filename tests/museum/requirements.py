# ruff: noqa: E501  a table
"""What a safe archive is held to, R1 to R32, and by which tests.

A test is named by its file, or by file and function. What is not held yet says why, and
where it is only held in part, which part is missing. Doors that are still being built
put their tests here when they come.
"""

from typing import NamedTuple


class Requirement(NamedTuple):
    """One requirement: what it asks for, the tests that hold it, and what is missing."""

    text: str
    tests: tuple[str, ...] = ()
    not_yet: str = ""


def _all(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"tests/{folder}{name}" for name in names)


REQUIREMENTS = {
    1: Requirement(
        "One module opens sockets, resolves once, vets each address, connects to it, checks the peer",
        (
            *_all("unit/fetch/", "test_only_sockets.py", "test_connection.py::test_the_peer_is_held_against_the_vetted_address"),
            *_all("faults/test_leading_astray.py", "::test_a_name_that_turns_cannot_be_used"),
            "tests/hostile/test_pipeline.py",
        ),
    ),
    2: Requirement("92 of 92 addresses refused, 19 of 19 allowed, on each Python", _all("unit/fetch/", "test_addresses.py")),
    3: Requirement(
        "URL standard's tests without a crash or a wrong host; published lists refused",
        (*_all("unit/fetch/", "test_vetting.py", "test_vetting_corpus.py"), "tests/hostile/test_uris.py"),
    ),
    4: Requirement("Rebinding, redirects, proxies, mixed answers: the inner server is never reached", _all("faults/", "test_leading_astray.py")),
    5: Requirement("51 broken servers end in time and 64 MB, and what came is stored", _all("faults/", "test_broken_http.py")),
    6: Requirement(
        "Bombs: decoding in 100 MB, the wire's bytes intact",
        _all("hostile/test_answers.py::", "test_bombs_take_no_memory", "test_what_a_bomb_leaves", "test_a_bomb_is_stored_as_it_came"),
    ),
    7: Requirement(
        "Feeds are parsed from streams only; nothing escapes; bounded in time and memory",
        (
            "tests/unit/fetch/test_only_sockets.py::test_feedparser_is_given_streams_only",
            "tests/hostile/test_feeds.py",
            "tests/unit/reading/test_corpora.py",
        ),
    ),
    8: Requirement(
        "Readers run in children that can be killed; no bytes are lost",
        ("tests/faults/test_breaking_pages.py", "tests/hostile/test_surviving.py"),
    ),
    9: Requirement("Links at depth 300 and behind it; hostile trees without a crash", ("tests/unit/reading/test_page.py", "tests/hostile/test_pages.py")),
    10: Requirement("Identity: no collision across feeds, nothing lost, stable", ("tests/unit/test_identity.py", "tests/hostile/test_feeds.py::test_no_entry_is_lost_for_its_id")),
    11: Requirement(
        "Naughty strings through API, CLI, table, logs: byte-equal or 400; no line lost",
        ("tests/hostile/test_texts.py", "tests/hostile/test_doors.py", "tests/hostile/test_commands.py", "tests/unit/test_logs.py", "tests/contract/test_naughty.py"),
    ),
    12: Requirement("WARC: CR, LF, NUL, surrogates refused; two readers agree; SHA-256", ("tests/unit/warc/test_records.py", "tests/unit/warc/test_oracles.py")),
    13: Requirement("Keys are made of hashes and times", ("tests/hostile/test_keys.py", "tests/contract/test_warc_store.py")),
    14: Requirement(
        "Replay: no script runs, nothing is asked outside",
        ("tests/browser/test_hostile.py", "tests/unit/reading/test_inert.py", "tests/unit/web/test_replay.py::test_styles_and_pictures_load"),
    ),
    15: Requirement(
        "Every answer, errors included, has the exact header fields",
        ("tests/hostile/test_doors.py", "tests/hostile/test_described.py", "tests/unit/usecases/test_web.py::test_captured_headers_have_no_effect", "tests/unit/web/test_serving.py", "tests/unit/web/test_replay.py::test_whatever_else_is_asked"),
    ),
    16: Requirement(
        "Replay cannot write; private, embargoed and dark captures refused on every path",
        (
            *_all("infra/test_rights.py::", "test_a_replay_can_be_shown", "test_a_replay_leaves_nothing"),
            *_all("unit/web/test_replay.py::", "test_without_a_grant_nothing_is_shown", "test_it_takes_and_gives_no_cookie", "test_decisions_hold_for_grants_given_before"),
            *_all("", "unit/test_grants.py", "e2e/test_access.py", "functions/test_access.py", "functions/test_signin.py"),
        ),
    ),
    17: Requirement(
        "The index derives from the stored object; keys are written once",
        ("tests/contract/test_warc_store.py::test_one_winner", "tests/unit/usecases/test_running.py::test_the_index_equals_one_made_anew"),
    ),
    18: Requirement(
        "Stateful fault model over the real use cases; planted mistakes are found",
        ("tests/faults/test_sealing_model.py", "tests/faults/test_handlers.py"),
    ),
    19: Requirement(
        "Lost replies, 503, throttling, crashes at each commit point: nothing acknowledged is lost",
        (
            "tests/contract/aws/test_faults.py",
            "tests/unit/usecases/test_running.py::test_a_poll_that_dies_is_done_again",
            "tests/unit/usecases/test_running.py::test_a_capture_that_dies_is_done_again",
            "tests/e2e/test_killed.py",
        ),
    ),
    20: Requirement(
        "A poison message holds up nobody; dead letters after five",
        ("tests/functions/test_main_job.py::test_a_poison_page_holds_up_no_other", "tests/infra/test_queues.py::test_what_fails_five_times_goes_to_the_dead_letters"),
        "redrive comes with operations",
    ),
    21: Requirement("The index made anew is equal", ("tests/functions/test_restore_drill.py", "tests/contract/embedded/test_rebuilding.py", "tests/unit/usecases/test_running.py::test_the_index_equals_one_made_anew")),
    22: Requirement(
        "The log is C2SP's; sealed in ten minutes",
        (
            *_all("unit/log/", "test_notes.py", "test_tiles.py", "test_proofs.py", "test_tree.py"),
            "tests/evidence/test_independent.py",
            "tests/functions/test_seals.py::test_a_capture_is_sealed_by_the_next_tick",
        ),
    ),
    23: Requirement("A verifier of its own, offline, standard library only", ("tests/evidence/test_verify_script.py",)),
    24: Requirement(
        "Each act of tampering is performed and named",
        ("tests/evidence/test_matrix.py", "tests/unit/usecases/test_auditing.py", "tests/functions/test_audits.py", "tests/unit/usecases/test_pulling.py"),
    ),
    25: Requirement("RFC 3161 tokens; an absent authority blocks nothing", ("tests/evidence/test_stamping.py",)),
    26: Requirement(
        "Fixity: everything is read again in 90 days; all rows weekly; each audit a leaf; mended from the second copy",
        (
            *_all(
                "unit/usecases/test_auditing.py::",
                "test_everything_is_read_within_ninety_days",
                "test_the_census_is_weekly",
                "test_each_audit_is_a_leaf",
                "test_what_happens_to_an_object",
            ),
            *_all("functions/test_audits.py::", "test_a_hidden_object_is_put_back", "test_an_overwritten_object_is_told_and_then_mended"),
        ),
    ),
    27: Requirement(
        "Object Lock; purges leave a tombstone",
        ("tests/infra/test_storage.py", "tests/evidence/test_matrix.py::test_purge_an_object"),
        "the command that purges comes with access",
    ),
    28: Requirement("Least rights per function, no star", ("tests/infra/test_permissions.py", "tests/infra/test_signing.py", "tests/infra/test_rights.py")),
    29: Requirement(
        "The bucket denies plain HTTP, overwriting, deleting",
        _all("infra/test_buckets.py::", "test_a_key_is_written_once", "test_buckets_are_read_over_tls_only", "test_only_the_break_glass_role_may_delete"),
    ),
    30: Requirement(
        "Quotas fail closed; kill switch; own hosts refused",
        ("tests/infra/test_queues.py::test_the_kill_switch_stops_the_tick_and_the_queues", "tests/hostile/test_surviving.py::test_an_archive_does_not_archive_itself"),
        "quotas come with operations",
    ),
    31: Requirement("robots.txt as RFC 9309 says; the decision is on record", ("tests/unit/test_robots.py", "tests/unit/usecases/test_permission.py"), "no leaf of the log states it yet: it is in the object that has one"),
    32: Requirement("Dependencies locked by hash; no HTTP library on the way to publishers", ("tests/infra/test_locks.py", "tests/unit/fetch/test_only_sockets.py"), "an audit of advisories comes with operations"),
}  # fmt: skip
