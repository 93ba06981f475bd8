"""Requests and answers that routes share, as pydantic reads them and OpenAPI shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from api.offsets import OffsetUnit

Short = Annotated[str, StringConstraints(max_length=200)]
Identifier = Annotated[str, StringConstraints(max_length=500)]
Names = Annotated[list[Identifier], Field(max_length=100)]


class Strict(BaseModel):
    """Unknown fields are refused, and nothing is made into another type on the quiet."""

    model_config = ConfigDict(extra="forbid", strict=True)


def exactly_one(*names: str) -> Callable[[dict[str, Any]], None]:
    """For `json_schema_extra`: exactly one of these fields, and not null, as the model's own rule has it."""

    def told(schema: dict[str, Any]) -> None:
        for name in names:
            field = schema["properties"][name]
            kind = next(one for one in field.pop("anyOf") if one != {"type": "null"})
            del field["default"]
            field |= kind
        schema["oneOf"] = [{"required": [name]} for name in names]

    return told


def _piece(schema: dict[str, Any]) -> None:
    exactly_one("text", "markup")(schema)
    schema["dependentRequired"] = {"interpretAs": ["markup"]}


class AnnotatedPiece(Strict):
    """A piece of annotated text: words, or markup and the text that stands for it (LanguageTool's form)."""

    model_config = ConfigDict(json_schema_extra=_piece)

    text: str | None = None
    markup: str | None = None
    interpretAs: str | None = Field(None, description="What the markup reads as, such as a line break for `<p>`.")  # noqa: N815

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.text is None) == (self.markup is None) or (self.interpretAs is not None and self.markup is None):
            raise ValueError("a piece is either text, or markup with or without interpretAs")
        return self


class CheckOptions(Strict):
    """What may be said about a text beside itself."""

    id: Identifier = Field("", description="What the report calls the text.")
    language: Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9-]*$")] = Field(
        "", description="Its language (BCP 47). Matching does not depend on it."
    )
    own: Names = Field(default_factory=list, description="Ids of stories that the draft itself was filed as.")
    channel: Short = Field("", description="Where it is published, as the policy calls it: web, print.")
    territory: Short = Field("", description='For whom, as the policy calls it: "DE, AT".')
    site: Short = Field("", description="The domain of the page.")
    at: Annotated[str, StringConstraints(max_length=40)] = Field(
        "", description="When it is published, ISO 8601; default: now."
    )
    policy: Annotated[str, StringConstraints(pattern=r"^([a-z0-9-]{1,40})?$")] = Field(
        "", description="The name of one of the server's policies; default: the one that it applies to all."
    )
    offset_unit: OffsetUnit = Field(OffsetUnit.CODEPOINT, strict=False, description="What offsets count.")
    keep: bool = Field(False, description="Keep the report; its address is in Location. Otherwise nothing is stored.")


class CheckRequest(CheckOptions):
    """One text to check: exactly one of `text`, `html` and `annotation`."""

    model_config = ConfigDict(json_schema_extra=exactly_one("text", "html", "annotation"))

    text: str | None = Field(None, description="Plain text.")
    html: str | None = Field(None, description="A page or a piece of one; spans lead into it as sent.")
    annotation: list[AnnotatedPiece] | None = Field(None, description="Text with its markup told apart.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.text, self.html, self.annotation)) != 1:
            raise ValueError("give exactly one of text, html and annotation")
        return self


class Answer(BaseModel):
    """What we answer. Fields may be added; these keep their names and meaning."""

    model_config = ConfigDict(extra="allow")


class Error(Answer):
    """One of several things that do not fit: a JSON pointer into the body, or query:NAME, and a sentence."""

    pointer: str
    detail: str


class ProblemOut(Answer):
    """A problem (RFC 9457). It repeats nothing of what was sent."""

    model_config = ConfigDict(title="Problem", extra="allow")

    type: str = Field(description='"about:blank", or urn:wirecheck:problem:NAME.')
    title: str
    status: int
    detail: str
    errors: list[Error] | None = None


class Span(Answer):
    """text[start:end], in the unit that `offset_unit` names."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class SourceOut(Span):
    """A passage of a protected story."""

    id: str
    title: str
    holder: str
    story: str
    version: str


class MatchOut(Answer):
    """A passage of the draft that reproduces one of a story, and what the policy makes of it."""

    submitted: Span
    source: SourceOut
    kind: str
    similarity: float = Field(ge=0, le=1)
    words: int
    status: str
    severity: str
    why: str


class NoticeOut(Span):
    """A line of rights or credit in the draft."""

    kind: str
    holder: str
    year: int | None


class ReportOut(Answer):
    """A report, schema wirecheck.report/1."""

    model_config = ConfigDict(title="Report", extra="allow")

    schema_: str = Field(alias="schema")
    id: str
    verdict: str = Field(description="clear, flagged or incomplete")
    reasons: list[str]
    submitted: dict[str, Any]
    matches: list[MatchOut]
    notices: list[NoticeOut]
    dropped: list[dict[str, Any]]
    index: dict[str, Any]
    tool: dict[str, Any]
    offset_unit: OffsetUnit


class ReportsOut(Answer):
    """The reports of a file that holds several texts."""

    model_config = ConfigDict(title="Reports", extra="allow")

    reports: list[ReportOut]


class Alive(Answer):
    """The process lives."""

    status: str


class Ready(Answer):
    """The service can check texts; `works` are the current stories of the index, where there is one tenant."""

    status: str
    works: int | None = None


PROBLEMS: dict[int, str] = {
    400: "The request could not be understood.",
    401: "A key is needed, or it is not valid.",
    403: "The key may not do this.",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    409: "The same request is still at work.",
    412: "The item has changed since.",
    413: "The body is too large.",
    415: "The body is of another type than asked for.",
    422: "The request does not fit; `errors` say where.",
    428: "Send If-Match.",
    429: "Too many of these are at work.",
    500: "Something went wrong in the service.",
    503: "Too busy, or the index cannot be used now.",
    507: "The disk is full.",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses=` of a route: these statuses as problems, as OpenAPI shows them."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": PROBLEMS[status], "content": content} for status in sorted(set(statuses))}
