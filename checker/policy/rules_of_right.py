"""Rules about licences and the rights that came with an item."""

from __future__ import annotations

from checker.model import Severity, Status
from checker.policy.cases import GRAVITY, Case, state_of, times_of
from checker.policy.holders import short_name
from checker.policy.item_terms import Bar
from checker.policy.rules_of_story import when_said
from checker.policy.rulings import Rule, Ruling
from checker.policy.terms import COMES_TO, Lack, Terms, bars_of, licensed_from
from checker.standing import State

TERMS_SHOWN = 160
"""Characters shown of an item's terms of use."""


def _kept(case: Case) -> Terms | str:
    """The licence whose terms are all kept, or why there is none."""
    terms = case.terms
    if terms is None:
        return "no licence is for this copy"
    if terms.lack is not Lack.NOTHING:
        return f"the licence from {terms.licence.holder} (line {terms.licence.line}) {terms.why}"
    if bars := bars_of(case, terms.source):
        return f"there is a licence, but {bars[0].why}"
    return terms


def corrected(case: Case) -> Ruling | str:
    """Licensed, but the agency has corrected the story since this version."""
    terms = _kept(case)
    if isinstance(terms, str):
        return terms
    newer = correction(case)
    if not newer:
        return "no correction has come since this version"
    why = f"{licensed_from(case, terms)}, {newer}"
    return Ruling(Status.LICENSED, Severity.WARNING, why, terms.licence.line)


def licence(case: Case) -> Ruling | str:
    """Licensed, and all its terms kept. What the item says of its use is shown beside it."""
    terms = _kept(case)
    if isinstance(terms, str):
        return terms
    credit = ", credited" if terms.licence.credit else ""
    usage = " ".join(terms.source.rights.usage.split())
    said = f"; its terms of use say: “{usage[:TERMS_SHOWN]}{'…' if usage[TERMS_SHOWN:] else ''}”" if usage else ": fine"
    return Ruling(Status.LICENSED, Severity.NOTE, f"{licensed_from(case, terms)}{credit}{said}", terms.licence.line)


def barred_by(bar: Bar) -> Rule:
    """The rule that the item's own rights stand against its use in this way."""
    status = Status.EXPIRED if bar is Bar.EXPIRED else Status.COPIED

    def rule(case: Case) -> Ruling | str:
        found = next((one for one in bars_of(case, case.match.source) if one.bar is bar), None)
        if found is None:
            return "nothing in the item's own rights says so"
        return Ruling(status, Severity.ERROR, f"{case.copy}, {found.why}: do not publish")

    return rule


def lacking(lack: Lack) -> Rule:
    """The rule that this, of a licence's terms, is not kept."""
    status, severity = COMES_TO[lack]

    def rule(case: Case) -> Ruling | str:
        terms = case.terms
        if terms is None or terms.lack is not lack:
            return ""
        name = short_name(terms.licence.holder, case.desk.agencies)
        why = f"{case.copy}, but the licence from {name} {terms.why}"
        if lack is Lack.CREDIT:
            why = f"{licensed_from(case, terms)}: credit line missing"
        return Ruling(status, severity, why, terms.licence.line)

    return rule


def correction(case: Case) -> str:
    """What to use instead of this version, when the family was corrected after it; "" when it was not."""
    source = case.match.source
    family = source.family
    if family is None or GRAVITY.get(family.state, 0) < GRAVITY[State.CORRECTED]:
        return ""
    if source.id == family.by and source.current:
        return ""
    newest = family.newest
    if newest.id == source.id and newest.version == source.version and source.current:
        return ""
    ((_, since),) = times_of(case.desk, source, family.since) or [("", None)]
    # where it says no time of its own: what came after the correction does not need it
    ((_, own),) = times_of(case.desk, source, source.rights.published or source.rights.added) or [("", None)]
    if since and own and own.early >= since.late:
        return ""
    version = f"version {newest.version} ({newest.id})" if newest.version else newest.id
    told = when_said(case.desk, source) if state_of(source) is State.CORRECTED else ""
    return f"but corrected since{told}: use {version}"
