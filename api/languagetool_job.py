"""The job "languagetool", as a worker does it: from the draft of a POST /v2/check to the bytes of its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from api.documents import of_annotation
from api.indexes import INDEXES
from api.languages import Language
from api.languagetool import Wanted, answer
from api.languagetool_form import Asked
from api.policies import occasion_of, policy_of
from api.problems import Problem
from api.schemas import AnnotatedPiece, CheckOptions
from api.tenants import Tenant
from api.unchecked import unchecked
from checker.check import check_safely
from checker.model import Report
from checker.readers import Document
from checker.readers.variants import add_variants
from checker.reports.json import to_dict

Result = tuple[dict[str, Any], bytes]
HALVES = re.compile("[\ud800-\udfff]")
"""Halves of surrogate pairs: no characters, and one UTF-16 code unit each, as is what takes their place."""


def header_of(asked: Asked, tenant: Tenant) -> dict[str, Any]:
    """The header of the job; the draft is its body."""
    return {
        "field": asked.field,
        "language": [asked.language.long_code, asked.language.name, asked.language.asked],
        "picky": asked.wanted.picky,
        "disabled": sorted(asked.wanted.disabled),
        "enabled": sorted(asked.wanted.enabled),
        "only": asked.wanted.only,
        "index": str(tenant.index),
        "policy": str(tenant.policy or ""),
    }


def check(header: dict[str, Any], body: bytes) -> Result:
    """The answer as JSON. Raises Problem 400 when the field `data` does not fit."""
    document = document_of(header["field"], body)
    policy = policy_of(header["policy"], "", "")
    occasion = occasion_of(policy, CheckOptions.model_validate({}))
    with INDEXES.reading(header["index"]) as index:
        report = check_safely(document, index, policy, occasion)
    return _answer(header, report, document)


def incomplete(header: dict[str, Any], body: bytes, sentence: str) -> Result:
    """The answer about a text that took too much: that it could not be checked, on its first word."""
    try:
        document = document_of(header["field"], body)
    except (Problem, MemoryError, RecursionError):
        document = Document("", "")
    return _answer(header, unchecked("", sentence), document)


def document_of(field: str, body: bytes) -> Document:
    """The draft, as the field `text` or `data` has it. Raises Problem 400."""
    if field == "text":
        return add_variants(Document("", HALVES.sub("\ufffd", body.decode("utf-8", "surrogatepass"))))
    return _annotated(_parsed(body))


def _parsed(body: bytes) -> Any:
    """The JSON of the field `data`; laxer than that of our own routes, for a client may cut an emoji in two."""
    try:
        return json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        raise Problem(400, "Could not parse JSON from 'data' parameter.") from None


def _annotated(data: Any) -> Document:
    if not isinstance(data, dict) or ("text" in data) == ("annotation" in data):
        raise Problem(400, "'data' key in JSON requires either 'text' or 'annotation' key, and not both.")
    if "text" in data:
        return add_variants(Document("", _characters(data["text"])))
    if not isinstance(data["annotation"], list):
        raise Problem(400, "'annotation' must be a list of objects.")
    return of_annotation("", [_piece(number, given) for number, given in enumerate(data["annotation"])])


def _piece(number: int, given: Any) -> AnnotatedPiece:
    """One piece; names that are not known are passed over, for clients send some of their own."""
    if not isinstance(given, Mapping) or ("text" in given) == ("markup" in given):
        raise Problem(400, f"Object {number} of the 'annotation' list needs either 'text' or 'markup', and not both.")
    if "text" in given:
        if given.get("interpretAs"):
            raise Problem(400, f"Object {number} of the 'annotation' list: 'interpretAs' is for 'markup' only.")
        return AnnotatedPiece.model_construct(text=_characters(given["text"]), markup=None, interpretAs=None)
    seen = _characters(given.get("interpretAs") or "")
    return AnnotatedPiece.model_construct(text=None, markup=_characters(given["markup"]), interpretAs=seen)


def _characters(value: Any) -> str:
    if not isinstance(value, str):
        raise Problem(400, "'text', 'markup' and 'interpretAs' in the 'data' parameter must be strings.")
    return HALVES.sub("\ufffd", value)


def _answer(header: Mapping[str, Any], report: Report, document: Document) -> Result:
    wanted = Wanted(header["picky"], frozenset(header["disabled"]), frozenset(header["enabled"]), header["only"])
    sent = document.original or document.text
    found = answer(to_dict(report), sent, Language(*header["language"]), wanted, report.tool.version)
    return {"verdicts": [str(report.verdict)]}, json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
