"""Bytes to characters: what they are, not what they are said to be.

A byte order mark counts first, then UTF-8, which text in another encoding hardly ever
is by accident; then what the file declares (HTML, XML, mail), then the likeliest by charset-normalizer.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MOST_REPLACED = 0.01
"""Above this share of unreadable characters a text counts as not fully judged."""
MOST_CONTROLS = 0.01
"""Above this share of control characters a file is no text."""
SAMPLE = 32_768
"""How many bytes are weighed to find out an encoding; the work grows with the candidates times this."""
BINARY = "it is a binary file, and no text could be read from it"

# The mark of UTF-32 little-endian begins with that of UTF-16: longest first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
TEXT_CONTROLS = b"\t\n\f\r\x1a"
# Telegraph and teleprinter codes that wire copy may still carry between its lines.
WIRE_CONTROLS = b"\x01\x02\x03\x04\x05\x06\x11\x12\x13\x14\x16\x17\x1b\x1e\x1f"
CONTROLS = bytes(set(range(32)) - set(TEXT_CONTROLS) - set(WIRE_CONTROLS) - {0})
ODD = bytes((0, 0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA4, 0xA6, 0xAC, 0xAF, 0xB5, 0xB6, 0xB8, 0xD7, 0xF7))
"""Bytes that prose in Windows-1252 hardly ever has."""
HIGH = bytes(range(0x80, 0x100))
LETTERS = bytes(range(0x41, 0x5B)) + bytes(range(0x61, 0x7B)) + bytes(range(0xC0, 0x100))
FEW = 3
CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "iso8859_2", "iso8859_7", "koi8_r",
    "shift_jis", "euc_jp", "gb18030", "big5", "cp949", "iso2022_jp",
)  # fmt: skip
"""What newsrooms still send. Every further candidate makes a wrong guess likelier."""
AS_GOOD = 4.0
"""Percent by which the usual encoding may make less sense than the best, and is still the likelier."""
# WHATWG: pages that say latin-1 mean Windows-1252 (https://encoding.spec.whatwg.org/#names-and-labels).
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file without its byte order mark, how they were read, and why they cannot be judged whole.

    `doubt` is "" when they can.
    """

    text: str
    encoding: str
    doubt: str = ""


def decode(raw: bytes, declared: str = "") -> Decoded:
    """The text of `raw`; `declared` is the encoding that the file names itself. NULs within text stay."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _with_replacements(raw[len(mark) :], encoding)
    if wide := _unmarked_utf16(raw):
        return _with_replacements(raw, wide)
    if is_binary(raw):
        return Decoded("", "", BINARY)
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken = _mostly_utf8(raw, error.start)
    if not broken:
        for encoding in filter(None, (_known(declared), _likeliest(raw))):
            try:
                return Decoded(raw.decode(encoding), encoding)
            except (UnicodeDecodeError, LookupError):
                continue
        if _looks_like_prose(raw):
            return Decoded(raw.decode("cp1252", "replace"), "cp1252")
    return _with_replacements(raw, "utf-8")


def _mostly_utf8(raw: bytes, first: int) -> bool:
    """Whether this is UTF-8 that was damaged or cut: many characters of several bytes, few broken ones."""
    text = raw.decode("utf-8", "replace")
    broken = text.count(REPLACEMENT)
    several = len(raw) - len(text)  # what whole characters of several bytes save
    return (broken <= MOST_REPLACED * len(text) and several > 4 * broken) or first > len(raw) - 4


def _known(label: str) -> str:
    """Python's name of an encoding for text; "" when it knows none, or one that any bytes fit but UTF-8 should have."""
    try:
        found = codecs.lookup(label.strip().strip("\"'"))
    except (LookupError, ValueError):
        return ""
    usable = getattr(found, "_is_text_encoding", False) and not found.name.startswith(("utf", "punycode", "idna"))
    return MEANT.get(found.name, found.name) if usable else ""


def _likeliest(raw: bytes) -> str:
    """What charset-normalizer thinks of the lines that are not ASCII; "" when it knows nothing."""
    if _looks_like_prose(raw) and _count(raw, HIGH) < FEW:
        return "cp1252"  # too little to tell one Latin alphabet from another; dashes and quotation marks tell this one
    from charset_normalizer import from_bytes

    telling = b"\n".join(line for line in raw.splitlines() if not line.isascii())[:SAMPLE]
    matches = from_bytes(telling, steps=5, chunk_size=1024, cp_isolation=list(CANDIDATES))
    best = matches.best()
    if best is None:
        return ""
    usual = next((one for one in matches if "cp1252" in (one.encoding, *one.could_be_from_charset)), None)
    if (
        usual
        and usual.percent_chaos <= best.percent_chaos
        and usual.percent_coherence >= best.percent_coherence - AS_GOOD
    ):
        return "cp1252"
    return MEANT.get(codecs.lookup(best.encoding).name, best.encoding)


def _unmarked_utf16(raw: bytes) -> str:
    """UTF-16 without its mark, when every other byte of nearly all of the text is a NUL; else ""."""
    sample = raw[: SAMPLE // 2 * 2]
    half = len(sample) // 2
    if len(raw) % 2 or half < 4:
        return ""
    for encoding, low, high in (("utf-16-le", sample[0::2], sample[1::2]), ("utf-16-be", sample[1::2], sample[0::2])):
        # the low bytes of dashes and quotation marks are controls: some there may be
        if high.count(0) > 0.8 * half and not low.count(0) and _count(low, CONTROLS) <= 0.1 * half:
            return encoding
    return ""


def is_binary(raw: bytes) -> bool:
    """Whether this is no text: more control bytes than text has, or NULs beside bytes that are not UTF-8."""
    if _count(raw, CONTROLS) > max(FEW, MOST_CONTROLS * len(raw)):
        return True
    nulls = raw.count(0)
    if nulls > max(FEW, len(raw) // 4):
        return True
    return bool(nulls) and not _is_utf8(raw)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _with_replacements(raw: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(raw.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
    replaced = text.count(REPLACEMENT)
    if replaced <= MOST_REPLACED * len(text):
        return Decoded(text, encoding)
    doubt = f"{replaced:,} of its {len(text):,} characters could not be read as {encoding.upper()}"
    return Decoded(text, encoding, doubt)


def _looks_like_prose(raw: bytes) -> bool:
    """Whether Windows-1252 is plausible: mostly letters, few accents, hardly a byte that prose does not have."""
    size = len(raw)
    return (
        _count(raw, ODD) <= MOST_REPLACED * size
        and _count(raw, HIGH) <= 0.3 * size
        and _count(raw, LETTERS) >= 0.4 * size
    )


def _count(raw: bytes, wanted: bytes) -> int:
    return len(raw) - len(raw.translate(None, wanted))
