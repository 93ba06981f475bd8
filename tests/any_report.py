"""Any report that the nouns allow, for hypothesis: every field by its type, names of later versions among the known."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from checker.model import SCHEMA, Edit, Report

HOSTILE = (
    "\x1b]0;owned\x07",
    "\u202eevil\u2066",
    "</script><img src=x onerror=alert(1)>",
    "=1+1",
    '"; ',
    "{0}](x)",
    "\0",
)
TEXTS = st.text(st.characters(), max_size=12) | st.sampled_from(HOSTILE)
"""No lone surrogates: two of them in a row would be read back as one character."""
LATER = "a-later-name"


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda pair: (min(pair), max(pair)))


def _in_order(value: Any, first: tuple[int, int], second: tuple[int, int]) -> Any:
    """The same with spans that end where they begin, or later."""
    names = [("start", "end")] if hasattr(value, "start") else []
    names += [("submitted_start", "submitted_end"), ("source_start", "source_end")] if isinstance(value, Edit) else []
    spans = dict(zip((name for pair in names for name in pair), (*first, *second), strict=False))
    return dataclasses.replace(value, **spans) if spans else value


@cache
def any_of(kind: Any, texts: st.SearchStrategy[str] = TEXTS) -> st.SearchStrategy[Any]:
    """Values of a type, every text in them one of `texts`."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is types.UnionType:
        return st.none() | any_of(inner[0], texts)
    if origin is tuple and inner[1:] == (...,):
        return st.lists(any_of(inner[0], texts), max_size=2).map(tuple)
    if inner == (int, int):
        return SPANS
    if origin is tuple:
        return st.tuples(*(any_of(one, texts) for one in inner))
    if origin is Mapping:
        return st.dictionaries(texts, texts, max_size=2)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        built = st.builds(kind, **{field.name: any_of(hints[field.name], texts) for field in dataclasses.fields(kind)})
        return st.builds(_in_order, built, *[SPANS] * 2)
    if issubclass(kind, StrEnum):
        return st.sampled_from([*kind, LATER])
    return {
        str: texts,
        int: st.integers(0, 40),
        float: st.floats(0, 1),
        bool: st.booleans(),
    }[kind]


def any_report() -> st.SearchStrategy[Report]:
    """Reports, with a draft and without."""
    return any_of(Report).map(lambda report: dataclasses.replace(report, schema=SCHEMA))
