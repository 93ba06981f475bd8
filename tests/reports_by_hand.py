"""Reports made by hand for the tests of the renderers; the agency is invented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from checker.model import (
    Change,
    Dropped,
    Edit,
    IndexStamp,
    Judged,
    Kind,
    Match,
    Notice,
    Passage,
    Reason,
    Report,
    Severity,
    SourcePassage,
    Status,
    StorySummary,
    Submitted,
    Tool,
    Use,
    Verdict,
)
from checker.standing import Family, Member, Rights, State

STORY = "The old ferry left Skerrow at dawn with nine goats aboard. Nobody counted the hens."
DRAFT = "Our island\nThe old boat left Skerrow at dawn with nine goats aboard, we hear."


def match(
    text: str,
    start: int,
    end: int,
    *,
    source: str | None = None,
    source_start: int = 0,
    title: str = "Goats sail",
    edits: Sequence[Edit] = (),
    kind: Kind = Kind.VERBATIM,
    id: str = "mp-1",
) -> Match:
    """text[start:end] as a match of `source`, which is the same words unless given."""
    words = text[start:end] if source is None else source
    return Match(
        submitted=Passage(start, end, text[start:end]),
        source=SourcePassage(
            id, source_start, source_start + len(words), words, title, "Meridian Press", "goats", "lead"
        ),
        kind=kind,
        similarity=1.0 if kind is Kind.VERBATIM else 0.9,
        words=max(1, len(text[start:end].split())),
        longest_run=3,
        source_share=0.5,
        edits=tuple(edits),
    )


def report(text: str, matches: Sequence[Match] = (), *, id: str = "draft.txt", **changes: object) -> Report:
    """A report about `text`."""
    words = len(text.split())
    copied = sum(one.words for one in matches)
    values: dict[str, object] = {
        "id": id,
        "verdict": Verdict.FLAGGED if matches else Verdict.CLEAR,
        "reasons": (),
        "submitted": Submitted(len(text), words, min(1.0, copied / max(1, words)), copied),
        "matches": tuple(matches),
        "dropped": (),
        "stories": tuple(
            StorySummary(one.source.id, one.source.title, one.source.holder, one.words, 0.5, one.source_share, 3)
            for one in matches
        ),
        "index": IndexStamp("0123456789abcdef", 14),
        "tool": Tool("wirecheck", "0.1.0"),
        "text": text,
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


def ferry() -> Report:
    """One edited passage on the second line, in which `ferry` became `boat`, and one passage set aside."""
    start, end = DRAFT.index("The old"), DRAFT.index(", we hear")
    passage = STORY[: STORY.index(".")]
    here, there = DRAFT.index("boat"), STORY.index("ferry")
    edits = (
        Edit(Change.EQUAL, start, here, 0, there),
        Edit(Change.REPLACED, here, here + 4, there, there + 5),
        Edit(Change.EQUAL, here + 4, end, there + 5, len(passage)),
    )
    found = match(DRAFT, start, end, source=passage, edits=edits, kind=Kind.EDITED)
    aside = Dropped(
        Passage(0, 10, DRAFT[:10]),
        SourcePassage("mp-2", 0, 10, "our island", "Islands"),
        1.0,
        2,
        Reason.STOCK_PHRASE,
        "in 9 stories",
    )
    return report(DRAFT, [found], dropped=(aside,))


MP = "Meridian Press"
FERRY_FAMILY = Family(
    "mp-1",
    Member("mp-9", "4th Lead-Writethru", "Goats stay ashore", "2026-03-01T12:30:00Z", why="slug"),
    5,
    State.KILLED,
    since="2026-03-01T12:04:00Z",
    by="mp-8",
)
ISLAND = "Islanders wait for the ferry\n\nSKERROW (MP) - "
PIECES: tuple[tuple[Status, Severity, str, str], ...] = (
    (
        Status.KILLED,
        Severity.ERROR,
        "The old ferry left Skerrow at dawn with nine goats aboard and no captain anybody could name.",
        "17 words of Meridian Press copy, story killed at 12:04: do not publish",
    ),
    (
        Status.WITHHELD,
        Severity.ERROR,
        "Two of the goats are thought to belong to the mayor, who is not speaking to the harbour office.",
        "19 words of Meridian Press copy, withheld by its agency: do not publish",
    ),
    (
        Status.EMBARGOED,
        Severity.ERROR,
        "The council will name a new ferry company on Friday, according to papers seen by two members.",
        "17 words of Meridian Press copy, under embargo until 6 March 2026, 09:00: do not publish yet",
    ),
    (
        Status.COPIED,
        Severity.ERROR,
        "Fishermen who met the boat halfway said that it was steering well, considering.",
        "13 words of Meridian Press copy, and no licence for it is known",
    ),
    (
        Status.CREDIT_MISSING,
        Severity.WARNING,
        "A timetable pinned to the pier still promises four crossings a day until the end of May.",
        "licensed from Meridian Press until 30 November: credit line missing",
    ),
    (
        Status.OVER_QUOTA,
        Severity.WARNING,
        "The shop has sold all of its rope, most of its biscuits and the only map of the strait.",
        "licensed from Meridian Press for 100 words of a story: this text takes 190",
    ),
    (
        Status.EXPIRED,
        Severity.ERROR,
        "Last winter the same boat lay on a sandbank for a week with a cargo of pianos.",
        "17 words of Meridian Press copy, whose 30 days on the web ended on 14 February",
    ),
    (
        Status.LICENSED,
        Severity.NOTE,
        "The weather office expects fog on Thursday and a light wind from the south.",
        "licensed from Meridian Press until 30 November, credited: fine",
    ),
    (
        Status.OWN,
        Severity.NOTE,
        "Our reporter counted eleven people and one dog on the quay at seven in the morning.",
        "our own copy, which Meridian Press took over: fine",
    ),
    (
        Status.WAIVED,
        Severity.NOTE,
        "The strait between the island and the mainland is four miles wide at low water.",
        "waived until 1 June (geography-box): a fact box that both desks wrote",
    ),
    (
        Status.QUOTED,
        Severity.NOTE,
        "“Nobody counted the hens, and nobody will, while I am the minister for islands,” she told the chamber.",
        "quotation of the minister for islands, 14 words, attributed: fine",
    ),
    (
        Status.STOCK,
        Severity.NOTE,
        "The harbour office did not immediately respond to a request for comment.",
        "a stock phrase that 41 stories have: fine",
    ),
    (
        Status.FACTS,
        Severity.NOTE,
        "Skerrow, population 212, lies four miles west of Port Dunmore.",
        "10 words of facts that two who report the same thing share: fine",
    ),
    (
        Status.NOTICE,
        Severity.NOTE,
        "Get the island letter in your inbox every morning: sign up here for free.",
        "14 words of a notice or of a site's furniture: fine",
    ),
)
"""A passage for each status: what it is, how grave, its words, and why."""
FOOT = (
    "Ann Tarrant in Port Dunmore contributed to this report.\n"
    "©MMI The Meridian Press. All Rights Reserved. This material may not be published, broadcast, rewritten, or redis"
)


def _source(number: int, status: Status, words: str) -> SourcePassage:
    rights, family, text = Rights(published="2026-03-01T06:00:00Z"), None, words
    if status is Status.KILLED:
        rights = Rights(State.KILLED, note="KILL: the captain has a name", doubts=("its status is usable",))
        family = FERRY_FAMILY
    elif status is Status.WITHHELD:
        rights = Rights(State.WITHHELD)
    elif status is Status.EMBARGOED:
        rights = Rights(
            embargo="2026-03-06T09:00:00+01:00", expression='<o:policy xmlns:o="odrl"><o:prohibition/></o:policy>'
        )
    elif status is Status.CREDIT_MISSING:
        rights = Rights(usage="Not for use in print. No archive after 30 days.", credit="MP", territory="NO, SE")
    elif status is Status.EXPIRED:
        rights, text = Rights(expires="2026-02-14", expired="2026-02-15T03:00:00Z"), ""
    family = family or (FERRY_FAMILY if number == 4 else None)
    title = "Goats sail" if family else f"Skerrow notes, {number}"
    version = "2nd Lead-Writethru" if family else str(number)
    return SourcePassage(
        "mp-1" if family else f"mp-{20 + number}", 40, 40 + len(words), text, title, MP, "goats", version,
        rights=rights, family=family,
    )  # fmt: skip


def every_status() -> Report:
    """A draft with a passage in every status, each with its sentence, and three notices."""
    text, matches = ISLAND, []
    for number, (status, severity, words, why) in enumerate(PIECES, 1):
        start, end = len(text), len(text) + len(words)
        text += words + "\n\n"
        said = words.partition(",” ")[0] + ",”" if words.startswith("“") else ""
        quoted = ((start, start + len(said)),) if said else ()
        if status is Status.COPIED:
            quoted = ((start + words.index("it was steering"), end - 1),)
        matches.append(
            Match(
                Passage(start, end, words),
                _source(number, status, words),
                Kind.VERBATIM,
                1.0,
                len(words.split()),
                len(words.split()),
                0.1,
                status,
                severity,
                (Edit(Change.EQUAL, start, end, 40, 40 + len(words)),),
                use=USES.get(status, Use.PROSE),
                speaker="the minister for islands" if said else "",
                quoted=quoted,
                rule=str(status),
                why=why,
            )
        )
    text += FOOT
    return report(
        text,
        matches,
        id="islanders.txt",
        reasons=(
            "the last 2 pages are images",
            *(f"{one.rule}: {one.why}" for one in matches if one.severity is not Severity.NOTE),
            "mp-1: its status is usable",
        ),
        unjudged=("the last 2 pages are images",),
        notices=tuple(_notices(text)),
        judged=Judged("wirecheck.toml", "ab12cd34", "2026-03-01T13:00:00+00:00", "web", "NO"),
    )


USES = {Status.QUOTED: Use.QUOTATION, Status.STOCK: Use.STOCK, Status.FACTS: Use.FACTS, Status.NOTICE: Use.NOTICE}


def _notices(text: str) -> Iterator[Notice]:
    def found(kind: str, words: str, **more: Any) -> Notice:
        start = text.index(words)
        return Notice(Passage(start, start + len(words), words), kind, "Meridian Press", "mp", MP, **more)

    acts = ("published", "broadcast", "rewritten", "redistributed")
    why = "carries a notice of Meridian Press, 2001: may not be published, broadcast, rewritten, redistributed"
    yield found("dateline", "SKERROW (MP) -", rule="credit", why="dateline line that names Meridian Press")
    yield found("contributor", "Ann Tarrant in Port Dunmore contributed to this report.", rule="credit")
    yield found(
        "copyright", FOOT[FOOT.index("©") :], years=(2001,), terms=acts, severity=Severity.ERROR, rule="notice", why=why
    )


def quoted_only() -> Report:
    """A draft whose only match is a quotation that the policy lets pass."""
    (found,) = (one for one in every_status().matches if one.status is Status.QUOTED)
    words = found.submitted.text
    found = replace(found, submitted=Passage(0, len(words), words), quoted=((0, 81),), edits=())
    return report(words + " The chamber laughed.", [found], verdict=Verdict.CLEAR)


__all__ = ["DRAFT", "STORY", "Severity", "Status", "every_status", "ferry", "match", "quoted_only", "report"]
