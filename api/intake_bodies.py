"""Stories as they are sent to the catalogue: JSON, lines of JSON, a form with files, or one file of any format."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.bodies import FORM, JSON, media_type, parse_form, parse_json, plain_fields, validated
from api.problems import Problem, unreadable
from checker.intake import Defaults
from checker.readers import Document, Unreadable, read

LINES = ("application/x-ndjson", "application/jsonl", "application/jsonlines", "application/json-lines")
URLENCODED = "application/x-www-form-urlencoded"
FIELDS = ("id", "title", "holder", "story", "feed")
"""What a form, or the query beside a file, may say of stories that do not say it themselves."""
MOST_STORIES = 50_000

Name = Annotated[str, Field(max_length=1_000)]
Entries = Iterable[Document | Unreadable]


class Story(BaseModel):
    """One story, as JSON.

    `metadata` is what else came with it, under the names that the readers give it: slug, status, source ...
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(description="The whole text. Empty only for a message, such as a cancellation without a body.")
    title: str = Field("", max_length=10_000)
    holder: Name = Field("", description="Who holds the rights.")
    story: Name = Field("", description="The story that this is a version of.")
    version: Name = ""
    metadata: dict[str, str] = Field(
        default_factory=dict,
        description="As the agencies' formats are read: `slug`, `status`, `embargoed_until`, `created` ...",
    )
    feed: Name = Field("", description="The feed that it came by, as the policy names it.")


class NamedStory(Story):
    """A story and its id."""

    id: str = Field(min_length=1, max_length=1_000, description="Stable: the same id again is a newer revision.")


class Stories(BaseModel):
    """Several of them, sent as a bare array."""

    items: list[NamedStory] = Field(min_length=1, max_length=MOST_STORIES)


class Mark(BaseModel):
    """What the desk says of a story, for all its versions. A time of "" takes that back; `usable` takes all back."""

    model_config = ConfigDict(extra="forbid", strict=True)

    state: Literal["killed", "withheld", "corrected", "usable"] | None = None
    embargo: Annotated[str, Field(max_length=60)] | None = Field(None, description="Not before this time, ISO 8601.")
    expires: Annotated[str, Field(max_length=60)] | None = Field(None, description="Not from this time on, ISO 8601.")
    note: str = Field("", max_length=2_000, description="Why, and who said so.")
    at: str = Field("", max_length=60, description="When that was said, ISO 8601; now, when it is left out.")

    @model_validator(mode="after")
    def _says_something(self) -> Mark:
        if self.state is None and self.embargo is None and self.expires is None:
            raise ValueError("Say what it is: state, embargo or expires")
        return self


def entries_of(content_type: str, body: bytes, asked: Mapping[str, str]) -> tuple[Entries, Defaults, str]:
    """What was sent as documents, what is said of all of them, and the id of one sent as a JSON object.

    `asked` is what the query says: FIELDS, and the `name` of a file. Raises Problem 415 and 422.
    """
    kind, _ = media_type(content_type)
    if kind == URLENCODED:
        raise Problem(415, "Send JSON, lines of JSON, a file, or a form as multipart/form-data, and say so.")
    if kind == JSON:
        return _from_json(parse_json(body))
    defaults = Defaults(**{name: value for name, value in asked.items() if name in FIELDS})
    if kind == FORM:
        return _from_form(content_type, body)
    if not body:
        raise unreadable([{"pointer": "", "detail": "The body is empty."}])
    name = asked.get("name", "")
    if kind in LINES:
        name = name if name.endswith((".jsonl", ".ndjson")) else "body.jsonl"
    return read(name, io.BytesIO(body)), defaults, ""


def document_of(id: str, story: Story, place: str = "") -> Document:
    """A story sent as JSON, as the readers give one."""
    facts = dict(story.metadata) | ({"feed": story.feed} if story.feed else {})
    return Document(
        id, story.text, story.title, story.holder, story.story, story.version, facts, place=place, format="jsonl"
    )


def _from_json(value: Any) -> tuple[Entries, Defaults, str]:
    if isinstance(value, list):
        try:
            several = validated(Stories, {"items": value}).items
        except Problem as problem:
            errors = [{**one, "pointer": one["pointer"].removeprefix("/items")} for one in problem.errors]
            raise unreadable(errors) from None
        return [document_of(one.id, one, f"item {n}") for n, one in enumerate(several, 1)], Defaults(), ""
    one = validated(NamedStory, value)
    return [document_of(one.id, one)], Defaults(), one.id


def _from_form(content_type: str, body: bytes) -> tuple[Entries, Defaults, str]:
    parts = parse_form(content_type, body)
    files = [part for part in parts if part.filename is not None]
    fields = plain_fields(parts)
    if not files or any(part.name != "file" for part in files):
        raise unreadable([{"pointer": "/file", "detail": "A form has its files in fields named file, one or more."}])
    if unknown := [name for name in fields if name not in FIELDS]:
        detail = f"A form may have the fields file, {', '.join(FIELDS)}; {len(unknown)} of its fields are others."
        raise unreadable([{"pointer": "", "detail": detail}])
    if any(len(values) > 1 for values in fields.values()):
        raise unreadable([{"pointer": "", "detail": "A field that is no file stands twice in the form."}])
    defaults = Defaults(**{name: values[0] for name, values in fields.items()})
    each = (_read(part.filename or "", bytes(part.data)) for part in files)
    return chain.from_iterable(each), defaults, ""


def _read(name: str, data: bytes) -> Iterator[Document | Unreadable]:
    return read(name, io.BytesIO(data))
