"""Reports read back from JSON, every value of the type that its noun gives it.

The nouns themselves say what is read: each field by its name and its type. Whatever does not fit is refused here,
so that nobody behind meets a list where a name should be.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from checker.model import SCHEMA, Edit, Match, Notice, Passage, Report, SourcePassage, Verdict

Noun = TypeVar("Noun")
Reader = Callable[[Any], Any]
ABSENT: dict[Any, dict[str, Any]] = {
    Match: {"longest_run": 0, "source_share": 0.0},
    Report: {"dropped": (), "stories": ()},
}
"""What fields are that reports may lack and nouns may not."""


class Unfit(Exception):
    """A value that does not fit; the message says what is wrong with it, `path` where it stands, innermost first."""

    def __init__(self, problem: str, *path: str) -> None:
        super().__init__(problem)
        self.path = list(path)


def from_json(written: str | bytes) -> Report:
    """Read a report back, without the draft. Unknown fields are passed over, unknown names kept as they are.

    Raises ValueError when this is no report of this schema; the message holds no word of it.
    """
    try:
        values = json.loads(written, parse_constant=_constant)
    except RecursionError:
        raise ValueError("this is not a report: it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("this is not JSON: it is not in UTF-8") from None
    except json.JSONDecodeError as error:
        # its message may pass, but the error itself holds the whole text
        raise ValueError(f"this is not JSON ({error})") from None
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise ValueError(f"this is not a report of schema {SCHEMA}")
    try:
        return _noun(Report, values)  # type: ignore[no-any-return]
    except Unfit as unfit:
        where = ".".join(reversed(unfit.path)).replace(".[", "[")
        raise ValueError(f"this report is not whole ({where} {unfit})") from None


def read_as(kind: type[Noun], value: Any) -> Noun:
    """A dataclass of plain fields from parsed JSON. Raises ValueError, which names the field and none of its words."""
    try:
        return _noun(kind, value)  # type: ignore[no-any-return]
    except Unfit as unfit:
        where = ".".join(reversed(unfit.path)).replace(".[", "[")
        raise ValueError(f"{where} {unfit}".strip()) from None


def _constant(name: str) -> Any:
    raise ValueError(f"this is not a report: {name} is no number")


def _noun(kind: type, value: Any) -> Any:
    """A dataclass of ours from the fields of it that an object holds; what is null is as if it were not there."""
    if not isinstance(value, dict):
        raise Unfit("is not an object")
    values = SHAPES[kind](value) if kind in SHAPES else value
    absent = ABSENT.get(kind, {})
    built = {}
    for name, read, required in _fields(kind):
        held = values.get(name)
        if held is None:
            if name in absent:
                built[name] = absent[name]
            elif required:
                raise Unfit("is missing", name)
            continue
        try:
            built[name] = read(held)
        except Unfit as unfit:
            unfit.path.append(name)
            raise
    if kind in (Passage, SourcePassage):
        _span([built["start"], built["end"]])
    return kind(**built)


@cache
def _fields(kind: type) -> tuple[tuple[str, Reader, bool], ...]:
    """The fields of a noun that are read: name, how, and whether one must be there."""
    hints = get_type_hints(kind)
    return tuple(
        (field.name, _reader(hints[field.name]), field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
        if field.repr  # the texts are never part of the JSON
    )


def _reader(kind: Any) -> Reader:
    """How a value of this type is read."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is types.UnionType:  # T | None; null never comes so far
        return _reader(inner[0])
    if origin is tuple and inner[1:] == (...,):
        one = _reader(inner[0])
        return lambda value: tuple(_each([one] * len(_list(value)), value))
    if inner == (int, int):
        return _span  # every pair of whole numbers in our nouns is one
    if origin is tuple:
        readers = [_reader(item) for item in inner]
        return lambda value: tuple(_each(readers, value))
    if origin is Mapping:
        return _texts
    if kind in PLAIN:
        return PLAIN[kind]
    if issubclass(kind, StrEnum):
        return lambda value: _named(kind, value)
    return lambda value: _noun(kind, value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Unfit("is not a list")
    return value


def _each(readers: list[Reader], value: Any) -> list[Any]:
    if len(_list(value)) != len(readers):
        raise Unfit(f"does not have {len(readers)} items")
    built = []
    for number, (read, held) in enumerate(zip(readers, value, strict=True)):
        try:
            built.append(read(held))
        except Unfit as unfit:
            unfit.path.append(f"[{number}]")
            raise
    return built


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit("is not a text")
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise Unfit("is not a whole number")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise Unfit("is not a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Unfit("is too large a number")
    return number


def _span(value: Any) -> tuple[int, int]:
    if len(_list(value)) != 2 or not 0 <= _whole(value[0]) <= _whole(value[1]):
        raise Unfit("is not a span")
    return value[0], value[1]


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("is neither true nor false")
    return value


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        raise Unfit("is not an object of texts")
    return value


PLAIN: dict[Any, Reader] = {str: _text, int: _whole, float: _number, bool: _flag}


def _named(kind: type[StrEnum], value: Any) -> str:
    """A member by its name. A later version may know more of them: an unknown one stays the string that it is."""
    try:
        return kind(_text(value))
    except ValueError:
        return str(value)


def _report(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Reports of the first version say only in their reasons what could not be judged."""
    if "unjudged" in values or values.get("verdict") == Verdict.CLEAR:
        return values
    return {**values, "unjudged": values.get("reasons")}


def _passage(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """`start` and `end` lead into the file where there is a place in the text besides."""
    if "text_start" not in values:
        return {**values, "file": None}
    span = [values.get("start"), values.get("end")]
    return {**values, "start": values["text_start"], "end": values.get("text_end"), "file": span}


def _edit(values: Mapping[str, Any]) -> Mapping[str, Any]:
    edit = {"change": values.get("change")}
    for side in ("submitted", "source"):
        try:
            start, end = _span(values.get(side))
        except Unfit as unfit:
            unfit.path.append(side)
            raise
        edit |= {f"{side}_start": start, f"{side}_end": end}
    return edit


def _notice(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The notice is its own passage; one year may stand for all."""
    years = values.get("years")
    if years is None and values.get("year") is not None:
        years = [values["year"]]
    return {**values, "submitted": values, "years": years}


SHAPES: dict[Any, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    Report: _report,
    Passage: _passage,
    Edit: _edit,
    Notice: _notice,
}
"""What is written otherwise than its noun has it."""
