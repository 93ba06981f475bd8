"""Laying a report on the desk: what of it and of the policy all rules look at."""

from __future__ import annotations

from checker.model import Match, Report, Use
from checker.policy.cases import Case, Desk
from checker.policy.holders import agencies_of, identity, own_holders, short_name
from checker.policy.nouns import Occasion, Policy
from checker.policy.terms import held, terms_of
from checker.policy.times import zone_named

UNSPACED = 16
"""Characters a word, on the average, beyond which a text has no spaces between its words."""
WHOLE = 0.9
"""Another story holds the same words when its passage is at least this share of the best story's."""


def desk_of(report: Report, policy: Policy, occasion: Occasion) -> Desk:
    """The desk with its cases. Raises ValueError when the time of the occasion names no zone."""
    if occasion.at is not None and occasion.at.tzinfo is None:
        raise ValueError("the time of an occasion needs a zone")
    agencies = agencies_of(policy)
    house = policy.house
    desk = Desk(report, policy, occasion, agencies, own_holders(house, agencies), zone_named(house.zone))
    desk.held = held(desk)
    desk.cases.extend(_case(desk, match) for match in report.matches)
    for case in desk.cases:
        case.terms = terms_of(case)
    return desk


def _case(desk: Desk, match: Match) -> Case:
    source = match.source
    words = match.words - (_quoted_words(match) if match.quoted else 0)
    length = (source.end - source.start) * WHOLE
    also = tuple(one for one in match.also if one.end - one.start >= length)
    holder, name = identity(source.holder, desk.agencies), short_name(source.holder, desk.agencies)
    return Case(desk, match, holder, name, words, (source, *also))


def _quoted_words(match: Match) -> int:
    """The matched words that stand in quotations: their share of the passage's words, of those that agree."""
    if match.use == Use.QUOTATION:
        return 0
    passage = match.submitted
    inside = sum(
        _words(passage.text[max(0, low - passage.start) : max(0, high - passage.start)]) for low, high in match.quoted
    )
    return min(match.words, round(match.words * inside / max(1, _words(passage.text))))


def _words(text: str) -> int:
    """Words between spaces; characters, in a script that sets none."""
    words = text.split()
    return len(words) if len(text) <= UNSPACED * len(words) else len(text)
