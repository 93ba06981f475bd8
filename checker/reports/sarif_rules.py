"""The rules of a SARIF log: one for each status, said in words; and text that is fit for its messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from checker.model import Report, Status
from checker.reports import whole
from checker.reports.show import one_line

RULES = {
    Status.COPIED: "A passage also stands in a protected story.",
    Status.QUOTED: "A quotation also stands in a protected story.",
    Status.STOCK: "A phrase that everybody uses also stands in a protected story.",
    Status.FACTS: "Names, figures and turns that two who report the same thing share also stand in a protected story.",
    Status.NOTICE: "The text carries a notice of rights or a credit line, or a line that sites set around texts.",
    Status.LICENSED: "A passage also stands in a protected story, under a licence whose terms are kept.",
    Status.CREDIT_MISSING: "A passage also stands in a licensed story; the credit line that is owed for it is missing.",
    Status.OVER_QUOTA: "A passage also stands in a licensed story; the text takes more of it than the licence allows.",
    Status.EMBARGOED: "A passage also stands in a story that is under an embargo.",
    Status.KILLED: "A passage also stands in a story that its agency has killed.",
    Status.WITHHELD: "A passage also stands in a story that its agency withholds.",
    Status.EXPIRED: "A passage also stands in a story whose term is over.",
    Status.OWN: "A passage also stands in a story that is the house's own.",
    Status.WAIVED: "A passage also stands in a protected story; a named waiver lets it pass.",
}
FINE = (Status.QUOTED, Status.STOCK, Status.FACTS, Status.NOTICE, Status.LICENSED, Status.OWN)
"""As notes these tell of no problem (SARIF 2.1.0, 3.27.9: informational); what is waived is one that is suppressed."""
USUAL = dict.fromkeys((Status.CREDIT_MISSING, Status.OVER_QUOTA), "warning") | dict.fromkeys(
    (*FINE, Status.WAIVED), "note"
)
"""The level of a rule where it is no error; each result has its own."""
HELP = "Wirecheck reports text overlap. Whether a use is allowed is for people to judge."


def rules_of(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """One for each status; those of a later version as they come."""
    found = [one_line(one.status) for report in reports for one in whole.findings(report)]
    return [_rule(status) for status in dict.fromkeys((*map(str, Status), *found))]


def _rule(status: str) -> dict[str, Any]:
    said = RULES.get(cast(Status, status), f"A passage also stands in a protected story ({status}).")
    more = "The result says why, and names the story, its holder and both places."
    return {
        "id": rule_id(status),
        "name": _pascal(status),
        "shortDescription": {"text": literal(said)},
        "fullDescription": {"text": literal(f"{said} {more}")},
        "help": {"text": HELP},
        "defaultConfiguration": {"level": USUAL.get(cast(Status, status), "error")},
    }


def rule_id(status: str) -> str:
    """The rule of a status."""
    return f"wirecheck/{one_line(status)}"


def literal(text: str) -> str:
    """Text that no viewer takes for a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", name))
