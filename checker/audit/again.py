"""The results of a page whose bytes were seen before: what was found in it is judged anew, for its own date and site.

Nothing is read or matched again; what comes out is what judging the page itself would give.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import takewhile

from checker.audit.judging import bare, dated, gone, gravest, occasion, ruled
from checker.audit.moments import DATE, MISSING, PUBLICATION, TWISTED, Moments, moments
from checker.audit.nouns import Outcome, Page, PageKind, Result, Setting, Terms
from checker.audit.plan import TIMES
from checker.audit.reading import page_of
from checker.audit.within import ID, metadata_of, standing_of
from checker.model import Report
from checker.policy.judge import judge
from checker.reports.json_read import from_json

OF_PUBLICATION = f"Its {PUBLICATION} "


def again(result: Result, page: Page, setting: Setting) -> Result:
    """The result of `page`, which is the same as that of `result` (see `plan.sameness`).

    Raises ValueError where the report of `result` cannot be read.
    """
    when, warnings = _when(result, page, setting.terms)
    earlier = page_of(result)
    told = replace(
        bare(page, setting.terms, result.part),
        same_as=result.number,
        title=page.facts.get("title", "") if page.kind is PageKind.TEXT else result.title,
        keys=result.keys,
        bands=result.bands,
    )
    if result.outcome is Outcome.GONE:
        return replace(gone(page, setting.terms), same_as=result.number)
    if result.outcome is not Outcome.JUDGED:
        told = replace(told, outcome=result.outcome, why=result.why)
        return told if result.outcome is Outcome.UNJUDGED else dated(told, when)
    id = own_id(page) if result.id == own_id(earlier) else result.id
    if result.report:
        report = replace(_of(page, from_json(result.report)), id=id)
        first = judge(report, setting.policy, occasion(page, setting.terms, when.at[0]))
        return ruled(told, gravest(page, first, when, setting), when, page.body)
    return replace(
        dated(told, when),
        outcome=Outcome.JUDGED,
        id=id,
        verdict=result.verdict,
        remarks=(*when.remarks, *warnings),
        words=result.words,
        copied_words=result.copied_words,
        copied_share=result.copied_share,
    )


def own_id(page: Page) -> str:
    """What the text of a page is called when it has no name of its own."""
    if page.kind is not PageKind.TEXT and standing_of(page):
        return page.facts.get(ID, "") or page.url or page.place
    return page.name


def _of(page: Page, report: Report) -> Report:
    """The report with the facts of this page in the place of the earlier one's."""
    said = dict(report.submitted.metadata)
    if page.kind is PageKind.TEXT:
        said = {}
    if page.kind is PageKind.TEXT or standing_of(page):
        said |= metadata_of(page)
    return replace(report, submitted=replace(report.submitted, metadata=said))


def _when(result: Result, page: Page, terms: Terms) -> tuple[Moments, tuple[str, ...]]:
    """The times of the page, and the remarks on the text that are not about time.

    When it came out stands in its bytes, or in facts that are the same; when it was seen is its own.
    """
    facts = {key: value for key, value in page.facts.items() if key not in TIMES}
    seen = moments(replace(page, facts=facts), None, terms)
    told = list(takewhile(_is_of_time, result.remarks))
    published = datetime.fromisoformat(result.published) if result.published else None
    remarks = [*seen.remarks, *(one for one in told if one.startswith(OF_PUBLICATION))]
    at = seen.at
    if published:
        remarks += [TWISTED] if seen.seen and published > seen.seen else []
        at = tuple(dict.fromkeys((*at, min(published, terms.at))))
    return Moments(seen.seen, published, at, tuple(remarks)), result.remarks[len(told) :]


def _is_of_time(remark: str) -> bool:
    """Whether it is one of those that `moments` makes, which stand ahead of all others."""
    return remark.startswith(f"Its {DATE} ") or remark in (MISSING, TWISTED)
