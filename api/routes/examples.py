"""Bodies of POST /v1/checks as OpenAPI shows them, with examples of the invented agency Meridian Press."""

from __future__ import annotations

from typing import Any

DRAFT = (
    "Our correspondent writes from the quay. That morning commuters waited on either bank until a carpenter carried "
    "bird and nest away on a tray lined with his own scarf."
)
EXAMPLES: dict[str, Any] = {
    "text": {"summary": "Plain text", "value": {"text": DRAFT, "channel": "web", "offset_unit": "utf16"}},
    "html": {
        "summary": "A page; spans lead into it as sent",
        "value": {"html": f"<h1>Heron</h1><p>{DRAFT}</p>", "id": "post-17", "own": ["mp-bridge"]},
    },
    "annotation": {
        "summary": "Text with its markup told apart, as LanguageTool takes it",
        "value": {"annotation": [{"markup": "<p>", "interpretAs": "\n"}, {"text": DRAFT}, {"markup": "</p>"}]},
    },
}
CHECK_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/CheckRequest"}, "examples": EXAMPLES},
        "multipart/form-data": {
            "schema": {"$ref": "#/components/schemas/CheckForm"},
            "encoding": {"file": {"contentType": "application/octet-stream"}},
        },
    },
}
CHECK_FORM: dict[str, Any] = {
    "title": "CheckForm",
    "description": "A file of any supported format, and the fields of CheckRequest.",
    "type": "object",
    "additionalProperties": False,
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
    },
}
"""The schema of a form; `api.openapi` completes it with the options that JSON has too."""
REPORT = {
    "schema": "wirecheck.report/1",
    "id": "",
    "verdict": "flagged",
    "reasons": ["20 words of Heron (Meridian Press) are copied, and no licence covers them"],
    "submitted": {"characters": 151, "words": 27, "copied_share": 0.74},
    "matches": [],
    "notices": [],
    "dropped": [],
    "stories": [],
    "index": {"spec": "6f0c", "works": 14},
    "tool": {"name": "wirecheck", "version": "0.1.0"},
    "offset_unit": "codepoint",
}
CHECKED: dict[str, Any] = {
    "description": "The report; for a file with several texts one of each.",
    "content": {
        "application/json": {
            "schema": {"anyOf": [{"$ref": "#/components/schemas/Report"}, {"$ref": "#/components/schemas/Reports"}]},
            "example": REPORT,
        }
    },
}
