"""The whole job on one screen: a text, an index and the house's thresholds make a report."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from checker.compare import compare, look_up
from checker.evidence import sharing_facts
from checker.excuses import Draft, excused, restore
from checker.family import time_of
from checker.gone import with_expired
from checker.group import Attributed, attribute
from checker.invariants import failure, unjudged, uphold
from checker.locate import located, seams_of
from checker.model import IndexStamp, Report
from checker.noticed import noticed
from checker.partial import with_partial
from checker.policy.holders import agencies_of, is_own, own_holders
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY, NOWHERE, Occasion, Policy
from checker.readers.document import BARE, DEBUG, Document
from checker.readings import choose_report
from checker.rearranged import join
from checker.refine import refine, split_around
from checker.rights.agencies import Agencies
from checker.rights.notices import notices
from checker.short import short_reason
from checker.standings import with_families
from checker.statements import with_statements
from checker.uses import uses
from checker.write import report
from fingerprints.errors import WirecheckError
from fingerprints.index import ReadIndex, StoredWork
from fingerprints.sketch import sketcher


def check_safely(
    document: Document, index: ReadIndex, policy: Policy = DEFAULT_POLICY, occasion: Occasion = NOWHERE
) -> Report:
    """`check_document` for whoever has other texts to check: what fails with this one alone is said in its report.

    Raises the errors of `fingerprints.errors`, OSError and MemoryError: with them the next text would fail as well.
    With WIRECHECK_DEBUG set whatever was raised is shown.
    """
    try:
        return check_document(document, index, policy, occasion)
    except (WirecheckError, OSError, MemoryError):
        raise
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return unjudged(document.name or document.id, document.text, failure(error))


def check_document(
    document: Document, index: ReadIndex, policy: Policy = DEFAULT_POLICY, occasion: Occasion = NOWHERE
) -> Report:
    """`check` of a document's text, every passage led back to its place in the file that the document was read from.

    A file that can be read in several ways is checked in each; the report is that of the way which shows the most.
    """
    usual = _check_text_of(document, index, policy, occasion)
    if not document.readings:
        return usual
    return choose_report(
        usual, [(one, _check_text_of(one.document, index, policy, occasion)) for one in document.readings]
    )


def _check_text_of(document: Document, index: ReadIndex, policy: Policy, occasion: Occasion) -> Report:
    name, doubts = document.name or document.id, document.incomplete
    if document.format not in BARE and not any(map(str.isalnum, document.text)):
        doubts += ("no words were found in it",)
    report = check(document.text, index, policy, occasion, id=name, incomplete=doubts, seams=seams_of(document))
    return uphold(located(report, document), partial(judge, policy=policy, occasion=occasion))


def check(
    text: str,
    index: ReadIndex,
    policy: Policy = DEFAULT_POLICY,
    occasion: Occasion = NOWHERE,
    *,
    id: str = "",
    incomplete: Sequence[str] = (),
    seams: Sequence[int] = (),
) -> Report:
    """Which passages of `text` reproduce which stories of `index`, and what `policy` makes of that on `occasion`.

    `incomplete` are reasons known beforehand why the text could not be judged whole; `seams` are offsets that no
    passage crosses. Raises the errors of `fingerprints.errors` when the index cannot be read, OSError or ValueError
    when the policy's file of agencies cannot.
    """
    unjudged, thresholds = list(incomplete), policy.thresholds
    if len(text) > thresholds.most_characters:
        unjudged.append(f"only the first {thresholds.most_characters:,} of {len(text):,} characters were checked")
    sketch, agencies = sketcher(index.spec, index.secret), agencies_of(policy)
    read = text[: thresholds.most_characters]
    of_rights = notices(read, agencies)
    looked = look_up(read, index, sketch, seams, excused(read, of_rights))
    compared = compare(looked, index, sketch, thresholds)
    verdicts = refine(compared.found, looked.submitted, thresholds)

    def preference(number: int, letters_alike: float, weight: float) -> tuple[bool, float, float, datetime, str]:
        """Of passages alike, one of a current story, then the closest, then the earliest filed."""
        story = compared.stored[number]
        return not story.current, -letters_alike, -weight, time_of(story), story.work.id

    kept = split_around(verdicts.kept, looked.submitted)
    last = _taken_over({one.number for one in kept}, compared.stored, policy, occasion, agencies)
    last |= sharing_facts(kept, looked.submitted, thresholds)
    attributed = attribute(kept, looked.submitted, preference, thresholds.least_weight, last)
    joined = join(attributed, looked.submitted)
    used = uses(joined.passages, looked.submitted, of_rights, agencies, thresholds)
    used = [replace(one, attributed=_restored(one.attributed, looked.draft)) for one in used]
    stamp = IndexStamp(index.spec.digest, index.count())
    unjudged += compared.unread
    unjudged += filter(None, [short_reason(len(looked.draft.whole), index.spec)])
    told, whole = noticed(of_rights, read, agencies), looked.draft.whole
    dropped = [(restore(one, looked.draft), why, detail) for one, why, detail in [*verdicts.dropped, *joined.dropped]]
    found = report(id, text, whole, used, told, dropped, compared.stored, unjudged, stamp)
    found = with_partial(found, compared.stored)
    found = with_expired(found, compared.expired, looked, thresholds)
    found = with_families(found, {**compared.stored, **compared.expired}, compared.families)
    judged = judge(with_statements(found, compared.stored, compared.families, agencies), policy, occasion)
    return uphold(judged, partial(judge, policy=policy, occasion=occasion), whole.tokens.start)


def _taken_over(
    numbers: Iterable[int], stored: Mapping[int, StoredWork], policy: Policy, occasion: Occasion, agencies: Agencies
) -> set[int]:
    """The house's own stories that were filed after another's: words of both are not its own."""
    holders, ids = own_holders(policy.house, agencies), set(filter(None, occasion.own))
    stories = {number: stored[number] for number in numbers}
    own = {
        number
        for number, one in stories.items()
        if is_own(one.work, policy.house, holders, agencies) or ids & {one.work.id, one.work.story}
    }
    first = min((time_of(one) for number, one in stories.items() if number not in own), default=None)
    return {number for number in own if first and time_of(stories[number]) > first}


def _restored(one: Attributed, draft: Draft) -> Attributed:
    """A passage of the bare draft as one of the whole; of the others that hold it only the story's side is told."""
    return Attributed(restore(one.found, draft), one.also)
