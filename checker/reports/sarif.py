"""Reports as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), for editors and build servers.

One run; each match is a result. It carries places, figures and names, but no words of a text or of a story.
Columns and offsets count code points (`columnKind`). A text that could not be fully checked makes the
invocation unsuccessful, so that no results are never taken for nothing found.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from checker.model import Kind, Match, Passage, Report, Severity, SourcePassage, Status, Verdict
from checker.reports import words
from checker.reports.json import UNSAFE
from checker.reports.show import one_line
from checker.reports.where import Lines, whereabouts

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "wirecheckPassage/v1"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
USUAL = {Status.COPIED: "error"}
"""The level of a rule; each result has its own."""
INCOMPLETE, REMARK = "incomplete", "remark"
NOTIFICATIONS = (
    (INCOMPLETE, "A text, or a part of it, could not be checked; without a result it is not clear."),
    (REMARK, "Something about a file that is worth a line and changes no verdict."),
)
HELP = "Wirecheck reports text overlap. Whether a use is allowed is for people to judge."
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
    rules = _rules(reports)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    gravest = next((one for one in GRAVEST if any(report.verdict == one for report in reports)), Verdict.CLEAR)
    return {
        "tool": {"driver": _driver(reports, rules)},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "invocations": [_invocation(reports)],
        "artifacts": [_artifact(number, report) for number, report in enumerate(reports)],
        "results": [result for number, report in enumerate(reports) for result in _results(number, report, numbers)],
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


def _rules(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """One for each kind of reuse and each status; those of a later version as they come."""
    pairs = [(str(status), str(kind)) for status in Status for kind in Kind]
    pairs += [(str(match.status), str(match.kind)) for report in reports for match in report.matches]
    return [_rule(status, kind) for status, kind in dict.fromkeys(pairs)]


def _rule(status: str, kind: str) -> dict[str, Any]:
    use = {str(known): said for known, said in words.STATUSES.items()}.get(status, one_line(status))
    how = {str(known): said for known, said in words.KINDS.items()}.get(kind, one_line(kind))
    summary = f"A passage also stands in a protected story ({use}, {how})."
    return {
        "id": f"{one_line(status)}/{one_line(kind)}",
        "name": _pascal(f"{status} {kind}"),
        "shortDescription": {"text": _literal(summary)},
        "fullDescription": {"text": _literal(f"{summary} The result names the story, its holder and both places.")},
        "help": {"text": HELP},
        "defaultConfiguration": {"level": next((USUAL[one] for one in USUAL if str(one) == status), "note")},
    }


def _invocation(reports: Sequence[Report]) -> dict[str, Any]:
    notifications = []
    for number, report in enumerate(reports):
        # the reasons of a clear verdict say why it is clear
        doubts = () if report.verdict is Verdict.CLEAR else report.reasons
        if report.verdict is Verdict.INCOMPLETE and not doubts:
            doubts = ("it could not be fully checked",)
        notifications += [_notification(0, "error", doubt, number, report) for doubt in doubts]
        notifications += [_notification(1, "note", remark, number, report) for remark in report.warnings]
    successful = all(notification["level"] != "error" for notification in notifications)
    return {"executionSuccessful": successful, "toolExecutionNotifications": notifications}


def _notification(descriptor: int, level: str, text: str, number: int, report: Report) -> dict[str, Any]:
    return {
        "descriptor": {"id": NOTIFICATIONS[descriptor][0], "index": descriptor},
        "level": level,
        "message": {"text": _literal(one_line(f"{report.id or '-'}: {text}"))},
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
            "index": asdict(report.index),
        },
    }


def _location(number: int, report: Report) -> dict[str, Any]:
    return {"uri": uri(report.id), "index": number}


def _results(number: int, report: Report, rules: dict[str, int]) -> list[dict[str, Any]]:
    lines = Lines.of(report)
    return [_result(number, report, match, lines, rules) for match in report.matches]


def _result(number: int, report: Report, match: Match, lines: Lines, rules: dict[str, int]) -> dict[str, Any]:
    rule = f"{one_line(match.status)}/{one_line(match.kind)}"
    return {
        "ruleId": rule,
        "ruleIndex": rules[rule],
        "kind": "fail",
        "level": LEVELS.get(match.severity, "warning"),
        "message": {"text": _literal(_message(match))},
        "locations": [_place(number, report, match.submitted, lines)],
        "relatedLocations": [_story(match.source)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(match)},
        "properties": {
            "verdict": str(report.verdict),
            "start": match.submitted.start,
            "end": match.submitted.end,
            "words": match.words,
            "similarity": match.similarity,
            "longestRun": match.longest_run,
            "sourceShare": match.source_share,
            "rearranged": match.rearranged,
            "label": match.submitted.label,
            "places": [asdict(place) for place in match.submitted.places],
            "source": _source(match.source),
            "also": [_source(other) for other in match.also],
        },
    }


def _message(match: Match) -> str:
    where = whereabouts(match.submitted)
    also = f", and in {words.count(len(match.also), 'other story', 'other stories')}" if match.also else ""
    return (
        f"{words.likeness(match)}, {words.status(match)}, from “{words.title(match.source)}” "
        f"({words.origin(match.source)}){also}{f'; {where}' if where else ''}."
    )


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
        "message": {"text": _literal(f"The story: “{words.title(source)}” ({words.origin(source)}).")},
        "logicalLocations": [
            {"name": words.title(source), "fullyQualifiedName": one_line(source.id), "kind": "resource"}
        ],
    }


def _source(source: SourcePassage) -> dict[str, Any]:
    values = asdict(source)
    del values["text"]
    return values


def _fingerprint(match: Match) -> str:
    """Stays the same when the passage moves in its text, or its case and punctuation change."""
    normal = " ".join(re.findall(r"\w+", match.submitted.text.casefold()))
    return hashlib.sha256(f"{match.source.id}\0{normal}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _literal(text: str) -> str:
    """Text that no viewer takes for a placeholder or a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", name))
