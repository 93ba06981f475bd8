"""The words of a Word package (ECMA-376 part 1, WordprocessingML), run by run, each with what it is to a reader.

Paragraphs count within a part, in the order of the markup; those of a text box count behind the paragraph that
it hangs in, and those that are kept for older programs (`mc:Fallback`) count too. Runs count within their paragraph
without those of text boxes in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
PICTOGRAPHS = ("wingdings", "webdings", "symbol", "zapf", "marlett")
"""Fonts whose characters are no letters, by the beginning of their names."""
SYMBOLS = range(0xF020, 0xF100)
"""How `w:sym` writes the characters of a font that has eight bits of them."""


def _tags(*names: str) -> frozenset[str]:
    return frozenset(f"{{{space}}}{name}" for space in WORD for name in names)


P, R, T = _tags("p"), _tags("r"), _tags("t") | {f"{{{space}}}t" for space in MATH}
DELETED_TEXT, DELETED_RUNS = _tags("delText"), _tags("del", "moveFrom")
SYMBOL, RUBY, RUN_PROPERTIES = _tags("sym"), _tags("rt"), _tags("rPr")
CHOICE, FALLBACK, ALTERNATE = (COMPATIBILITY + name for name in ("Choice", "Fallback", "AlternateContent"))
MARKS = {
    **dict.fromkeys(_tags("tab", "ptab"), "\t"),
    **dict.fromkeys(_tags("br", "cr"), "\n"),
    **dict.fromkeys(_tags("noBreakHyphen"), "\N{NON-BREAKING HYPHEN}"),
    **dict.fromkeys(_tags("softHyphen"), "\N{SOFT HYPHEN}"),
}
PROPERTIES = _tags("pPr", "rPr", "sectPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "instrText", "delInstrText")
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
class Styles:
    """The ids of the styles that hide their words, and of those that make headlines and captions."""

    hidden: frozenset[str] = frozenset()
    labels: tuple[tuple[str, Label], ...] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    """What the elements around a run say about it."""

    label: Label
    styles: Styles
    hidden: bool


def styles_of(root: Any) -> Styles:
    """What a styles part says that matters to a reader, inherited as its styles are."""
    own: dict[str, tuple[bool, str, str]] = {}
    for style in root.iterchildren(*_tags("style")):
        vanish = any(_on(element) for element in style.iterfind(".//{*}rPr/{*}vanish"))
        own[_value(style, "styleId")] = (vanish, _child(style, "name").lower(), _child(style, "basedOn"))
    hidden, labels = set(), {}
    for name in own:
        seen: set[str] = set()
        at = name
        while at in own and at not in seen:
            seen.add(at)
            vanish, title, base = own[at]
            if vanish:
                hidden.add(name)
            if title == "title" or title.startswith("heading "):
                labels[name] = Label.HEADLINE
            elif title == "caption":
                labels[name] = Label.CAPTION
            at = base
    return Styles(frozenset(hidden), tuple(labels.items()))


def pieces(root: Any, label: Label, styles: Styles) -> Iterator[list[Piece]]:
    """The words of a part, a list a paragraph in the order of the markup; paragraph 0 is what stands in none."""
    twins = set(_twins(root))
    labels = dict(styles.labels)
    for number, paragraph in enumerate(_paragraphs(root)):
        above = list(paragraph.iterancestors())
        if twins and any(element in twins for element in above):
            continue
        name = _style(paragraph, "pPr", "pStyle")
        context = _Context(labels.get(name, _around(above, label)), styles, name in styles.hidden or _unseen(above))
        walker = _Walker(number, context, twins)
        walker.walk(paragraph, (None, 0), None)
        yield walker.pieces


def characters(element: Any) -> str:
    """What an element inside a run adds to its text; "" for all that adds none."""
    if element.tag in T or element.tag in DELETED_TEXT:
        return "".join(element.itertext())
    if element.tag in SYMBOL:
        return _symbol(element)
    if element.tag == TEXTPATH:
        return str(element.get("string", ""))
    return MARKS.get(element.tag, "")


class _Walker:
    """Takes one paragraph apart into pieces; text boxes in it are paragraphs of their own."""

    def __init__(self, paragraph: int, context: _Context, twins: set[Any]) -> None:
        self.pieces: list[Piece] = []
        self._paragraph, self._context, self._twins = paragraph, context, twins
        self._runs = 0

    def walk(self, parent: Any, run: tuple[Any, int], label: Label | None) -> None:
        """Everything below `parent`, in the run and with the label that the elements above give it."""
        for element in parent:
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
            elif tag in RUBY:
                named = named or Label.FURNITURE
            if text := characters(element):
                self._take(text, run, Label.DELETED if tag in DELETED_TEXT else label)
            elif len(element):
                self.walk(element, inside, named)

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


def _twins(root: Any) -> Iterator[Any]:
    """The alternatives that say what the first one says already."""
    for alternate in root.iter(ALTERNATE):
        choices = list(alternate.iterchildren(CHOICE, FALLBACK))
        said = _words(choices[0]) if choices else ""
        yield from (choice for choice in choices[1:] if _words(choice) in said)


def _words(element: Any) -> str:
    return "".join("".join(characters(child) for child in element.iter()).split())


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


def _is_hidden(run: Any, context: _Context) -> bool:
    """Hidden by its own properties or its style, tiny, or white on white."""
    properties = next(run.iterchildren(*RUN_PROPERTIES), ())
    found = {child.tag.rpartition("}")[2]: child for child in properties}
    if "vanish" in found:
        return _on(found["vanish"])
    if "rStyle" in found and _value(found["rStyle"]) in context.styles.hidden:
        return True
    size = _value(found["sz"]) if "sz" in found else ""
    if size.isdecimal() and int(size[:9]) <= TINY:
        return True
    white = "color" in found and _value(found["color"]).upper() == WHITE and not found.keys() & {"shd", "highlight"}
    return white and not _on_colour(run)


def _on_colour(run: Any) -> bool:
    """Whether a run may stand on something else than white: shading, a styled table, a drawing, a page colour."""
    for element in run.iterancestors():
        name = element.tag.rpartition("}")[2]
        if name in ("txbxContent", "Choice", "Fallback") or element.find("{*}background") is not None:
            return True
        for child in element.iterfind("{*}" + name + "Pr/*") if name in ("p", "tc", "tbl") else ():
            if child.tag.rpartition("}")[2] in ("shd", "tblStyle"):
                return True
    return False


def _symbol(element: Any) -> str:
    """The letter that a `w:sym` draws; nothing for a pictograph."""
    try:
        code = int(_value(element, "char"), 16)
    except ValueError:
        return ""
    if _value(element, "font").lower().startswith(PICTOGRAPHS):
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
