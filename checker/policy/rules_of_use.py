"""Rules about what the words are, and how many: phrases, quotations, what the house lets pass."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from checker.model import Severity, Status, Use
from checker.policy.cases import Case, counted
from checker.policy.rulings import Ruling
from checker.policy.terms import for_copy
from checker.quotations import quotations
from checker.speakers import PRONOUNS, speakers

SPEAKER = 60
"""Characters shown of a speaker."""
PHRASE = 7
"""Words in quotation marks of which nobody asks whose they are: a turn of phrase, a title, a name."""
WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
REPEATED = 5
"""Words in a row by which a passage is seen to say something again."""


def stock_phrase(case: Case) -> Ruling | str:
    """Everybody's words."""
    if case.match.use != Use.STOCK:
        return ""
    return Ruling(Status.STOCK, Severity.NOTE, f"{counted(case.match.words)} that everybody uses: fine")


def facts(case: Case) -> Ruling | str:
    """Names, figures and turns that two who report one event share."""
    if case.match.use != Use.FACTS:
        return ""
    return Ruling(Status.FACTS, Severity.NOTE, f"{counted(case.match.words)} of the facts that both tell: fine")


def notice_line(case: Case) -> Ruling | str:
    """A line of rights or credit, or of a site's furniture, is no copy."""
    if case.match.use != Use.NOTICE:
        return ""
    return Ruling(
        Status.NOTICE, Severity.NOTE, f"{counted(case.match.words)} of a notice or of a site's furniture: fine"
    )


def statement(case: Case) -> Ruling | str:
    """Several independent agencies carry it: it is the speaker's, at any length."""
    if case.match.use != Use.STATEMENT:
        return ""
    why = f"official statement, {counted(case.match.words)}, carried by several agencies: fine"
    return Ruling(Status.QUOTED, Severity.NOTE, why)


def quotation(case: Case) -> Ruling | str:
    """Within the length, and the draft says whose words they are."""
    if case.match.use != Use.QUOTATION:
        return ""
    most, line = most_quoted(case)
    if (length := length_of(case)) > most:
        return f"the quotation has {counted(length)}, and {most:,} are allowed"
    speaker = speaker_of(case)
    if case.desk.policy.rules.attribution and not speaker and case.match.words > PHRASE:
        return "the draft does not say whose words they are"
    why = f"quotation{f' of {speaker}' if speaker else ''}, {counted(length)}"
    return Ruling(Status.QUOTED, Severity.NOTE, why + (", attributed: fine" if speaker else ": fine"), line)


def unattributed(case: Case) -> Ruling | str:
    """Within the length, but the draft does not say whose words they are."""
    if case.match.use != Use.QUOTATION:
        return ""
    if (length := length_of(case)) > (most := most_quoted(case)[0]):
        return f"the quotation has {counted(length)}, and {most:,} are allowed"
    why = f"quotation, {counted(case.match.words)}, not attributed: say whose words they are"
    return Ruling(Status.QUOTED, Severity.WARNING, why)


def quotation_length(case: Case) -> Ruling | str:
    """Too long to be let pass, though the words are not the agency's."""
    if case.match.use != Use.QUOTATION:
        return ""
    speaker = speaker_of(case)
    most, line = most_quoted(case)
    why = f"quotation{f' of {speaker}' if speaker else ''}, {counted(length_of(case))}, and {most:,} are allowed"
    return Ruling(Status.QUOTED, Severity.ERROR, why, line)


def length_of(case: Case) -> int:
    """The words of a quotation; of several that name other speakers, those of the one who says the most.

    What it says twice, as a post and again as speech, counts once.
    """
    text = case.match.submitted.text
    words = [(found.group().casefold(), found.start()) for found in WORD.finditer(text)]
    known: set[tuple[str, ...]] = set()
    again: set[int] = set()
    for at in range(len(words) - REPEATED + 1):
        run = tuple(word for word, _ in words[at : at + REPEATED])
        if run in known:
            again.update(range(at, at + REPEATED))
        known.add(run)
    once = [start for at, (_, start) in enumerate(words) if at not in again]
    others = len(once) - _most_of_a_voice(case.match.speaker, text, once)
    return max(1, case.match.words - len(again) - others)


def _most_of_a_voice(voice: str, text: str, words: Sequence[int]) -> int:
    """The words, by where they start, of the voice that says the most. `voice` begins; who is not named goes on."""
    spans = quotations(text, blocks=False)
    said, reached = {voice: 0}, 0
    for (start, _), name in zip(spans, speakers(text, spans), strict=True):
        said[voice] += bisect_left(words, start) - reached
        reached = bisect_left(words, start)
        if name and name.lower() not in PRONOUNS:
            voice = next((known for known in said if not known or set(known.split()) & set(name.split())), name)
        said.setdefault(voice, 0)
    said[voice] += len(words) - reached
    return max(said.values())


def most_quoted(case: Case) -> tuple[int, int]:
    """How long a quotation may be, and the line of the licence that says so (0 where the house's own rule holds)."""
    desk = case.desk
    for one in for_copy(desk, case.match.source):
        if one.licence.quotation_words is not None and not one.misplaced:
            return one.licence.quotation_words, one.licence.line
    return desk.policy.rules.quotation_words, 0


def minimum_run(case: Case) -> Ruling | str:
    """Too short for the house to judge."""
    least = case.desk.policy.rules.minimum_run
    if case.run >= least:
        return f"its longest run has {counted(case.run)}, and from {least:,} on they are judged" if least else ""
    return Ruling(Status.COPIED, Severity.NOTE, f"{case.copy}, no more than {case.run} in a row: too short to judge")


def note_run(case: Case) -> Ruling | str:
    """Short enough for the house to let pass."""
    least = case.desk.policy.rules.note_run
    if case.run >= least:
        return f"its longest run has {counted(case.run)}, and runs below {least:,} are let pass" if least else ""
    return Ruling(Status.COPIED, Severity.NOTE, f"{case.copy}, no more than {case.run} in a row: let pass")


def tolerated(case: Case) -> Ruling | str:
    """All that no rule before has allowed is, together, little enough for the house to let pass."""
    rules, together = case.desk.policy.rules, case.desk.together
    share = together / max(1, case.desk.report.submitted.words)
    if not rules.tolerated_words and not rules.tolerated_share:
        return "nothing is tolerated"
    if rules.tolerated_words and together > rules.tolerated_words:
        return f"{together:,} words in all, and {rules.tolerated_words:,} are tolerated"
    if rules.tolerated_share and share > rules.tolerated_share:
        return f"{share:.1%} of the draft in all, and {rules.tolerated_share:.1%} are tolerated"
    return Ruling(Status.COPIED, Severity.NOTE, f"{case.copy}, {together:,} words in all: tolerated")


def speaker_of(case: Case) -> str:
    """Whose words a quotation is, on one line."""
    speaker = " ".join(case.match.speaker.split())
    return speaker[:SPEAKER] + ("…" if speaker[SPEAKER:] else "")
