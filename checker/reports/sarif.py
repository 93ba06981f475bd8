"""Reports as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), for editors and build servers.

One run; each match and each notice is a result, its rule the status. It carries places, figures, names and what the
policy says, but no words of a text or of a story.
Columns and offsets count code points (`columnKind`). A text that could not be fully checked makes the
invocation unsuccessful, so that no results are never taken for nothing found.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from checker.model import Match, Notice, Passage, Report, Severity, SourcePassage, Status, Verdict
from checker.reports import whole, words
from checker.reports.json import UNSAFE, plain, source
from checker.reports.sarif_rules import FINE, literal, rule_id, rules_of
from checker.reports.show import one_line
from checker.reports.where import Lines, whereabouts

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "wirecheckPassage/v1"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
INCOMPLETE, REMARK = "incomplete", "remark"
NOTIFICATIONS = (
    (INCOMPLETE, "A text, or a part of it, could not be checked; without a result it is not clear."),
    (REMARK, "Something about a file that is worth a line and changes no verdict."),
)
URL = re.compile(r"(?:https?|ftp|file)://|urn:|tag:", re.IGNORECASE)
GRAVEST = (Verdict.FLAGGED, Verdict.INCOMPLETE, Verdict.CLEAR)


def to_sarif(reports: Sequence[Report]) -> str:
    """The whole log, with a line end. Always encodable as UTF-8."""
    log = {"$schema": SCHEMA, "version": VERSION, "runs": [_run(reports)]}
    text = json.dumps(log, ensure_ascii=False, indent=2)
    return (text if UNSAFE.isdisjoint(text) else json.dumps(log, ensure_ascii=True, indent=2)) + "\n"


def uri(id: str) -> str:
    """The id of a text as a URI reference (RFC 3986): addresses stay what they are, a path is percent-encoded."""
    if URL.match(id):
        return quote(_bytes(id), safe="%/:?#[]@!$&'()*+,;=~")
    path = quote(_bytes(id or "-"), safe="/~")
    return f"file://{path}" if path.startswith("/") else path


def _bytes(text: str) -> bytes:
    """UTF-8; a byte that a path had instead of a character becomes that byte again."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _run(reports: Sequence[Report]) -> dict[str, Any]:
    rules = rules_of(reports)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    results = [result for number, report in enumerate(reports) for result in _results(number, report, numbers)]
    gravest = next((one for one in GRAVEST if any(report.verdict == one for report in reports)), Verdict.CLEAR)
    return {
        "tool": {"driver": _driver(reports, rules)},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [_invocation(reports)],
        "artifacts": [_artifact(number, report) for number, report in enumerate(reports)],
        "results": _suppressed(reports, results),
        "properties": {"verdict": str(gravest)},
    }


def _driver(reports: Sequence[Report], rules: list[dict[str, Any]]) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "wirecheck"}
    if reports:
        driver = {"name": one_line(reports[0].tool.name), "version": one_line(reports[0].tool.version)}
    notifications = [
        {"id": id, "name": id.capitalize(), "shortDescription": {"text": text}} for id, text in NOTIFICATIONS
    ]
    return driver | {"rules": rules, "notifications": notifications}


def _invocation(reports: Sequence[Report]) -> dict[str, Any]:
    notifications = []
    for number, report in enumerate(reports):
        doubts = whole.doubts(report)
        if report.verdict is Verdict.INCOMPLETE and not doubts:
            doubts = ("it could not be fully checked",)
        notifications += [_notification(0, "error", doubt, number, report) for doubt in doubts]
        notifications += [_notification(1, "note", remark, number, report) for remark in whole.remarks(report)]
    successful = all(notification["level"] != "error" for notification in notifications)
    return {"executionSuccessful": successful, "toolExecutionNotifications": notifications}


def _notification(descriptor: int, level: str, text: str, number: int, report: Report) -> dict[str, Any]:
    return {
        "descriptor": {"id": NOTIFICATIONS[descriptor][0], "index": descriptor},
        "level": level,
        "message": {"text": literal(one_line(f"{report.id or '-'}: {text}"))},
        "locations": [{"physicalLocation": {"artifactLocation": _location(number, report)}}],
    }


def _artifact(number: int, report: Report) -> dict[str, Any]:
    figures = report.submitted
    return {
        "location": {"uri": uri(report.id)},
        "roles": ["analysisTarget"],
        "properties": {
            "number": number + 1,
            "id": report.id,
            "verdict": str(report.verdict),
            "reasons": list(report.reasons),
            "words": figures.words,
            "copiedWords": figures.copied_words,
            "copiedShare": figures.copied_share,
            "format": figures.format,
            "encoding": figures.encoding,
            "index": plain(report.index),
            "judged": plain(report.judged),
        },
    }


def _location(number: int, report: Report) -> dict[str, Any]:
    return {"uri": uri(report.id), "index": number}


def _results(number: int, report: Report, rules: dict[str, int]) -> list[dict[str, Any]]:
    lines = Lines.of(report)
    matches = [
        _result(number, report, match, lines, rules)
        | {
            "message": {"text": literal(_message(match))},
            "relatedLocations": [_story(match.source)],
            "properties": _properties(report, match) | _of_match(match),
        }
        for match in report.matches
    ]
    notices = [
        _result(number, report, notice, lines, rules)
        | {
            "message": {"text": literal(f"{words.headline(notice).removesuffix('.')}.")},
            "properties": _properties(report, notice) | _of_notice(notice),
        }
        for notice in report.notices
    ]
    return matches + notices


def _result(number: int, report: Report, found: Match | Notice, lines: Lines, rules: dict[str, int]) -> dict[str, Any]:
    """What matches and notices have in common."""
    rule = rule_id(found.status)
    fine = found.status in FINE and found.severity == Severity.NOTE
    return {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        "kind": "informational" if fine else "fail",
        "level": "none" if fine else LEVELS.get(found.severity, "warning"),
        "locations": [_place(number, report, found.submitted, lines)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(found)},
    }


def _suppressed(reports: Sequence[Report], results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where anything is waived, every result says whether it is suppressed (SARIF 2.1.0, 3.27.23: all or none)."""
    found = [one for report in reports for one in whole.findings(report)]
    if not any(one.status is Status.WAIVED for one in found):
        return results
    for one, result in zip(found, results, strict=True):
        waived = {"kind": "external", "status": "accepted", "justification": one_line(one.why)}
        result["suppressions"] = [waived] if one.status is Status.WAIVED else []
    return results


def _properties(report: Report, found: Match | Notice) -> dict[str, Any]:
    return {
        "verdict": str(report.verdict),
        "start": found.submitted.start,
        "end": found.submitted.end,
        "status": str(found.status),
        "severity": str(found.severity),
        "rule": found.rule,
        "why": found.why,
        "kind": str(found.kind),
        "label": found.submitted.label,
        "places": plain(found.submitted.places),
    }


def _of_match(match: Match) -> dict[str, Any]:
    return {
        "words": match.words,
        "similarity": match.similarity,
        "longestRun": match.longest_run,
        "sourceShare": match.source_share,
        "rearranged": match.rearranged,
        "use": str(match.use),
        "speaker": match.speaker,
        "quoted": plain(match.quoted),
        "source": _source(match.source),
        "also": [_source(other) for other in match.also],
    }


def _of_notice(notice: Notice) -> dict[str, Any]:
    return {
        "holder": notice.holder,
        "agency": notice.agency,
        "name": notice.name,
        "years": list(notice.years),
        "terms": list(notice.terms),
    }


def _message(match: Match) -> str:
    where = whereabouts(match.submitted)
    return words.sentence(match) + (f"; {where}." if where else ".")


def _place(number: int, report: Report, passage: Passage, lines: Lines) -> dict[str, Any]:
    """The passage in its file: a region of characters where it has them, pages and the like by name."""
    physical: dict[str, Any] = {"artifactLocation": _location(number, report)}
    stretch = lines.stretch(passage)
    if stretch:
        region = {"charOffset": stretch.start, "charLength": stretch.end - stretch.start}
        if stretch.line:
            region |= {"startLine": stretch.line, "startColumn": stretch.column}
            region |= {"endLine": stretch.last_line, "endColumn": stretch.last_column}
        physical["region"] = region
    where = whereabouts(passage)
    names = [{"name": where, "kind": "resource"}] if where else []
    return {"physicalLocation": physical} | ({"logicalLocations": names} if names else {})


def _story(source: SourcePassage) -> dict[str, Any]:
    """The story, which has no file here, by its name."""
    return {
        "id": 1,
        "message": {"text": literal(f"The story: “{words.title(source)}” ({words.origin(source)}).")},
        "logicalLocations": [
            {"name": words.title(source), "fullyQualifiedName": one_line(source.id), "kind": "resource"}
        ],
    }


def _source(passage: SourcePassage) -> dict[str, Any]:
    values = source(passage)
    del values["text"]
    return values


def _fingerprint(found: Match | Notice) -> str:
    """Stays the same when the passage moves in its text, or its case and punctuation change."""
    normal = " ".join(re.findall(r"\w+", found.submitted.text.casefold()))
    where = found.source.id if isinstance(found, Match) else "notice"
    return hashlib.sha256(f"{where}\0{normal}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
