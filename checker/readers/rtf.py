"""Rich Text (RTF 1.9.1): its words by paragraph, what is hidden behind what is seen, and what was not read.

A file is groups in braces, control words and characters. Whatever stands in a group that a reader does not know, and
that begins with `\\*`, is no text (chapter "Conventions of an RTF Reader").
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from checker.readers.document import MOST_BYTES, Document, Label, Unreadable
from checker.readers.docx import Words, arrange, document_of
from checker.readers.formats import Format, Start, whole
from checker.readers.word import Piece

NAME = "rtf"
MARK = b"{\\rtf"
TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,9})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|([^\\{}]+)|\\", re.DOTALL
)
DEEPEST = 2_000
TWIPS = 20.0
TINY = 4
"""Half points."""
LARGE = 0.5
"""The share of a page from which on a picture may be the page."""
CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "\N{EM DASH}", "endash": "\N{EN DASH}",
    "lquote": "\N{LEFT SINGLE QUOTATION MARK}",
    "rquote": "\N{RIGHT SINGLE QUOTATION MARK}", "ldblquote": "\N{LEFT DOUBLE QUOTATION MARK}",
    "rdblquote": "\N{RIGHT DOUBLE QUOTATION MARK}", "bullet": "\N{BULLET}", "emspace": " ",
    "enspace": " ", "qmspace": " ",
    "softline": "\n", "lbr": "\n",
}  # fmt: skip
SYMBOLS = {b"~": "\N{NO-BREAK SPACE}", b"_": "\N{NON-BREAKING HYPHEN}", b"-": "\N{SOFT HYPHEN}"}
PARAGRAPHS = frozenset(("par", "sect", "page", "column", "cell", "nestcell", "row", "nestrow"))
FLOWS = {
    "footnote": Label.FOOTNOTE, "annotation": Label.COMMENT, "shptxt": Label.TEXT_BOX, "dptxbxtext": Label.TEXT_BOX,
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), Label.HEADER),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), Label.FOOTER),
}  # fmt: skip
"""Groups with a text of their own."""
ENTERED = frozenset((*FLOWS, "shpinst", "do", "result"))
"""Groups that may begin with the mark of the unknown and hold text all the same."""
SILENT = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "fldinst", "listtable", "listoverridetable",
    "revtbl", "rsidtbl", "generator", "filetbl", "themedata", "colorschememapping", "datastore", "xmlnstbl",
    "nonshppict", "sp", "tc", "bkmkstart", "bkmkend", "atnid", "atnauthor", "atnref", "atndate", "atnicn", "xe", "rxe",
    "pntxta", "pntxtb", "txe",
    "objdata", "objclass", "objname", "objalias", "objsect", "template", "private", "mmathPr", "keywords", "htmltag",
))  # fmt: skip
"""Groups without text."""
CODE_PAGES = {
    77: "mac_roman", 78: "cp932", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""The encodings of fonts by their character sets; all others take the file's."""
PICTURE = "it holds a picture as large as a page: its words were not read"
INSIDE = "files inside it were not read"


@dataclass(frozen=True, slots=True)
class State:
    """What holds in a group until it ends. `flow` numbers the text that its characters go to; -1 for none."""

    flow: int = 0
    group: str = ""
    hidden: bool = False
    deleted: bool = False
    small: bool = False
    markup: bool = False
    skip: int = 1
    font: int = -1
    ink: int = 0
    ground: int = 0


@dataclass(slots=True)
class _Flow:
    """One text of the file: its paragraphs, the last of them still being read."""

    label: Label
    paragraphs: list[list[Piece]] = field(default_factory=list)
    pieces: list[tuple[Label, list[str]]] = field(default_factory=list)


class Broken(Exception):
    """The file cannot be read; the message is a sentence."""


class _Reader:
    """Reads the tokens of a file in their order."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._state = State()
        self._stack: list[State] = []
        self._starred = self._first = False
        self._pending = bytearray()
        self._left = 0
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = -1
        self._colors: list[tuple[int, int, int]] = []
        self._color: dict[str, int] = {}
        self._high = ""
        self._paper = [12_240, 15_840]
        self._picture = [0, 0]
        self._areas: list[float] = []
        self.flows = [_Flow(Label.BODY)]
        self.facts: dict[str, list[str]] = {"title": [], "author": []}
        self.unread: list[str] = []
        self.closed = False

    def read(self) -> None:
        """Raises Broken."""
        at = 0
        while match := TOKEN.match(self._raw, at):
            at = match.end()
            word, number, code, symbol, brace, text = match.groups()
            if code is not None:
                self._byte(int(code, 16))
            elif text is not None:
                self._text(text)
            elif brace == b"{":
                self._open()
            elif brace == b"}":
                if self._close():
                    break
            elif word == b"bin":
                at += max(0, int(number or 0))
            elif word is not None:
                self._word(word.decode(), None if number is None else int(number))
            elif symbol is not None:
                self._symbol(symbol)
        self._flush()
        for flow in self.flows:
            self._end_paragraph(flow)
        paper = self._paper[0] * self._paper[1] / TWIPS**2
        scarce = sum(len(flow.paragraphs) for flow in self.flows) < 8
        if any(area >= LARGE * paper for area in self._areas) or (scarce and sum(self._areas) >= LARGE * paper):
            self.unread.append(PICTURE)

    def _open(self) -> None:
        self._flush()
        if len(self._stack) >= DEEPEST:
            raise Broken("It is Rich Text whose groups are nested too deep.")
        self._stack.append(self._state)
        self._first, self._starred = True, False

    def _close(self) -> bool:
        """Whether that was the end of the file."""
        self._flush()
        self._first = self._starred = False
        if not self._stack:
            return True
        old, self._state = self._state, self._stack.pop()
        if old.flow != self._state.flow and old.flow >= 0:
            self._end_paragraph(self.flows[old.flow])
        if old.group == "pict" and self._state.flow >= 0:
            self._areas.append(self._picture[0] * self._picture[1] / TWIPS**2)
        self.closed = not self._stack
        return self.closed

    def _word(self, word: str, number: int | None) -> None:
        first, self._first = self._first, False
        if self._left and word not in ("u", "uc"):
            self._left -= 1
            return
        if word != "u":
            self._flush()
        if first and self._enter(word):
            return
        if word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in PARAGRAPHS:
            if self._state.flow >= 0:
                self._end_paragraph(self.flows[self._state.flow])
        elif word == "u" and number is not None:
            self._pending_to_text()
            self._add(chr(number % 65_536))
            self._left = self._state.skip
        else:
            self._set(word, number)

    def _enter(self, word: str) -> bool:
        """Whether the first word of a group names what the group is."""
        state = self._state
        if word in FLOWS and state.flow >= 0:
            self.flows.append(_Flow(FLOWS[word]))
            self._state = replace(state, flow=len(self.flows) - 1, group=word)
        elif word == "result" or (word == "shppict" and self._starred):
            shown = next((outer.flow for outer in reversed(self._stack) if outer.flow >= 0), -1)
            self._state = replace(state, flow=shown, group=word)
        elif word in SILENT or (self._starred and word not in ENTERED):
            if word == "pict":
                self._picture = [0, 0]
            elif word in ("objdata", "objemb"):
                self.unread.append(INSIDE)
            self._state = replace(state, flow=-1, group=word)
        elif state.group == "info" and word in self.facts:
            self._state = replace(state, group=word)
        else:
            return False
        return True

    def _set(self, word: str, number: int | None) -> None:
        """What a control word says of the characters behind it."""
        state, on = self._state, number != 0
        if word in ("v", "webhidden", "spv"):
            self._state = replace(state, hidden=on)
        elif word == "deleted":
            self._state = replace(state, deleted=on)
        elif word == "htmlrtf":
            self._state = replace(state, markup=on)
        elif word == "plain":
            self._state = replace(state, hidden=False, deleted=False, small=False, ink=0, ground=0)
        elif word == "fs" and number is not None:
            self._state = replace(state, small=number <= TINY)
        elif word == "cf":
            self._state = replace(state, ink=number or 0)
        elif word in ("cb", "chcbpat", "highlight", "cbpat", "clcbpat"):
            self._state = replace(state, ground=number or 0)
        elif word == "pard":
            self._state = replace(state, ground=0)
        elif word == "uc" and number is not None:
            self._state = replace(state, skip=max(0, min(number, 10)))
        elif word == "f" and number is not None:
            self._font = number
            self._state = replace(state, font=number)
        elif word == "fcharset" and state.group == "fonttbl":
            self._fonts[self._font] = CODE_PAGES.get(number or 0, "")
        elif word == "ansicpg" and number:
            self._codec = _codec(f"cp{number}") or self._codec
        elif word in ("mac", "pc", "pca"):
            self._codec = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]
        elif word in ("red", "green", "blue"):
            self._color[word] = number or 0
        elif word in ("paperw", "paperh") and number:
            self._paper[word == "paperh"] = number
        elif word in ("picwgoal", "pichgoal") and number:
            self._picture[word == "pichgoal"] = number
        elif word in ("picscalex", "picscaley") and number is not None:
            side = word == "picscaley"
            self._picture[side] = self._picture[side] * number // 100

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*" and self._first:
            self._starred = True
            return
        self._first = False
        if self._left:
            self._left -= 1
        elif symbol in SYMBOLS:
            self._flush()
            self._add(SYMBOLS[symbol])
        elif symbol in (b"\\", b"{", b"}"):
            self._byte(symbol[0])
        elif symbol in (b"\n", b"\r"):
            self._word("par", None)

    def _byte(self, code: int) -> None:
        self._first = False
        if self._left:
            self._left -= 1
        else:
            self._pending.append(code)

    def _text(self, text: bytes) -> None:
        text = text.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
        if not text:
            return
        self._first = False
        skipped = min(self._left, len(text))
        self._left -= skipped
        if self._state.flow < 0 and self._state.group not in self.facts:
            if self._state.group == "colortbl":
                for _ in range(text.count(b";")):
                    self._colors.append(tuple(self._color.get(part, 255 if not self._color else 0) for part in RGB))  # type: ignore[arg-type]
                    self._color = {}
            return
        self._pending += text[skipped:]

    def _flush(self) -> None:
        self._left = 0
        self._pending_to_text()

    def _pending_to_text(self) -> None:
        if self._pending:
            codec = self._fonts.get(self._state.font, "") or self._codec
            text = bytes(self._pending).decode(codec, "replace")
            self._pending.clear()
            self._add(text)

    def _add(self, text: str) -> None:
        state = self._state
        if self._high or "\ud800" <= text[:1] < "\udc00":  # the halves of a character come one by one
            pair = (self._high + text).encode("utf-16-le", "surrogatepass")
            self._high = text if not self._high and len(text) == 1 else ""
            if self._high:
                return
            text = pair.decode("utf-16-le", "replace")
        if state.group in self.facts and state.flow < 0:
            self.facts[state.group].append(text)
        if state.flow < 0 or state.markup:
            return
        flow = self.flows[state.flow]
        label = flow.label
        if state.deleted:
            label = Label.DELETED
        elif state.hidden or state.small or self._is_blank(state):
            label = Label.CLOAKED
        if flow.pieces and flow.pieces[-1][0] is label:
            flow.pieces[-1][1].append(text)
        else:
            flow.pieces.append((label, [text]))

    def _is_blank(self, state: State) -> bool:
        """Whether words are white on nothing, or in the colour of their ground."""
        ink = self._colors[state.ink] if 0 < state.ink < len(self._colors) else None
        ground = self._colors[state.ground] if 0 < state.ground < len(self._colors) else (255, 255, 255)
        return ink is not None and all(abs(mine - other) < 30 for mine, other in zip(ink, ground, strict=True))

    def _end_paragraph(self, flow: _Flow) -> None:
        self._flush()
        if flow.pieces:
            number = len(flow.paragraphs) + 1
            flow.paragraphs.append([Piece(number, 0, label, "".join(texts)) for label, texts in flow.pieces])
            flow.pieces = []


RGB = ("red", "green", "blue")


def _codec(name: str) -> str:
    try:
        return codecs.lookup("utf-8" if name == "cp65001" else name).name
    except LookupError:
        return ""


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The stream as one document."""
    raw, cut = whole(stream, MOST_BYTES)
    reader = _Reader(raw)
    try:
        reader.read()
    except Broken as broken:
        yield Unreadable(name, str(broken))
        return
    words = Words(unread=[*cut, *reader.unread])
    if not reader.closed and not cut:
        words.unread.append("its end is missing")
    order = [Label.BODY, *dict.fromkeys(FLOWS.values())]
    flows = sorted(reader.flows, key=lambda flow: order.index(flow.label))
    arrange(words, [("", paragraph) for flow in flows for paragraph in flow.paragraphs])
    facts = {key: "".join(texts).strip() for key, texts in reader.facts.items()}
    yield document_of(name, words, facts["title"], {"author": facts["author"]} if facts["author"] else {})


def looks(start: Start) -> bool:
    """By its first group."""
    return start.raw.lstrip()[:5] == MARK


FORMAT = Format(NAME, "Rich Text (RTF)", looks, read, (".rtf",), "paragraphs of the text")
