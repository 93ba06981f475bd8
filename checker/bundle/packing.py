"""The package: a zip file of which there is exactly one for the same parts.

Entries in the order given, stored and not packed, all of one date, in UTF-8, with no extra fields, comments or gaps
(PKWARE APPNOTE 6.3.10). Whoever has the parts can write the file again, byte for byte; so a single byte that was
changed anywhere in it shows. Packing would make the file smaller, and its bytes a matter of the library's version.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from itertools import pairwise

from checker.bundle.problems import EvidenceProblem
from checker.readers.zipguard import MB, STORED, Limits, Refused, open_zip

MOST_BYTES = 512 * MB
"""The largest package; it is held in memory."""
MOST_PARTS = 20_000
DAY = (1980 - 1980) << 9 | 1 << 5 | 1
"""The first day that a zip file can name."""
VERSION, UTF8, REGULAR = 20, 0x800, 0o100644 << 16
LOCAL, CENTRAL, END = "<4sHHHHHIIIHH", "<4sHHHHHHIIIHHHHHII", "<4sHHHHIIH"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,3}")
LIMITS = Limits(entries=MOST_PARTS, entry=MOST_BYTES, total=MOST_BYTES)


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The package of these parts, in their order.

    Raises EvidenceProblem when they are too many or too large; ValueError when a name is none of ours.
    """
    if len(parts) > MOST_PARTS or sum(map(len, parts.values())) > MOST_BYTES:
        raise EvidenceProblem(
            f"This would be more than {MOST_BYTES // MB} MB or {MOST_PARTS:,} files in one package, and that is the "
            "most; make evidence of fewer pages."
        )
    bodies, directory, at = [], [], 0
    for name, data in parts.items():
        if not NAME.fullmatch(name):
            raise ValueError(f"no name of a part: {name!r}")
        named, checksum, size = name.encode(), zlib.crc32(data), len(data)
        common = (VERSION, UTF8, STORED, 0, DAY, checksum, size, size, len(named), 0)
        head = struct.pack(LOCAL, b"PK\3\4", *common) + named
        bodies += [head, data]
        directory += [struct.pack(CENTRAL, b"PK\1\2", VERSION, *common, 0, 0, 0, REGULAR, at), named]
        at += len(head) + size
    listed = b"".join(directory)
    return b"".join((*bodies, listed, struct.pack(END, b"PK\5\6", 0, 0, len(parts), len(parts), len(listed), at, 0)))


def unpacked(raw: bytes) -> dict[str, bytes]:
    """The parts of a package, in the order in which they stand. Raises EvidenceProblem when it is none of ours."""
    if len(raw) > MOST_BYTES + MOST_PARTS * 512:
        raise EvidenceProblem(f"It has more than {MOST_BYTES // MB} MB, and no evidence of ours has.")
    try:
        opened = open_zip(raw, LIMITS)
        strange = next((name for name in opened.entries if not NAME.fullmatch(name)), "")
        if strange:
            raise EvidenceProblem("It holds a file of a name that no evidence of ours has.")
        if any(entry.method != STORED for entry in opened.entries.values()):
            raise EvidenceProblem("A file in it is packed; evidence of ours is stored as it is.")
        if any(one.begin > two.begin for one, two in pairwise(opened.entries.values())):
            raise EvidenceProblem("Its files stand in another order than its directory says.")
        parts = {name: opened.read(name) for name in opened.names()}
    except Refused as refused:
        raise EvidenceProblem(str(refused)) from None
    return parts


def difference(raw: bytes, parts: Mapping[str, bytes]) -> str:
    """Where a package is other than `packed` would write its parts, in a sentence; "" where it is not."""
    again = packed(parts)
    if raw == again:
        return ""
    if len(raw) != len(again):
        many = len(raw) - len(again)
        return f"The zip file has {abs(many):,} bytes {'more' if many > 0 else 'less'} than its files make."
    at = next(number for number, (one, two) in enumerate(zip(raw, again, strict=True)) if one != two)
    return f"The zip file was changed at byte {at:,}, outside of the files in it."
