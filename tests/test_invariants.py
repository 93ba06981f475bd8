"""A report is true of its text, whatever the text; and one that is not becomes a text that was not judged whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checker.check
from checker.audit.judging import judge_pages
from checker.audit.nouns import Outcome, Page, Setting, Terms
from checker.cases.gather import cases_of
from checker.check import check, check_document, check_safely
from checker.invariants import broken_laws
from checker.model import Match, Report, Severity, Verdict
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY
from checker.readers.document import Document
from checker.reports.json import from_json, to_json
from fingerprints.errors import IndexDamaged
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore
from tests.hostile_drafts import MAKERS, NOTICE, draft

DEMO = Path(__file__).resolve().parents[1] / "cli" / "demo_data" / "wire.jsonl"
SEEDS = range(int(os.environ.get("WIRECHECK_DRAFTS", "3")) * len(MAKERS))
"""WIRECHECK_DRAFTS=70 tries 2,100 drafts instead of 90."""
PART = 30


@cache
def stories() -> tuple[str, ...]:
    """The demonstration's stories, and one of them with a notice and a line of a player in it."""
    told = [json.loads(line)["text"] for line in DEMO.read_text(encoding="utf-8").splitlines()]
    head, _, rest = told[3].partition("\n\n")
    return (*told, f"{head}\n\nTap here: play the video\n\n{rest}\n\n{NOTICE}")


def excerpt(number: int) -> str:
    """The body of a story, without the notice at its end."""
    return "\n\n".join(stories()[number].split("\n\n")[1:4])


@cache
def wire() -> MemoryStore:
    store = MemoryStore(secret=bytes(range(32)))
    works = [Work(f"mp-{n}", text, holder="Meridian Press") for n, text in enumerate(stories())]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return store


def holds(text: str) -> Report:
    """The report on a text: true of it, the same when it is read back, and judged the same again."""
    report = check(text, wire())
    assert list(broken_laws(report)) == []
    assert not any("please report this" in reason for reason in report.reasons)
    for match in report.matches:
        source = stories()[int(match.source.id.removeprefix("mp-"))]
        assert match.source.text == source[match.source.start : match.source.end]
    written = to_json(report)
    back = from_json(written)
    assert to_json(judge(back, DEFAULT_POLICY)) == written
    return report


@pytest.mark.parametrize("first", range(0, len(SEEDS), PART))
def test_the_report_on_a_hostile_draft_is_true_of_it(first: int) -> None:
    for seed in SEEDS[first : first + PART]:
        text = draft(seed, stories())
        try:
            holds(text)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}: {error}") from error


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=10**6), st.text(max_size=40), st.integers(0, 400))
def test_the_report_on_any_draft_with_anything_in_it_is_true_of_it(seed: int, anything: str, at: int) -> None:
    text = draft(seed, stories())
    holds(text[:at] + anything + text[at:])


# ---- a report that is not true of its text ---------------------------------------------------------------------------


def spoilt(change: Callable[[Match], Match]) -> Callable[..., Report]:
    """The making of reports, with its first match changed."""
    made = checker.check.report

    def make(*given: object) -> Report:
        whole = made(*given)  # type: ignore[arg-type]
        return replace(whole, matches=(change(whole.matches[0]), *whole.matches[1:]))

    return make


BREAKERS = {
    "its span runs backwards in the story": lambda m: replace(m, source=replace(m.source, start=m.source.end + 1)),
    "its share is below 0": lambda m: replace(m, source_share=-0.64),
    "its similarity is no number": lambda m: replace(m, similarity=float("nan")),
    "its words are not there": lambda m: replace(m, submitted=replace(m.submitted, text="What is not there")),
    "it ends behind the text": lambda m: replace(m, submitted=replace(m.submitted, end=10**6)),
    "it has more words than it is long": lambda m: replace(m, words=10**6),
    "its longest run is longer than it": lambda m: replace(m, longest_run=m.words + 1),
    "a quotation lies outside of it": lambda m: replace(m, quoted=((m.submitted.end, m.submitted.end + 4),)),
    "an edit lies outside of it": lambda m: replace(m, edits=(replace(m.edits[0], source_end=10**6), *m.edits[1:])),
    "its edits do not reach its end": lambda m: replace(m, edits=(replace(m.edits[0], submitted_end=3),)),
}


@pytest.mark.parametrize("breaker", BREAKERS)
def test_a_match_that_breaks_a_law_is_left_out_and_the_text_not_clear(
    breaker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker.check, "report", spoilt(BREAKERS[breaker]))
    report = check(excerpt(4), wire())
    assert report.verdict is Verdict.INCOMPLETE
    assert report.matches == ()
    assert report.submitted.copied_words == 0
    (reason,) = report.unjudged
    assert reason.startswith("a part of the report on it contradicted the text and was left out (match 1: ")
    assert from_json(to_json(report)).verdict is Verdict.INCOMPLETE


def test_what_is_sound_beside_it_stays_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    both = f"{excerpt(4)}\n\nThe tide tables for the week are on page nine.\n\n{excerpt(9)}"
    whole = check(both, wire())
    monkeypatch.setattr(checker.check, "report", spoilt(BREAKERS["its share is below 0"]))
    report = check(both, wire())
    assert report.verdict is Verdict.FLAGGED
    assert report.matches == whole.matches[1:]
    assert [story.id for story in report.stories] == ["mp-9"]
    assert report.unjudged


def test_a_report_that_cannot_be_mended_says_only_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object, **named: object) -> Report:
        raise ValueError("no words of the draft")

    monkeypatch.setattr(checker.check, "report", spoilt(BREAKERS["its share is below 0"]))
    monkeypatch.setattr("checker.invariants._without_broken", fail)
    report = check_document(Document("quay.txt", excerpt(4), format="text"), wire())
    assert (report.verdict, report.matches) == (Verdict.INCOMPLETE, ())
    assert report.unjudged
    assert report.id == "quay.txt"


def test_in_an_audit_such_a_page_is_not_judged_whole_and_the_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    copies = [Page(n, "in", f"in/{n}.txt", f"{n}.txt", excerpt(story).encode()) for n, story in enumerate((4, 9))]
    setting = Setting(DEFAULT_POLICY, Terms(datetime(2026, 11, 30, tzinfo=UTC)))
    made, breaker = checker.check.report, BREAKERS["its span runs backwards in the story"]

    def make(id: str, text: str, *given: object) -> Report:
        whole = made(id, text, *given)  # type: ignore[arg-type]
        return replace(whole, matches=tuple(map(breaker, whole.matches))) if text == excerpt(4) else whole

    monkeypatch.setattr(checker.check, "report", make)
    first, second = judge_pages(copies, wire(), setting)
    assert (first.outcome, first.verdict, second.verdict) == (Outcome.JUDGED, "incomplete", "flagged")
    assert "its place in the story goes from" in first.why[0]
    assert cases_of([first, second])[0].page_count == 1


def test_places_in_a_file_must_lie_within_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = checker.check.located

    def misplaced(report: Report, document: Document) -> Report:
        found = made(report, document)
        match = found.matches[0]
        beyond = replace(match.submitted, file=(0, len(document.original) + 1))
        return replace(found, matches=(replace(match, submitted=beyond), *found.matches[1:]))

    monkeypatch.setattr(checker.check, "located", misplaced)
    story = excerpt(4)
    document = Document("quay.html", story, format="html", original=f"<p>{story}</p>")
    report = check_document(document, wire())
    assert report.verdict is Verdict.INCOMPLETE
    assert "its place in the file lies outside of the file" in report.unjudged[0]


def test_a_verdict_follows_from_what_was_found() -> None:
    report = check(excerpt(4), wire())
    assert [str(one) for one in broken_laws(replace(report, verdict=Verdict.CLEAR))] == [
        "its verdict: it does not follow from its matches and notices"
    ]
    clear = check("The tide tables for the week are on page nine.", wire())
    assert list(broken_laws(replace(clear, unjudged=("its last page is a picture",), verdict=Verdict.CLEAR)))
    assert all(match.severity is Severity.ERROR for match in report.matches)


def test_a_text_at_which_the_program_fails_is_not_judged_and_says_no_word_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    secret = "the harbour master's unpublished letter about the rope"

    def fail(*args: object, **options: object) -> Report:
        raise ValueError(secret)

    monkeypatch.setattr(checker.check, "check", fail)
    report = check_safely(Document("draft.txt", secret), wire())
    assert (report.verdict, report.id) == (Verdict.INCOMPLETE, "draft.txt")
    (reason,) = report.unjudged
    assert reason.startswith("Wirecheck failed at it (ValueError in test_invariants.py, line ")
    assert secret not in to_json(report)


def test_what_fails_with_the_next_text_as_well_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **options: object) -> Report:
        raise IndexDamaged("page 7 of the catalogue is damaged")

    monkeypatch.setattr(checker.check, "check", fail)
    with pytest.raises(IndexDamaged):
        check_safely(Document("draft.txt", "The night ferry to Skerrow lay at the quay."), wire())
