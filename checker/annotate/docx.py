"""Word files with every finding highlighted, and a comment at each (ECMA-376 part 1, 17.13.4 and 17.3.2.15).

Runs are cut so that exactly the characters found are marked, in yellow, and in grey what may stay; their formatting
stays. Comments stand in the body only: Word allows none in headers, footers, notes, comments and text boxes, where the
highlight alone has to do.
"""

from __future__ import annotations

import copy
import io
import posixpath
import zipfile
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from checker.annotate.marks import AUTHOR, Mark, NotAnnotated, marks
from checker.model import Report
from checker.readers.document import MOST_BYTES, Document
from checker.readers.docx import MAIN, Run, Words, words_of
from checker.readers.package import RELATIONS, TYPES, Package, open_package, related
from checker.readers.word import PROPERTIES, WORD, P, R, T, characters
from checker.readers.zipguard import Limits, Refused

LIMITS = Limits(entry=MOST_BYTES, total=2 * MOST_BYTES)
"""Pictures are copied, and may be larger than parts that are read."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
CONTENT = "{http://schemas.openxmlformats.org/package/2006/content-types}"
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
KINDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments",
    "http://purl.oclc.org/ooxml/officeDocument/relationships/comments",
)
"""The relation to comments, in the order of the name spaces in `WORD`."""
BEHIND_HIGHLIGHT = (
    *("u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang", "eastAsianLayout"),
    *("specVanish", "oMath", "ins", "del", "moveFrom", "moveTo", "rPrChange"),
)
"""What must stand behind the highlight in the properties of a run."""
BRIGHT, CALM = "yellow", "lightGray"
Span = tuple[int, int]


def annotate(raw: bytes, document: Document, report: Report) -> bytes:
    """The file again, marked. NotAnnotated: it cannot be opened, or it is not the document's."""
    try:
        package = open_package(raw, LIMITS)
        words = words_of(package)
        if words.whole is not None and words.whole.text == document.text:
            words = words.whole
        if words.text != document.text:
            raise NotAnnotated("It is not the file that the report is about.")
        changed = _marked(package, words, marks(report))
        return _zipped(package, changed)
    except Refused as refused:
        raise NotAnnotated(f"It cannot be marked. {refused}") from None


def _marked(package: Package, words: Words, found: list[Mark]) -> dict[str, Any]:
    """The trees of the parts that have to be written anew, by their names."""
    main = next(related(package, "", "/officeDocument"), MAIN)
    main = main if main in words.roots else next(iter(words.roots))
    spans: dict[Any, list[tuple[int, Run]]] = defaultdict(list)
    for number, mark in enumerate(found):
        for run in words.runs:
            within = run.start < mark.end and mark.start < run.end
            if within and run.piece.element is not None:
                spans[run.piece.element].append((number, run))
    marked: dict[int, list[Any]] = defaultdict(list)
    changed: dict[str, Any] = {}
    for element, hits in spans.items():
        part = hits[0][1].part
        changed[part] = words.roots[part]
        for number, piece in _cut(element, hits, found):
            # what may stay comes first, so that what may not is laid over it
            _highlight(piece, CALM if found[number].calm else BRIGHT)
            if part == main and not _in_box(piece):
                marked[number].append(piece)
    comments = [(found[number].says, marked[number]) for number in sorted(marked)]
    if comments:
        changed |= _commented(package, main, words.roots[main], comments)
    return changed


def _cut(element: Any, hits: list[tuple[int, Run]], found: list[Mark]) -> Iterator[tuple[int, Any]]:
    """Cut a run where marks begin and end in it; the number of each mark with every run that is now part of it."""
    run = hits[0][1]
    length = sum(len(_text(child)) for child in element)
    if length != len(run.piece.text):  # visible and deleted words in one run: it is marked as a whole
        yield from ((number, element) for number in dict.fromkeys(number for number, _ in hits))
        return
    spans = {
        number: (
            max(0, found[number].start - run.start),
            min(length, found[number].end - run.start),
        )
        for number, _ in hits
    }
    cuts = sorted({0, length, *(edge for span in spans.values() for edge in span)})
    pieces = _pieces(element, cuts)
    for (low, high), piece in zip(pairwise(cuts), pieces, strict=True):
        yield from ((number, piece) for number, (start, end) in spans.items() if start <= low and high <= end)


def _pieces(element: Any, cuts: list[int]) -> list[Any]:
    """The runs that a run becomes when it is cut at these places, in its place; the first is the run itself."""
    properties = [child for child in element if child.tag.rpartition("}")[2] == "rPr"]
    children = [child for child in element if child not in properties]
    for child in children:
        element.remove(child)
    runs = [element]
    while len(runs) < len(cuts) - 1:
        runs.append(_beside(runs[-1], element, properties))
    at = 0
    for child in children:
        size = len(_text(child))
        edges = [at, *(cut for cut in cuts if at < cut < at + size), at + size] if _is_text(child) else [at, at + size]
        for low, high in pairwise(edges):
            fragment = child
            if high - low < size:
                fragment = copy.deepcopy(child)
                fragment.text = _text(child)[low - at : high - at]
                fragment.set(SPACE, "preserve")
            # what has no text, a picture or a mark, stays with the words before it
            runs[max(0, (bisect_right(cuts, low) if high > low else bisect_left(cuts, low)) - 1)].append(fragment)
        at += size
    return runs


def _beside(last: Any, element: Any, properties: list[Any]) -> Any:
    """A new run behind the last one, with the properties of the first."""
    new = element.makeelement(element.tag, element.attrib)
    new.extend(copy.deepcopy(item) for item in properties)
    last.addnext(new)
    return new


def _text(child: Any) -> str:
    """What a child of a run adds to the run's text, without runs and paragraphs of their own inside it."""
    if child.tag in P or child.tag in R or child.tag in PROPERTIES:
        return ""
    return characters(child) or "".join(_text(inner) for inner in child)


def _is_text(child: Any) -> bool:
    return child.tag in T or child.tag.endswith("}delText")


def _highlight(run: Any, colour: str) -> None:
    """A colour behind the words of a run, whatever was there."""
    space = run.tag.rpartition("}")[0] + "}"
    properties = run.find(space + "rPr")
    if properties is None:
        properties = run.makeelement(space + "rPr")
        run.insert(0, properties)
    highlight = properties.find(space + "highlight")
    if highlight is None:
        highlight = run.makeelement(space + "highlight")
        names = [child.tag.rpartition("}")[2] for child in properties]
        at = next((index for index, name in enumerate(names) if name in BEHIND_HIGHLIGHT), len(names))
        properties.insert(at, highlight)
    highlight.set(space + "val", colour)


def _in_box(run: Any) -> bool:
    return any(element.tag.endswith(("}txbxContent", "}rt", "}rubyBase")) for element in run.iterancestors())


def _commented(package: Package, main: str, root: Any, comments: list[tuple[str, list[Any]]]) -> dict[str, Any]:
    """Comments at these runs of the body, and the parts that change by it."""
    space = root.tag.rpartition("}")[0] + "}"
    name, changed = _comments_part(package, main, root)
    holder = changed[name]
    numbers = [int(item) for comment in holder if (item := comment.get(space + "id", "")).isdecimal()]
    first = max(numbers, default=-1) + 1
    for number, (sentence, runs) in enumerate(comments, first):
        comment = _added(holder, space, "comment", id=str(number), author=AUTHOR, initials=AUTHOR[:1])
        run = _added(_added(comment, space, "p"), space, "r")
        _added(run, space, "t").text = sentence
        start = root.makeelement(space + "commentRangeStart", {space + "id": str(number)})
        end = root.makeelement(space + "commentRangeEnd", {space + "id": str(number)})
        reference = root.makeelement(space + "r")
        _added(reference, space, "commentReference", id=str(number))
        _below_paragraph(runs[0]).addprevious(start)
        last = _below_paragraph(runs[-1])
        last.addnext(reference)
        last.addnext(end)
    return {main: root, **changed}


def _below_paragraph(run: Any) -> Any:
    """The element right below the paragraph that a run stands in: links and changes are not cut by comments."""
    while run.getparent() is not None and run.getparent().tag not in P:
        run = run.getparent()
    return run


def _comments_part(package: Package, main: str, root: Any) -> tuple[str, dict[str, Any]]:
    """The name of the part with the comments, and the parts that change: it, and where it is new those that name it."""
    found = next(related(package, main, "/comments"), "")
    if found in package.zip.entries:
        return found, {found: package.root(found)}
    space = root.tag[1:].partition("}")[0]
    folder, _, file = main.rpartition("/")
    name = posixpath.join(folder, "comments.xml")
    while name in package.zip.entries:
        name = name.replace(".xml", "_.xml")
    relations = posixpath.join(folder, "_rels", file + ".rels")
    if relations in package.zip.entries:
        related_to = package.root(relations)
    else:
        related_to = package.root(RELATIONS)
        for relation in list(related_to):
            related_to.remove(relation)
    kind = KINDS[WORD.index(space)] if space in WORD else KINDS[0]
    ids = {relation.get("Id") for relation in related_to}
    free = next(f"wirecheck{number}" for number in range(len(ids) + 1) if f"wirecheck{number}" not in ids)
    attributes = {"Id": free, "Type": kind, "Target": posixpath.basename(name)}
    related_to.append(related_to.makeelement(RELATION + "Relationship", attributes))
    types = package.root(TYPES)
    types.append(types.makeelement(CONTENT + "Override", {"PartName": "/" + name, "ContentType": TYPE}))
    comments = root.makeelement(f"{{{space}}}comments", nsmap={"w": space})
    return name, {name: comments, relations: related_to, TYPES: types}


def _added(parent: Any, space: str, tag: str, **attributes: str) -> Any:
    new = parent.makeelement(space + tag, {space + key: value for key, value in attributes.items()})
    parent.append(new)
    return new


def _zipped(package: Package, changed: dict[str, Any]) -> bytes:
    """The package with these parts written anew, all others byte for byte."""
    from lxml import etree

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in (*package.zip.names(), *(name for name in changed if name not in package.zip.entries)):
            if name in changed:
                data = etree.tostring(changed[name], xml_declaration=True, encoding="UTF-8", standalone=True)
            else:
                data = package.zip.read(name)
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
