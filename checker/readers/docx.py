"""Word files (.docx, .docm, .dotx): every word in the package, whether it is printed or not.

The body comes first, then notes, headers, footers and comments; what readers do not see (hidden and deleted
words) stands behind all of it, so that it tears no visible sentence apart.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, BinaryIO

from checker.places import Place
from checker.readers.document import MOST_BYTES, Document, Label, Part, Reading, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.inside import inside
from checker.readers.package import Package, is_package, open_package, related
from checker.readers.word import BEHIND, Piece, Styles, T, pieces, styles_of
from checker.readers.zipguard import Refused

MAIN = "word/document.xml"
BODIES = ("document.main+xml", "template.main+xml", "macroEnabled.main+xml", "macroEnabledTemplate.main+xml")
NOTES = (
    ("footnotes+xml", Label.FOOTNOTE),
    ("endnotes+xml", Label.ENDNOTE),
    ("header+xml", Label.HEADER),
    ("footer+xml", Label.FOOTER),
    ("comments+xml", Label.COMMENT),
)
"""The other parts with words in them, by the ends of their types, in the order of the text."""
DRAWINGS = ("chart+xml", "chartex+xml", "diagramData+xml")
BLOCKS = "document.glossary+xml"
CORE = "docProps/core.xml"
TERMS = "{http://purl.org/dc/terms/}"
ELEMENTS = "{http://purl.org/dc/elements/1.1/}"
FACTS = (("created", TERMS + "created"), ("updated", TERMS + "modified"), ("author", ELEMENTS + "creator"))
SHOWN = 3
NAME = "docx"
HOW = "with its hidden words where they stand"
INTERLEAVED = (Label.CLOAKED, Label.FURNITURE)
LEAST_CHANGES = 4
"""Changes between seen and hidden words in a paragraph; a hidden remark within one makes two."""
TEXTS = tuple(T)
PATH = re.compile(r"(/@?[\w.:*-]+(\[\d+\])?)+(/text\(\))?")
"""Paths as Word writes them; others may take long to follow."""
MAPPING = re.compile(r"xmlns:([\w.-]+)\s*=\s*[\"']([^\"']*)[\"']")
PROPERTIES = re.compile(r"/(?:itemProps|props)(\d*)\.xml$")
"""As Word names the properties of a store; its number leads to the store where no relation does."""
RELATED = re.compile(r"(.*/)?_rels/([^/]+)\.rels")
ID = "itemID"
BUILT_IN = {
    "{6c3c8bc8-f283-45ae-878a-bab7291924a1}": CORE,
    "{6668398d-a668-4e3e-a5eb-62b293d839f1}": "docProps/app.xml",
}
"""The stores that every package has, by the ids that Word gives them."""
LARGE = 0.5
"""The share of a page from which on a picture may be the page."""
FEW_WORDS = 100
LETTER = 612.0 * 792.0
"""Square points of a page whose size the file does not say."""
EMU = 12_700.0
"""English metric units to the point."""
SIDE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([^;]+)")
LENGTH = re.compile(r"([\d.]{1,12}?)(pt|in|cm|mm|px|pc)?")
UNITS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75, "pc": 12.0}


@dataclass(frozen=True, slots=True)
class Run:
    """text[start:end] of a document, and the piece of a part of the package that it is."""

    start: int
    end: int
    part: str
    piece: Piece


@dataclass(slots=True)
class Words:
    """The text of a package, the run of every word, the trees of the parts they stand in, and what was not read.

    `whole` is the same with the hidden words where they stand, where that tells another text; else None.
    """

    text: str = ""
    whole: Words | None = None
    runs: list[Run] = field(default_factory=list)
    roots: dict[str, Any] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)


def read(name: str, stream: BinaryIO) -> Iterator[Document | Unreadable]:
    """The stream as one document."""
    raw, more = whole(stream, MOST_BYTES)
    if more:
        yield Unreadable(name, "It is a Word file too large to be read.")
        return
    try:
        package = open_package(raw)
        words = words_of(package)
    except Refused as refused:
        yield Unreadable(name, f"It is a Word file that cannot be read. {refused}")
        return
    title, facts = facts_of(package)
    yield document_of(name, words, title, facts)


def document_of(name: str, words: Words, title: str = "", facts: Mapping[str, str] | None = None) -> Document:
    """The document of a file whose words are arranged, with what was not read of it."""
    document = _document(name, words)
    readings = () if words.whole is None else (Reading(_document(name, words.whole), HOW, disguise=True),)
    return replace(document, title=title, metadata=facts or {}, incomplete=_unread(words), readings=readings)


def _document(name: str, words: Words) -> Document:
    parts = tuple(Part(run.start, run.end, run.piece.label, _place(run)) for run in words.runs)
    return Document(name, words.text, parts=parts)


def words_of(package: Package) -> Words:
    """All words of a package. Refused: the part with its body is missing or cannot be read."""
    words = Words()
    main = next(iter(package.parts(*BODIES)), MAIN)
    main = next(related(package, "", "/officeDocument"), main)
    root = package.root(main)
    styles = _styles(package, words)
    data = _Data(package, words)
    found = [(main, paragraph) for paragraph in pieces(root, Label.BODY, styles, data.bound(root))]
    words.roots[main] = root
    for ending, label in (*NOTES, (BLOCKS, Label.FURNITURE)):
        for part in package.parts(ending):
            if (other := _root(package, part, words)) is not None:
                found += ((part, paragraph) for paragraph in pieces(other, label, styles, data.bound(other)))
    for part in package.parts(*DRAWINGS):
        if (other := _root(package, part, words)) is not None:
            found += ((part, paragraph) for paragraph in _drawn(other))
    for part in list(words.roots):
        found += _taken_in(package, part, words)
    arrange(words, found)
    _say_unread(package, words)
    return words


def arrange(words: Words, found: list[tuple[str, list[Piece]]]) -> None:
    """Give the words their text from the paragraphs of each part; and a second one where hidden words interleave."""
    _put_together(words, found)
    if any(map(_is_mixed, (paragraph for _, paragraph in found))):
        words.whole = Words(roots=words.roots)
        _put_together(words.whole, found, whole=True)


def _is_mixed(paragraph: list[Piece]) -> bool:
    """Whether hidden words stand between the visible ones of a paragraph, so that a sentence may be made of both."""
    labels = [piece.label in INTERLEAVED for piece in paragraph if piece.text.strip()]
    return sum(mine is not other for mine, other in pairwise(labels)) >= LEAST_CHANGES


def _put_together(words: Words, found: list[tuple[str, list[Piece]]], whole: bool = False) -> None:
    """The text: a line a paragraph, what is seen before what is not; or, as a whole, each where it stands."""
    texts: list[str] = []
    length = 0
    for behind in (False, True):
        for part, paragraph in found:
            last: Piece | None = None
            for before, piece in zip([None, *paragraph], paragraph, strict=False):
                if (piece.label in BEHIND and not (whole and piece.label in INTERLEAVED)) is not behind:
                    continue
                apart = behind and (before is not last or piece.label is not (last and last.label))
                gap = " " if last and apart else "\n" if texts and not last else ""
                texts += (gap, piece.text)
                words.runs.append(Run(length + len(gap), length + len(gap) + len(piece.text), part, piece))
                length = words.runs[-1].end
                last = piece
    words.text = "".join(texts)


class _Data:
    """The XML parts to which content controls are bound (part 1, 17.5.2.6; custom XML data, part 1, 15.2.5)."""

    def __init__(self, package: Package, words: Words) -> None:
        self._package, self._words = package, words
        self._stores: dict[str, Any] | None = None
        self._owners: dict[str, str] | None = None

    def bound(self, root: Any) -> dict[Any, str]:
        """The controls of a part that show another value than they hold, and that value."""
        found = {}
        for binding in root.iter("{*}dataBinding"):
            facts = {name.rpartition("}")[2]: value for name, value in binding.attrib.items()}
            control = next(binding.iterancestors("{*}sdt"), None)
            if control is None or not (value := self._value(facts)):
                continue
            if "".join(value.split()) != "".join("".join(control.itertext(*TEXTS)).split()):
                found[control] = value
        return found

    def _value(self, facts: dict[str, str]) -> str:
        """What a path leads to; "" when it leads nowhere, as then the control shows what it holds."""
        if self._stores is None:
            self._stores = dict(self._read())
        path, spaces = facts.get("xpath", ""), dict(MAPPING.findall(facts.get("prefixMappings", "")))
        store = facts.get("storeItemID", "").lower()
        trees = [tree for key, tree in self._stores.items() if store in ("", key)]
        if not trees:
            return ""
        if not PATH.fullmatch(path):
            self._words.unread.append("a field of it shows a value from a place that was not found")
            return ""
        from lxml import etree

        for tree in trees:
            try:
                found = tree.getroottree().xpath(path, namespaces=spaces or None)
            except etree.XPathError:
                continue
            for item in found[:1]:
                return (item if isinstance(item, str) else "".join(item.itertext())).strip()
        return ""

    def _read(self) -> Iterator[tuple[str, Any]]:
        """Each store by its id: those of the package itself, and every part with properties that give it one."""
        names = self._package.zip.names()
        for key, part in BUILT_IN.items():
            if part in names and (tree := _root(self._package, part, self._words)) is not None:
                yield key, tree
        for part in names:
            root = _root(self._package, part, self._words) if PROPERTIES.search(part) else None
            key = next((value for name, value in ({} if root is None else root.attrib).items() if ID in name), "")
            source = self._sources().get(part) or PROPERTIES.sub(lambda match: f"/item{match[1]}.xml", part)
            if key and source in names and (tree := _root(self._package, source, self._words)) is not None:
                yield key.lower(), tree

    def _sources(self) -> dict[str, str]:
        """The part that each part of properties belongs to, by its relations."""
        if self._owners is None:
            self._owners = {}
            for match in filter(None, map(RELATED.fullmatch, self._package.zip.names())):
                source = (match[1] or "") + match[2]
                with contextlib.suppress(Refused):
                    self._owners |= dict.fromkeys(related(self._package, source, "/customXmlProps"), source)
        return self._owners


def _taken_in(package: Package, part: str, words: Words) -> Iterator[tuple[str, list[Piece]]]:
    """The words of other documents that a part takes in (altChunk), a list a line; what cannot be read is said."""
    if next(words.roots[part].iter("{*}altChunk"), None) is None:
        return
    try:
        targets = list(related(package, part, "/aFChunk"))
    except Refused:
        targets = []
    for target in targets:
        try:
            raw = package.zip.read(target)
        except (Refused, KeyError):
            words.unread.append(f"“{target}”, which it takes in, could not be read")
            continue
        for entry in inside(NAME, target, raw):
            if isinstance(entry, Unreadable):
                words.unread.append(f"“{target}”, which it takes in, was not read: {entry.sentence}")
                continue
            words.unread += entry.incomplete
            lines = entry.text.splitlines()
            yield from ((target, [Piece(at, 0, Label.BODY, line)]) for at, line in enumerate(lines, 1) if line.strip())
    if not targets:
        words.unread.append(f"“{part}” takes in another document (altChunk) that is not there")


def _styles(package: Package, words: Words) -> Styles:
    """The styles and the numbering; a part of them that cannot be read is said, for words may be hidden by a style."""
    found: list[Any] = []
    for ending in ("styles+xml", "numbering+xml"):
        file = f"/{ending.removesuffix('+xml')}.xml"
        parts = (part for part in package.parts(ending) if part.endswith(file))
        found.append(next((root for part in parts if (root := _root(package, part, words)) is not None), None))
    return styles_of(*found)


def _root(package: Package, part: str, words: Words) -> Any:
    """The tree of a part; None, and a sentence, when it cannot be read."""
    try:
        words.roots[part] = package.root(part)
    except Refused as refused:
        words.unread.append(f"part of it could not be read: {refused}")
        return None
    return words.roots[part]


def _drawn(root: Any) -> Iterator[list[Piece]]:
    """The words of a chart or a diagram (DrawingML), a list a paragraph or label."""
    for number, element in enumerate(root.iter("{*}p", "{*}pt"), 1):
        kind = element.tag.rpartition("}")[2]
        if kind == "pt" and not element.getparent().tag.endswith("strCache"):
            continue  # figures, or a node of a diagram, whose paragraphs come by themselves
        text = "".join("".join(words.itertext()) for words in element.iter("{*}t" if kind == "p" else "{*}v"))
        if text:
            yield [Piece(number, 0, Label.TEXT_BOX, text)]


def _say_unread(package: Package, words: Words) -> None:
    """What the package holds that has words which were not read."""
    for name, root in words.roots.items():
        count = sum(1 for _ in root.iter("{*}subDoc"))
        if count:
            words.unread.append(f"“{name}” takes in {count} other document(s) (subDoc), which were not read")
    if _is_pictured(words):
        words.unread.append("it holds a picture as large as a page: its words were not read")
    charts = {part for chart in package.parts("chart+xml", "chartex+xml") for part in _charted(package, chart)}
    embedded = [name for name in package.zip.names() if "/embeddings/" in name and name not in charts]
    if embedded:
        shown = ", ".join(f"“{name}”" for name in embedded[:SHOWN]) + (", ..." if len(embedded) > SHOWN else "")
        words.unread.append(f"files inside it were not read: {shown}")


def _is_pictured(words: Words) -> bool:
    """Whether pictures may hold what the page says: one of half a page, or several beside few words."""
    size = next((found for root in words.roots.values() for found in root.iter("{*}pgSz")), None)
    page = {} if size is None else {name.rpartition("}")[2]: value for name, value in size.attrib.items()}
    paper = _points(page.get("w", "")) * _points(page.get("h", "")) / 400 or LETTER
    areas = [area for root in words.roots.values() for area in _pictures(root)]
    scarce = len(words.text.split()) < FEW_WORDS
    return any(area >= LARGE * paper for area in areas) or (scarce and sum(areas) >= LARGE * paper)


def _pictures(root: Any) -> Iterator[float]:
    """The area in square points of each drawing that holds a picture (DrawingML, or VML of older programs)."""
    for drawing in root.iter("{*}inline", "{*}anchor"):
        extent = drawing.find("{*}extent")
        if extent is not None and next(drawing.iter("{*}blip", "{*}svgBlip"), None) is not None:
            yield _points(extent.get("cx", "")) * _points(extent.get("cy", "")) / EMU**2
    for data in root.iter("{urn:schemas-microsoft-com:vml}imagedata", "{urn:schemas-microsoft-com:vml}fill"):
        style = dict(SIDE.findall(data.getparent().get("style", "")))
        if data.tag.endswith("fill") and not any(name.endswith("}id") for name in data.attrib):
            continue
        if not any(above.tag.endswith("}Fallback") for above in data.iterancestors()):
            yield _length(style.get("width", "")) * _length(style.get("height", ""))


def _points(number: str) -> float:
    return float(number[:12]) if number.isdecimal() else 0.0


def _length(written: str) -> float:
    """A length of CSS in points."""
    match = LENGTH.fullmatch(written.strip())
    return float(match[1]) * UNITS[match[2] or "px"] if match else 0.0


def _charted(package: Package, chart: str) -> list[str]:
    """The tables that a chart was drawn from; the chart itself was read."""
    try:
        return list(related(package, chart, "/package"))
    except Refused:
        return []


def _unread(words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.unread))


def facts_of(package: Package) -> tuple[str, dict[str, str]]:
    """Title and metadata as the file states them; nothing depends on them, so a damaged part is no matter."""
    try:
        root = package.root(CORE)
    except Refused:
        return "", {}
    title = (root.findtext(ELEMENTS + "title") or "").strip()
    facts = {key: (root.findtext(tag) or "").strip() for key, tag in FACTS}
    return title, {key: value for key, value in facts.items() if value}


def _place(run: Run) -> Place:
    return Place(part=run.part, paragraph=run.piece.paragraph, run=run.piece.run, last_run=run.piece.run)


def looks(start: Start) -> bool:
    """A zip whose first entries are those of a Word package; or any zip that is called a Word file."""
    named = start.raw.startswith(b"PK\3\4") and start.ends(*ENDINGS)
    return is_package(start.raw, "word/") or named


ENDINGS = (".docx", ".docm", ".dotx", ".dotm")
FORMAT = Format(NAME, "a Word file", looks, read, ENDINGS, "part, paragraph and run")
