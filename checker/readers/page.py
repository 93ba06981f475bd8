"""The text of a web page, piece by piece, each with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from checker.readers.css import is_for_screen
from checker.readers.document import Label, Part
from checker.readers.elements import (
    BLOCKS,
    BREAKOUT,
    CELLS,
    CLOSERS,
    HTML_WITHIN,
    INLINE,
    KEPT,
    PARAGRAPH_ENDERS,
    RAW,
    RAW_TEXT,
    SILENT,
    VOID,
)
from checker.readers.hidden import GONE, PLAIN, UNSEEN, UNSEEN_FOREIGN, Look, Sheet
from checker.readers.offsets import OffsetMap, TextBuilder
from checker.readers.tokens import Token, TokenType, lines_of, placed

BLANKS = " \t\n\r\f"
SPACES = re.compile(r"[ \t\n\r\f]{2,}|[\t\n\r\f]")
NEAR = 150
CROWD = 4
"""With more interruptions than this within so many characters, the page is up to something."""
NAMED = {
    "article:published_time": "created",
    "article:modified_time": "updated",
    "og:site_name": "site",
    "og:url": "url",
    "author": "byline",
    "copyright": "copyright",
}
"""What pages say of themselves in `meta`, by the key it gets."""
HTML, DRAWING, FORMULA = 0, 1, 2
TEXT, START, END = TokenType.TEXT, TokenType.START_TAG, TokenType.END_TAG
REFERENCE, COMMENT = TokenType.CHARACTER_REFERENCE, TokenType.COMMENT
"""The kinds of tokens that matter, by names of this module: those of an enumeration take longer to look up."""
BREAKS = {**dict.fromkeys(INLINE, ""), **dict.fromkeys(CELLS - INLINE, " ")}
"""What a tag puts between the words before and behind it; every other one ends a line."""
ODD_TEXT = SILENT | RAW | KEPT
"""Elements whose text is not taken as it is elsewhere."""
MAYBE_UNSEEN = UNSEEN | {"object"}
FACTUAL = frozenset(("meta", "html", "link"))
"""Elements that say something of the page as a whole."""
NONE: Mapping[str, str | None] = {}
MEDIA = re.compile(r"\bmedia\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
MOST_STYLES = 500
MOST_RESTARTED = 200_000_000
"""Characters that are handed to the tokenizer again, because what it took for text is markup."""
TURNS = 16
THICK = 30
"""So many turns between kinds of elements within a paragraph, and no more characters to each, are a crowd."""
SWITCHES = 4
APART = 120
"""So many changes between hidden and visible words within a paragraph, with no more characters between them."""


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page's text, visible first and hidden behind it, and what leads it back to the file."""

    text: str
    offsets: OffsetMap
    parts: tuple[Part, ...]
    seams: tuple[int, ...]
    title: str
    metadata: Mapping[str, str]
    visible: int = 0
    """How much of the text is visible."""
    mixed: bool = False
    """Whether hidden words stand between the visible words of paragraphs."""
    crowded: frozenset[int] = frozenset()
    """Numbers of the paragraphs in which elements stand around every few words."""
    doubts: tuple[str, ...] = ()
    turned: bool = False
    """Whether anything on it may set letters or words in another order than they are stored in."""


Open = tuple[str, bool, int, bool, int, Mapping[str, str | None]]
"""An open element: its tag, whether it is out of sight, by what traits it is hidden, whether its style sets it within a
line, whose rules the elements in it follow, and its attributes."""


def take_apart(source: str, *, xml: bool = False) -> Page:
    """The page of this source, which is XML or HTML. Linear in its length; raises nothing, whatever the source."""
    return Walk(source, xml=xml).page()


class Walk:
    """From the first token to the last."""

    def __init__(self, source: str, *, xml: bool = False) -> None:
        self.source = source
        self.xml = xml
        self.visible, self.hidden = TextBuilder(), TextBuilder()
        self.stack: list[Open] = []
        self.open: Counter[str] = Counter()
        self.hiding = 0
        self.traits = 0
        self.here = False
        self.context = HTML
        self.sheet = Sheet()
        self.styles = self._read_styles()
        self.breaking = {False: "", True: ""}
        self.title: list[str] = []
        self.metadata: dict[str, str] = {}
        self.bounds: list[int] = []
        self.interruptions: list[int] = []
        self.raw = False
        self.resume = -1
        self.restarted = 0
        self.left_out = False
        # paragraphs, and what crowds them
        self.block = 0
        self.block_start = 0
        self.turns = 0
        self.last_kind = ("", 0)
        self.last_open: Open | None = None
        self.switches = 0
        self.switched = False
        self.mixed = False
        self.crowded: set[int] = set()

    def _read_styles(self) -> set[int]:
        """Take in the sheets of the page, wherever they stand: a browser does so before it shows anything."""
        read: set[int] = set()
        source, at = self.source, 0
        while len(read) < MOST_STYLES and (at := source.find("<style", at)) >= 0:
            start = source.find(">", at) + 1
            end = source.find("</style", start) if start else -1
            if end < 0:
                break
            self._read_style(source[at:start], start, end)
            read.add(start)
            at = end
        return read

    def _read_style(self, tag: str, start: int, end: int) -> None:
        found = MEDIA.search(tag)
        if not found or is_for_screen(found[1] or found[2] or found[3] or ""):
            self.read_style(self.source[start:end])

    def read_style(self, style: str) -> None:
        """Take in the text of one sheet that holds on a screen."""
        self.sheet.read(style)

    def run(self) -> None:
        """Take every token in; again from a place where what the tokenizer takes for text is markup."""
        lines = lines_of(self.source)
        base, take_token = 0, self.token
        while base >= 0:
            self.resume = -1
            for token, start, end in placed(self.source, base, lines):
                take_token(token, start, end)
                if self.resume >= 0:
                    break
            base = self.resume
            self.restarted += len(self.source) - base if base >= 0 else 0

    def token(self, token: Token, start: int, end: int) -> None:
        """Take one token in."""
        kind = token.type
        if kind is TEXT:
            self._text(start, end)
        elif kind is START:
            self._start(token.tag or "", token, start, end)
        elif kind is END:
            self._end(token.tag or "")
        elif kind is REFERENCE:
            self._reference(token.data or "", start, end)
        elif kind is COMMENT:
            self._comment(start, end)

    def _start(self, tag: str, token: Token, start: int, end: int) -> None:
        if self.context and tag in BREAKOUT:
            while self.stack and self.stack[-1][4]:
                self._pop()
        if self.stack and (tag in CLOSERS or tag in PARAGRAPH_ENDERS):
            self._close_implied(tag)
        listed = token.attrs
        attributes: Mapping[str, str | None] = dict(listed) if listed else NONE
        look = self.look(tag, attributes, start)
        flows = look.flows
        if not flows:
            if tag in BLOCKS and not look.gone:
                self._close_block()
            self._break(tag)
        if tag in FACTUAL:
            self._fact(tag, attributes)
        if listed:
            self.attributes(tag, attributes, start, end)
        if tag in VOID and not self.context:
            return
        if self.context or self.xml:
            if token.self_closing:
                if tag in RAW_TEXT:
                    self._restart(end)
                return
            if tag in RAW_TEXT and self._holds_markup(tag, end):
                self._restart(end)
        self._push(tag, look, attributes)

    def _push(self, tag: str, look: Look, attributes: Mapping[str, str | None]) -> None:
        context = self.context
        if tag == "svg":
            context = DRAWING
        elif tag == "math":
            context = FORMULA
        elif context and (
            tag in HTML_WITHIN or (tag == "annotation-xml" and "html" in (attributes.get("encoding") or "").lower())
        ):
            context = HTML
        if look is PLAIN:
            self.stack.append((tag, False, self.traits, False, context, attributes))
            self.open[tag] += 1
            self.context = context
            return
        traits = (self.traits & ~look.ends) | look.hides
        self.stack.append((tag, look.gone, traits, look.flows, context, attributes))
        self.open[tag] += 1
        self.hiding += look.gone
        self.traits, self.context = traits, context
        here = bool(self.hiding or traits)
        if here and not self.here:
            self.breaking[True] = "\n"
        self.here = here

    def look(self, tag: str, attributes: Mapping[str, str | None], start: int) -> Look:
        """How an element looks, whose tag begins at `start`."""
        if (tag in MAYBE_UNSEEN or self.context) and self.is_unseen(tag, attributes):
            return GONE
        return self.sheet.look(tag, attributes)

    def is_unseen(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Whether a browser shows nothing of what such an element holds, whatever its style."""
        if tag in UNSEEN:
            return tag != "template" or (attributes.get("shadowrootmode") or "").lower() not in ("open", "closed")
        if tag == "object":
            return bool(attributes.get("data"))
        return bool(self.context) and tag in UNSEEN_FOREIGN

    def attributes(self, tag: str, attributes: Mapping[str, str | None], start: int, end: int) -> None:
        """What the attributes of a tag that has some hold is looked at by who asks for it."""

    def _holds_markup(self, tag: str, start: int) -> bool:
        end = self.source.find(f"</{tag}", start)
        return end < 0 or self.source.find("<", start, end) >= 0 or self.source.find("&", start, end) >= 0

    def _restart(self, at: int) -> None:
        """Go on at `at` with a tokenizer that is in no element."""
        if self.restarted < MOST_RESTARTED:
            self.resume = at
        else:
            self.left_out = True

    def _close_implied(self, tag: str) -> None:
        if self.stack[-1][0] == "p" and tag in PARAGRAPH_ENDERS:
            self._pop()
        if ended := CLOSERS.get(tag):
            while self.stack and self.stack[-1][0] in ended:
                self._pop()

    def _end(self, tag: str) -> None:
        gone = flows = False
        if self.stack and self.stack[-1][0] == tag:
            gone, flows = self.stack[-1][1], self.stack[-1][3]
        if not flows:
            if tag in BLOCKS and not gone:
                self._close_block()
            self._break(tag)
        if self.open[tag]:
            while self._pop() != tag:
                pass

    def _pop(self) -> str:
        tag, gone, _, _, _, _ = self.stack.pop()
        self.open[tag] -= 1
        self.hiding -= gone
        if self.stack:
            self.traits, self.context = self.stack[-1][2], self.stack[-1][4]
        else:
            self.traits, self.context = 0, HTML
        self.here = bool(self.hiding or self.traits)
        return tag

    def _break(self, tag: str) -> None:
        due = BREAKS.get(tag, "\n")
        if due == "\n" or (due and self.breaking[self.here] != "\n"):
            self.breaking[self.here] = due

    def _close_block(self) -> None:
        """A paragraph ends: whether it was crowded, or hidden and visible words took turns in it.

        Paragraphs are numbered in their order; the number depends on the looks of elements.
        """
        length = self.visible.length - self.block_start
        if self.turns >= TURNS and length < THICK * self.turns:
            self.crowded.add(self.block)
        if self.switches >= SWITCHES and length < APART * self.switches:
            self.mixed = True
        self.block += 1
        self.block_start = self.visible.length
        self.turns = self.switches = 0
        self.switched = False

    def _text(self, start: int, end: int) -> None:
        inside = self.stack[-1][0] if self.stack else ""
        if (inside in ODD_TEXT or self.context or self.xml) and self._takes_otherwise(inside, start, end):
            return
        text = self.source[start:end]
        if not text.strip(BLANKS):
            self._take_blank(start, end)
            return
        at = 0
        for run in SPACES.finditer(text):
            low, high = run.span()
            if low > at:
                self._take(text[at:low], start + at, start + low)
            self._take_blank(start + low, start + high)
            at = high
        if at < len(text):
            self._take(text[at:] if at else text, start + at, end)

    def _takes_otherwise(self, inside: str, start: int, end: int) -> bool:
        """Whether text in such an element is taken in another way than most is; then it is."""
        foreign = self.context or self.xml
        if inside in SILENT or (foreign and (self.open["script"] or self.open["style"])):
            self._silent(inside, start, end)
        elif inside in RAW and not self.raw and not foreign:
            self.raw = True
            for token, first, last in placed(self.source[start:end]):
                self.token(token, start + first, start + last)
            self.raw = False
        elif inside in KEPT:
            self._take(self.source[start:end], start, end)
        else:
            return False
        return True

    def _take_blank(self, start: int, end: int) -> None:
        """White space between words, which is one blank; between blocks, where most of it is, it is nothing."""
        here = self.here
        if not (self.breaking[here] or (self.hidden if here else self.visible).last in ("", " ", "\n")):
            self._take(" ", start, end)

    def _silent(self, inside: str, start: int, end: int) -> None:
        """The text of a script, a style or a title."""
        if inside == "title" and not self.open["svg"]:
            self.title.append(self.source[start:end])
        elif inside == "style" and start not in self.styles:
            self.styles.add(start)
            self._read_style(self.source[self.source.rfind("<", 0, start) : start], start, end)
        self._interrupt()

    def _comment(self, start: int, end: int) -> None:
        """A comment; in XML, drawings and formulas it may be a stretch of text without markup (CDATA)."""
        if not (self.context or self.xml) or not self.source.startswith("<![CDATA[", start):
            return
        stop = self.source.find("]]>", start + 9)
        stop = len(self.source) if stop < 0 else stop
        if not (self.stack and self.stack[-1][0] in SILENT):
            self._take(self.source[start + 9 : stop], start + 9, stop)
        if stop + 3 > end:
            self._restart(min(stop + 3, len(self.source)))

    def _reference(self, text: str, start: int, end: int) -> None:
        if self.stack and self.stack[-1][0] == "title":
            if not self.open["svg"]:
                self.title.append(text)
        else:
            self._take(text, start, end)

    def _take(self, text: str, start: int, end: int) -> None:
        """A piece of text into the builder it belongs to, behind the break that is due before it."""
        here = self.here
        out = self.hidden if here else self.visible
        if self.breaking[here] or out.last in ("", " ", "\n"):
            bare = text.lstrip(BLANKS)
            if not bare:
                return
            if len(text) == end - start:
                start += len(text) - len(bare)
            text = bare
            if self.breaking[here] and out.last:
                if self.breaking[here] == "\n" and here:
                    self.bounds.append(out.length)
                out.put(self.breaking[here])
            self.breaking[here] = ""
        if here:
            self._interrupt()
            self.switched = True
        else:
            if self.switched:
                self.switched = False
                self.switches += 1
            if len(text) > 2 and self.stack and self.stack[-1] is not self.last_open:
                self._turn()
        out.take(text, start, end)

    def _turn(self) -> None:
        """Text of another element than before: whether it is one of another kind."""
        self.last_open = self.stack[-1]
        attributes = self.last_open[5]
        kind = (attributes.get("class") or attributes.get("style") or "", len(self.stack))
        if kind != self.last_kind:
            self.last_kind = kind
            self.turns += 1

    def _interrupt(self) -> None:
        """Here the file has text that is none of the page's."""
        if not self.interruptions or self.interruptions[-1] < self.visible.length:
            self.interruptions.append(self.visible.length)

    def _seams(self) -> tuple[int, ...]:
        """Where passages end, so that a span, cut from the file and stripped of tags, is its text.

        Not where such places follow close upon one another: hidden words in every gap must not take a passage apart.
        """
        places = self.interruptions
        return tuple(
            at
            for number, at in enumerate(places)
            if bisect_right(places, at + NEAR) - bisect_left(places, at - NEAR, 0, number) <= CROWD
        )

    def _fact(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "html" and attributes.get("lang"):
            self.metadata["language"] = (attributes["lang"] or "").strip()
        if tag == "link" and (attributes.get("rel") or "").lower() == "canonical":
            self.metadata["url"] = (attributes.get("href") or "").strip()
        name = (attributes.get("property") or attributes.get("name") or "").lower()
        if tag == "meta" and name in NAMED and attributes.get("content"):
            self.metadata.setdefault(NAMED[name], (attributes["content"] or "").strip())

    def page(self) -> Page:
        """What was gathered."""
        self.run()
        self._close_block()
        out, hidden = self.visible, self.hidden.text()
        visible = out.length
        if hidden and out.length:
            out.put("\n")
        base = out.length
        out.append(self.hidden)
        edges = [0, *self.bounds, len(hidden)]
        parts = tuple(
            Part(base + low, base + high, Label.CLOAKED) for low, high in pairwise(edges) if hidden[low:high].strip()
        )
        title = " ".join("".join(self.title).split())
        doubts = ("its drawings hold more markup than was read",) if self.left_out else ()
        return Page(
            out.text(),
            out.offsets(),
            parts,
            self._seams(),
            title,
            self.metadata,
            visible,
            self.mixed,
            frozenset(self.crowded),
            doubts,
        )
