"""Office files of other kinds made by hand: Rich Text, OpenDocument, e-books, presentations and spreadsheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.docx_by_hand import OFFICE, PACKAGE, packed, relations

SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ODF = b"application/vnd.oasis.opendocument."
DRAWING = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
MAIN = {
    "presentation": "application/vnd.openxmlformats-officedocument.presentationml.{}+xml",
    "spreadsheet": "application/vnd.openxmlformats-officedocument.spreadsheetml.{}+xml",
}


def rtf(inside: str, head: str = "") -> bytes:
    """A file of Rich Text; letters that are not ASCII are written as it writes them."""
    coded = "".join(char if ord(char) < 128 else f"\\u{(ord(char) + 0x8000) % 0x10000 - 0x8000}?" for char in inside)
    return ("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}" + head + coded + "}").encode()


def rich(texts: Sequence[str]) -> bytes:
    return rtf("".join(f"\\pard {text}\\par\n" for text in texts))


def content(body: str, styles: str = "", kind: str = "text") -> str:
    """The main part of an OpenDocument file."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {SPACES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )


def odt(body: str, styles: str = "", others: Mapping[str, bytes] | None = None, kind: str = "text") -> bytes:
    """An OpenDocument file with this body; its first entry says what it is."""
    return packed(
        {"mimetype": ODF + kind.encode(), "content.xml": content(body, styles, kind).encode(), **(others or {})}
    )


def epub(*pages: str, others: Mapping[str, bytes] | None = None) -> bytes:
    """An e-book with these pages, which stand in it in the opposite order of that in which they are read."""
    items = "".join(
        f'<item id="p{at}" href="p{at}.xhtml" media-type="application/xhtml+xml"/>'
        for at in reversed(range(len(pages)))
    )
    spine = "".join(f'<itemref idref="p{at}"/>' for at in range(len(pages)))
    opf = f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine></package>'
    container = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    return packed(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": container.encode(),
            "OEBPS/book.opf": opf.encode(),
            **{f"OEBPS/p{at}.xhtml": page.encode() for at, page in enumerate(pages)},
            **(others or {}),
        }
    )


def xhtml(*texts: str) -> str:
    inside = "".join(f"<p>{text}</p>" for text in texts)
    return f'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{inside}</body></html>'


def package(kind: str, folder: str, main: str, parts: Mapping[str, tuple[str, str]]) -> bytes:
    """An Office package: its main part, and others by name, each with its type and content."""
    types = {main: "main", **{name: type for name, (type, _) in parts.items()}}
    overrides = "".join(
        f'<Override PartName="/{folder}/{name}" ContentType="{MAIN[kind].format(type)}"/>'
        for name, type in types.items()
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    targets = [(type, name) for name, (type, _) in parts.items()]
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{rels}{overrides}</Types>'.encode(),
            "_rels/.rels": relations(("officeDocument", f"{folder}/{main}")).encode(),
            f"{folder}/{main}": f'<x xmlns:r="{OFFICE}"/>'.encode(),
            f"{folder}/_rels/{main}.rels": relations(*targets).encode(),
            **{f"{folder}/{name}": text.encode() for name, (_, text) in parts.items()},
        }
    )


def slide(*texts: str, more: str = "") -> str:
    inside = "".join(f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in texts)
    return f"<sld {DRAWING}><txBody>{inside}</txBody>{more}</sld>"


def pptx(*slides: str, notes: str = "") -> bytes:
    """A presentation with these slides, and notes."""
    parts = {f"slides/slide{at}.xml": ("slide", text) for at, text in enumerate(slides, 1)}
    if notes:
        parts["notesSlides/notesSlide1.xml"] = ("notesSlide", slide(notes))
    return package("presentation", "ppt", "presentation.xml", parts)


def xlsx(*texts: str, at: str = "0") -> bytes:
    """A spreadsheet that keeps these texts; `at` are the numbers of those that its cells show before two of its own."""
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    own = '<c t="inlineStr"><is><t>in the cell</t></is></c>'
    shown = "".join(f'<c t="s"><v>{number}</v></c>' for number in at.split(" "))
    cells = f"<worksheet>{shown}<c><v>41</v></c>{own}</worksheet>"
    parts = {
        "sharedStrings.xml": ("sharedStrings", f"<sst>{strings}</sst>"),
        "worksheets/sheet1.xml": ("worksheet", cells),
    }
    return package("spreadsheet", "xl", "workbook.xml", parts)
