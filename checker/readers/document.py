"""What every reader makes of its bytes: documents, and entries that are none.

A document has one text, the one that is matched. Where that text was taken out of a file
with markup around it, an `OffsetMap` leads every character back to the file; where the
file has no characters of its own to point at (Word, PDF, captions), `parts` lead to
paragraphs, pages or time codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from checker.places import Place
from checker.readers.offsets import OffsetMap

MOST_BYTES = 64 * 1024 * 1024
"""The largest file that is read whole: a Word file, a PDF, a mail, a zip."""
MOST_TEXT = 16 * 1024 * 1024
"""The largest single file of text, feed or page; only the beginning of a larger one is read, and that is said."""
DEBUG = "WIRECHECK_DEBUG"
"""With this in the environment an error of ours is shown, not told in a sentence."""
BARE = frozenset(("", "jsonl", "parquet", "text"))
"""Formats whose file is its text. In any other a file without a word may hold words that were not found."""


class Kind(StrEnum):
    """What an item is. Only a story is copy to be protected; the rest is recognised and said to be what it is."""

    STORY = "story"
    ADVISORY = "advisory"
    BUDGET = "budget"
    TEST = "test"
    PICTURE = "picture"
    GRAPHIC = "graphic"
    VIDEO = "video"
    AUDIO = "audio"
    PLANNING = "planning"
    EVENT = "event"
    CONCEPT = "concept"
    PACKAGE = "package"
    UNKNOWN = "unknown"


class Label(StrEnum):
    """What a stretch of a document is to those who see it in its file."""

    MAIN = "main"
    FURNITURE = "furniture"
    CLOAKED = "cloaked"
    HEADLINE = "headline"
    BODY = "body"
    TABLE = "table"
    CAPTION = "caption"
    HEADER = "header"
    FOOTER = "footer"
    FOOTNOTE = "footnote"
    ENDNOTE = "endnote"
    COMMENT = "comment"
    TEXT_BOX = "text-box"
    DELETED = "deleted"
    CUE = "cue"
    PAGE = "page"
    SUBJECT = "subject"
    SCRIPT_DATA = "script-data"
    COMMENT_DATA = "comment-data"
    STYLE_CONTENT = "style-content"
    ATTRIBUTE = "attribute"
    FRAME = "frame"
    TITLE = "title"


HELD = frozenset(
    (Label.SCRIPT_DATA, Label.COMMENT_DATA, Label.STYLE_CONTENT, Label.ATTRIBUTE, Label.FRAME, Label.TITLE)
)
"""What a web page holds besides the text of its elements."""


@dataclass(frozen=True, slots=True)
class Part:
    """text[start:end], what it is, and where people find it in the file (None: its offsets say it all)."""

    start: int
    end: int
    label: Label
    place: Place | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One text as it came in, and what came with it.

    `id` is the stable id of a story that has one, else the name of its file; `name` is
    what a report calls the text when that is not its id: the path of a file that holds one item.
    `format` is a name of the registry. `original` is the file's own text where `offsets` lead into
    it, else "" (then `text` is the file's text, or the file has none). `encoding` is how the
    file's characters were read, "" where it has none. `parts` are in the order
    of the text and do not overlap; they need not cover it. `boxes` are four numbers a character
    (left, bottom, right, top, in points from the page's lower left corner), for a PDF.

    `seams` are offsets in the text that no passage may cross, besides those between parts.

    `readings` are other ways in which the same file can be read, where there is more than one; each is a document of
    its own, with a text, offsets and parts, and no readings. The one that shows the most reuse is reported.

    `metadata` has the keys of `wire.story.Key` for wire copy, and others as their format names them.
    `warnings` are worth a line and change no verdict. `incomplete` says in sentences what of it could not be
    read: such a text is never clear. `place` says where in its file it stood ("line 3"), when it
    had a file to itself: "".
    """

    id: str
    text: str
    title: str = ""
    holder: str = ""
    story: str = ""
    version: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    incomplete: tuple[str, ...] = ()
    place: str = ""
    kind: Kind = Kind.STORY
    name: str = ""
    format: str = ""
    encoding: str = ""
    offsets: OffsetMap | None = None
    original: str = ""
    parts: tuple[Part, ...] = ()
    seams: tuple[int, ...] = ()
    boxes: NDArray[np.float32] | None = None
    warnings: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Another way to read a document's file.

    `how` goes on from "read": "as ISO-2022-JP", "with the words that the page hides where they stand". `disguise`:
    whether a copy that is found so and not otherwise was hidden on purpose, as far as a file can show that.
    """

    document: Document
    how: str
    disguise: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that is no document. `place` is the file and the line, `sentence` what is wrong with it."""

    place: str
    sentence: str
