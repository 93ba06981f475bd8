"""Reports as JSON, schema `wirecheck.report/1`, and back.

Fields may be added; these keep their names and meaning. Offsets are code points. `start` and `end` of a submitted
passage lead into the file as submitted, where that has characters of its own; `text_start` and `text_end` into
the text that was matched (what a reader of the page sees). Without the latter the two are the same.
`edits` count in the text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar, cast

from checker.model import (
    SCHEMA,
    Change,
    Dropped,
    Edit,
    IndexStamp,
    Kind,
    Match,
    Passage,
    Reason,
    Report,
    Severity,
    SourcePassage,
    Status,
    StorySummary,
    Submitted,
    Tool,
    Verdict,
)
from checker.places import Place
from checker.reports.show import TERMINAL

Named = TypeVar("Named", Verdict, Kind, Status, Severity, Change, Reason)
# JSON escapes the first 32 controls by itself; anything else that could steer a terminal asks for escapes throughout.
UNSAFE = frozenset(map(chr, TERMINAL.keys() - set(range(32))))


def to_json(report: Report, *, indent: int | None = None) -> str:
    """One report as JSON, without a line end; on one line unless `indent` is given. Always encodable as UTF-8."""
    values = to_dict(report)
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    return text if UNSAFE.isdisjoint(text) else json.dumps(values, ensure_ascii=True, indent=indent)


def to_dict(report: Report) -> dict[str, Any]:
    """One report as plain values."""
    return {
        "schema": report.schema,
        "id": report.id,
        "verdict": str(report.verdict),
        "reasons": list(report.reasons),
        "submitted": asdict(report.submitted),
        "matches": [_match(match) for match in report.matches],
        "notices": [],
        "dropped": [_found(dropped) for dropped in report.dropped],
        "stories": [asdict(story) for story in report.stories],
        "index": asdict(report.index),
        "tool": asdict(report.tool),
        "warnings": list(report.warnings),
    }


def from_json(written: str | bytes) -> Report:
    """Read a report back, without the draft. Unknown fields are passed over, unknown names kept as they are.

    Raises ValueError when this is no report of this schema.
    """
    values = json.loads(written)
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise ValueError(f"this is not a report of schema {SCHEMA}")
    try:
        return _report(values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"this report is not whole ({type(error).__name__}: {error})") from None


def _report(values: Mapping[str, Any]) -> Report:
    return Report(
        id=values["id"],
        verdict=_named(Verdict, values["verdict"]),
        reasons=tuple(values["reasons"]),
        submitted=_filled(Submitted, values["submitted"]),
        matches=tuple(map(_match_from, values["matches"])),
        dropped=tuple(map(_dropped_from, values.get("dropped", ()))),
        stories=tuple(_filled(StorySummary, story) for story in values.get("stories", ())),
        index=_filled(IndexStamp, values["index"]),
        tool=_filled(Tool, values["tool"]),
        warnings=tuple(values.get("warnings", ())),
    )


def _found(found: Match | Dropped) -> dict[str, Any]:
    return {**_plain(asdict(found)), "submitted": _passage(found.submitted)}


def _passage(passage: Passage) -> dict[str, Any]:
    """A passage, `start` and `end` in the file as submitted; where that has markup, its place in the text besides."""
    start, end = passage.file or (passage.start, passage.end)
    values: dict[str, Any] = {"start": start, "end": end, "text": passage.text}
    if passage.file:
        values |= {"text_start": passage.start, "text_end": passage.end}
    if passage.ranges:
        values["ranges"] = [list(span) for span in passage.ranges]
    if passage.places:
        values["places"] = [{name: value for name, value in asdict(place).items() if value} for place in passage.places]
    return values | ({"label": passage.label} if passage.label else {})


def _passage_from(values: Mapping[str, Any]) -> Passage:
    span = values["start"], values["end"]
    start, end = values.get("text_start", span[0]), values.get("text_end", span[1])
    return Passage(
        start,
        end,
        values["text"],
        file=span if "text_start" in values else None,
        ranges=tuple((low, high) for low, high in values.get("ranges", ())),
        places=tuple(_place_from(place) for place in values.get("places", ())),
        label=values.get("label", ""),
    )


def _place_from(values: Mapping[str, Any]) -> Place:
    rectangles = tuple((left, low, right, high) for left, low, right, high in values.get("rectangles", ()))
    return _filled(Place, {**values, "rectangles": rectangles})


def _match(match: Match) -> dict[str, Any]:
    values = _found(match)
    values["edits"] = [
        {
            "change": str(edit.change),
            "submitted": [edit.submitted_start, edit.submitted_end],
            "source": [edit.source_start, edit.source_end],
        }
        for edit in match.edits
    ]
    return values


def _match_from(values: Mapping[str, Any]) -> Match:
    built: dict[str, Any] = {
        "submitted": _passage_from(values["submitted"]),
        "source": _filled(SourcePassage, values["source"]),
        "kind": _named(Kind, values["kind"]),
        "longest_run": values.get("longest_run", 0),
        "source_share": values.get("source_share", 0.0),
        "status": _named(Status, values["status"]),
        "severity": _named(Severity, values["severity"]),
        "edits": tuple(
            Edit(_named(Change, edit["change"]), *edit["submitted"], *edit["source"])
            for edit in values.get("edits", ())
        ),
        "also": tuple(_filled(SourcePassage, other) for other in values.get("also", ())),
    }
    return _filled(Match, {**values, **built})


def _dropped_from(values: Mapping[str, Any]) -> Dropped:
    return Dropped(
        submitted=_passage_from(values["submitted"]),
        source=_filled(SourcePassage, values["source"]),
        similarity=values["similarity"],
        words=values["words"],
        reason=_named(Reason, values["reason"]),
        detail=values.get("detail", ""),
    )


Filled = TypeVar("Filled")


def _filled(kind: type[Filled], values: Mapping[str, Any]) -> Filled:
    """A dataclass from the fields of it that `values` holds."""
    known = cast(Any, kind).__dataclass_fields__
    return kind(**{name: value for name, value in values.items() if name in known})


def _named(kind: type[Named], value: str) -> Named:
    """A member by its name. A later version may know more of them: an unknown one stays the string that it is."""
    try:
        return kind(value)
    except ValueError:
        return cast(Named, value)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Members of enumerations as bare strings."""
    return {name: str(value) if isinstance(value, str) else value for name, value in values.items()}
