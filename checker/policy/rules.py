"""The rules for matches, in their order: the first that speaks decides. Why this order: docs/decisions/0015.

stock-phrase        everybody's words
notice-line         lines of rights and credit; as notices they have rules of their own
killed, withheld    whether the story may be published at all, whoever's it is
embargo             ... or not yet
stopped-elsewhere   ... when another story that holds the same words may not
facts               the same facts, and no sentence in common
own-copy            the house's own, or the agency's on its own site
waiver              a named exception
statement           an official statement that several agencies carry
quotation           within the length, and the draft says whose words they are
minimum-run         too short to judge
corrected           licensed, but in a version that the agency has corrected since
licence             licensed, and all its terms kept
note-run, tolerated what the house lets pass
unattributed        a quotation, but nobody says whose
item-*              the item's own rights: its term, window, territory
licence-*, ...      what of a licence is not kept, the gravest
quotation-length    a quotation that is too long to be one
copied              no right is known
"""

from __future__ import annotations

from checker.model import Severity, Status
from checker.policy.cases import Case
from checker.policy.item_terms import Bar
from checker.policy.rules_of_right import barred_by, corrected, lacking, licence
from checker.policy.rules_of_story import embargo, killed, own_copy, stopped_elsewhere, waiver, withheld
from checker.policy.rules_of_use import (
    facts,
    minimum_run,
    note_run,
    notice_line,
    quotation,
    quotation_length,
    statement,
    stock_phrase,
    tolerated,
    unattributed,
)
from checker.policy.rulings import Rule, Ruling
from checker.policy.terms import Lack

ALLOWING: tuple[tuple[str, Rule], ...] = (
    ("stock-phrase", stock_phrase),
    ("notice-line", notice_line),
    ("killed", killed),
    ("withheld", withheld),
    ("embargo", embargo),
    ("stopped-elsewhere", stopped_elsewhere),
    ("facts", facts),
    ("own-copy", own_copy),
    ("waiver", waiver),
    ("statement", statement),
    ("quotation", quotation),
    ("minimum-run", minimum_run),
    ("corrected", corrected),
    ("licence", licence),
    ("note-run", note_run),
)
"""Each looks at its own match alone."""
REMAINING: tuple[tuple[str, Rule], ...] = (
    ("tolerated", tolerated),
    ("unattributed", unattributed),
    ("item-expired", barred_by(Bar.EXPIRED)),
    ("item-window", barred_by(Bar.WINDOW)),
    ("item-territory", barred_by(Bar.TERRITORY)),
    ("licence-channel", lacking(Lack.CHANNEL)),
    ("licence-territory", lacking(Lack.TERRITORY)),
    ("licence-not-begun", lacking(Lack.NOT_BEGUN)),
    ("licence-ended", lacking(Lack.ENDED)),
    ("licence-web-days", lacking(Lack.DAYS)),
    ("licence-quota", lacking(Lack.QUOTA)),
    ("licence-edits", lacking(Lack.EDITS)),
    ("licence-credit", lacking(Lack.CREDIT)),
    ("quotation-length", quotation_length),
)
"""These come after all matches have been through the others: what is tolerated depends on what they leave. What none of
them decides is `copied`."""


def copied(case: Case) -> Ruling:
    """Whatever no rule has allowed."""
    return Ruling(Status.COPIED, Severity.ERROR, f"{case.copy}, and no licence for it is known")
