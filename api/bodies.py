"""Bodies of requests to values, strictly: what two readers could read differently is refused, not guessed at."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.problems import Problem, errors_of, unreadable, unsupported

JSON, FORM = "application/json", "multipart/form-data"
MOST_PARTS = 200
LONGEST_HEADERS = 8 * 1024
"""Bytes of all headers of one part of a form."""
Model = TypeVar("Model", bound=BaseModel)


class _Refused(ValueError):
    """Valid for Python's reader of JSON, but not for us; the text says why."""


def media_type(header: str) -> tuple[str, str]:
    """The type in a Content-Type header, and its charset ("" when it names none), in small letters."""
    kind, options = parse_options_header(header)
    return kind.decode("latin-1").lower(), options.get(b"charset", b"").decode("latin-1").lower()


def must_be(header: str, *wanted: str) -> str:
    """The media type, one of `wanted`. Raises Problem 415 otherwise, and for JSON in another charset than UTF-8."""
    kind, charset = media_type(header)
    if kind not in wanted:
        raise unsupported(*wanted)
    if charset not in ("", "utf-8", "utf8"):
        raise Problem(415, "Send it in UTF-8; no other charset is taken.", headers={"Accept": ", ".join(wanted)})
    return kind


def parse_json(raw: bytes) -> Any:
    """The value of a JSON body. Raises Problem 422: not UTF-8, not JSON, a name twice, NaN, nested too deeply."""
    try:
        text = raw.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
        if "\\u" in text:
            _require_characters(value)
        return value
    except UnicodeDecodeError:
        said = "This is not UTF-8."
    except RecursionError:
        said = "It is nested too deeply."
    except _Refused as error:
        said = str(error)
    except json.JSONDecodeError as error:
        said = f"This is not JSON (line {error.lineno}, column {error.colno})."
    except ValueError:
        said = "There is a number in it that is too long."
    raise unreadable([{"pointer": "", "detail": said}])


def _require_characters(value: Any) -> None:
    """Raises _Refused for half of a surrogate pair, which is no character and cannot be sent back."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _Refused("There is half of a surrogate pair in it, which is no character.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("A name stands twice in one object.")
    return found


def _constant(name: str) -> NoReturn:
    raise _Refused("NaN and Infinity are no JSON.")


def _float(written: str) -> float:
    value = float(written)
    if value in (float("inf"), float("-inf")):
        raise _Refused("There is a number in it that is too large.")
    return value


def validated(model: type[Model], value: Any) -> Model:
    """`value` as that model. Raises Problem 422, which repeats nothing of it."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise unreadable(
            errors_of(error.errors(include_url=False, include_input=False, include_context=False))
        ) from None


@dataclass(slots=True)
class Part:
    """One part of a form; `filename` is None for a plain field."""

    name: str = ""
    filename: str | None = None
    data: bytearray = field(default_factory=bytearray)

    def text(self) -> str:
        """A plain field's value. Raises Problem 422 when it is not UTF-8."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            raise unreadable([{"pointer": "", "detail": "A field of the form is not UTF-8."}]) from None


def parse_form(content_type: str, raw: bytes) -> list[Part]:
    """The parts of a multipart/form-data body, in memory: no draft is written to a disk.

    Raises Problem 422 when it is cut short or damaged.
    """
    boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
    reading = _Reading()
    try:
        if not 1 <= len(boundary) <= 70:
            raise _Refused("Its Content-Type names no boundary.")
        parser = MultipartParser(boundary, reading.callbacks())
        parser.write(raw)
        parser.finalize()
        if not reading.ended:
            raise _Refused("The form is cut short.")
    except _Refused as error:
        said = str(error)
    except (MultipartParseError, ValueError):
        said = "The form is damaged."
    else:
        return reading.parts
    raise unreadable([{"pointer": "", "detail": said}])


class _Reading:
    """What the parser of forms calls."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.ended = False
        self._name, self._value, self._length = bytearray(), bytearray(), 0

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_header_field": lambda data, start, end: self._header(self._name, data[start:end]),
            "on_header_value": lambda data, start, end: self._header(self._value, data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        if len(self.parts) == MOST_PARTS:
            raise _Refused(f"A form may have {MOST_PARTS} parts.")
        self.parts.append(Part())
        self._length = 0

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += memoryview(data)[start:end]

    def _header(self, into: bytearray, data: bytes) -> None:
        self._length += len(data)
        if self._length > LONGEST_HEADERS:
            raise _Refused("The headers of a part are too long.")
        into += data

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            kind, options = parse_options_header(bytes(self._value))
            part = self.parts[-1]
            if kind == b"form-data":
                part.name = options.get(b"name", b"").decode("utf-8", "replace")
                part.filename = options[b"filename"].decode("utf-8", "replace") if b"filename" in options else None
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        if not self.parts[-1].name:
            raise _Refused("A part of the form has no name.")

    def _end(self) -> None:
        self.ended = True


def plain_fields(parts: list[Part]) -> Mapping[str, list[str]]:
    """The values of the plain fields of a form, by their names."""
    found: dict[str, list[str]] = {}
    for part in parts:
        if part.filename is None:
            found.setdefault(part.name, []).append(part.text())
    return found
