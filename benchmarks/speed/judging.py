"""Judging: what the policy adds to a check, beside writing the same report as JSON, which every check does too."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median

from benchmarks.speed.clock import Line, in_turn, most, processor, ratio
from checker.model import (
    IndexStamp,
    Kind,
    Match,
    Notice,
    Passage,
    Report,
    SourcePassage,
    Submitted,
    Tool,
    Use,
    Verdict,
)
from checker.policy.judge import judge
from checker.policy.nouns import Feed, House, Licence, Occasion, Policy, Rules, Waiver
from checker.reports.json import to_json
from checker.standing import Family, Member, Rights, State

MATCHES, NOTICES, LICENCES = 10, 5, 20
EACH = 200
ROUNDS = 9
NOON = datetime(2026, 4, 3, 10, tzinfo=UTC)
WORDS = "Nine goats left Skerrow on the morning ferry, and “nobody counted the hens”, the mayor said on Tuesday. " * 4
HOLDERS = ("The Associated Press", "dpa", "Agence France-Presse", "Meridian Press", "Reuters")
POLICY = Policy(
    House("The Daily Wick", ("Wick Radio",), ("dailywick.example",), "web", "DE", "Europe/Berlin"),
    Rules(minimum_run=5, note_run=11, tolerated_share=0.01, tolerated_words=20),
    feeds=(Feed("mp-ny", "America/New_York"),),
    licences=tuple(
        Licence(
            f"licence {number}",
            HOLDERS[number % len(HOLDERS)],
            channels=("web", "app") if number % 3 else ("print",),
            territories=("DE", "AT"),
            valid_until=datetime(2026 + number % 2, 11, 30, 23, tzinfo=UTC),
            days_on_web=30,
            credit=("mit Material von", HOLDERS[number % len(HOLDERS)]),
            most_words=400,
            line=number,
        )
        for number in range(LICENCES)
    ),
    waivers=tuple(Waiver(f"waiver {n}", "agreed", datetime(2027, 1, 1, tzinfo=UTC), (f"old/{n}/*",)) for n in range(5)),
)


def report() -> Report:
    """A draft with passages of ten stories, some of them corrected, embargoed, or quotations."""
    newest = Member("mp-0v2", "1st Ld-Writethru", "Goats sail", "2026-04-03T07:00:00Z")
    matches = []
    for number in range(MATCHES):
        family = Family("mp-0", newest, 2, State.CORRECTED if number % 4 == 1 else State.USABLE, "2026-04-03T06:30:00Z")
        rights = Rights(
            published="2026-04-02T05:00:00-04:00",
            embargo="2026-04-02T12:00:00" if number % 2 else "",
            feed="mp-ny",
            territory="DE, AT, CH",
            usage="Not for use in print.",
        )
        source = SourcePassage(
            f"mp-{number}", 0, len(WORDS), WORDS, "Goats sail", HOLDERS[number % len(HOLDERS)], "goats", "lead",
            rights=rights, family=family,
        )  # fmt: skip
        low = number * 2 * len(WORDS)
        quotes = ((low + WORDS.index("nobody"), low + WORDS.index("hens") + 4),)
        quoted = number % 5 == 4
        matches.append(
            Match(
                Passage(low, low + len(WORDS), WORDS), source, Kind.VERBATIM, 1.0, 68, 68, 0.2,
                use=Use.QUOTATION if quoted else Use.PROSE,
                speaker="the mayor" if quoted else "",
                quoted=() if quoted else quotes,
            )
        )  # fmt: skip
    notices = [
        Notice(Passage(9_000 + n, 9_090 + n, f"© 2026 {HOLDERS[n]}"), "copyright", HOLDERS[n], years=(2026,))
        for n in range(NOTICES)
    ]
    return Report(
        "draft.txt", Verdict.CLEAR, (), Submitted(12_000, 2_000, 0.3), tuple(matches), (), (), IndexStamp("spec", 1),
        Tool("wirecheck", "0"), notices=tuple(notices),
    )  # fmt: skip


def run() -> list[Line]:
    """Time a judgement, and how many times as long writing the report takes."""
    found, occasion = report(), Occasion(NOON)

    def judged() -> None:
        for _ in range(EACH):
            judge(found, POLICY, occasion)

    def written() -> None:
        for _ in range(EACH):
            to_json(found)

    taken = in_turn({"judged": processor(judged), "written": processor(written)}, ROUNDS)
    each = median(taken["judged"]) / EACH * 1000
    share = ratio(taken["judged"], taken["written"])
    what = f"{MATCHES} matches, {NOTICES} notices, {LICENCES} licences"
    return [
        most(f"judging a report: {what}", each, 1, "ms"),
        Line("beside writing that report as JSON", f"{share:.2f} times the time"),
    ]
