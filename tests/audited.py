"""Folders of audits for the tests of cases: pages made of the demo's wire stories, checked as an audit checks them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from checker.audit.nouns import Outcome, Result
from checker.audit.schema import results_batch
from checker.check import check
from checker.intake import Defaults
from checker.model import Severity
from checker.policy.nouns import DEFAULT_POLICY, Occasion, Policy
from checker.reports.groups import gravity
from checker.reports.json import to_json
from cli.add import add_all
from cli.inputs import documents
from fingerprints.stores.memory import MemoryStore

WIRE = Path(__file__).resolve().parents[1] / "cli/demo_data/wire.jsonl"
AT = "2001-07-01T12:00:00+00:00"
CLOCK, FLOOD, SNOW = "mp-2001-06-20-museum-clock", "mp-2001-03-19-tamsel-flood", "mp-2001-12-11-snow"
STRIKE, LEAD = "mp-2001-04-03-hallam-strike", "mp-2001-04-03-hallam-strike-1st-ld"
OURS = "Our own reporter looked at the harbour from the roof of the grocery and saw two boats and a rather large dog."
OTHERS = {"results", "audit.json", ".lock", "finished.json"}
"""What is in an audit's folder and is not of the cases."""
NOTICE = "©2001 The Associated Press. All Rights Reserved. This material may not be published or redistributed."


@cache
def index() -> MemoryStore:
    """The fourteen stories of the demo."""
    store = MemoryStore(secret=bytes(32))
    add_all(store, Defaults(), documents([str(WIRE)]))
    return store


def words_of(story: str, first: int, count: int) -> str:
    """So many words of a story, from the one of that number on."""
    (stored,) = index().fetch([next(one.number for one in index().entries() if one.id == story)])
    return " ".join(stored.work.text.split()[first : first + count])


def page(
    number: int,
    url: str,
    text: str,
    *,
    policy: Policy = DEFAULT_POLICY,
    date: str = "2001-06-30T08:00:00+00:00",
    **more: Any,
) -> Result:
    """A page with that text, judged."""
    site = (urlsplit(url).hostname or "") if "://" in url else ""
    report = check(text, index(), policy, Occasion(datetime.fromisoformat(AT), site=site), id=url or f"page {number}")
    report = replace(report, **more.pop("report", {}))
    found = [*report.matches, *report.notices]
    grave = min((one.severity for one in found), key=gravity, default=Severity.NOTE)
    told = Result(
        number=number,
        part=0,
        outcome=Outcome.JUDGED,
        input="site.warc.gz",
        place=f"site.warc.gz, record {number + 1}",
        name="page.html",
        id=report.id,
        url=url,
        site=site,
        date=date,
        at=date or AT,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        verdict=str(report.verdict),
        severity=str(grave) if found else "",
        words=report.submitted.words,
        copied_words=report.submitted.copied_words,
        copied_share=report.submitted.copied_share,
        report=to_json(report) if found or report.unjudged else "",
        why=report.unjudged,
    )
    return replace(told, **more)


def unread(number: int, url: str, why: str = "It is cut in the middle.") -> Result:
    """An entry from which no page could be read."""
    return Result(
        number, 0, Outcome.UNREADABLE, "site.warc.gz", f"site.warc.gz, record {number + 1}", "", url, url=url,
        site=urlsplit(url).hostname or "", why=(why,),
    )  # fmt: skip


def audit(folder: Path, results: Sequence[Result], *, chunk: int = 4) -> Path:
    """An audit's folder with these results, so many in a file."""
    (folder / "results").mkdir(parents=True)
    (folder / "audit.json").write_text("{}")
    for at in range(0, len(results), chunk):
        batch = results_batch(results[at : at + chunk])
        pq.write_table(pa.Table.from_batches([batch]), folder / f"results/{at // chunk:06}.parquet", compression="zstd")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    """All that people get of an audit, by name."""
    found: Iterable[Path] = (one for one in folder.rglob("*") if one.is_file() and not OTHERS & set(one.parts))
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in found}
