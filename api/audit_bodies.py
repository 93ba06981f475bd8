"""An audit as it is asked for: many texts, as JSON or as files, and what holds for all of them."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from api.bodies import FORM, JSON, must_be, parse_form, parse_json, plain_fields, validated
from api.offsets import OffsetUnit
from api.problems import unreadable
from api.schemas import Identifier, Names, Short, Strict

MOST_TEXTS = 100_000


class AuditText(Strict):
    """One of the texts: plain, or a page."""

    id: Identifier = Field("", description="What its report calls it.")
    text: str | None = None
    html: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.html is None):
            raise ValueError("give exactly one of text and html")
        return self


class WebhookIn(Strict):
    """Who is told when the audit has ended, by Standard Webhooks."""

    url: str = Field(min_length=1, max_length=2_000, description="https; it is posted to, and no redirect is followed.")
    secret: str = Field(
        "",
        max_length=200,
        description="`whsec_` and 24 to 64 bytes in base64. Left out, one is made, and told in this answer only.",
    )


class AuditOptions(Strict):
    """What holds for all texts of an audit."""

    own: Names = Field(default_factory=list, description="Ids of stories that are the publisher's own.")
    channel: Short = ""
    territory: Short = ""
    site: Short = Field("", description="The domain of the pages.")
    at: Annotated[str, StringConstraints(max_length=40)] = Field("", description="When they stood there; now.")
    policy: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]{1,40})?$")] = ""
    offset_unit: OffsetUnit = Field(OffsetUnit.CODEPOINT, strict=False, description="What offsets count.")
    webhook: WebhookIn | None = None


class AuditRequest(AuditOptions):
    """An audit as JSON."""

    texts: list[AuditText] = Field(min_length=1, max_length=MOST_TEXTS)


Files = list[tuple[str, bytes]]


def asked(content_type: str, body: bytes) -> tuple[AuditOptions, Files | None]:
    """What was asked for, and its files by name; None for texts as JSON. Raises Problem 415 and 422."""
    if must_be(content_type, JSON, FORM) == JSON:
        return validated(AuditRequest, parse_json(body)), None
    parts = parse_form(content_type, body)
    files = [(part.filename, bytes(part.data)) for part in parts if part.filename is not None]
    if not files or any(part.name != "file" for part in parts if part.filename is not None):
        raise unreadable([{"pointer": "/file", "detail": "A form has its files in fields named file, one or more."}])
    values: dict[str, Any] = {}
    for name, given in plain_fields(parts).items():
        if name == "own":
            values[name] = given
        elif len(given) > 1:
            raise unreadable([{"pointer": "", "detail": "A field of the form is there twice; only own may be."}])
        elif name in ("webhook_url", "webhook_secret"):
            values.setdefault("webhook", {})[name.removeprefix("webhook_")] = given[0]
        else:
            values[name] = given[0]
    return validated(AuditOptions, values), [(name or "", data) for name, data in files]
