"""Bodies of LanguageTool's API as OpenAPI shows them."""

from __future__ import annotations

import json
from typing import Any

from api.languages import PATTERN
from api.languagetool_form import FORM
from api.schemas import PROBLEMS

DRAFT = "That morning commuters waited on either bank until a carpenter carried bird and nest away on a tray."
COPIED = DRAFT[len("That morning ") : -1]
ANNOTATION = [{"markup": "<p>", "interpretAs": "\n"}, {"text": DRAFT}, {"markup": "</p>"}]
JSON = "application/json"
STRING = {"type": "string"}
NATURAL = {"type": "integer", "minimum": 0}


def _object(required: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": required | more}


def _body(media_type: str, schema: dict[str, Any], description: str, example: Any = None) -> dict[str, Any]:
    content = {"schema": schema} | ({"example": example} if example is not None else {})
    return {"description": description, "content": {media_type: content}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these statuses as plain text."""
    return {
        one: _body("text/plain", STRING, PROBLEMS[one], "Error: Missing 'text' or 'data' parameter") for one in statuses
    }


NAMES = {"type": "string", "description": "Ids, divided by commas."}
FORM_BODY = {
    "required": True,
    "content": {
        FORM: {
            "schema": _object(
                {"language": {"type": "string", "pattern": PATTERN, "description": "A language tag, or auto."}},
                text={"type": "string", "description": "The text."},
                data={"type": "string", "contentMediaType": JSON, "description": "Text with its markup told apart."},
                apiKey={"type": "string", "description": "A key with the scope check."},
                username=STRING,
                level={"type": "string", "description": "picky shows notes too."},
                enabledRules=NAMES,
                disabledRules=NAMES,
                enabledCategories=NAMES,
                disabledCategories=NAMES,
                enabledOnly={"type": "string", "description": "true shows nothing but what is enabled."},
                preferredVariants=NAMES,
                motherTongue=STRING,
            )
            | {"oneOf": [{"required": ["text"]}, {"required": ["data"]}]},
            "examples": {
                "text": {"value": {"language": "en-US", "text": DRAFT}},
                "data": {"value": {"language": "en-US", "data": json.dumps({"annotation": ANNOTATION})}},
            },
        }
    },
}
SOFTWARE = _object({"name": STRING, "version": STRING, "apiVersion": NATURAL})
LANGUAGE = _object({"name": STRING, "code": STRING, "longCode": STRING})
MATCH = _object(
    {
        "message": STRING,
        "shortMessage": STRING,
        "replacements": {"type": "array", "items": _object({"value": STRING})},
        "offset": NATURAL,
        "length": NATURAL,
        "context": _object({"text": STRING, "offset": NATURAL, "length": NATURAL}),
        "sentence": STRING,
        "rule": _object(
            {
                "id": STRING,
                "description": STRING,
                "issueType": STRING,
                "category": _object({"id": STRING, "name": STRING}),
            }
        ),
    }
)
WARNINGS = _object({"incompleteResults": {"type": "boolean"}}, incompleteResultsReason=STRING)
EXAMPLE = {
    "software": {"name": "Wirecheck", "version": "0.1.0", "apiVersion": 1},
    "warnings": {"incompleteResults": False},
    "language": {"name": "English (US)", "code": "en-US"},
    "matches": [
        {
            "message": "16 words of Meridian Press copy, and no licence for it is known. Source: “Heron” (mp-1).",
            "shortMessage": "Wire copy, word for word",
            "replacements": [],
            "offset": len("That morning "),
            "length": len(COPIED),
            "context": {"text": DRAFT, "offset": len("That morning "), "length": len(COPIED)},
            "sentence": DRAFT,
            "rule": {
                "id": "WIRE_COPY_EXACT",
                "description": "Wire copy, word for word: a passage that stands word for word in a protected story.",
                "issueType": "duplication",
                "category": {"id": "WIRE_COPY", "name": "Protected wire copy"},
            },
        }
    ],
}
ANSWER = _body(
    JSON,
    _object(
        {
            "software": SOFTWARE,
            "warnings": WARNINGS,
            "language": _object({"name": STRING, "code": STRING}),
            "matches": {"type": "array", "items": MATCH},
        }
    ),
    "What was found.",
    EXAMPLE,
)
LANGUAGES = _body(JSON, {"type": "array", "items": LANGUAGE}, "The languages.")
CONFIGURATION = _body(
    JSON,
    _object(
        {
            "software": SOFTWARE,
            "parameter": _object({"maxTextLength": NATURAL}),
            "rules": {"type": "array", "items": _object({"ruleId": STRING, "description": STRING})},
        }
    ),
    "The rules, and how long a text may be.",
)
INFO = _body(JSON, _object({"software": SOFTWARE}), "The software.")
LENGTH = _body("text/plain", {"type": "string", "pattern": "^[0-9]+$"}, "A number of characters.", "1864135")
OK = _body("text/plain", {"type": "string", "const": "OK"}, "OK")
