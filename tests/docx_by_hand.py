"""Word files made by hand: XML strings in a zip, so that a test shows every tag that matters."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SPACES = (
    f'xmlns:w="{W}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
KINDS = {
    "document": TYPE + "document.main+xml",
    "styles": TYPE + "styles+xml",
    "footnotes": TYPE + "footnotes+xml",
    "endnotes": TYPE + "endnotes+xml",
    "comments": TYPE + "comments+xml",
    "header1": TYPE + "header+xml",
    "footer1": TYPE + "footer+xml",
    "chart1": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
}
ROOTS = {"header1": "hdr", "footer1": "ftr"}


def run(text: str, properties: str = "") -> str:
    """A run, with what stands in its w:rPr."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "") -> str:
    """A paragraph of runs; a run without markup is made one."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return "<w:p>" + properties + "".join(item if item[:1] == "<" else run(item) for item in runs) + "</w:p>"


def part(name: str, inside: str) -> str:
    """A part of the package: "document", "footnotes", "header1", ..."""
    root = ROOTS.get(name, name)
    inside = f"<w:body>{inside}<w:sectPr/></w:body>" if name == "document" else inside
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {SPACES}>{inside}</w:{root}>'


def core(title: str, author: str, created: str) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dc:creator>{author}</dc:creator><dcterms:created>{created}</dcterms:created>"
        "</cp:coreProperties>"
    )


def types(names: tuple[str, ...]) -> str:
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{KINDS[name]}"/>' for name in names if name in KINDS
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    xml = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}{xml}{overrides}</Types>'


def relations(*targets: tuple[str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def files(body: str, others: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The files of a package: `others` are more parts: short names ("footnotes") with their insides, or whole paths."""
    others = others or {}
    out = {
        "[Content_Types].xml": types(("document", *others)),
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": part("document", body),
        "word/_rels/document.xml.rels": relations(
            *((name.rstrip("1"), f"{name}.xml") for name in others if name in KINDS)
        ),
    }
    for name, inside in others.items():
        out[f"word/{name}.xml" if name in KINDS else name] = part(name, inside) if name in KINDS else inside
    return {name: text.encode() for name, text in out.items()}


def packed(entries: Mapping[str, bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in entries.items():
            target.writestr(name, data)
    return buffer.getvalue()


def docx(body: str, others: Mapping[str, str] | None = None) -> bytes:
    """A Word file with this body."""
    return packed(files(body, others))
