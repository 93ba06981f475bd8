"""The words of a Word package (ECMA-376 part 1, WordprocessingML), run by run, each with what it is to a reader.

Paragraphs count within a part, in the order of the markup; those of a text box count behind the paragraph that
it hangs in, and those that are kept for older programs (`mc:Fallback`) count too. Runs count within their paragraph
without those of text boxes in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.readers.document import Label

WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
MATH = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
TEXTPATH = "{urn:schemas-microsoft-com:vml}textpath"
OFF = ("0", "false", "off", "none")
WHITE = "FFFFFF"
TINY = 4
"""Half points; nobody reads letters of two points or less."""
PICTOGRAPHS = ("wingdings", "webdings", "zapf", "marlett")
"""Fonts whose characters are no letters, by the beginning of their names; "Symbol" is another."""
SYMBOLS = range(0xF020, 0xF100)
"""How `w:sym` writes the characters of a font that has eight bits of them."""
LATIN = {code: chr(code - 0xF000) for code in SYMBOLS}
SHOWING = ("macrobutton", "gotobutton", "quote", "if", "eq")
"""Fields whose instruction itself holds words that are shown (part 1, 17.16.5), by its first word."""
LEAST_SHOWN = 4
"""Words of such an instruction from which on it is read."""
ALIKE = 30
"""Red, green and blue that differ by less are one colour to a reader."""
COUNTER = re.compile(r"%\d")
LEAST_LETTERS = 3
"""Letters of a list's numbering that are words, and no bullet."""


def _tags(*names: str) -> frozenset[str]:
    return frozenset(f"{{{space}}}{name}" for space in WORD for name in names)


P, R = _tags("p"), _tags("r")
T = _tags("t") | {f"{{{space}}}t" for space in (*MATH, "http://schemas.openxmlformats.org/drawingml/2006/main")}
CONTROL, INSTRUCTION, RUBY_BASE = _tags("sdt"), _tags("instrText"), _tags("rubyBase")
DELETED_TEXT, DELETED_RUNS = _tags("delText"), _tags("del", "moveFrom")
SYMBOL, RUBY, RUN_PROPERTIES = _tags("sym"), _tags("rt"), _tags("rPr")
RUBIES, TURNED = _tags("ruby"), _tags("bdo")
OVERRIDES = {"rtl": "\N{RIGHT-TO-LEFT OVERRIDE}", "ltr": "\N{LEFT-TO-RIGHT OVERRIDE}"}
POP = "\N{POP DIRECTIONAL FORMATTING}"
CHOICE, FALLBACK, ALTERNATE = (COMPATIBILITY + name for name in ("Choice", "Fallback", "AlternateContent"))
MARKS = {
    **dict.fromkeys(_tags("tab", "ptab"), "\t"),
    **dict.fromkeys(_tags("br", "cr"), "\n"),
    **dict.fromkeys(_tags("noBreakHyphen"), "\N{NON-BREAKING HYPHEN}"),
    **dict.fromkeys(_tags("softHyphen"), "\N{SOFT HYPHEN}"),
}
PROPERTIES = _tags("pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "delInstrText")
"""Elements that hold no words, or whose tabs are not those of the text."""
BEHIND = (Label.CLOAKED, Label.DELETED, Label.FURNITURE)
"""What stands behind the visible text, so that it tears none of it apart."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one run. `paragraph` and `run` count from 1; 0 where there is none. `element` is the run's, or None."""

    paragraph: int
    run: int
    label: Label
    text: str
    element: Any = None


@dataclass(frozen=True, slots=True)
class Look:
    """How words are set, as far as it decides whether they are seen; None where nothing says so.

    `color` and `ground` are six hexadecimal digits, or "auto"; `size` is in half points.
    """

    vanish: bool | None = None
    color: str | None = None
    ground: str | None = None
    size: int | None = None

    def over(self, below: Look) -> Look:
        """This look, and what it leaves open as another has it."""
        return Look(
            below.vanish if self.vanish is None else self.vanish,
            self.color or below.color,
            self.ground or below.ground,
            below.size if self.size is None else self.size,
        )


@dataclass(frozen=True, slots=True)
class Styles:
    """What styles say: how words are set, which make headlines and captions, and which number their paragraphs.

    `numbers` are the words of a list's numbering by the list's id and level; `lists` are such ids and levels by style.
    `default` is the style of paragraphs that name none.
    """

    looks: Mapping[str, Look] = field(default_factory=dict)
    labels: Mapping[str, Label] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    default: str = ""
    numbers: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a run say about it."""

    label: Label
    styles: Styles
    look: Look
    hidden: bool


def styles_of(root: Any, numbering: Any = None) -> Styles:
    """What a styles part, and one of numbering, say that matters to a reader, inherited as styles are."""
    own: dict[str, tuple[Look, str, str, tuple[str, str]]] = {}
    for style in () if root is None else root.iterchildren(*_tags("style")):
        look = _look(next(style.iterchildren(*RUN_PROPERTIES), ()))
        paragraph = next(style.iterchildren(*_tags("pPr")), ())
        look = look.over(_look(paragraph))
        title, base = _child(style, "name").lower(), _child(style, "basedOn")
        own[_value(style, "styleId")] = look, title, base, _list(paragraph)
    looks, labels, lists, default = {}, {}, {}, ""
    for style in () if root is None else root.iterchildren(*_tags("style")):
        if _value(style, "type") == "paragraph" and _value(style, "default") in ("1", "true", "on"):
            default = _value(style, "styleId")
    for name in own:
        seen: set[str] = set()
        at, look = name, Look()
        while at in own and at not in seen:
            seen.add(at)
            mine, title, base, listed = own[at]
            look = look.over(mine)
            if title == "title" or title.startswith("heading "):
                labels[name] = Label.HEADLINE
            elif title == "caption":
                labels[name] = Label.CAPTION
            if listed[0] and name not in lists:
                lists[name] = listed
            at = base
        looks[name] = look
    return Styles(looks, labels, lists, default, {} if numbering is None else _numbers(numbering))


def _numbers(root: Any) -> dict[tuple[str, str], str]:
    """The words of each list's levels (w:lvlText), without the numbers among them; only where they are words."""
    kinds: dict[str, dict[str, str]] = {}
    for kind in root.iterchildren(*_tags("abstractNum")):
        kinds[_value(kind, "abstractNumId")] = _levels(kind)
    found: dict[tuple[str, str], str] = {}
    for number in root.iterchildren(*_tags("num")):
        levels = dict(kinds.get(_child(number, "abstractNumId"), {}))
        for override in number.iterchildren(*_tags("lvlOverride")):
            levels |= _levels(override)
        found |= {(_value(number, "numId"), level): text for level, text in levels.items()}
    return {key: text for key, text in found.items() if sum(map(str.isalpha, text)) >= LEAST_LETTERS}


def _levels(element: Any) -> dict[str, str]:
    return {
        _value(level, "ilvl"): COUNTER.sub("", _child(level, "lvlText")).strip()
        for level in element.iterchildren(*_tags("lvl"))
    }


def _list(properties: Any) -> tuple[str, str]:
    """The id and the level of the list in which the properties of a paragraph put it; "" for none."""
    for element in properties:
        if element.tag in _tags("numPr"):
            return _child(element, "numId"), _child(element, "ilvl") or "0"
    return "", ""


def pieces(root: Any, label: Label, styles: Styles, bound: Mapping[Any, str] | None = None) -> Iterator[list[Piece]]:
    """The words of a part, a list a paragraph in the order of the markup; paragraph 0 is what stands in none.

    `bound` are the content controls that show a value from elsewhere, and that value; what they hold is not shown.
    """
    twins, bound = set(_twins(root)), dict(bound or {})
    for number, paragraph in enumerate(_paragraphs(root)):
        above = list(paragraph.iterancestors())
        if twins and any(element in twins for element in above):
            continue
        control = next((element for element in above if element in bound), None) if bound else None
        if control is not None and bound[control]:
            yield [Piece(number, 0, label, bound[control])]
            bound[control] = ""
        name, properties = (
            _style(paragraph, "pPr", "pStyle") or styles.default,
            next(paragraph.iterchildren(*_tags("pPr")), ()),
        )
        look = _look(properties).over(styles.looks.get(name, Look())).over(Look(ground=_ground(above)))
        around = styles.labels.get(name, _around(above, label))
        context = _Context(around, styles, look, control is not None or _unseen(above))
        walker = _Walker(number, context, twins, bound)
        counted = _list(properties)
        prefix = styles.numbers.get(counted if counted[0] else styles.lists.get(name, ("", "")), "")
        if prefix:
            walker.pieces.append(Piece(number, 0, around, prefix + " "))
        walker.walk(paragraph, (None, 0), None)
        yield walker.pieces


def characters(element: Any) -> str:
    """What an element inside a run adds to its text; "" for all that adds none."""
    if element.tag in T or element.tag in DELETED_TEXT:
        return "".join(element.itertext()).translate(LATIN)
    if element.tag in INSTRUCTION:
        words = (element.text or "").split()
        return " ".join(words[1:]) if len(words) > LEAST_SHOWN and words[0].lower() in SHOWING else ""
    if element.tag in SYMBOL:
        return _symbol(element)
    if element.tag == TEXTPATH:
        return str(element.get("string", ""))
    return MARKS.get(element.tag, "")


class _Walker:
    """Takes one paragraph apart into pieces; text boxes in it are paragraphs of their own."""

    def __init__(self, paragraph: int, context: _Context, twins: set[Any], bound: Mapping[Any, str]) -> None:
        self.pieces: list[Piece] = []
        self._paragraph, self._context, self._twins, self._bound = paragraph, context, twins, bound
        self._runs = 0

    def walk(self, parent: Any, run: tuple[Any, int], label: Label | None) -> None:
        """Everything below `parent`, in the run and with the label that the elements above give it."""
        # the words under a ruby are read before it, and stand behind it in the file
        for element in reversed(parent) if parent.tag in RUBIES else parent:
            tag = element.tag
            if tag in P or tag in PROPERTIES or element in self._twins:
                continue
            inside, named = run, label
            if tag in R:
                self._runs += 1
                inside = (element, self._runs)
                named = label or (Label.CLOAKED if _is_hidden(element, self._context) else None)
            elif tag in DELETED_RUNS:
                named = Label.DELETED
            elif tag in RUBY and _words(next(element.getparent().iterchildren(*RUBY_BASE), ())):
                named = named or Label.FURNITURE
            elif (
                tag in CONTROL and self._bound.get(element) and not (self._paragraph == 0 and _has_paragraphs(element))
            ):
                self._take(self._bound[element], (None, 0), label)
                named = Label.CLOAKED
            if text := characters(element):
                hidden = Label.DELETED if tag in DELETED_TEXT else Label.CLOAKED if tag in INSTRUCTION else label
                self._take(text, run, hidden)
            elif tag in TURNED:
                self._walk_turned(element, run, label)
            elif len(element):
                self.walk(element, inside, named)

    def _walk_turned(self, element: Any, run: tuple[Any, int], label: Label | None) -> None:
        """An element that overrides the direction of its words, as Unicode's own marks would (ECMA-376, 17.3.2.3)."""
        mark = OVERRIDES.get(next((said for name, said in element.attrib.items() if name.endswith("val")), ""), "")
        if mark:
            self._take(mark, run, label)
        self.walk(element, run, label)
        if mark:
            self._take(POP, run, label)

    def _take(self, text: str, run: tuple[Any, int], label: Label | None) -> None:
        element, number = run
        label = label or (Label.CLOAKED if self._context.hidden else self._context.label)
        last = self.pieces[-1] if self.pieces else None
        if last and last.element is element and last.label is label:
            self.pieces[-1] = Piece(last.paragraph, last.run, label, last.text + text, element)
        else:
            self.pieces.append(Piece(self._paragraph, number, label, text, element))


def _paragraphs(root: Any) -> Iterator[Any]:
    yield root
    yield from root.iter(*P)


def _has_paragraphs(element: Any) -> bool:
    return next(element.iter(*P), None) is not None


def _twins(root: Any) -> Iterator[Any]:
    """The alternatives that say what the first one says already."""
    for alternate in root.iter(ALTERNATE):
        choices = list(alternate.iterchildren(CHOICE, FALLBACK))
        said = _words(choices[0]) if choices else ""
        yield from (choice for choice in choices[1:] if _words(choice) in said)


def _words(element: Any) -> str:
    """The letters of an element without their spaces; "" for no element."""
    return "".join("".join(characters(child) for child in element.iter()).split()) if len(element) else ""


def _around(above: list[Any], label: Label) -> Label:
    """The label that the nearest table or text box gives a paragraph in the body."""
    for element in above if label is Label.BODY else ():
        name = element.tag.rpartition("}")[2]
        if name in ("txbxContent", "tc"):
            return Label.TEXT_BOX if name == "txbxContent" else Label.TABLE
    return label


def _unseen(above: list[Any]) -> bool:
    """Whether a paragraph is kept for other programs only: an alternative to one that has words of its own."""
    for element in above:
        if element.tag in (CHOICE, FALLBACK):
            first = next(element.getparent().iterchildren(CHOICE, FALLBACK))
            if first is not element and _words(first):
                return True
    return False


def _look(properties: Any) -> Look:
    """How the properties of a run, a paragraph or a cell set its words."""
    found = {child.tag.rpartition("}")[2]: child for child in properties}
    vanish = next((_on(found[name]) for name in ("vanish", "specVanish") if name in found), None)
    size = _value(found["sz"]) if "sz" in found else ""
    ground = ""
    if "shd" in found:
        ground = _value(found["shd"], "color" if _value(found["shd"]) == "solid" else "fill")
    if "highlight" in found and _value(found["highlight"]) not in ("", "none"):
        ground = HIGHLIGHTS.get(_value(found["highlight"]), "808080")
    color = _value(found["color"]) if "color" in found else ""
    return Look(vanish, color.upper() or None, ground.upper() or None, int(size[:9]) if size.isdecimal() else None)


HIGHLIGHTS = {"white": "FFFFFF", "black": "000000", "yellow": "FFFF00", "darkBlue": "000080", "blue": "0000FF"}


def _is_hidden(run: Any, context: _Context) -> bool:
    """Hidden by its properties or the styles over it, tiny, or in the colour that it stands on."""
    properties = next(run.iterchildren(*RUN_PROPERTIES), ())
    style = next((_value(child) for child in properties if child.tag in _tags("rStyle")), "")
    look = _look(properties).over(context.styles.looks.get(style, Look())).over(context.look)
    if look.vanish:
        return True
    if look.size is not None and look.size <= TINY:
        return True
    if not look.color or look.color == "AUTO":
        return False
    if look.ground and look.ground != "AUTO":
        return _alike(look.color, look.ground)
    return _alike(look.color, WHITE) and not _on_colour(run)


def _alike(color: str, ground: str) -> bool:
    """Whether a reader sees no difference between two colours of six hexadecimal digits."""
    try:
        mine, theirs = bytes.fromhex(color), bytes.fromhex(ground)
    except ValueError:
        return False
    return len(mine) == len(theirs) == 3 and all(abs(a - b) < ALIKE for a, b in zip(mine, theirs, strict=True))


def _ground(above: list[Any]) -> str | None:
    """The shading of the cell or the table that a paragraph stands in."""
    for element in above:
        name = element.tag.rpartition("}")[2]
        for child in element.iterfind("{*}" + name + "Pr/{*}shd") if name in ("tc", "tbl") else ():
            if _value(child, "fill"):
                return _value(child, "fill").upper()
    return None


def _on_colour(run: Any) -> bool:
    """Whether a run may stand on something else than white: a styled table, a drawing, a page colour."""
    for element in run.iterancestors():
        name = element.tag.rpartition("}")[2]
        if name in ("txbxContent", "Choice", "Fallback") or element.find("{*}background") is not None:
            return True
        if name == "tbl" and element.find("{*}tblPr/{*}tblStyle") is not None:
            return True
    return False


def _symbol(element: Any) -> str:
    """The letter that a `w:sym` draws; nothing for a pictograph."""
    try:
        code = int(_value(element, "char"), 16)
    except ValueError:
        return ""
    font = _value(element, "font").lower()
    if font == "symbol" or font.startswith(PICTOGRAPHS):
        return ""
    code = code - 0xF000 if code in SYMBOLS else code
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""


def _value(element: Any, name: str = "val") -> str:
    return next((value for space in WORD if (value := element.get(f"{{{space}}}{name}")) is not None), "")


def _child(element: Any, name: str) -> str:
    return next((_value(child) for child in element.iterchildren(*_tags(name))), "")


def _style(element: Any, properties: str, name: str) -> str:
    found = next(element.iterchildren(*_tags(properties)), None)
    return "" if found is None else _child(found, name)


def _on(element: Any) -> bool:
    return _value(element).lower() not in OFF
