"""What the words of a match are: prose, quotation, common facts, furniture; and where one ends and another begins."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from checker.check import check
from checker.model import Match, Report, Status, Use, Verdict
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore

QUOTE = (
    "We could hear the eggs knocking whenever the motor turned, and after that nobody wanted to be the one who pressed "
    "the button"
)
PROSE = (
    "The swing bridge at Port Hallam stuck open for six hours on Tuesday after a heron built its nest in the gearwheel"
    ", and some 300 commuters waited on either bank until a carpenter carried bird and nest away."
)
STORY = f'PORT HALLAM, April 3 (MP) -- {PROSE}\n\n"{QUOTE}," bridge keeper Anselm Roke said.\n'
OWN = "The parish of Marrow has voted to paint its bandstand green again, and the treasurer abstained."


def index(*texts: str) -> MemoryStore:
    store = MemoryStore(secret=bytes(32))
    works = [Work(f"mp-{number}", text, holder="Meridian Press") for number, text in enumerate(texts, 1)]
    rows = sketcher(store.spec, store.secret).fingerprints([work.text for work in works])
    store.apply([Upsert(work, row) for work, row in zip(works, rows, strict=True)])
    return store


def checked(draft: str, *stories: str) -> Report:
    return check(draft, index(*(stories or (STORY,))))


def told(report: Report) -> list[tuple[Use, str]]:
    return [(match.use, match.submitted.text) for match in report.matches]


def only(report: Report) -> Match:
    (match,) = report.matches
    return match


def test_the_agency_s_prose_is_prose() -> None:
    report = checked(f"{OWN} {PROSE} {OWN}")
    assert told(report) == [(Use.PROSE, PROSE.rstrip("."))]
    assert report.verdict is Verdict.FLAGGED


@pytest.mark.parametrize(
    ("draft", "speaker"),
    [
        (f"{OWN} “{QUOTE},” bridge keeper Anselm Roke said. {OWN}", "Anselm Roke"),
        (f"{OWN} Anselm Roke told us: „{QUOTE}.“ {OWN}", "Anselm Roke"),
        (f"{OWN} According to Anselm Roke, {QUOTE}. {OWN}", "Anselm Roke"),
        (f"{OWN} “{QUOTE}.” {OWN}", ""),
    ],
)
def test_what_somebody_said_is_a_quotation_and_his(draft: str, speaker: str) -> None:
    match = only(checked(draft))
    assert (match.use, match.status, match.speaker) == (Use.QUOTATION, Status.QUOTED, speaker)


def test_a_quotation_with_what_leads_to_it_is_one_still() -> None:
    match = only(checked(f'{OWN} "{QUOTE}," bridge keeper Anselm Roke said. {OWN}'))
    assert match.submitted.text == f'{QUOTE}," bridge keeper Anselm Roke said'
    assert match.use is Use.QUOTATION


def test_prose_with_a_quotation_in_it_is_one_finding_that_says_where_the_quotation_stands() -> None:
    draft = f"{OWN}\n\n{STORY}\n{OWN}"
    match = only(checked(draft))
    assert (match.use, match.status, match.speaker) == (Use.PROSE, Status.COPIED, "")
    assert [draft[start:end] for start, end in match.quoted] == [f'{QUOTE}," bridge keeper Anselm Roke said']


def test_a_story_between_quotation_marks_is_no_quotation() -> None:
    whole = " ".join([PROSE, PROSE.replace("heron", "stork").replace("Tuesday", "Friday"), PROSE[::1]])
    story = f"PORT HALLAM, April 3 (MP) -- {whole}"
    match = only(checked(f"{OWN} The Meridian Press reported: “{whole}” {OWN}", story))
    assert (match.use, match.status) == (Use.PROSE, Status.COPIED)


def test_a_sentence_of_it_is_one() -> None:
    match = only(checked(f"{OWN} The Meridian Press reported: “{PROSE}” {OWN}"))
    assert (match.use, match.status, match.speaker) == (Use.QUOTATION, Status.QUOTED, "Meridian Press")


SENTENCE = PROSE.partition(", and some")[0]
"""The agency's own prose, which nobody in its story says."""


@pytest.mark.parametrize(
    "draft",
    [
        f'The keeper asked the band to stop. "{SENTENCE}." The band played on.',
        f"The keeper asked the band to stop.\n\n“{SENTENCE}.”\n\nShe said the band would play on until ten.",
        f"“{SENTENCE}.” The keeper said that the band would play on until ten.",
        f'"We shall play on," said the keeper. "{SENTENCE}."',
        f'This text ("{SENTENCE}") may not be published, broadcast or rewritten.',
        f"„{SENTENCE}.“\n\n»{SENTENCE}.«",
    ],
)
def test_prose_between_marks_that_nobody_says_names_no_voice_from_next_door(draft: str) -> None:
    report = checked(f"{OWN}\n\n{draft}\n\n{OWN}")
    assert report.verdict is Verdict.FLAGGED
    assert {match.speaker for match in report.matches} == {""}


@pytest.mark.parametrize(
    "draft",
    [
        f'"{SENTENCE}," the Meridian Press reported.',
        f"The Meridian Press wrote: “{SENTENCE}.”",
        f"According to the Meridian Press, “{SENTENCE}.”",
        f"The Meridian Press has this:\n\n„{SENTENCE}.“",
    ],
)
def test_a_sentence_of_the_agency_s_that_is_given_to_it_is_its_quotation(draft: str) -> None:
    report = checked(f"{OWN}\n\n{draft}\n\n{OWN}")
    assert report.verdict is Verdict.CLEAR
    assert {match.speaker for match in report.matches} == {"Meridian Press"}


def test_a_word_alike_by_chance_behind_a_copy_makes_no_quotation_of_it() -> None:
    first = (
        f"PORT HALLAM, April 3 (MP) -- {PROSE} Whose parish it was, nobody at the quay would say on Tuesday evening."
    )
    other = f"Notes of the week. “{PROSE}” a man at the quay said. The regatta is on Sunday, whatever the weather does."
    report = checked(f"Old news. {PROSE} The parish of Marrow has voted to paint its bandstand green.", first, other)
    assert [(match.source.id, match.use) for match in report.matches] == [("mp-1", Use.PROSE)]
    assert report.verdict is Verdict.FLAGGED


def test_many_short_quotations_of_one_story_are_no_quotation() -> None:
    sentences = [
        "The heron sat on the gearwheel as if it had paid for the place and meant to stay.",
        "A carpenter came with a tray that he had lined with the scarf from his own neck.",
        "On either bank the commuters opened their sandwiches and talked of other bridges.",
        "Harbor engineers said that the motor had not been oiled since the end of autumn.",
        "By six in the evening the first bus crossed with its windows down and its horn on.",
    ]
    draft = " ".join(f"“{sentence}” the Meridian Press said. {OWN}" for sentence in sentences)
    report = checked(draft, " ".join(sentences))
    assert {match.use for match in report.matches} == {Use.PROSE}
    assert report.verdict is Verdict.FLAGGED


def test_a_mail_with_the_story_in_it_is_no_quotation() -> None:
    lines = "\n".join(f"> {line}" for line in PROSE.replace(", ", ",\n").splitlines())
    assert only(checked(f"See below.\n\n{lines}\n")).use is Use.PROSE


TALE = [
    "The swing bridge at Port Hallam stuck open for six hours Tuesday after a heron built its nest in the gearwheel.",
    "Some 300 commuters waited on either bank until a carpenter carried bird and nest away in a tray, engineers said.",
    "The motor had not been oiled since the end of autumn, because the can stood in a cupboard that nobody could open.",
]


def test_a_story_whose_paragraphs_are_set_in_is_prose_all_the_same() -> None:
    story = "Key points of the harbor's day, as the board wrote:\n" + "".join(f"   {line}\n" for line in TALE)
    report = checked("\n\n".join(f"{line.rstrip('.')}, Rosa Lund said. {OWN}" for line in TALE), story, f"{story}Ends.")
    assert [match.use for match in report.matches] == [Use.PROSE] * 3
    assert report.verdict is Verdict.FLAGGED


@pytest.mark.parametrize(
    "disguise",
    [
        lambda line: f"{line.rstrip('.')}, he said.",
        lambda line: f"Rosa Lund said: {line}",
        lambda line: f"“{line.rstrip('.')},” Rosa Lund said.",
        lambda line: f"Rosa Lund wrote:\n    {line}\nSo much for that.",
        lambda line: f"{line} — Rosa Lund (@rosalund) April 3, 2001",
    ],
)
def test_a_story_that_is_said_to_be_somebody_s_words_is_a_copy_still(disguise: Callable[[str], str]) -> None:
    report = checked("\n".join(map(disguise, TALE)), "\n".join(TALE))
    copied = sum(match.source.end - match.source.start for match in report.matches if match.status is Status.COPIED)
    assert copied >= 0.9 * len("\n".join(TALE))
    assert report.verdict is Verdict.FLAGGED


def test_the_same_facts_in_like_words_are_no_copy() -> None:
    story = (
        "ORRIN, May 9 (MP) -- A fire broke out at the Orrin Woollen Mill in Lasse Street shortly before 4 a.m. Thursday"
        ", injuring three night workers. Fire Chief Augustin Leer said some 80 firefighters fought the blaze."
    )
    report = checked(
        "Smoke stood over the harbor. The blaze at the Orrin Woollen Mill in Lasse Street began shortly before 4 a.m. "
        "Thursday, and three night workers are in hospital. By nine it was over, the chief told us.",
        story,
    )
    assert [match.use for match in report.matches] == [Use.FACTS]
    assert report.verdict is Verdict.CLEAR


def test_what_is_told_of_a_speech_in_other_words_is_a_fact() -> None:
    story = 'PORT HALLAM (MP) -- "We are sorry if the closure was in any way connected to our heron," the port said.'
    report = checked("The port was sorry that the closure was connected in some way to its heron. It rained.", story)
    assert {match.use for match in report.matches} <= {Use.FACTS}
    assert report.verdict is Verdict.CLEAR


def test_a_list_of_things_is_a_fact() -> None:
    story = (
        "VERRIN (MP) -- Stolen were names, account numbers, birth dates, addresses and, in two cases, house keys, the "
        "bank said."
    )
    report = checked("What is gone? Names, account numbers, birth dates, addresses and, in two cases, shoes.", story)
    assert [match.use for match in report.matches] in ([], [Use.FACTS])
    assert report.verdict is Verdict.CLEAR


def test_an_address_is_no_prose() -> None:
    headline = "heron-stops-swing-bridge-at-port-hallam-for-six-hours"
    report = checked(
        f"http://a.example/{headline}\nThe keeper has been asked for his key.",
        f"http://b.example/news/{headline}\nA bird built its nest there.",
    )
    assert {match.use for match in report.matches} <= {Use.FACTS}
    assert report.verdict is Verdict.CLEAR


def test_furniture_in_the_middle_is_cut_out_of_what_was_copied() -> None:
    first, second = PROSE.split(", and some ")
    furniture = "Sign up for our morning newsletter to get the news of the harbor delivered to your inbox."
    both = f"{first}.\n{furniture}\nSome {second}"
    report = checked(f"{OWN}\n{both}\n{OWN}", f"PORT HALLAM (MP) -- {both}")
    assert told(report) == [
        (Use.PROSE, first),
        (Use.NOTICE, "morning newsletter to get the news of the harbor"),
        (Use.PROSE, f"Some {second}".rstrip(".")),
    ]


def test_the_agency_s_notice_is_no_copied_passage() -> None:
    notice = (
        "Copyright 2001 The Associated Press. All rights reserved. This material may not be published, broadcast, "
        "rewritten or redistributed."
    )
    report = checked(f"{OWN}\n{notice}", f"{PROSE}\n{notice}")
    assert report.matches == ()
    assert [line.submitted.text for line in report.notices] == [notice]
    assert report.verdict is Verdict.FLAGGED, "for the notice"
    assert [line.severity for line in report.notices] == ["warning"]
