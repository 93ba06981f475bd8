"""PDF files made by hand (ISO 32000-1): a few objects, a page tree, and the drawing of each page as it is written."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
BOX = b"[0 0 612 792]"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def flate(data: bytes) -> bytes:
    return stream(zlib.compress(data), b"/Filter /FlateDecode")


def escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def lines(*texts: str, size: int = 12, left: int = 72, top: int = 720, before: str = "") -> bytes:
    """The drawing of lines of text, downwards from the top; `before` is set before them ("3 Tr")."""
    out = [b"q BT /F1 %d Tf %d %d Td %d TL %s" % (size, left, top, size + 4, before.encode())]
    out += [b"(%s) Tj T*" % escaped(text) for text in texts]
    return b"\n".join([*out, b"ET Q"])


def gapped(*texts: str, size: int = 11, left: int = 60, top: int = 740) -> bytes:
    """The drawing of lines whose words are set apart by moving on, without a single space, as TeX writes them."""
    out = [b"q BT /F1 %d Tf %d %d Td %d TL" % (size, left, top, size + 3)]
    for text in texts:
        words = b" -600 ".join(b"(%s)" % escaped(word) for word in text.split())
        out.append(b"[%s] TJ T*" % words)
    return b"\n".join([*out, b"ET Q"])


def upside_down(*texts: str, size: int = 11, right: int = 552, bottom: int = 60) -> bytes:
    """The drawing of lines that stand on their heads: letters of negative size, a text object a word."""
    out = [b"q BT"]
    for number, text in enumerate(texts):
        at = float(right)
        for word in text.split():
            out.append(
                b"/F1 -%d Tf 1 0 0 1 %.1f %d Tm (%s) Tj" % (size, at, bottom + number * (size + 3), escaped(word))
            )
            at -= 0.6 * size * (len(word) + 1)
    return b"\n".join([*out, b"ET Q"])


def image(color: bytes = b"\x80") -> bytes:
    """A picture of one grey dot."""
    entries = b"/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    return stream(color, entries)


def written(objects: Sequence[bytes], trailer: bytes = b"", shift: int = 0) -> bytes:
    """The file with these objects, numbered from 1; the first is the catalog. `shift` makes its table wrong."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out) + shift)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out) + shift
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, at)
    return bytes(out)


def pdf(
    *pages: bytes,
    font: bytes = FONT,
    box: bytes = BOX,
    info: bytes = b"",
    more: Sequence[bytes] = (),
    entries: bytes = b"",
    resources: bytes = b"",
    catalog: bytes = b"",
) -> bytes:
    """A file with these drawings as its pages.

    Objects: 1 catalog, 2 pages, 3 font, 4 information, from 5 on `more`; behind them two for each page. `entries` go
    into every page, `resources` beside its font.
    """
    first = 5 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        font,
        b"<< %s >>" % info,
        *more,
    ]
    for number, drawing in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R %s "
            b"/Resources << /Font << /F1 3 0 R >> %s >> >>" % (box, first + 2 * number + 1, entries, resources)
        )
        objects.append(stream(drawing))
    return written(objects, b"/Info 4 0 R")
