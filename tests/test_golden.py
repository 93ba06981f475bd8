"""Drafts and stories in plain files, with what the report must say: see `golden/README.md`."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from checker.check import check
from checker.model import Kind, Reason, Severity, Status, Verdict
from checker.policy import load
from checker.policy.nouns import DEFAULT_POLICY, Occasion
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

FOLDER = Path(__file__).with_name("golden")
FILES = sorted(FOLDER.glob("*.txt"))
ASIDE = (Reason.FORMULAIC, Reason.NAMES, Reason.STOCK_PHRASE, Reason.TOO_SHORT)
"""The reasons that goldens must show at work, each in three files at least."""
MATCH = re.compile(r'(?P<id>\S+) "(?P<words>.+)" (?P<kind>\w+)(?: (?P<status>[\w-]+) (?P<severity>\w+))?')
NOTICE = re.compile(r'"(?P<words>.+)" (?P<kind>\w+) "(?P<holder>[^"]*)"(?P<rest>(?: \w+)*)')
BORDER = re.compile(r"^--- (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Golden:
    """One file. `matches` are (story, first character, character behind the last, kind, status, severity), in the
    draft's order; `notices` are (first character, character behind the last, kind, holder, years and acts)."""

    verdict: Verdict
    matches: list[tuple[str, int, int, Kind, Status, Severity]]
    notices: list[tuple[int, int, str, str, list[str]]]
    dropped: set[Reason]
    stories: list[Work]
    policy: str
    at: datetime | None
    draft: str


def read(path: Path) -> Golden:
    """Raises AssertionError where the file is not written as the README asks."""
    header, *rest = BORDER.split(path.read_text(encoding="utf-8"))
    parts = list(zip(rest[0::2], (text.strip("\n") for text in rest[1::2]), strict=True))
    assert parts and parts[-1][0] == "draft", "the draft comes last, behind a line `--- draft`"
    draft = parts[-1][1]
    stories, policy = [], ""
    for title, text in parts[:-1]:
        word, _, rest_of_title = title.partition(" ")
        if title == "policy":
            policy = text
            continue
        assert word == "source", f"unknown part: {title}"
        id, _, name = rest_of_title.partition(" ")
        stories.append(Work(id, text, name, "Meridian Press"))
    verdicts, matches, notices, dropped, at = [], [], [], set(), None
    for line in header.splitlines():
        name, _, value = line.partition(": ")
        if name == "expect":
            verdicts.append(Verdict(value))
        elif name == "match":
            matches.append(expected(value, draft))
        elif name == "notice":
            notices.append(expected_notice(value, draft))
        elif name == "at":
            at = datetime.fromisoformat(value)
        elif name == "dropped":
            dropped.add(Reason(value))
        else:
            assert not line or line.startswith("#"), f"unknown line: {line}"
    assert len(verdicts) == 1, "one line `expect: flagged` or `expect: clear`"
    speaks = bool(notices) or any(match[-1] is not Severity.NOTE for match in matches)
    assert verdicts[0] is not Verdict.FLAGGED or speaks, "a flagged draft has matches"
    assert verdicts[0] is not Verdict.CLEAR or not any(match[-1] is not Severity.NOTE for match in matches)
    return Golden(verdicts[0], matches, notices, dropped, stories, policy, at, draft)


def expected(line: str, draft: str) -> tuple[str, int, int, Kind, Status, Severity]:
    """`ID "first words ... last words" kind`, with the words looked up in the draft; any white space fits any other."""
    found = MATCH.fullmatch(line)
    assert found, f'a match is written ID "first words ... last words" kind, not {line}'
    status, severity = Status(found["status"] or "copied"), Severity(found["severity"] or "error")
    return found["id"], *place(found["words"], draft), Kind(found["kind"]), status, severity


def expected_notice(line: str, draft: str) -> tuple[int, int, str, str, list[str]]:
    """`"first words ... last words" kind "holder" years acts`."""
    found = NOTICE.fullmatch(line)
    assert found, f'a notice is written "first words ... last words" kind "holder" years acts, not {line}'
    return *place(found["words"], draft), found["kind"], found["holder"], found["rest"].split()


def place(words: str, draft: str) -> tuple[int, int]:
    first, _, last = words.partition(" ... ")
    begin = find(first, draft, 0)
    end = find(last, draft, begin.end()) if last else begin
    return begin.start(), end.end()


def find(words: str, draft: str, start: int) -> re.Match[str]:
    found = re.compile(r"\s+".join(map(re.escape, words.split()))).search(draft, start)
    assert found, f"these words are not in the draft: {words}"
    return found


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_golden(path: Path, tmp_path: Path) -> None:
    golden = read(path)
    store = MemoryStore(secret=bytes(32))
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in golden.stories])
    store.apply([Upsert(work, row) for work, row in zip(golden.stories, rows, strict=True)])
    policy = DEFAULT_POLICY
    if golden.policy:
        (tmp_path / "wirecheck.toml").write_text(golden.policy, encoding="utf-8")
        policy = load.read(tmp_path / "wirecheck.toml")
    report = check(golden.draft, store, policy, Occasion(golden.at))
    matches = [
        (one.source.id, one.submitted.start, one.submitted.end, one.kind, one.status, one.severity)
        for one in report.matches
    ]
    shown = [
        f"{match.source.id} {match.submitted.text!r} {match.kind} {match.status} {match.severity}: {match.why}"
        for match in report.matches
    ]
    assert matches == golden.matches, "\n".join(["found instead:", *shown])
    assert report.verdict is golden.verdict, report.reasons
    if golden.notices:
        assert golden.notices == [
            (one.submitted.start, one.submitted.end, one.kind, one.holder, [*map(str, one.years), *one.terms])
            for one in report.notices
        ]
    if golden.dropped:
        reasons = {f"{one.submitted.text!r} {one.detail}": one.reason for one in report.dropped}
        assert set(reasons.values()) == golden.dropped, reasons


def test_every_reason_is_shown_in_three_files_and_by_drafts_that_must_be_flagged() -> None:
    goldens = [read(path) for path in FILES]
    shown = Counter(reason for golden in goldens for reason in golden.dropped)
    assert {reason: shown[reason] >= 3 for reason in ASIDE} == dict.fromkeys(ASIDE, True)
    assert len(goldens) >= 24
    assert sum(golden.verdict is Verdict.FLAGGED for golden in goldens) >= 10


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("expect: clear\n", "the draft comes last"),
        ("--- source a\nx\n--- draft\ny\n", "one line `expect"),
        ("expect: flagged\n--- draft\ny\n", "a flagged draft has matches"),
        ('expect: flagged\nmatch: a "no such" verbatim\n--- draft\ny\n', "not in the draft: no such"),
        ("expect: flagged\nmatch: a y verbatim\n--- draft\ny\n", "a match is written"),
        ("expect: clear\nremark: x\n--- draft\ny\n", "unknown line: remark: x"),
        ("expect: clear\n--- story a\nx\n--- draft\ny\n", "unknown part: story a"),
    ],
)
def test_a_golden_written_wrongly_says_so(text: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "wrong.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match=complaint):
        read(path)
