"""Rules about the story itself: what its agency has said of it, whose it is, who has made an exception."""

from __future__ import annotations

from checker.model import Severity, SourcePassage, Status, Use
from checker.policy.cases import GRAVITY, Case, Desk, counted, state_of, times_of
from checker.policy.holders import is_own, names_of, short_name
from checker.policy.item_terms import embargo_of
from checker.policy.rulings import Ruling
from checker.policy.times import Moment, clock, until
from checker.standing import State

STATUS = {State.KILLED: Status.KILLED, State.WITHHELD: Status.WITHHELD}


def killed(case: Case) -> Ruling | str:
    """The agency has killed the story, in any version."""
    return _stopped(case, State.KILLED)


def withheld(case: Case) -> Ruling | str:
    """The agency withholds the story, in any version."""
    return _stopped(case, State.WITHHELD)


def _stopped(case: Case, state: State) -> Ruling | str:
    """Its prose must not go out; its facts and its quotations may, once somebody else has them too."""
    source, use = case.match.source, case.match.use
    if state_of(source) is not state:
        return f"the story is not {state}"
    if use == Use.STATEMENT:
        return "other agencies carry the statement too"
    if lifting := lifted(case, state):
        return lifting
    told = f"story {state}{when_said(case.desk, source)}"
    if use == Use.FACTS:
        why = f"{counted(case.match.words)} of facts, {told}: find them elsewhere before you publish"
        return Ruling(STATUS[state], Severity.WARNING, why)
    if use == Use.QUOTATION and case.words <= case.desk.policy.rules.quotation_words:
        why = f"quotation, {case.match.words} words, {told}: find it elsewhere before you publish"
        return Ruling(STATUS[state], Severity.WARNING, why)
    return Ruling(STATUS[state], Severity.ERROR, f"{case.copy}, {told}: do not publish")


def embargo(case: Case) -> Ruling | str:
    """The story may not be published yet, nor what it quotes; facts may be known from elsewhere."""
    until_when = embargo_of(case.desk, case.match.source)
    if not until_when:
        return "no embargo is in force"
    if lifting := lifted(case, Status.EMBARGOED):
        return lifting
    if case.match.use == Use.FACTS:
        why = f"{counted(case.match.words)} of facts, {until_when}: find them elsewhere before you publish"
        return Ruling(Status.EMBARGOED, Severity.WARNING, why)
    return Ruling(Status.EMBARGOED, Severity.ERROR, f"{case.copy}, {until_when}: do not publish yet")


def stopped_elsewhere(case: Case) -> Ruling | str:
    """The same words stand in another story, which may not be published: it may be that one that was copied."""
    if case.match.use in (Use.QUOTATION, Use.STATEMENT, Use.FACTS):
        return ""
    for other in case.sources[1:]:
        state, closed = state_of(other), embargo_of(case.desk, other)
        if GRAVITY[state] >= GRAVITY[State.WITHHELD]:
            status, told = STATUS[state], f"{state}{when_said(case.desk, other)}"
        elif closed:
            status, told = Status.EMBARGOED, closed
        else:
            continue
        if lifting := lifted(case, status):
            return lifting
        name = short_name(other.holder, case.desk.agencies) or "another"
        why = f"{case.copy}, the same words as {name} story {other.id}, {told}: do not publish before that is clear"
        return Ruling(status, Severity.ERROR, why)
    return "no other story with these words is stopped"


def own_copy(case: Case) -> Ruling | str:
    """The house's own copy, or an agency's on its own site.

    What another had before the house is not its own, as far as the dates say; so its archive may hold agency copy.
    """
    desk = case.desk
    if desk.own_site(case.holder):
        return Ruling(Status.OWN, Severity.NOTE, f"{case.name} copy on {case.name}'s own site: fine")
    filed_as = [one for one in case.sources if names_of(one) & set(filter(None, desk.occasion.own))]
    house = desk.policy.house
    own = [one for one in case.sources if is_own(one, house, desk.own, desk.agencies)]
    if not own and not filed_as:
        return "the copy is not the house's own"
    others = [one for one in case.sources if one not in own and one not in filed_as]
    if first := next(
        (one for one in others if not any(_had_first(desk, mine, one) for mine in [*filed_as, *own])), None
    ):
        name = short_name(first.holder, desk.agencies) or first.id
        return f"the house has it too, but {name} had it first, or on the same day"
    if filed_as:
        return Ruling(Status.OWN, Severity.NOTE, f"own copy, filed as {filed_as[0].id}: fine")
    if not desk.at_home():
        return f"the copy is the house's own, but {desk.occasion.site} is not its site"
    name = short_name(own[0].holder, desk.agencies) or house.name
    return Ruling(Status.OWN, Severity.NOTE, f"own copy{f' of {name}' if name else ''}: fine")


def _had_first(desk: Desk, mine: SourcePassage, other: SourcePassage) -> bool:
    """Whether a story was filed before another, by their own times, else by when they were added; or none is known."""
    ours, theirs = (_filed(desk, one) for one in (mine, other))
    return ours.late <= theirs.early if ours and theirs else not theirs


def _filed(desk: Desk, source: SourcePassage) -> Moment | None:
    rights = source.rights
    return next((when for _, when in times_of(desk, source, rights.published, rights.added) if when), None)


def waiver(case: Case) -> Ruling | str:
    """A named exception that is in force. Of several the first in the file."""
    desk = case.desk
    stopped = GRAVITY[state_of(case.match.source)] >= GRAVITY[State.WITHHELD]
    for one in case.waivers:
        if stopped and case.match.use != Use.STATEMENT and state_of(case.match.source) not in one.lifts:
            continue
        last = until(one.until, desk.zone, desk.at)
        return Ruling(Status.WAIVED, Severity.NOTE, f"{case.copy}, waived until {last}: {one.reason}", one.line)
    return "no waiver in force is for it"


def lifted(case: Case, status: State | Status) -> str:
    """Which waiver in force lifts a kill, a withholding or an embargo by naming it, in words; "" for none."""
    named = next((one for one in case.waivers if status in one.lifts), None)
    return f"waiver “{named.name}” (line {named.line}) lifts it" if named else ""


def when_said(desk: Desk, source: SourcePassage) -> str:
    """ " 12:04"; "" when nobody said when, or not so that it can be read."""
    family = source.family
    if not family or family.state != state_of(source):
        return ""
    ((_, when),) = times_of(desk, source, family.since) or [("", None)]
    return f" {clock(when.early, desk.zone, desk.at)}" if when else ""
