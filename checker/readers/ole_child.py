"""What a compound file is (MS-CFB), and what an Outlook message holds (MS-OXMSG).

Runs only as `readers.child` runs it, in a process of its own.
"""

from __future__ import annotations

import codecs
import io
import struct
from typing import Any

import olefile

PAGES = (437, 737, 775, 850, 852, 855, 866, 874, 932, 936, 949, 950, *range(1250, 1259))
"""Code pages whose tables are loaded now, for no file can be opened once the doors are shut."""
for _codec in ("utf-16", "utf-16-le", "utf-8", "latin-1", *(f"cp{_page}" for _page in PAGES)):
    codecs.lookup(_codec)

Facts = dict[str, Any]
DAMAGED, PROTECTED, UNKNOWN = "damaged", "protected", "unknown"
KINDS = (
    ("EncryptedPackage", PROTECTED),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("PP97_DUALSTORAGE", "ppt"),
    ("PerfectOffice_MAIN", "wpd"),
    ("HwpSummaryInformation", "hwp"),
    ("\x05HwpSummaryInformation", "hwp"),
    ("MatOST", "wps"),
    ("MN0", "wps"),
    ("VisioDocument", "visio"),
    ("Quill", "publisher"),
    ("Catalog", "thumbs"),
)
"""Entries of the root by which a kind of file is known."""
INSTALLER = "000C10"
"""How the class of Windows Installer's packages begins."""
ENCRYPTED_WORD = 0x0100
"""Bit of the word at 10 in the stream of a Word document (MS-DOC, 2.5.2)."""
DEEPEST = 4
MOST_ATTACHED = 500
LARGEST = 64 * 1024 * 1024
STREAM = "__substg1.0_"
SUBJECT, SENDER, TO, PLAIN, HTML, RTF = "0037", "0C1A", "0E04", "1000", "1013", "1009"
LONG_NAME, SHORT_NAME, DATA, METHOD, TYPE = "3707", "3704", "3701", 0x3705, "370E"
CODE_PAGES = 0x3FFD, 0x3FDE
"""The code page of a message's strings, and of its body."""
SENT = 0x0039
DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What every compressed text begins with in its window (MS-OXRTFCP, 2.1.2.1)."""
PACKED, STORED = 0x75465A4C, 0x414C454D


def answer(_request: Facts, data: bytes) -> tuple[Facts, list[bytes]]:
    """The kind of the file; of a message its parts too, whose bytes are the blobs that they number."""
    try:
        ole = olefile.OleFileIO(io.BytesIO(data))
        names = {entry[0] for entry in ole.listdir(streams=True, storages=True)}
    except (OSError, ValueError, TypeError, IndexError, struct.error, RecursionError):
        return {"kind": DAMAGED}, []
    kind = next((kind for name, kind in KINDS if name in names), UNKNOWN)
    if str(getattr(ole.root, "clsid", "")).upper().startswith(INSTALLER) or any("\u4840" in name for name in names):
        kind = "msi"
    if kind == "doc":
        head = _stream(ole, "WordDocument")[:12]
        if len(head) == 12 and struct.unpack_from("<H", head, 10)[0] & ENCRYPTED_WORD:
            kind = PROTECTED
    if kind != "msg":
        return {"kind": kind}, []
    blobs: list[bytes] = []
    return {"kind": kind, "message": _message(ole, "", 32, blobs, 0)}, blobs


def _stream(ole: Any, path: str) -> bytes:
    """The bytes of a stream; b"" when it is not there or damaged."""
    try:
        return bytes(ole.openstream(path).read(LARGEST)) if ole.exists(path) else b""
    except (OSError, ValueError, TypeError, IndexError, struct.error):
        return b""


def _message(ole: Any, folder: str, head: int, blobs: list[bytes], depth: int) -> Facts:
    """One message: its strings, and the numbers of the blobs with its bodies and attachments.

    `folder` is its storage with a slash behind it, `head` the size of what stands before its properties.
    """
    fixed = _fixed(_stream(ole, f"{folder}__properties_version1.0"), head)
    pages = [struct.unpack_from("<I", fixed[tag])[0] for tag in CODE_PAGES if tag in fixed]
    codec = "utf-8" if pages[:1] == [65001] else f"cp{pages[0]}" if pages and pages[0] in PAGES else "cp1252"
    out: Facts = {
        key: _text(ole, folder, tag, codec) for key, tag in (("subject", SUBJECT), ("from", SENDER), ("to", TO))
    }
    out["sent"] = struct.unpack_from("<Q", fixed[SENT])[0] if SENT in fixed else 0
    out["page"] = pages[-1] if pages else 0
    out["attached"], out["lost"] = [], 0

    def keep(data: bytes) -> int:
        blobs.append(data)
        return len(blobs) - 1

    plain = _text(ole, folder, PLAIN, codec)
    html = _stream(ole, f"{folder}{STREAM}{HTML}0102")
    written = _text(ole, folder, HTML, codec)
    rich = _unpack(_stream(ole, f"{folder}{STREAM}{RTF}0102"))
    out["plain"] = keep(plain.encode()) if plain else -1
    out["html"] = keep(html or written.encode()) if html or written else -1
    out["coded"] = bool(html)
    out["rich"] = keep(rich) if rich else -1
    storages = sorted({entry[depth * 2] for entry in ole.listdir(storages=True) if _lies_in(entry, folder)})
    for storage in [name for name in storages if name.startswith("__attach_version1.0_")][:MOST_ATTACHED]:
        inner = f"{folder}{storage}/"
        name = _text(ole, inner, LONG_NAME, codec) or _text(ole, inner, SHORT_NAME, codec)
        data = _stream(ole, f"{inner}{STREAM}{DATA}0102")
        embedded = f"{inner}{STREAM}{DATA}000D"
        if data:
            out["attached"].append({"name": name, "type": _text(ole, inner, TYPE, codec), "data": keep(data)})
        elif ole.exists(f"{embedded}/__properties_version1.0") and depth < DEEPEST:
            out["attached"].append({"name": name, "message": _message(ole, f"{embedded}/", 24, blobs, depth + 1)})
        else:
            out["lost"] += 1
    return out


def _lies_in(entry: list[str], folder: str) -> bool:
    """Whether an entry lies below a folder."""
    above = folder.rstrip("/").split("/") if folder else []
    return len(entry) > len(above) and entry[: len(above)] == above


def _fixed(raw: bytes, head: int) -> dict[int, bytes]:
    """The properties of fixed length by their ids, each in eight bytes (MS-OXMSG, 2.4)."""
    return {struct.unpack_from("<H", raw, at + 2)[0]: raw[at + 8 : at + 16] for at in range(head, len(raw) - 15, 16)}


def _text(ole: Any, folder: str, tag: str, codec: str) -> str:
    """A property that is a string, in either form."""
    wide = _stream(ole, f"{folder}{STREAM}{tag}001F")
    if wide:
        return wide.decode("utf-16-le", "replace").rstrip("\0")
    narrow = _stream(ole, f"{folder}{STREAM}{tag}001E")
    return narrow.decode(codec, "replace").rstrip("\0")


def _unpack(raw: bytes) -> bytes:
    """Compressed Rich Text (MS-OXRTFCP); b"" where there is none, or what could be read of damaged text."""
    if len(raw) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", raw)
    if kind == STORED:
        return raw[16 : 16 + size]
    if kind != PACKED or size > LARGEST:
        return b""
    window, write, out, at = bytearray(DICTIONARY.ljust(4096, b"\0")), len(DICTIONARY), bytearray(), 16
    while at < len(raw) and len(out) < size:
        flags = raw[at]
        at += 1
        for bit in range(8):
            if at >= len(raw):
                break
            if not flags >> bit & 1:
                run, at = raw[at : at + 1], at + 1
                out += run
                window[write] = run[0]
                write = (write + 1) % 4096
                continue
            if at + 1 >= len(raw):
                return bytes(out[:size])
            offset, length = (raw[at] << 4) | (raw[at + 1] >> 4), (raw[at + 1] & 15) + 2
            at += 2
            if offset == write:
                return bytes(out[:size])
            for _ in range(length):
                char = window[offset]
                out.append(char)
                window[write] = char
                offset, write = (offset + 1) % 4096, (write + 1) % 4096
    return bytes(out[:size])
