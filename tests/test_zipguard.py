"""Zip packages from strangers: what is opened, and what is refused with a sentence."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest

from checker.readers.zipguard import MB, Limits, Refused, open_zip

STORY = b"The old ferry left Skerrow at dawn with nine goats aboard. " * 20


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, data in entries:
            target.writestr(name, data, method)
    return buffer.getvalue()


def link() -> bytes:
    info = zipfile.ZipInfo("story.txt")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    return zipped((info, b"/etc/passwd"))


def overlapping() -> bytes:
    """One entry within the data of another: what makes a small file unpack to a large one."""
    inner = zipped(("b.txt", STORY))
    directory = inner.index(b"PK\1\2")
    outer = zipped(("a.txt", inner[:directory]), method=zipfile.ZIP_STORED)
    end = outer.index(b"PK\5\6")
    record = bytearray(inner[directory : inner.index(b"PK\5\6")])
    record[42:46] = struct.pack("<I", 30 + len("a.txt"))
    _, disk, first, here, count, size, offset, comment = struct.unpack("<4sHHHHIIH", outer[end:])
    fields = (disk, first, here + 1, count + 1, size + len(record), offset, comment)
    return outer[:end] + record + struct.pack("<4sHHHHIIH", b"PK\5\6", *fields)


def lying(size: int) -> bytes:
    """The directory says that the story is shorter than it is."""
    raw = bytearray(zipped(("story.txt", STORY)))
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(raw)


def encrypted() -> bytes:
    raw = bytearray(zipped(("story.txt", STORY)))
    for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        raw[raw.index(mark) + offset] |= 1
    return bytes(raw)


def renamed() -> bytes:
    return zipped(("story.txt", STORY)).replace(b"story.txt", b"other.txt", 1)


def read_all(raw: bytes, limits: Limits | None = None) -> list[bytes]:
    package = open_zip(raw, limits)
    return [package.read(name) for name in package.names()]


def test_the_files_of_a_package_come_out_as_they_went_in() -> None:
    raw = zipped(("wire/", b""), ("wire/ferry.txt", STORY), ("wire/ü.txt", b"short"))
    package = open_zip(raw)
    assert package.names() == ("wire/ferry.txt", "wire/ü.txt")
    assert package.read("wire/ferry.txt") == STORY


def test_the_same_with_fields_for_four_gigabytes() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target, target.open("ferry.txt", "w", force_zip64=True) as entry:
        entry.write(STORY)
    assert read_all(buffer.getvalue()) == [STORY]


def test_bytes_before_the_package_do_no_harm() -> None:
    assert read_all(b"#!/bin/sh\n" + zipped(("ferry.txt", STORY))) == [STORY]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "damaged"),
        (b"PK\3\4 and nothing else", "damaged"),
        (zipped(("a.txt", STORY))[:-30], "damaged"),
        (zipped(("a.txt", STORY))[40:], "damaged"),
        (zipped(("a.txt", STORY)) + b"PK\5\6", "damaged"),
        (zipped(*((f"{number}.txt", b"") for number in range(10_000))), "more than 2,000 entries"),
        (zipped(("../story.txt", STORY)), "leads outside"),
        (zipped(("/etc/story.txt", STORY)), "leads outside"),
        (zipped(("a/../../story.txt", STORY)), "leads outside"),
        (zipped(("C:\\story.txt", STORY)), "leads outside"),
        (link(), "link"),
        (overlapping(), "on top of each other"),
        (lying(10), "more than its header says"),
        (lying(len(STORY) + 1), "damaged"),
        (encrypted(), "password"),
        (renamed(), "two names"),
        (zipped(("a.txt", STORY), method=zipfile.ZIP_BZIP2), "method 12"),
        (zipped(("a.txt", bytes(2 * MB))), "100 times"),
        (zipped(("a.txt", random.Random(7).randbytes(21 * MB)), method=zipfile.ZIP_STORED), "more than 20 MB"),
        (zipped(("a.txt", STORY)).replace(zlib.crc32(STORY).to_bytes(4, "little"), b"abcd"), "damaged"),
    ],
)
def test_what_could_do_harm_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read_all(raw)
    assert str(refused.value).endswith(".")


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        raw = zipped(("a.txt", b"seen"), ("a.txt", b"hidden"))
    with pytest.raises(Refused, match="same name"):
        open_zip(raw)


def test_all_entries_together_have_a_limit() -> None:
    raw = zipped(*((f"{number}.txt", STORY) for number in range(10)))
    with pytest.raises(Refused, match="in all"):
        read_all(raw, Limits(total=5 * len(STORY)))


def test_no_damage_is_worse_than_a_sentence() -> None:
    whole = zipped(("a.txt", STORY), ("b.txt", b"more"))
    chance = random.Random(11)
    for _ in range(2_000):
        raw = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            texts = read_all(bytes(raw))
        except Refused:
            continue
        assert set(texts) <= {STORY, b"more"}
