"""Word files (.docx, .docm, .dotx): every word in the package, whether it is printed or not.

The body comes first, then notes, headers, footers and comments; what readers do not see (hidden and deleted
words) stands behind all of it, so that it tears no visible sentence apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from checker.places import Place
from checker.readers.document import MOST_BYTES, Document, Label, Part, Unreadable
from checker.readers.formats import Format, Start, whole
from checker.readers.package import Package, is_package, open_package, related
from checker.readers.word import BEHIND, Piece, Styles, pieces, styles_of
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


@dataclass(frozen=True, slots=True)
class Run:
    """text[start:end] of a document, and the piece of a part of the package that it is."""

    start: int
    end: int
    part: str
    piece: Piece


@dataclass(slots=True)
class Words:
    """The text of a package, the run of every word, the trees of the parts they stand in, and what was not read."""

    text: str = ""
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
    title, facts = _facts(package)
    parts = tuple(Part(run.start, run.end, run.piece.label, _place(run)) for run in words.runs)
    yield Document(name, words.text, title, metadata=facts, incomplete=_unread(words), parts=parts)


def words_of(package: Package) -> Words:
    """All words of a package. Refused: the part with its body is missing or cannot be read."""
    words = Words()
    main = next(iter(package.parts(*BODIES)), MAIN)
    main = next(related(package, "", "/officeDocument"), main)
    root = package.root(main)
    styles = _styles(package, words)
    found = [(main, paragraph) for paragraph in pieces(root, Label.BODY, styles)]
    words.roots[main] = root
    for ending, label in (*NOTES, (BLOCKS, Label.FURNITURE)):
        for part in package.parts(ending):
            if (other := _root(package, part, words)) is not None:
                found += ((part, paragraph) for paragraph in pieces(other, label, styles))
    for part in package.parts(*DRAWINGS):
        if (other := _root(package, part, words)) is not None:
            found += ((part, paragraph) for paragraph in _drawn(other))
    _put_together(words, found)
    _say_unread(package, words)
    return words


def _put_together(words: Words, found: list[tuple[str, list[Piece]]]) -> None:
    """The text: a line a paragraph, what is seen before what is not."""
    texts: list[str] = []
    length = 0
    for behind in (False, True):
        for part, paragraph in found:
            last: Piece | None = None
            for before, piece in zip([None, *paragraph], paragraph, strict=False):
                if (piece.label in BEHIND) is not behind:
                    continue
                apart = behind and (before is not last or piece.label is not (last and last.label))
                gap = " " if last and apart else "\n" if texts and not last else ""
                texts += (gap, piece.text)
                words.runs.append(Run(length + len(gap), length + len(gap) + len(piece.text), part, piece))
                length = words.runs[-1].end
                last = piece
    words.text = "".join(texts)


def _styles(package: Package, words: Words) -> Styles:
    """The styles; a part of them that cannot be read is said, for words may be hidden by a style."""
    for part in package.parts("styles+xml"):
        if part.endswith("/styles.xml") and (root := _root(package, part, words)) is not None:
            return styles_of(root)
    return Styles()


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
        for kind in ("altChunk", "subDoc"):
            count = sum(1 for _ in root.iter("{*}" + kind))
            if count:
                words.unread.append(f"“{name}” takes in {count} other document(s) ({kind}), which were not read")
    charts = {part for chart in package.parts("chart+xml", "chartex+xml") for part in _charted(package, chart)}
    embedded = [name for name in package.zip.names() if "/embeddings/" in name and name not in charts]
    if embedded:
        shown = ", ".join(f"“{name}”" for name in embedded[:SHOWN]) + (", ..." if len(embedded) > SHOWN else "")
        words.unread.append(f"files inside it were not read: {shown}")


def _charted(package: Package, chart: str) -> list[str]:
    """The tables that a chart was drawn from; the chart itself was read."""
    try:
        return list(related(package, chart, "/package"))
    except Refused:
        return []


def _unread(words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words.unread))


def _facts(package: Package) -> tuple[str, dict[str, str]]:
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
FORMAT = Format("docx", "a Word file", looks, read, ENDINGS, "part, paragraph and run")
