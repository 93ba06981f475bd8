"""Reports as JSON, schema `wirecheck.report/1`, and back.

Fields may be added; these keep their names and meaning. Offsets are code points. `start` and `end` of a submitted
passage lead into the file as submitted, where that has characters of its own; `text_start` and `text_end` into
the text that was matched (what a reader of the page sees). Without the latter the two are the same.
`edits` and `quoted` count in the text. What says nothing (no rights, no family, nobody speaking) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from checker.model import NOT_JUDGED, Edit, Judged, Match, Notice, Passage, Report, SourcePassage
from checker.places import Place
from checker.reports.json_read import from_json
from checker.reports.show import TERMINAL
from checker.standing import NO_RIGHTS, Family, Member, Rights

__all__ = ["UNSAFE", "from_json", "to_dict", "to_json"]

# JSON escapes the first 32 controls by itself; anything else that could steer a terminal asks for escapes throughout.
UNSAFE = frozenset(map(chr, TERMINAL.keys() - set(range(32))))
LEAN = (Place, Rights, Family, Member, Judged)
"""Of these only what is not the default is written."""


def to_json(report: Report, *, indent: int | None = None) -> str:
    """One report as JSON, without a line end; on one line unless `indent` is given. Always encodable as UTF-8."""
    values = to_dict(report)
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    return text if UNSAFE.isdisjoint(text) else json.dumps(values, ensure_ascii=True, indent=indent)


def to_dict(report: Report) -> dict[str, Any]:
    """One report as plain values."""
    values = {
        "schema": report.schema,
        "id": report.id,
        "verdict": str(report.verdict),
        "reasons": list(report.reasons),
        "unjudged": list(report.unjudged),
        "submitted": plain(report.submitted),
        "matches": [_match(match) for match in report.matches],
        "notices": [_notice(notice) for notice in report.notices],
        "dropped": plain(report.dropped),
        "stories": plain(report.stories),
        "index": plain(report.index),
        "tool": plain(report.tool),
        "warnings": list(report.warnings),
        "disguises": list(report.disguises),
    }
    return values if report.judged == NOT_JUDGED else values | {"judged": plain(report.judged)}


def plain(value: Any) -> Any:
    """A noun as the values that JSON has; of some nouns only what says something."""
    if isinstance(value, str):
        return str(value)  # the bare name of a member of an enumeration
    if isinstance(value, Passage):
        return _passage(value)
    if isinstance(value, SourcePassage):
        return source(value)
    if isinstance(value, Edit):
        return _edit(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return _fields(value)
    return value


def source(passage: SourcePassage) -> dict[str, Any]:
    """A passage of a story; its rights and its family only where there is a word about them."""
    values = _fields(passage)
    if passage.rights == NO_RIGHTS:
        del values["rights"]
    if passage.family is None:
        del values["family"]
    return values


def _fields(value: Any) -> dict[str, Any]:
    held = [(field, getattr(value, field.name)) for field in fields(value)]
    if isinstance(value, LEAN):
        held = [(field, one) for field, one in held if one != field.default]
    return {field.name: plain(one) for field, one in held}


def _passage(passage: Passage) -> dict[str, Any]:
    """A passage, `start` and `end` in the file as submitted; where that has markup, its place in the text besides."""
    start, end = passage.file or (passage.start, passage.end)
    values: dict[str, Any] = {"start": start, "end": end, "text": passage.text}
    if passage.file:
        values |= {"text_start": passage.start, "text_end": passage.end}
    if passage.ranges:
        values["ranges"] = plain(passage.ranges)
    if passage.places:
        values["places"] = plain(passage.places)
    return values | ({"label": passage.label} if passage.label else {})


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "change": str(edit.change),
        "submitted": [edit.submitted_start, edit.submitted_end],
        "source": [edit.source_start, edit.source_end],
    }


def _match(match: Match) -> dict[str, Any]:
    return {name: value for name, value in _fields(match).items() if value or name not in ("speaker", "quoted")}


def _notice(notice: Notice) -> dict[str, Any]:
    """Its passage is not nested: a notice is one. `year` is the first of its years."""
    values = _fields(notice)
    del values["submitted"]
    return _passage(notice.submitted) | values | {"year": notice.years[0] if notice.years else None}
