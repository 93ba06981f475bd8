"""The law of excuses: what excuses words excuses these and nothing else, and the rest is judged over the gap."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.check import check
from checker.excuses import BOUNDS, Excuse, addresses, excused
from checker.model import Report, Severity, Use, Verdict
from checker.rights.furniture import calls
from checker.rights.notices import notices
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

DEMO = Path(__file__).parents[1] / "cli" / "demo_data" / "wire.jsonl"
SENTENCE = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"']))\s+(?=[A-Z\"])")
STATED = {
    Excuse.NOTICE: (
        "All rights reserved.",
        "Tutti i diritti riservati.",
        "© 2001 Wick Radio. All rights reserved.",
        "This report may not be published, broadcast, rewritten or redistributed.",
        "May not be published or broadcast:",
        "Nachdruck verboten.",
        "Copyright 2001 Skerrow Herald.",
    ),
    Excuse.FURNITURE: (
        "Click here:",
        "Share this story.",
        "Sign up for our newsletter.",
        "Lesen Sie auch:",
        "(scroll down for",
        "Join the conversation",
    ),
    Excuse.ADDRESS: (
        "http://",
        "https : / /",
        "http:// herald. example",
        "https://herald.example/news/the-moon-is-full",
        "www.herald.example",
        "http : / / www . herald . example / news / 2001",
    ),
}
OTHERS = (
    '"We are glad," the mayor said.',
    "“No comment,” he said.",
    "according to Rosa Lund,",
    "The Meridian Press reported:",
    "(MP)",
    "By ELIN MARCHBANK",
    "Photo: Jo Doe/MP.",
    "could not immediately be reached for comment",
    "President Rosa Lund, Prime Minister Tobias Arrend and Secretary General Maud Keller",
    "on condition of anonymity",
    "3, 17, 29 and 41",
    "In a statement, the board said:",
)
"""What excuses words in other ways: speech, statements, credits, names, set phrases, figures."""


def index(*works: Work) -> MemoryStore:
    store = MemoryStore(secret=bytes(32))
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return store


@cache
def wire() -> tuple[Work, ...]:
    rows = [json.loads(line) for line in DEMO.read_text(encoding="utf-8").splitlines()]
    return tuple(Work(row["id"], row["text"], row["title"], row["holder"], row["story"]) for row in rows)


@cache
def demo() -> MemoryStore:
    return index(*wire())


def flagged(report: Report) -> list[tuple[int, int]]:
    """The spans of the draft that are errors or warnings."""
    return [
        (match.submitted.start, match.submitted.end)
        for match in report.matches
        if match.severity in (Severity.ERROR, Severity.WARNING)
    ]


def woven(sentences: Sequence[str], excuse: str, every: int, before: bool) -> tuple[str, list[tuple[int, int]]]:
    """Sentences with an excuse at every so many of them, and where the sentences stand."""
    out, spans, at = [], [], 0
    for number, sentence in enumerate(sentences):
        pieces = [(sentence, True)]
        if number % every == 0:
            pieces.insert(0 if before else 1, (excuse, False))
        for piece, is_story in pieces:
            if is_story:
                spans.append((at, at + len(piece)))
            out.append(piece)
            at += len(piece) + 1
    return " ".join(out), spans


def share_flagged(report: Report, spans: Sequence[tuple[int, int]]) -> float:
    """The share of the characters of these spans that stand in passages that are errors or warnings."""
    covered = bytearray(max(end for _, end in spans) + 1)
    for start, end in flagged(report):
        covered[start:end] = b"\1" * (min(end, len(covered)) - min(start, len(covered)))
    return sum(covered[start:end].count(1) for start, end in spans) / sum(end - start for start, end in spans)


def body(text: str) -> str:
    """A story from its dateline to its notice, as papers print it."""
    start, end = text.find("(MP) --"), re.search(r"\n[^\n]*\n©", text)
    return " ".join(text[start + 8 if start >= 0 else 0 : end.start() if end else len(text)].split())


def weavings() -> Iterator[tuple[str, str, int, bool]]:
    """Every story with every excuse, at rates and places that all come up for each kind."""
    every = [phrase for kind in STATED.values() for phrase in kind] + list(OTHERS)
    for turn, (work, phrase) in enumerate((work, phrase) for work in wire() for phrase in every):
        yield work.id, phrase, (1, 2, 3, 5, 1000)[turn % 5], bool(turn // 5 % 2)


def test_no_excuse_at_any_rate_hides_a_story() -> None:
    texts = {work.id: SENTENCE.split(body(work.text)) for work in wire()}
    for id, phrase, every, before in weavings():
        draft, spans = woven(texts[id], phrase, every, before)
        report = check(draft, demo())
        share = share_flagged(report, spans)
        assert (report.verdict, report.unjudged) == (Verdict.FLAGGED, ()), (id, phrase, every, before)
        assert share >= 0.9, (id, phrase, every, before, round(share, 3))


COPIED = (
    "Some 300 commuters waited on either bank until a carpenter carried bird and nest away on a tray lined with his "
    "own scarf"
)
STORY = f"PORT HALLAM (MP) -- The swing bridge stuck open on Tuesday. {COPIED}, the harbor office said."
OWN = "Marrow has voted to paint its bandstand green again, and the treasurer abstained."


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        (f"© 2001 Wick Radio. {COPIED}. All rights reserved.", ["© 2001 Wick Radio.", "All rights reserved."]),
        (f"Все права защищены. {COPIED}. Все права защищены.", ["Все права защищены."] * 2),
        (
            f"May not be published, broadcast or redistributed: {COPIED}.",
            ["May not be published, broadcast or redistributed"],
        ),
        (
            f"This report may not be published or redistributed, and {COPIED}, without the permission of Wick Radio.",
            ["This report may not be published or redistributed", "without the permission of Wick Radio"],
        ),
        (f"Nachdruck verboten: {COPIED}.", ["Nachdruck verboten"]),
    ],
)
def test_a_notice_is_the_words_that_state_rights(line: str, stated: list[str]) -> None:
    found = [line[one.start : one.end] for one in excused(line, notices(line))]
    assert found == stated
    report = check(f"{OWN}\n\n{line}\n", index(Work("mp-1", STORY)))
    (match,) = report.matches
    assert (match.use, match.submitted.text) == (Use.PROSE, COPIED)


@pytest.mark.parametrize(
    "line",
    [
        "© 2001 Wick Radio. All rights reserved. This material may not be published, broadcast or rewritten.",
        "Alle Rechte vorbehalten.",
        "No part of this report may be reproduced or redistributed without the written permission of Wick Radio.",
    ],
)
def test_a_genuine_notice_that_the_story_has_too_is_no_copy(line: str) -> None:
    report = check(f"{OWN}\n\n{line}\n", index(Work("mp-1", f"{STORY}\n{line}\n", holder="Wick Radio")))
    assert all(match.use is Use.NOTICE for match in report.matches)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"http:// {COPIED}", ["http://"]),
        (f"https : / / {COPIED}", ["https : / /"]),
        (f"Source: http:// herald.example {COPIED}", ["http:// herald.example"]),
        (f"See http://herald.example/bridge-stuck-open-for-hours?id=4 {COPIED}", None),
        (f"http : / / www. herald. example / news / bridge - open - 2001\n{COPIED}", None),
        (f"www.herald.example {COPIED}", ["www.herald.example"]),
        (f"HTTP://{COPIED}", ["HTTP://Some"]),
        ("http://" + "-".join(["bridge"] * 50), ["http://" + "-".join(["bridge"] * 29)]),
        ("http://例.example/橋が六時間開いたまま", ["http://"]),
    ],
)
def test_an_address_ends_where_an_address_ends(text: str, found: list[str] | None) -> None:
    spans = [text[start:end] for start, end in addresses(text)]
    if found is None:
        assert [text.replace("See ", "")[: text.index(COPIED) - (5 if text.startswith("See ") else 1)]] == spans
    else:
        assert spans == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Tap here: {COPIED}.", ["Tap here"]),
        (f"{COPIED} (click here).", ["click here"]),
        (f"Sent to your inbox: {COPIED}.", ["to your inbox"]),
        ("Click here to subscribe to our newsletter.", ["Click here to subscribe to our newsletter"]),
        (f"{OWN}\nAdvertisement\n{OWN}", ["Advertisement"]),
        (f"{OWN} They called it an advertisement.", []),
    ],
)
def test_a_call_is_the_call_and_not_its_sentence(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in calls(text)] == found


def test_a_call_that_the_story_itself_holds_in_its_sentence_is_copied_with_it() -> None:
    told = (
        "Customers who were told to click here for a free umbrella found that the button opened the swing bridge "
        "instead"
    )
    (match,) = check(
        f"{OWN} {told}. {OWN}", index(Work("mp-1", f"PORT HALLAM (MP) -- {told}, the office said."))
    ).matches
    assert (match.use, match.submitted.text, match.words) == (Use.PROSE, told, len(told.split()))


def test_a_passage_goes_on_over_what_is_excused_and_says_where() -> None:
    first, second = COPIED.split(" until ")
    draft = f"{OWN} {first} All rights reserved. until {second}. {OWN}"
    (match,) = check(draft, index(Work("mp-1", STORY))).matches
    assert match.submitted.text == f"{first} All rights reserved. until {second}"
    assert (match.words, match.kind, match.similarity) == (len(COPIED.split()), "verbatim", 1.0)
    inserted = [draft[one.submitted_start : one.submitted_end] for one in match.edits if one.change == "inserted"]
    assert [text.strip() for text in inserted] == ["All rights reserved."]


@given(st.text(alphabet=st.sampled_from("ab .:/-\n©(c)wWhHtTpP1\u4e00"), max_size=200))
def test_what_is_excused_lies_in_the_text_within_its_bound(text: str) -> None:
    for one in excused(text, notices(text)):
        assert 0 <= one.start < one.end <= len(text)
        assert len(re.findall(r"[^\W_]+", text[one.start : one.end])) <= BOUNDS[one.kind]
