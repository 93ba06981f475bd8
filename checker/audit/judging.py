"""Pages judged one after another: each by its own dates, on its own site. What goes wrong with one stays with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from checker.audit.moments import Moments, moments
from checker.audit.nouns import Outcome, Page, PageKind, Result, Setting, Terms
from checker.audit.reading import documents_of, site_of
from checker.check import check_document
from checker.invariants import failure
from checker.model import Report, Severity, Verdict
from checker.policy.judge import judge
from checker.policy.nouns import Occasion
from checker.readers.document import Document, Label, Unreadable
from checker.readers.labels import UNSEEN, labelled
from checker.readers.warc import STATUS
from checker.reports.groups import GRAVITY
from checker.reports.json import to_json
from fingerprints.index import ReadIndex
from fingerprints.sketch import sketcher

GRAVE = (Severity.ERROR, Severity.WARNING)
"""What a case may come of."""
VERDICTS = (Verdict.FLAGGED, Verdict.INCOMPLETE, Verdict.CLEAR)


def judge_pages(pages: Iterable[Page], index: ReadIndex, setting: Setting) -> Iterator[Result]:
    """The results of each page, one or more, in the order of the pages.

    Raises nothing of its own: a page that brings an error of ours, or of the index, is `unjudged`, and says why.
    """
    for page in pages:
        yield from _judged(page, index, setting)


def _judged(page: Page, index: ReadIndex, setting: Setting) -> Iterator[Result]:
    if page.kind is not PageKind.GONE:
        yield from _read(page, index, setting)
        return
    # a server can say that there is no page, and show it all the same; how grave that is depends on the day
    shown = list(_read(page, index, setting))
    there = any(one.severity or one.outcome is Outcome.UNJUDGED for one in shown)
    yield from shown if there else [gone(page, setting.terms)]


def _read(page: Page, index: ReadIndex, setting: Setting) -> Iterator[Result]:
    entries = documents_of(page)
    part, done = 0, False
    while not done:
        try:
            entry = next(entries, None)
            if entry is None:
                return
            result = _result(page, part, entry, index, setting)
        except Exception as error:
            done = True
            result = unjudged(page, failure(error), setting.terms, part)
        yield result
        part += 1


def gone(page: Page, terms: Terms) -> Result:
    """The result of an address that said that there is no page, and showed no copy."""
    told = dated(bare(page, terms), moments(page, None, terms))
    said = f"It answered with status {page.facts.get(STATUS, '')}: there is no page."
    return replace(told, outcome=Outcome.GONE, remarks=(*told.remarks, said))


def bare(page: Page, terms: Terms, part: int = 0) -> Result:
    """A result that says nothing yet but which page it is of."""
    return Result(
        number=page.number,
        part=part,
        outcome=Outcome.UNJUDGED,
        input=page.input,
        place=page.place,
        name=page.name,
        id=page.url or page.place,
        kind=page.kind,
        url=page.url,
        site=site_of(page, terms),
        charset=page.charset,
        digest=page.digest,
        facts=page.facts,
        doubts=page.doubts,
    )


def unjudged(page: Page, sentence: str, terms: Terms, part: int = 0) -> Result:
    """A page that was not judged, and why. The next run does it again."""
    return replace(bare(page, terms, part), why=(sentence,))


def _result(page: Page, part: int, entry: Document | Unreadable, index: ReadIndex, setting: Setting) -> Result:
    if isinstance(entry, Unreadable):
        told = replace(bare(page, setting.terms, part), outcome=Outcome.UNREADABLE, why=(entry.sentence,))
        return dated(told, moments(page, None, setting.terms))
    when = moments(page, entry, setting.terms)
    first = check_document(entry, index, setting.policy, occasion(page, setting.terms, when.at[0]))
    keys, bands = _fingerprint(entry, index) if setting.terms.map else ((), ())
    result = replace(bare(page, setting.terms, part), title=entry.title, keys=keys, bands=bands)
    return ruled(result, gravest(page, first, when, setting), when, page.body)


def occasion(page: Page, terms: Terms, at: datetime) -> Occasion:
    """When and where a page is published."""
    return Occasion(at, terms.channel, terms.territory, site_of(page, terms), terms.own)


def gravest(page: Page, first: Report, when: Moments, setting: Setting) -> Report:
    """Of the report on a page at its first time, and of those at its others, the gravest; of equal ones the first."""
    others = [judge(first, setting.policy, occasion(page, setting.terms, at)) for at in when.at[1:]]
    return min((first, *others), key=gravity)


def gravity(report: Report) -> tuple[int, int]:
    """A key by which the gravest report comes first."""
    severity = severity_of(report)
    return GRAVITY.index(Severity(severity)) if severity else len(GRAVITY), VERDICTS.index(report.verdict)


def severity_of(report: Report) -> str:
    """The gravest of its matches and notices; "" where it has none."""
    found = {match.severity for match in report.matches} | {notice.severity for notice in report.notices}
    return next((str(one) for one in GRAVITY if one in found), "")


def ruled(result: Result, report: Report, when: Moments, body: bytes) -> Result:
    """The result with what a report says. `body` is kept where a case may come of it."""
    severity = severity_of(report)
    counted = report.submitted
    return replace(
        dated(result, when),
        outcome=Outcome.JUDGED,
        id=report.id,
        at=report.judged.at,
        verdict=str(report.verdict),
        severity=severity,
        why=report.unjudged,
        remarks=(*when.remarks, *report.disguises, *report.warnings),
        words=counted.words,
        copied_words=counted.copied_words,
        copied_share=counted.copied_share,
        report=to_json(report) if severity or report.verdict is not Verdict.CLEAR else "",
        body=body if severity in GRAVE else b"",
    )


def dated(result: Result, when: Moments) -> Result:
    """The result with the times of its page."""
    at = when.at[0].astimezone(UTC).isoformat()
    return replace(result, date=_iso(when.seen), published=_iso(when.published), at=at, remarks=when.remarks)


def _iso(when: datetime | None) -> str:
    return when.astimezone(UTC).isoformat() if when else ""


def _fingerprint(document: Document, index: ReadIndex) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What near-duplicates of a text are told by: the keys that an index would keep of what people see of it."""
    (made,) = sketcher(index.spec, index.secret).fingerprints([_seen(document)])
    return tuple(sorted(set(made.keys.tolist()))), tuple(made.bands.tolist())


def _seen(document: Document) -> str:
    """The article of a web page, where there is one to be found; else all of a text that is not hidden."""
    parts = labelled(document)
    main = [document.text[part.start : part.end].strip() for part in parts if part.label is Label.MAIN]
    hidden = (part.start for part in parts if part.label in UNSEEN)
    return "\n".join(main) or document.text[: min(hidden, default=len(document.text))]
