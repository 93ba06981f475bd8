"""OCR: newspaper articles as a machine read them, against their transcriptions by hand."""

from __future__ import annotations

from pathlib import Path

from benchmarks.accuracy.data import lines
from benchmarks.accuracy.looking import Workers, in_memory
from benchmarks.accuracy.measure import Outcome, Table, counted

NAME = "ocr"
FILES = ("ocr/pages.jsonl.gz",)
ABOUT = """480 articles of old newspapers are indexed as people transcribed them, and checked as a machine read them.
*Own first*: the article's own transcription is both the first story of the report and the source of its first match."""
MEASURES = (
    counted("own first", target=478),
    counted("own named", slack=1),
    counted("others named", rising=False, slack=2),
)


def run(folder: Path, workers: Workers, index: Path) -> Outcome:
    """Index the transcriptions, check the machine's readings."""
    pages = list(lines(folder / FILES[0]))
    works = [(page["id"], page["gold"]) for page in pages]
    found = workers.spread(in_memory, [(page["id"], page["ocr"]) for page in pages], works)
    first = [seen for seen in found if seen.passages and seen.first_story == seen.id == seen.passages[0].source]
    named = [seen for seen in found if any(passage.source == seen.id for passage in seen.passages)]
    others = [seen for seen in found if any(passage.source != seen.id for passage in seen.passages)]
    values = {"own first": len(first), "own named": len(named), "others named": len(others)}
    rows = [(name, f"{value} of {len(pages)}") for name, value in values.items()]
    missed = [(seen.id, seen.first_story or "nothing") for seen in found if seen not in first]
    tables = [Table("Articles", ("measure", "articles"), rows)]
    if missed:
        tables.append(Table("Not their own first", ("article", "first story"), missed))
    return Outcome(values, tables)
