"""OpenDocument (ODF 1.3): texts, presentations, spreadsheets and drawings, packed or in one XML file.

The content comes first, then notes, headers, footers and comments; what readers do not see stands behind all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from checker.readers.document import MOST_BYTES, Document, Label, Unreadable
from checker.readers.docx import FEW_WORDS, LARGE, Words, arrange, document_of
from checker.readers.formats import Format, Start, whole
from checker.readers.package import Package, kind_of, parse
from checker.readers.word import Piece
from checker.readers.zipguard import LOCAL, Refused, open_zip

NAME = "opendocument"
MIMETYPE = b"application/vnd.oasis.opendocument."
SUN = b"application/vnd.sun.xml."
"""OpenOffice.org 1, whose files are read alike."""
PARTS = ("content.xml", "styles.xml")
LINE = ("p", "h")
SILENT = frozenset((
    "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls", "alphabetical-index-auto-mark-file",
    "scripts", "font-face-decls", "settings", "event-listeners", "forms", "title", "desc", "creator", "date",
    "creator-initials", "bibliography-configuration", "automatic-styles", "linenumbering-configuration", "binary-data",
))  # fmt: skip
"""Elements that hold no words of the text, by their local names."""
FLOWS = {
    "note": Label.FOOTNOTE, "annotation": Label.COMMENT, "header": Label.HEADER, "header-left": Label.HEADER,
    "header-first": Label.HEADER, "footer": Label.FOOTER, "footer-left": Label.FOOTER, "footer-first": Label.FOOTER,
    "text-box": Label.TEXT_BOX, "table-cell": Label.TABLE, "tracked-changes": Label.DELETED, "meta": Label.CLOAKED,
    "notes": Label.COMMENT,
}  # fmt: skip
ORDER = (
    Label.BODY, Label.HEADLINE, Label.TABLE, Label.TEXT_BOX, Label.FOOTNOTE, Label.HEADER, Label.FOOTER, Label.COMMENT,
)  # fmt: skip
HIDING = frozenset(("hidden-text", "hidden-paragraph"))
MOST_SPACES = 100
LETTER = 612.0 * 792.0
LENGTH = re.compile(r"([\d.]{1,12})(cm|mm|in|pt|pc|px)")
UNITS = {"cm": 28.35, "mm": 2.835, "in": 72.0, "pt": 1.0, "pc": 12.0, "px": 0.75}
PICTURE = "it holds a picture as large as a page: its words were not read"


@dataclass(frozen=True, slots=True)
class _Look:
    """What a style says that decides whether its words are seen; None where it says nothing."""

    hidden: bool | None = None
    ink: str = ""
    ground: str = ""
    size: float | None = None

    def over(self, below: _Look) -> _Look:
        return _Look(
            below.hidden if self.hidden is None else self.hidden,
            self.ink or below.ink,
            self.ground or below.ground,
            below.size if self.size is None else self.size,
        )

    def is_unseen(self) -> bool:
        blank = bool(self.ink) and _brightness(self.ink) is not None and _alike(self.ink, self.ground or "#ffffff")
        return bool(self.hidden) or blank or (self.size is not None and self.size <= 2.0)


@dataclass(slots=True)
class _Walker:
    """Takes one part apart into paragraphs, each with the label of where it stands."""

    styles: dict[str, _Look]
    found: list[tuple[Label, list[Piece]]] = field(default_factory=list)
    areas: list[float] = field(default_factory=list)
    objects: list[str] = field(default_factory=list)
    linked: bool = False

    def walk(self, element: Any, label: Label, look: _Look) -> None:
        """Everything below an element that is no paragraph."""
        stack = [(element, label, look)]
        while stack:
            element, label, look = stack.pop()
            name = _name(element)
            if name in SILENT:
                continue
            if name in LINE:
                self._paragraph(element, label, look)
                continue
            stack += [(child, *self._around(child, label, look)) for child in reversed(element)]

    def _around(self, element: Any, label: Label, look: _Look) -> tuple[Label, _Look]:
        """The label and the look inside an element."""
        name = _name(element)
        if name == "section" and _attribute(element, "display") in ("none", "condition"):
            look = _Look(hidden=True).over(look)
        if name in ("section-source", "plugin", "object-ole", "floating-frame"):
            self.linked = True
        if name in ("image", "fill-image"):
            self._measure(element)
        if name == "object":
            self.objects.append(_attribute(element, "href").removeprefix("./"))
        return FLOWS.get(name, label), self._look(element, look)

    def _look(self, element: Any, look: _Look) -> _Look:
        style = _attribute(element, "style-name")
        return self.styles[style].over(look) if style in self.styles else look

    def _measure(self, image: Any) -> None:
        frame = image.getparent()
        sides = [_length(_attribute(frame, side)) for side in ("width", "height")]
        self.areas.append(sides[0] * sides[1])

    def _paragraph(self, element: Any, label: Label, look: _Look) -> None:
        if _name(element) == "h" and label is Label.BODY:
            label = Label.HEADLINE
        pieces: list[Piece] = []
        self.found.append((label, pieces))
        self._inside(element, label, self._look(element, look), pieces, 0)

    def _inside(self, element: Any, label: Label, look: _Look, pieces: list[Piece], depth: int) -> None:
        """The words of a paragraph; notes and boxes that hang in it are paragraphs of their own."""
        self._take(element.text, label, look, pieces)
        for child in element:
            name = _name(child)
            if name == "s":
                count = _attribute(child, "c")
                spaces = min(MOST_SPACES, int(count[:6])) if count.isdecimal() else 1
                self._take(" " * spaces, label, look, pieces, bare=False)
            elif name in ("tab", "line-break"):
                self._take("\t" if name == "tab" else "\n", label, look, pieces, bare=False)
            elif name in ("note", "annotation", "frame", "custom-shape", "rect", "text-box", "g", "object", "image"):
                self.walk(child, *self._around(child, label, look))
            elif name in HIDING:
                hidden = _attribute(child, "string-value") or "".join(child.itertext())
                self._take(hidden, Label.CLOAKED, look, pieces)
            elif name == "ruby":
                base = "".join(text for part in child if _name(part) == "ruby-base" for text in part.itertext())
                over = "".join(text for part in child if _name(part) == "ruby-text" for text in part.itertext())
                self._take(base or over, label, look, pieces)
                self._take(over if base else "", Label.FURNITURE, look, pieces)
            elif name not in SILENT and depth < 100:
                self._inside(child, label, self._look(child, look), pieces, depth + 1)
            self._take(child.tail, label, look, pieces)

    def _take(self, text: str | None, label: Label, look: _Look, pieces: list[Piece], bare: bool = True) -> None:
        if not text:
            return
        if bare:
            text = re.sub(r"[ \t\r\n]+", " ", text)  # white space in the markup (part 3, 6.1.2)
        if label is not Label.DELETED and look.is_unseen():
            label = Label.CLOAKED
        number = len(self.found)
        if pieces and pieces[-1].label is label:
            pieces[-1] = Piece(number, 0, label, pieces[-1].text + text)
        else:
            pieces.append(Piece(number, 0, label, text))


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The stream as one document."""
    raw, cut = whole(stream, MOST_BYTES)
    if cut:
        yield Unreadable(name, "It is an OpenDocument file too large to be read.")
        return
    try:
        words, title, facts = _words_of(raw)
    except Refused as refused:
        yield Unreadable(name, f"It is an OpenDocument file that cannot be read. {refused}")
        return
    yield document_of(name, words, title, facts)


def _words_of(raw: bytes) -> tuple[Words, str, dict[str, str]]:
    """Words, title and facts. Refused: it cannot be opened, is encrypted, or has no content."""
    words = Words()
    package: Package | None = None
    names: tuple[str, ...] = ()
    if not raw.startswith(LOCAL):
        roots = {"": parse("the file", raw)}
        meta = next(roots[""].iter("{*}meta"), None)
    else:
        package = Package(open_zip(raw))
        names = package.zip.names()
        if "META-INF/manifest.xml" in names and b"encryption-data" in package.zip.read("META-INF/manifest.xml"):
            raise Refused("It is protected with a password.")
        roots = {part: package.root(part) for part in PARTS if part in names or part == PARTS[0]}
        meta = package.root("meta.xml") if "meta.xml" in names else None
    styles = _styles(list(roots.values()))
    walkers = {part: _Walker(styles) for part in roots}
    for part, walker in walkers.items():
        masters = ("master-styles",) if part == PARTS[1] else ("body", "master-styles")
        for holder in [child for child in roots[part] if _name(child) in masters]:
            walker.walk(holder, Label.BODY, _Look())
    for target in dict.fromkeys(target for walker in list(walkers.values()) for target in walker.objects if target):
        inner = f"{target}/content.xml"
        if package is not None and inner in names:
            walkers[inner] = _Walker(_styles([root := package.root(inner)]))
            walkers[inner].walk(root, Label.TEXT_BOX, _Look())
        else:
            words.unread.append(f"a file inside it was not read: “{target}”")
    paragraphs = [(part, label, pieces) for part, walker in walkers.items() for label, pieces in walker.found]
    paragraphs.sort(key=lambda found: ORDER.index(found[1]) if found[1] in ORDER[4:] else 0)
    arrange(words, [(part, pieces) for part, _, pieces in paragraphs if pieces])
    if any(walker.linked for walker in walkers.values()):
        words.unread.append("it takes in other files, which were not read")
    areas = [area for walker in walkers.values() for area in walker.areas]
    scarce = len(words.text.split()) < FEW_WORDS
    paper = _paper(roots)
    if any(area >= LARGE * paper for area in areas) or (scarce and sum(areas) >= LARGE * paper):
        words.unread.append(PICTURE)
    title, facts = "", {}
    for element in () if meta is None else meta.iter("{*}title", "{*}creator", "{*}creation-date"):
        value = "".join(element.itertext()).strip()
        if _name(element) == "title":
            title = value
        elif value:
            facts["author" if _name(element) == "creator" else "created"] = value
    return words, title, facts


def _styles(roots: list[Any]) -> dict[str, _Look]:
    """How each style sets its words, inherited as styles are."""
    own: dict[str, tuple[_Look, str]] = {}
    for root in roots:
        for style in root.iter("{*}style"):
            look = _Look()
            for properties in style.iter("{*}text-properties", "{*}paragraph-properties", "{*}table-cell-properties"):
                size = _length(_attribute(properties, "font-size"))
                ground = _attribute(properties, "background-color")
                look = look.over(
                    _Look(
                        True if _attribute(properties, "display") == "none" else None,
                        _attribute(properties, "color"),
                        "" if ground == "transparent" else ground,
                        size or None,
                    )
                )
            own[_attribute(style, "name")] = look, _attribute(style, "parent-style-name")
    found = {}
    for name in own:
        look, seen, at = _Look(), set[str](), name
        while at in own and at not in seen:
            seen.add(at)
            look, at = look.over(own[at][0]), own[at][1]
        found[name] = look
    return found


def _paper(roots: dict[str, Any]) -> float:
    """The area of a page in square points."""
    for root in roots.values():
        for properties in root.iter("{*}page-layout-properties"):
            area = _length(_attribute(properties, "page-width")) * _length(_attribute(properties, "page-height"))
            if area:
                return area
    return LETTER


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Any, name: str) -> str:
    """An attribute by its local name; an element has none of two namespaces that matters here."""
    ending = "}" + name
    return next((value for key, value in element.attrib.items() if key.endswith(ending)), "")


def _length(written: str) -> float:
    match = LENGTH.fullmatch(written.strip())
    try:
        return float(match[1]) * UNITS[match[2]] if match else 0.0
    except ValueError:
        return 0.0


def _brightness(color: str) -> bytes | None:
    try:
        return bytes.fromhex(color.removeprefix("#")) if len(color) == 7 else None
    except ValueError:
        return None


def _alike(color: str, ground: str) -> bool:
    mine, theirs = _brightness(color), _brightness(ground)
    return bool(mine and theirs) and all(abs(a - b) < 30 for a, b in zip(mine or b"", theirs or b"", strict=False))


def looks(start: Start) -> bool:
    """By its first entry, which says what it is; or by the root of the flat form."""
    if start.raw.startswith(LOCAL):
        return kind_of(start.raw).startswith((MIMETYPE, SUN))
    return start.root.rpartition(":")[2] == "document" and b"urn:oasis:names:tc:opendocument" in start.raw


ENDINGS = (".odt", ".ott", ".odp", ".otp", ".ods", ".odg", ".fodt", ".sxw")
FORMAT = Format(NAME, "OpenDocument (LibreOffice)", looks, read, ENDINGS, "part and paragraph")
