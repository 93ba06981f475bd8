"""A report as LanguageTool's POST /v2/check answers, so that its clients and editor plugins can show it.

Offsets and lengths are UTF-16 code units of the text as sent, markup and all, as LanguageTool counts them
(https://languagetool.org/http-api/). Every finding is a rule of its own, named after what the policy makes of it;
nothing is ever offered as a replacement. Lines from outside are made inert: some clients show messages as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.languages import LANGUAGES, Language
from api.offsets import OffsetUnit, Ruler
from checker.reports.show import one_line, shortened

AROUND = 40
"""Characters of context on either side, as LanguageTool gives them."""
SENTENCE_REACH = 400
"""How far a sentence is followed beyond the passage on either side."""
TITLE_SHOWN = 80
SENTENCE_BREAK = re.compile(r"""[.!?…。!?]["'”’»)\]]{0,3}\s|[\n\r\u2029]""")
INERT = str.maketrans("<>", "‹›")
NOTE = "note"
COPIED = "copied"
BY_KIND = {"verbatim": "WIRE_COPY_EXACT", "edited": "WIRE_COPY_EDITED", "rewritten": "WIRE_COPY_REWRITTEN"}
BY_STATUS = {"embargoed": "WIRE_EMBARGO", "quoted": "WIRE_QUOTATION"}
"""Ids that are not just the name of the status."""
INCOMPLETE = "WIRE_INCOMPLETE"
ALARMS = frozenset(("WIRE_KILLED", "WIRE_WITHHELD", "WIRE_EMBARGO", INCOMPLETE))
"""Shown whatever rules a client has switched off."""
NAMES = {
    "WIRE_COPY_EXACT": "Wire copy, word for word",
    "WIRE_COPY_EDITED": "Wire copy, edited",
    "WIRE_COPY_REWRITTEN": "Wire copy, rewritten",
    "WIRE_CREDIT_MISSING": "Wire copy without its credit line",
    "WIRE_OVER_QUOTA": "More wire copy than the licence allows",
    "WIRE_EMBARGO": "Wire copy under an embargo",
    "WIRE_KILLED": "Copy of a killed story",
    "WIRE_WITHHELD": "Copy of a withheld story",
    "WIRE_EXPIRED": "Wire copy whose term is over",
    "WIRE_NOTICE": "Notice of rights",
    "WIRE_QUOTATION": "Quotation from wire copy",
    "WIRE_STOCK": "Stock phrase",
    "WIRE_FACTS": "Common facts",
    "WIRE_LICENSED": "Licensed wire copy",
    "WIRE_OWN": "Own copy",
    "WIRE_WAIVED": "Waived",
    INCOMPLETE: "Not fully checked",
}
KINDS = {
    "verbatim": "a passage that stands word for word in a protected story",
    "edited": "a passage that stands in a protected story, edited",
    "rewritten": "a passage that rewrites one of a protected story",
}
NOTICES = ("WIRE_NOTICES", "Notices of rights")
COPY = ("WIRE_COPY", "Protected wire copy")
STANDING = ("WIRE_STANDING", "Stories that must not run")
CATEGORIES = {"WIRE_NOTICE": NOTICES, INCOMPLETE: ("WIRE_CHECK", "The check itself")} | dict.fromkeys(
    ("WIRE_KILLED", "WIRE_WITHHELD", "WIRE_EMBARGO"), STANDING
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings a client wants to see. `picky` adds notes: quotations, stock phrases, what is licensed or own.

    `only`: nothing but the `enabled` rules and categories. The alarms are shown in any case.
    """

    picky: bool = False
    disabled: frozenset[str] = frozenset()
    enabled: frozenset[str] = frozenset()
    only: bool = False

    def shows(self, rule: str, severity: str) -> bool:
        """Whether a finding is shown."""
        if rule in ALARMS:
            return True
        names = {rule, _category(rule)[0]}
        if names & self.disabled or (self.only and not names & self.enabled):
            return False
        return severity != NOTE or self.picky or rule in self.enabled


@dataclass(frozen=True, slots=True)
class Finding:
    """What is shown of a match, a notice or a doubt: a rule, its place in code points, and two sentences."""

    rule: str
    start: int
    end: int
    message: str
    short: str
    description: str


def answer(report: Mapping[str, Any], text: str, language: Language, wanted: Wanted, version: str) -> dict[str, Any]:
    """The answer about `text`, from its report in code points (`checker.reports.json.to_dict`).

    The report's spans lead into `text`, which is the draft as sent, with its markup.
    """
    found = sorted(_findings(report, text, wanted), key=lambda finding: (finding.start, finding.end, finding.rule))
    ruler = Ruler(text, OffsetUnit.UTF16)
    incomplete = "; ".join(one_line(str(reason)) for reason in report["unjudged"])
    warnings: dict[str, Any] = {"incompleteResults": report["verdict"] == "incomplete" or bool(incomplete)}
    return {
        "software": software(version),
        "warnings": warnings | ({"incompleteResultsReason": incomplete} if incomplete else {}),
        "language": _language(language),
        "matches": [_match(finding, text, ruler) for finding in found],
    }


def software(version: str) -> dict[str, Any]:
    """Who answers; `apiVersion` is that of the form of the answer."""
    return {
        "name": "Wirecheck",
        "version": version,
        "buildDate": "",
        "apiVersion": 1,
        "premium": False,
        "premiumHint": "",
        "status": "",
    }


def languages() -> list[dict[str, str]]:
    """The answer of GET /v2/languages."""
    return [{"name": one.name, "code": one.code, "longCode": one.long_code} for one in LANGUAGES]


def rules() -> list[dict[str, str]]:
    """All rules, as GET /v2/configinfo lists them."""
    return [
        {
            "ruleId": rule,
            "description": name,
            "categoryId": _category(rule)[0],
            "categoryName": _category(rule)[1],
            "locQualityIssueType": "duplication",
            "isTextLevelRule": "yes",
            "minToCheckParagraph": "-1",
        }
        for rule, name in NAMES.items()
    ]


def _findings(report: Mapping[str, Any], text: str, wanted: Wanted) -> Iterator[Finding]:
    for match in report["matches"]:
        rule = _rule_of(match)
        if wanted.shows(rule, match["severity"]):
            place = match["submitted"]
            name = NAMES.get(rule, "Wire copy")
            described = f"{name}: {KINDS.get(match['kind'], 'a passage that also stands in a protected story')}."
            yield Finding(rule, place["start"], place["end"], _inert(_sentence_of(match)), name, described)
    for notice in report["notices"]:
        if wanted.shows("WIRE_NOTICE", notice["severity"]):
            name = NAMES["WIRE_NOTICE"]
            said = _capital(notice["why"] or "carries a notice of rights or a credit line") + "."
            described = f"{name}: a line of rights or credit in the text."
            yield Finding("WIRE_NOTICE", notice["start"], notice["end"], _inert(said), name, described)
    yield from _doubts(report, text)


def _doubts(report: Mapping[str, Any], text: str) -> Iterator[Finding]:
    """One finding on the first word of a text that could not be judged whole: few clients show a warning."""
    word = re.search(r"\w+", text)
    if report["unjudged"] and word:
        said = "This text could not be fully checked: " + "; ".join(map(str, report["unjudged"])) + "."
        name = NAMES[INCOMPLETE]
        yield Finding(INCOMPLETE, word.start(), word.end(), _inert(said), name, f"{name}: this is no clean bill.")


def _rule_of(match: Mapping[str, Any]) -> str:
    """The id of a match's rule; a status of a later version is named after itself."""
    status = str(match["status"])
    if status == COPIED:
        return BY_KIND.get(match["kind"], "WIRE_COPY_EDITED")
    return BY_STATUS.get(status) or "WIRE_" + re.sub(r"[^A-Z0-9]+", "_", status.upper())


def _category(rule: str) -> tuple[str, str]:
    return CATEGORIES.get(rule, COPY)


def _sentence_of(match: Mapping[str, Any]) -> str:
    """ "21 words of Meridian Press copy, and no licence ... Source: “Bridge stuck” (mp-1, Meridian Press)." """
    source = match["source"]
    known = ", ".join(one_line(part) for part in (source["id"], source["holder"]) if part)
    title = shortened(one_line(source["title"]).strip(), TITLE_SHOWN)
    named = f"“{title}” ({known})" if title else known
    why = one_line(match["why"]).strip() or f"{match['words']} words also stand in a protected story"
    return f"{_capital(why)}. Source: {named}."


def _capital(sentence: str) -> str:
    sentence = one_line(sentence).strip().rstrip(".")
    return sentence[:1].upper() + sentence[1:]


def _inert(text: str) -> str:
    return one_line(text).translate(INERT)


def _match(finding: Finding, text: str, ruler: Ruler) -> dict[str, Any]:
    """One entry of `matches`."""
    start, end = finding.start, finding.end
    category = _category(finding.rule)
    return {
        "message": finding.message,
        "shortMessage": finding.short,
        "replacements": [],
        "offset": ruler.at(start),
        "length": ruler.at(end) - ruler.at(start),
        "context": _context(text, start, end, ruler),
        "sentence": _sentence(text, start, end),
        "type": {"typeName": "Other"},
        "rule": {
            "id": finding.rule,
            "description": finding.description,
            "issueType": "duplication",
            "category": {"id": category[0], "name": category[1]},
            "isPremium": False,
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def _context(text: str, start: int, end: int, ruler: Ruler) -> dict[str, Any]:
    """The passage and what stands around it, on one line, with dots where text was left out."""
    low, high = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = "..." if low else "", "..." if high < len(text) else ""
    shown = before + re.sub(r"[\r\n]", " ", text[low:high]) + after
    offset = len(before) + ruler.at(start) - ruler.at(low)
    return {"text": shown, "offset": offset, "length": ruler.at(end) - ruler.at(start)}


def _sentence(text: str, start: int, end: int) -> str:
    """The sentences that a passage stands in."""
    low, high = max(0, start - SENTENCE_REACH), min(len(text), end + SENTENCE_REACH)
    for found in SENTENCE_BREAK.finditer(text, low, start):
        low = found.end()
    last = SENTENCE_BREAK.search(text, max(low, end - 1), high)
    return text[low : last.end() if last else high].strip()


def _language(language: Language) -> dict[str, Any]:
    """The language of the answer. Nothing is detected, and a confidence of 0 says so."""
    named = {"name": language.name, "code": language.long_code}
    sure = 1.0 if language.asked else 0.0
    return named | {"detectedLanguage": named | {"confidence": sure, "source": "asked" if language.asked else "none"}}
