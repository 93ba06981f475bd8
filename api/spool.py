"""A document as bytes and back, for the texts of an audit while it runs. JSON: nothing in a file of ours can run."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checker.places import Place
from checker.readers import Document, Kind, Label, Part, Reading
from checker.readers.offsets import OffsetMap

PLAIN = ("id", "text", "title", "holder", "story", "version", "place", "name", "format", "encoding", "original")


def packed(document: Document) -> bytes:
    """ASCII, one line."""
    return json.dumps(_values_of(document)).encode("ascii")


def _values_of(document: Document) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(document, name) for name in PLAIN}
    offsets, boxes = document.offsets, document.boxes
    values |= {
        "kind": str(document.kind),
        "metadata": dict(document.metadata),
        "incomplete": list(document.incomplete),
        "warnings": list(document.warnings),
        "seams": [int(one) for one in document.seams],
        "parts": [
            [int(one.start), int(one.end), str(one.label), asdict(one.place) if one.place else None]
            for one in document.parts
        ],
        "offsets": [_written(one) for one in (offsets.begins, offsets.starts, offsets.ends)] if offsets else None,
        "boxes": None if boxes is None else _written(boxes),
        "readings": [[_values_of(one.document), one.how, one.disguise] for one in document.readings],
    }
    return values


def unpacked(raw: bytes) -> Document:
    """What `packed` made. Raises ValueError, KeyError or TypeError for anything else."""
    return _document_of(json.loads(raw))


def _document_of(values: dict[str, Any]) -> Document:
    offsets, boxes = values["offsets"], values["boxes"]
    return Document(
        **{name: values[name] for name in PLAIN},
        kind=Kind(values["kind"]),
        metadata=values["metadata"],
        incomplete=tuple(values["incomplete"]),
        warnings=tuple(values["warnings"]),
        seams=tuple(values["seams"]),
        parts=tuple(
            Part(start, end, Label(label), _place(place) if place else None)
            for start, end, label, place in values["parts"]
        ),
        offsets=OffsetMap(*(_read(one, np.int64) for one in offsets)) if offsets else None,
        boxes=None if boxes is None else _read(boxes, np.float32).reshape(-1, 4),
        readings=tuple(Reading(_document_of(one), how, disguise) for one, how, disguise in values["readings"]),
    )


assert {*PLAIN, "kind", "metadata", "incomplete", "warnings", "seams", "parts", "offsets", "boxes", "readings"} == {  # noqa: S101
    one.name for one in fields(Document)
}, "what a document has, its spool must keep"


def _place(values: dict[str, Any]) -> Place:
    rectangles = tuple((left, bottom, right, top) for left, bottom, right, top in values["rectangles"])
    return Place(**values | {"rectangles": rectangles})


def _written(array: NDArray[Any]) -> str:
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _read(written: str, kind: type[Any]) -> NDArray[Any]:
    return np.frombuffer(base64.b64decode(written), dtype=kind)
