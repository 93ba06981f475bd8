"""Compound files made by hand (MS-CFB, version 3): a tree of storages and streams, in sectors of 512 bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Union

SECTOR, SMALL, CUTOFF = 512, 64, 4096
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
Tree = Mapping[str, Union[bytes, "Tree"]]


def _padded(data: bytes, size: int) -> bytes:
    return data + bytes(-len(data) % size)


def _chain(table: list[int], count: int) -> int:
    """Room for so many sectors at the end of a table; where it begins."""
    first = len(table)
    table += [*range(first + 1, first + count), END] if count else []
    return first if count else END


def compound(tree: Tree) -> bytes:
    """The file with this tree; siblings hang to the right of each other."""
    entries: list[list[object]] = [["Root Entry", 5, FREE, FREE, 0, 0]]
    streams: list[tuple[int, bytes]] = []

    def add(inside: Tree, parent: int) -> None:
        before = None
        for name in sorted(inside, key=lambda name: (len(name), name.upper())):
            value, number = inside[name], len(entries)
            entries.append([name, 2 if isinstance(value, bytes) else 1, FREE, FREE, 0, 0])
            entries[parent if before is None else before][3 if before is None else 2] = number
            before = number
            if isinstance(value, bytes):
                streams.append((number, value))
            else:
                add(value, number)

    add(tree, 0)
    table: list[int] = []
    small: list[int] = []
    sectors, shorts = b"", b""
    for number, data in streams:
        large = len(data) >= CUTOFF
        size = SECTOR if large else SMALL
        entries[number][4] = _chain(table if large else small, -(-len(data) // size))
        entries[number][5] = len(data)
        if large:
            sectors += _padded(data, SECTOR)
        else:
            shorts += _padded(data, SMALL)
    entries[0][4:] = [_chain(table, -(-len(shorts) // SECTOR)), len(shorts)]
    sectors += _padded(shorts, SECTOR)
    index = b"".join(struct.pack("<I", next_one) for next_one in small)
    index += b"\xff" * (-len(index) % SECTOR)
    small_first = _chain(table, len(index) // SECTOR)
    sectors += index
    folder = b"".join(_entry(*entry) for entry in entries)  # type: ignore[arg-type]
    folder += _entry("", 0, FREE, FREE, 0, 0) * (-(len(folder) // 128) % 4)
    folder_first = _chain(table, len(folder) // SECTOR)
    sectors += folder
    tables = 1
    while (len(table) + tables) * 4 > tables * SECTOR:
        tables += 1
    places = list(range(len(table), len(table) + tables))
    table += [TABLE] * tables
    sectors += b"".join(struct.pack("<I", sector) for sector in table).ljust(tables * SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, folder_first, 0, CUTOFF, small_first, len(index) // SECTOR, END, 0)
    return head + b"".join(struct.pack("<I", place) for place in places).ljust(436, b"\xff") + sectors


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    coded = name.encode("utf-16-le")
    length = len(coded) + 2 if name else 0
    return (
        coded.ljust(64, b"\0")
        + struct.pack("<HBBIII", length, kind, 1, FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def properties(head: int, **fixed: int) -> bytes:
    """A stream of properties of fixed length, by their ids as "p3FDE"."""
    out = bytes(head)
    for name, value in fixed.items():
        out += struct.pack("<HHIQ", 3, int(name[1:], 16), 6, value)
    return out


def message(subject: str = "", plain: str = "", html: bytes = b"", rich: bytes = b"", **attached: bytes | Tree) -> Tree:
    """The tree of an Outlook message; what is attached is bytes, or the tree of another message."""
    text = {"0037": subject, "1000": plain, "0C1A": "Night desk"}
    tree: dict[str, bytes | Tree] = {
        f"__substg1.0_{tag}001F": value.encode("utf-16-le") for tag, value in text.items() if value
    }
    tree["__properties_version1.0"] = properties(32, p3FDE=1252)
    tree |= {f"__substg1.0_{tag}0102": data for tag, data in (("1013", html), ("1009", rich)) if data}
    for number, (name, data) in enumerate(attached.items()):
        inner: dict[str, bytes | Tree] = {"__substg1.0_3707001F": name.replace("_", ".").encode("utf-16-le")}
        if isinstance(data, bytes):
            inner["__substg1.0_37010102"] = data
        elif data:
            inner["__substg1.0_3701000D"] = {**data, "__properties_version1.0": properties(24)}
        tree[f"__attach_version1.0_#{number:08X}"] = inner
    return tree


def stored(rich: bytes) -> bytes:
    """Rich Text as a message keeps it, not packed (MS-OXRTFCP)."""
    return struct.pack("<IIII", len(rich) + 12, len(rich), 0x414C454D, 0) + rich
