"""Notices: copyright, restriction and credit lines of agencies, set into stories; and stories that have none."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Workers
from benchmarks.accuracy.measure import Measure, Outcome, Table, counted, share
from checker.rights.agencies import load
from checker.rights.notices import notices
from checker.rights.nouns import Notice, NoticeKind

NAME = "notices"
FILES = ("notices.jsonl.gz", "wire/unrelated.jsonl.gz")
ABOUT = """130 notices and credits as agencies and their customers write them, each set into an invented story: on a
line of its own or at the end of a paragraph. *Lines found*: of the 82 that keep a copyright or forbid a use, those that
a notice of either kind begins in; the two that credit a picture may be credits. *Agency right*: of those that
name one agency or none, whether the notice names that one, and none for a broadcaster's own. *Years right*: all of its
years and no other. *False notices*: copyright lines and restrictions in 1,000 stories that have none."""
MEASURES = (
    counted("lines found", target=82),
    Measure("agency right", target=0.98, slack=0),
    Measure("years right", target=1.0, slack=0),
    counted("false notices", rising=False, target=1),
)
RIGHTS = (NoticeKind.COPYRIGHT, NoticeKind.RESTRICTION)
YEAR = re.compile(r"(?:19|20)\d\d")
ROMAN = {"MMI": 2001}
STORY = (
    "The morning ferry left Skerrow with nine goats and a tax inspector aboard.",
    "Nobody on the quay could say who owned the goats. The harbour master told reporters that he had counted ten.",
    "The inspector, who was seasick, said the goats were not his business.",
    "By noon the animals had eaten two timetables, and the ferry company had issued a statement.",
    "An inquiry was promised. The goats were returned on the evening sailing.",
)


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Set every line into a story and read it; read the stories that have none."""
    rows = [row for row in lines(folder / FILES[0]) if re.search("copyright|restriction", row["kind"])]
    dice = random.Random(2001)
    found, agency, years = 0, [], []
    missed: list[tuple[str, str, str]] = []
    for number, row in enumerate(rows):
        notice = read_in_story(row["text"], dice)
        found += notice is not None
        wanted = expected(row["agency"])
        if wanted is not None:
            agency.append(notice is not None and notice.agency in wanted)
        years.append(notice is not None and notice.years == years_in(row))
        wrong = [name for name, right in (("agency", not wanted or agency[-1]), ("years", years[-1])) if not right]
        if notice is None or wrong:
            missed.append((str(number), row["agency"], "not found" if notice is None else ", ".join(wrong)))
    stories = [story["text"] for story in lines(folder / FILES[1])]
    false = [notice for text in stories for notice in notices(text) if notice.kind in RIGHTS]
    values = {
        "lines found": found,
        "agency right": share(sum(agency), len(agency)),
        "years right": share(sum(years), len(years)),
        "false notices": len(false),
    }
    table = [(measure.name, measure.shown(values[measure.name])) for measure in MEASURES]
    table.append(("lines that keep a copyright or forbid a use", str(len(rows))))
    return Outcome(
        values,
        [Table("Notices", ("measure", "value"), table), Table("Not right", ("line", "agency", "what"), missed)],
    )


def read_in_story(line: str, dice: random.Random) -> Notice | None:
    """The notice that is made of the line, once it stands in a story; None when none is."""
    paragraphs = list(STORY)
    at = dice.randrange(1, len(paragraphs) + 1)
    if dice.random() < 1 / 3:
        paragraphs[at - 1] += f" {line}"
    else:
        paragraphs.insert(at, line)
    text = dice.choice(("\n", "\n\n")).join(paragraphs)
    start = text.index(line)
    best, most = None, 0
    for notice in notices(text):
        covered = min(notice.end, start + len(line)) - notice.start
        if notice.start >= start and covered > most and (notice.kind in RIGHTS or "/" in notice.holder):
            best, most = notice, covered
    return best


def expected(agency: str) -> Sequence[str] | None:
    """Ids of which one is right; () is not an agency's; None where it names several or nobody can tell."""
    if agency == "several":
        return None
    if "(" in agency or agency == "other":
        return ("",)
    return [id for id in map(load().whole, re.split(r"[+/]", agency)) if id]


def years_in(row: Mapping[str, Any]) -> tuple[int, ...]:
    """The years that a line names, by its own account of how it writes them."""
    if row["year_form"] == "roman":
        return tuple(year for numeral, year in ROMAN.items() if numeral in row["text"])
    return tuple(sorted({int(year) for year in YEAR.findall(row["text"])})) if row["year_form"] == "arabic" else ()
