"""The job "check", as a worker does it: from the body of a request to the bytes of its answer."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.bodies import FORM, media_type, parse_form, parse_json, plain_fields, validated
from api.documents import of_file, of_request
from api.indexes import INDEXES
from api.offsets import OffsetUnit, in_unit
from api.policies import occasion_of, policy_of
from api.problems import Problem, unreadable
from api.schemas import CheckOptions, CheckRequest
from api.unchecked import unchecked
from checker.check import check_safely
from checker.model import Report
from checker.readers import Document, Unreadable
from checker.reports.json import to_dict
from fingerprints.index import ReadIndex

Result = tuple[dict[str, Any], bytes]


class Asked:
    """A request, read: its options, and the documents it holds."""

    def __init__(self, content_type: str, body: bytes) -> None:
        """Raises Problem 422 when the body does not fit."""
        self._file: tuple[str, bytes] | None = None
        if media_type(content_type)[0] == FORM:
            self.options: CheckOptions = self._from_form(content_type, body)
        else:
            self.options = validated(CheckRequest, parse_json(body))

    def _from_form(self, content_type: str, body: bytes) -> CheckOptions:
        parts = parse_form(content_type, body)
        files = [part for part in parts if part.filename is not None]
        if len(files) > 1 or any(part.name != "file" for part in files):
            raise unreadable([{"pointer": "", "detail": "A form takes one file, in the field file."}])
        values = _typed(plain_fields(parts))
        if not files:
            return validated(CheckRequest, values)
        self._file = files[0].filename or "", bytes(files[0].data)
        return validated(CheckOptions, values)

    def documents(self) -> Iterator[Document | Unreadable]:
        """What there is to check."""
        if self._file is not None:
            yield from of_file(self.options.id, *self._file)
        elif isinstance(self.options, CheckRequest):
            yield of_request(self.options)


def _typed(fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """The fields of a form as JSON would have them. Raises Problem 422 when one that stands once is there twice."""
    values: dict[str, Any] = {}
    for name, given in fields.items():
        if name == "own":
            values[name] = given
        elif len(given) > 1:
            raise unreadable([{"pointer": "", "detail": "A field of the form is there twice; only own may be."}])
        elif name == "keep":
            values[name] = {"true": True, "false": False, "": False}.get(given[0], given[0])
        else:
            values[name] = given[0]
    return values


def check(header: dict[str, Any], body: bytes) -> Result:
    """One report, or {"reports": [...]} for a file with several texts; both as JSON.

    `header` has "type" (the request's Content-Type), "index", "policy", "policies" and "kept" (paths, "" for none),
    and "with_text": whether each report goes back with its text, for who sent a file and cannot read it.
    """
    asked = Asked(header["type"], body)
    policy = policy_of(header["policy"], header["policies"], asked.options.policy)
    occasion = occasion_of(policy, asked.options)
    values, texts = [], []
    with INDEXES.reading(header["index"]) as index:
        for entry in asked.documents():
            if isinstance(entry, Unreadable):
                report = unchecked(entry.place, entry.sentence)
            else:
                report = check_safely(entry, index, policy, occasion)
            values.append(in_chosen_unit(report, index, asked.options.offset_unit))
            texts.append(report.text)
    return _answer(values, header["kept"] if asked.options.keep else "", texts if header.get("with_text") else ())


def in_chosen_unit(report: Report, index: ReadIndex, unit: str) -> dict[str, Any]:
    """The report as plain values, every span in `unit`."""
    known: dict[tuple[str, int, str], str | None] = {}

    def story(passage: Mapping[str, Any]) -> str | None:
        """The text that a source's span leads into: that of the revision which has these words there."""
        start, end, words = passage["start"], passage["end"], passage["text"]
        key = passage["id"], start, words
        if key not in known:
            texts = (one.work.text for one in index.revisions(passage["id"])) if words else iter(())
            known[key] = next((text for text in texts if text[start:end] == words), None)
        return known[key]

    return in_unit(to_dict(report), report.text, unit, original=report.original, story=story)


def incomplete(header: dict[str, Any], body: bytes, sentence: str) -> Result:
    """The answer about a text that took too much: what could not be done, and the text's id where it can be told."""
    options = CheckOptions.model_construct(id="", offset_unit=OffsetUnit.CODEPOINT, keep=False)
    with contextlib.suppress(MemoryError, RecursionError, Problem):
        options = Asked(header["type"], body).options
    values = in_unit(to_dict(unchecked(options.id, sentence)), "", options.offset_unit)
    return _answer([values], header["kept"] if options.keep else "")


def _answer(values: list[dict[str, Any]], folder: str, texts: Sequence[str] = ()) -> Result:
    """`texts` go into the answer, and never into what is kept."""
    blob = _encoded(values)
    facts: dict[str, Any] = {"verdicts": [one["verdict"] for one in values]}
    if folder:
        facts["kept"] = _keep(Path(folder), blob)
    if texts:
        blob = _encoded([one | {"text": text} for one, text in zip(values, texts, strict=True)])
    return facts, blob


def _encoded(values: list[dict[str, Any]]) -> bytes:
    whole = values[0] if len(values) == 1 else {"reports": values}
    return json.dumps(whole, ensure_ascii=False).encode("utf-8", "replace")


def _keep(folder: Path, blob: bytes) -> str:
    """Write an answer into a folder, for its owner's eyes only. Returns its name there."""
    name = secrets.token_urlsafe(16)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f".{name}"
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:  # noqa: PTH123
        stream.write(blob)
        stream.flush()
        os.fsync(stream.fileno())
    draft.rename(folder / f"{name}.json")
    return name
