"""The rules for notices, in their order: the first that speaks decides.

credit-line         a credit, a byline, a dateline, a contributor: says whose copy it is, and forbids nothing
own-notice          the house's own, or the agency's on its own site
waiver              a named exception for this text or this holder
licence             the house holds a licence of the agency for this channel, territory and time
notices-off         the house does not want notices to flag a text
third-party-notice  an agency's, or that of somebody whose copy was found in the text
foreign-notice      that of somebody who is not the house, where the house has said who it is
holder-unknown      that of somebody who may be the house
nobody-named        a bare "may not be published": sites and broadcasters write the very same
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from checker.model import Notice, Severity
from checker.policy.cases import Desk
from checker.policy.holders import identity, short_name, within
from checker.policy.times import until

RIGHTS = frozenset(("copyright", "restriction"))
SHOWN = 80
"""Characters shown of a holder's name."""


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """A notice on the desk; `holder` is the identity of the agency, else of the name; `name` is how it is shown."""

    desk: Desk
    notice: Notice
    holder: str
    name: str


@dataclass(frozen=True, slots=True)
class NoticeRuling:
    """What a notice comes to."""

    severity: Severity
    why: str
    line: int = 0


def notice_case(desk: Desk, notice: Notice) -> NoticeCase:
    """The notice on the desk."""
    name = " ".join((notice.holder or notice.name or short_name(notice.agency, desk.agencies)).split())
    shown = name[:SHOWN] + ("…" if name[SHOWN:] else "")
    return NoticeCase(desk, notice, notice.agency or identity(notice.holder, desk.agencies), shown)


def credit_line(case: NoticeCase) -> NoticeRuling | str:
    """A line that says whose copy it is, and forbids nothing."""
    if case.notice.kind in RIGHTS:
        return ""
    return NoticeRuling(Severity.NOTE, f"{case.notice.kind} line{f' that names {case.name}' if case.name else ''}")


def own_notice(case: NoticeCase) -> NoticeRuling | str:
    """The house's own, or the agency's on its own site."""
    domains = case.desk.policy.house.domains
    named = case.holder in case.desk.own or any(within(word, domains) for word in case.notice.holder.split())
    if case.holder and ((named and case.desk.at_home()) or case.desk.own_site(case.holder)):
        return NoticeRuling(Severity.NOTE, f"own notice of {case.name}: fine")
    return "the notice is not the house's own"


def notice_waiver(case: NoticeCase) -> NoticeRuling | str:
    """A waiver in force that is for this text or this holder, and for no story in particular."""
    for one in case.desk.waivers(case.holder):
        last = until(one.until, case.desk.zone, case.desk.at)
        return NoticeRuling(Severity.NOTE, f"{_carries(case)}, waived until {last}: {one.reason}", one.line)
    return "no waiver in force is for it"


def notice_licence(case: NoticeCase) -> NoticeRuling | str:
    """The house holds a licence of the holder for this channel, territory and time."""
    desk = case.desk
    for one in desk.held.get(case.holder, ()) if case.holder else ():
        if not one.misplaced:
            end, line = one.licence.valid_until, one.licence.line
            last = f" until {until(end, desk.zone_of(one.licence.feed), desk.at)}" if end else ""
            return NoticeRuling(Severity.NOTE, f"{_carries(case)}; licensed{last}: fine", line)
    return "no licence in force is for its holder"


def notices_off(case: NoticeCase) -> NoticeRuling | str:
    """The house does not want notices to flag a text."""
    if case.desk.policy.rules.notices:
        return "notices are to flag a text"
    return NoticeRuling(Severity.NOTE, f"{_carries(case)}; notices flag nothing here")


def third_party_notice(case: NoticeCase) -> NoticeRuling | str:
    """An agency's, or that of the holder of a story that shares words with the text."""
    known = case.notice.agency or case.holder in case.desk.agencies.by_id
    if not known and (not case.holder or case.holder not in {one.holder for one in case.desk.cases}):
        return "it names no agency that is known"
    return NoticeRuling(Severity.WARNING, _carries(case))


def foreign_notice(case: NoticeCase) -> NoticeRuling | str:
    """That of somebody who is not the house."""
    if not case.holder:
        return "it names nobody"
    if not case.desk.own and not case.desk.policy.house.domains:
        return "the policy does not say who the house is"
    return NoticeRuling(Severity.WARNING, _carries(case))


def holder_unknown(case: NoticeCase) -> NoticeRuling | str:
    """That of somebody who may be the house."""
    if not case.holder:
        return "it names nobody"
    return NoticeRuling(Severity.NOTE, f"{_carries(case)}; no agency that is known")


def nobody_named(case: NoticeCase) -> NoticeRuling:
    """It may be the house's own: sites and broadcasters write the very same."""
    return NoticeRuling(Severity.NOTE, f"{_carries(case)}; it names nobody")


NOTICE_RULES: tuple[tuple[str, Callable[[NoticeCase], NoticeRuling | str]], ...] = (
    ("credit-line", credit_line),
    ("own-notice", own_notice),
    ("waiver", notice_waiver),
    ("licence", notice_licence),
    ("notices-off", notices_off),
    ("third-party-notice", third_party_notice),
    ("foreign-notice", foreign_notice),
    ("holder-unknown", holder_unknown),
)
"""What none of them decides names nobody."""


def _carries(case: NoticeCase) -> str:
    """ "carries a notice of The Associated Press, 2001: may not be published, broadcast, rewritten, redistributed"."""
    years = "".join(f", {year}" for year in case.notice.years)
    terms = f": may not be {', '.join(case.notice.terms)}" if case.notice.terms else ""
    return f"carries a notice{f' of {case.name}' if case.name else ''}{years}{terms}"
