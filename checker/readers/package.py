"""Office packages (ECMA-376 part 2): a zip of XML parts, each of which says what it is."""

from __future__ import annotations

import posixpath
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from checker.readers.zipguard import DEFLATED, LOCAL, LOCAL_SIZE, Limits, Refused, Zip, open_zip

TYPES = "[Content_Types].xml"
RELATIONS = "_rels/.rels"
FIRST = (TYPES, "_rels/", "word/", "xl/", "ppt/", "docProps/", "customXml/")
"""What the name of the first entry of an Office package begins with."""
MOST_TAGS = 1_000_000
"""A part with more is not read: a tree takes some 200 bytes for each."""
DECLARATIONS = tuple(
    mark.encode(encoding) for mark in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)


@dataclass(slots=True)
class Package:
    """An Office package. `types` says for each part, by its name without the leading slash, what it is."""

    zip: Zip
    types: dict[str, str] = field(default_factory=dict)

    def parts(self, *endings: str) -> list[str]:
        """The parts of a type, given by how that ends ("footnotes+xml"), by name."""
        return sorted(name for name in self.zip.names() if self.types.get(name, "").endswith(endings))

    def root(self, name: str) -> Any:
        """The root element of a part. Refused: no such part, damaged, or with a document type."""
        if name not in self.zip.entries:
            raise Refused(f"“{name}” is missing from it.")
        return parse(name, self.zip.read(name))


def open_package(raw: bytes, limits: Limits | None = None) -> Package:
    """The package in `raw`, with the types of its parts. Refused: no zip, or none that may be opened."""
    package = Package(open_zip(raw, limits))
    names = package.zip.names()
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}
    for element in package.root(TYPES) if TYPES in names else ():
        kind = element.get("ContentType", "")
        if element.get("PartName"):
            overrides[unquote(element.get("PartName")).lstrip("/").lower()] = kind
        else:
            defaults[element.get("Extension", "").lower()] = kind
    for name in names:
        default = defaults.get(name.rpartition(".")[2].lower(), "")
        package.types[name] = overrides.get(name.lower(), default)
    return package


def parse(name: str, raw: bytes) -> Any:
    """XML as a tree. Nothing is resolved, fetched or expanded, and nothing dropped in silence: then Refused."""
    from lxml import etree

    if any(mark in raw for mark in DECLARATIONS):
        raise Refused(f"“{name}” in it declares a document type or entities, as no Office file does.")
    if raw.count(b"<") > MOST_TAGS:
        raise Refused(f"“{name}” in it has more than {MOST_TAGS:,} tags.")
    # a comment within a word must not cut it in two
    quiet = {"remove_comments": True, "remove_pis": True}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, **quiet)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        deep = "depth" in str(error)
        raise Refused(f"“{name}” in it is {'nested too deep' if deep else 'damaged XML'}.") from None
    if root.getroottree().docinfo.internalDTD is not None or len(parser.error_log):
        raise Refused(f"“{name}” in it is damaged XML.")
    return root


def related(package: Package, source: str, ending: str) -> Iterator[str]:
    """The parts inside the package to which `source` ("" for the package) is related by a relation that ends so."""
    folder, _, file = source.rpartition("/")
    name = posixpath.join(folder, "_rels", file + ".rels") if source else RELATIONS
    if name not in package.zip.entries:
        return
    for element in package.root(name):
        if element.get("Type", "").endswith(ending) and element.get("TargetMode") != "External":
            target = unquote(element.get("Target", ""))
            yield posixpath.normpath(posixpath.join(folder, target)) if target[:1] != "/" else target[1:]


def first_names(raw: bytes) -> list[str]:
    """The names of entries whose local headers stand in the beginning of a zip, in their order."""
    names: list[str] = []
    at = 0
    while (at := raw.find(LOCAL, at)) >= 0 and at + LOCAL_SIZE <= len(raw):
        (length,) = struct.unpack_from("<H", raw, at + 26)
        names.append(raw[at + LOCAL_SIZE : at + LOCAL_SIZE + length].decode("utf-8", "replace"))
        at += LOCAL_SIZE + length
    return names


def kind_of(raw: bytes) -> bytes:
    """What the first entry of a zip says that the package is, if it is called `mimetype`; b"" otherwise.

    It should not be packed (OpenDocument 1.3 part 2, 3.3; EPUB OCF 3.3, 4.3); some programs pack it all the same.
    """
    if not raw.startswith(LOCAL) or len(raw) < LOCAL_SIZE:
        return b""
    (method,) = struct.unpack_from("<H", raw, 8)
    name, extra = struct.unpack_from("<HH", raw, 26)
    if raw[LOCAL_SIZE : LOCAL_SIZE + name] != b"mimetype":
        return b""
    data = raw[LOCAL_SIZE + name + extra :][:200]
    if method != DEFLATED:
        return data
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, 200)
    except zlib.error:
        return b""


def is_package(raw: bytes, folder: str) -> bool:
    """Whether a file begins like an Office package with parts in this folder; a zip of such files does not."""
    if not raw.startswith(LOCAL):
        return False
    names = first_names(raw)
    return bool(names) and names[0].startswith(FIRST) and any(name.startswith(folder) for name in names)
