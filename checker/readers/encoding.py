"""Bytes to characters: as the file says that they are, where that gives words, and else as they look.

A byte order mark counts first, then what the bytes show beyond doubt (UTF-16 without its mark, UTF-8, which text in
another encoding hardly ever is by accident), then what the file declares (HTML, XML, mail), then the likeliest by
charset-normalizer. Where a second reading gives words as well, it is handed out besides: both are matched.

Names of encodings are those of browsers (https://encoding.spec.whatwg.org/#names-and-labels) and Python's.
"""

from __future__ import annotations

import codecs
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from operator import ne

import webencodings

from checker.readers.document import Document, Reading
from checker.readers.scripts import LEAST, weigh_words

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MOST_REPLACED = 0.01
"""Above this share of unreadable characters a text counts as not fully judged."""
MOST_CONTROLS = 0.01
"""Above this share of control characters a file is no text."""
SAMPLE = 32_768
"""How many bytes are weighed to find out an encoding; the work grows with the candidates times this."""
BINARY = "it is a binary file, and no text could be read from it"
WORDLESS = "its letters make words in no encoding that is known here"

# The mark of UTF-32 little-endian begins with that of UTF-16: longest first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
NO_BASE64 = re.compile(r"[^A-Za-z0-9+/_-]+")
FILE_SAFE = str.maketrans("-_", "+/")
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
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
RARER = (
    "koi8_u", "iso8859_5", "cp866", "mac_cyrillic", "iso8859_6", "iso8859_8", "cp862", "cp874", "cp1257", "cp1258",
    "cp737", "cp852", "cp857", "cp850", "mac_roman", "mac_greek", "johab", "cp1125",
)  # fmt: skip
"""What is tried besides, where letters beyond ASCII are many enough to tell words by them."""
AS_GOOD = 4.0
"""Percent by which the usual encoding may make less sense than the best, and is still the likelier."""
SENSE = 0.35
"""A reading of less weight is no text in any language known here (`scripts.weigh_words`)."""
LIKELY = 0.9
"""Below this weight the best of all guesses is no more than a guess, and such a text is never clear."""
SURE = 0.8
"""A declared encoding that gives words of such a weight is not doubted."""
RIVAL = 0.9
"""A second reading of such a share of the best one's weight may be the true one."""
MOST_OTHERS = 3
FEW_FOREIGN = 16
"""With more characters of several bytes than this, text that is valid UTF-8 is UTF-8."""
SHIFTED = ("hz", "iso2022", "utf-7")
"""Encodings in seven bits, that any ASCII text seems to be in."""
SHIFTS = ((b"\x1b$", "iso2022_jp_2"), (b"\x1b$)C", "iso2022_kr"), (b"~{", "hz"))
"""What text in such an encoding holds, and hardly any other text."""
# Browsers take these names for wider ones; Python calls them by names of its own.
MEANT = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs",
    "utf-16": "utf-16-le", "utf-32": "utf-32-le", "iso2022_jp": "iso2022_jp_2",
}  # fmt: skip
NEWER = {
    "unicode": "utf-16-le", "ucs-2": "utf-16-le", "csunicode": "utf-16-le", "iso-10646-ucs-2": "utf-16-le",
    "unicodefeff": "utf-16-le", "unicodefffe": "utf-16-be", "unicode11utf8": "utf-8", "unicode20utf8": "utf-8",
    "x-unicode20utf8": "utf-8", "utf8mb4": "utf-8", "koi8-ru": "koi8-u",
}  # fmt: skip
"""Names that came to the standard later than to the library, and what databases say."""
WIDER = {"iso2022_jp_2": ("iso2022_jp_2", "iso2022_jp_ext", "iso2022_jp_2004"), "euc_jp": ("euc_jp", "euc_jis_2004")}
"""Python reads these in parts: what one of them cannot read another may."""
UNREAD = ("iso-2022-cn", "iso-2022-cn-ext", "csiso2022cn")
"""Names of encodings that nothing here can read."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file without its byte order mark, how they were read, and why they cannot be judged whole.

    `doubt` is "" when they can. `others` are other ways to read the same bytes that give words too; they have none.
    """

    text: str
    encoding: str
    doubt: str = ""
    others: tuple[Decoded, ...] = ()

    @property
    def name(self) -> str:
        """The encoding as people write it."""
        return self.encoding.upper().replace("_", "-").replace("ISO2022", "ISO-2022").replace("ISO8859", "ISO-8859")


def decode(raw: bytes, declared: str = "") -> Decoded:
    """The text of `raw`; `declared` is the encoding that the file names itself. NULs within text stay."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _decode_marked(raw[len(mark) :], encoding, declared)
    label = find_codec(declared)
    if label in WIDE or b"\0" in raw or not _is_utf8(raw):
        encoding, whole = find_wide(raw, label if label in WIDE else "")
        if encoding and whole:
            return _with_replacements(raw, encoding)
        if encoding:
            return _add(_decode_narrow(raw, label), [_with_replacements(raw, encoding)])
    if declared.strip().lower() in UNREAD and (b"\x1b" in raw or b"\x0e" in raw):
        return replace(_with_replacements(raw, "utf-8"), doubt=f"it is in {declared.strip()}, which is not read here")
    return _decode_narrow(raw, label)


def read_each(raw: bytes, declared: Sequence[str], make: Callable[[Decoded], Document]) -> Document:
    """The document that `make` makes of the text of `raw`, with a reading for each other way to read its bytes.

    `declared` are the encodings that the file names, the most binding first; none where it names none.
    """
    decoded = decode(raw, declared[0] if declared else "")
    for label in declared[1:]:
        if find_codec(label) != find_codec(declared[0]):
            second = decode(raw, label)
            decoded = _add(decoded, (second, *second.others))
    return attach_readings(make(decoded), ((other.name, make(other)) for other in decoded.others))


def attach_readings(document: Document, others: Iterable[tuple[str, Document]]) -> Document:
    """A document with other readings of its file by (name of the encoding, document)."""
    readings = [Reading(replace(other, readings=()), f"as {name}") for name, other in others]
    return replace(document, readings=(*document.readings, *readings)) if readings else document


def find_codec(label: str) -> str:
    """Python's name of the encoding that a label means to browsers, else to Python; "" when it means none for text."""
    label = label.strip().strip("\"'").lower()
    if label in NEWER:
        return codecs.lookup(NEWER[label]).name
    known = webencodings.lookup(label) if label.isascii() else None
    name = known.codec_info.name if known and known.name not in ("x-user-defined", "replacement") else label
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    usable = getattr(found, "_is_text_encoding", False) and found.name not in ("punycode", "idna", "mbcs", "oem")
    usable = usable and not found.name.endswith(("escape", "undefined"))
    return MEANT.get(found.name, "utf-8" if found.name == "utf-8-sig" else found.name) if usable else ""


def find_wide(raw: bytes, declared: str = "") -> tuple[str, bool]:
    """The encoding in two or four bytes a character that `raw` is in without a mark, "" for none; and whether all is.

    It is seen by its letters: in most scripts nearly all have the same upper byte, in others some are very common.
    """
    for encoding in (declared, *WIDE) if declared else WIDE:
        width = 4 if "32" in encoding else 2
        size = len(raw) // width * width
        if size < 4 * width:
            continue
        begin = raw[: SAMPLE // 8]
        if not _is_wide(begin[: len(begin) // width * width], encoding, encoding == declared):
            continue
        middle, last = size // width // 2 * width, max(0, size - SAMPLE // 8)
        rest = (raw[middle : middle + SAMPLE // 8], raw[last:size])
        return encoding, all(_is_wide(part[: len(part) // width * width], encoding, True) for part in rest if part)
    return "", False


def _is_wide(sample: bytes, encoding: str, told: bool) -> bool:
    """Whether a sample is text in UTF-16 or UTF-32; `told` when there are other signs of it than these letters."""
    text = sample.decode(encoding, "replace")
    if not text:
        return True
    codes = Counter(text)
    size = len(text)
    odd = sum(count for char, count in codes.items() if _is_odd(char))
    ascii_count = sum(count for char, count in codes.items() if " " <= char <= "~" or char in "\t\n\r")
    foreign = size - ascii_count - odd
    if odd > max(1, MOST_REPLACED * size):
        return False
    if ascii_count > 0.8 * size:
        return True
    blocks: Counter[int] = Counter()
    for char, count in codes.items():
        if char > "~" and not _is_odd(char):
            blocks[ord(char) >> 7] += count
    top, most = blocks.most_common(1)[0]
    # signs of a script of its own: below Han nearly all letters stand in one or two blocks of 128
    if top < 0x3000 >> 7 and most >= 0.7 * foreign and (ascii_count or told):
        return True
    return weigh_words(text) >= SENSE and (told or (foreign >= FEW_FOREIGN and not _is_utf8(sample)))


def _is_odd(char: str) -> bool:
    """Whether text has this character hardly ever: a control, a half, a private one, one that could not be read."""
    return (
        (char < " " and char not in "\t\n\r\f\x1a")
        or "\x7f" <= char < "\xa0"
        or "\ud800" <= char <= "\uf8ff"
        or char in "\ufffd\ufffe\uffff"
        or char > "\U0003ffff"
    )


def _decode_marked(raw: bytes, encoding: str, declared: str) -> Decoded:
    """What stands behind a byte order mark; where the mark lies, as what it looks like too."""
    found = _with_replacements(raw, encoding)
    if encoding == "utf-8":
        if found.doubt and not is_binary(raw):
            return _add(found, [_decode_narrow(raw, find_codec(declared))])
        return found
    if len(raw) < 64 or find_wide(raw, encoding) == (encoding, True):
        return found
    return _add(found, [_decode_narrow(raw, find_codec(declared))] if not is_binary(raw) else [])


def _decode_narrow(raw: bytes, label: str) -> Decoded:
    """The text of bytes that are not in UTF-16 or UTF-32; `label` is the codec that the file declares, or ""."""
    shifted = _decode_shifted(raw, label)
    if is_binary(raw):
        return shifted[0] if shifted else Decoded("", "", BINARY)
    try:
        found = Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        broken = _mostly_utf8(raw, error.start)
    else:
        if shifted:
            return _add(shifted[0], [*shifted[1:], found])
        if label not in ("", "utf-8") and len(raw) - len(found.text) < FEW_FOREIGN and 2 * _count(raw, HIGH) > len(raw):
            return _add(found, [one for one in _readings(raw, [label]) if weigh_words(one.text[:SAMPLE]) >= SENSE])
        return found
    if broken:
        return _with_replacements(raw, "utf-8")
    return _decode_eight_bits(raw, "" if label in ("utf-8", *WIDE) else label)


def decode_base64(text: str) -> bytes:
    """The bytes that letters of base64 stand for, of either alphabet (RFC 4648, 4 and 5).

    What is no such letter is passed over, and so is a last letter alone, which stands for no byte.
    """
    letters = NO_BASE64.sub("", text).translate(FILE_SAFE)
    return b64decode(letters[: len(letters) - (len(letters) % 4 == 1)] + "==")


def _decode_shifted(raw: bytes, label: str) -> list[Decoded]:
    """Text in seven bits with shifts, as declared or as its shifts show; none where that gives no letters."""
    declared = label.startswith(SHIFTED)
    names = [label] if declared else []
    # one byte is found faster than two
    names += [
        name
        for sign, name in SHIFTS
        if sign[:1] in raw and sign in raw and not (declared and label.startswith(name[:7]))
    ]
    if not names and b"+" in raw and raw.isascii() and _looks_like_utf7(raw):
        names.append("utf-7")
    found = []
    for name in names:
        for codec in WIDER.get(name, (name,)):
            text = raw.decode(codec, "replace")
            if text.count(REPLACEMENT) <= MOST_REPLACED * len(text):
                break
        else:
            continue
        gained = Counter(text) - Counter(raw.decode("latin-1"))
        if sum(count for char, count in gained.items() if char.isalpha()) >= FEW and (
            name == label or name == "utf-7" or weigh_words(text) >= SENSE
        ):
            found.append(Decoded(text, codec))
    return found


def _looks_like_utf7(raw: bytes) -> bool:
    """Whether there are shifts of UTF-7 that decode to letters, and make much of the text."""
    try:
        text = raw.decode("utf-7")
    except UnicodeDecodeError:
        return False
    return 2 * len(text) < 1.2 * len(raw) and weigh_words(text) >= SENSE


def _decode_eight_bits(raw: bytes, label: str) -> Decoded:
    """Text in an encoding of eight bits, declared or guessed, and what else it may be."""
    declared = _tolerant(raw, label) if label else None
    telling = b"\n".join(line for line in raw.splitlines() if not line.isascii())[: SAMPLE // 4]
    many = _count(telling, HIGH) >= LEAST
    if declared:
        weight = weigh_words(telling.decode(declared.encoding, "replace")) if many else SURE
        if weight >= SENSE:
            return _add(declared, _readings(raw, _rivals(telling, weight / RIVAL)) if weight < SURE else [])
    if found := _decode_mainframe(raw):
        return found
    guessed = _guess(raw)
    if guessed and guessed.encoding == "cp1252" and weigh_words(telling.decode("cp1252", "replace")) >= SURE:
        return guessed  # what most files that say nothing are in
    if not many:
        return guessed or _with_replacements(raw, "utf-8")
    rivals = _readings(raw, _rivals(telling, SENSE))
    if not rivals:
        first = declared or guessed or _with_replacements(raw, "utf-8")
        return replace(first, doubt=first.doubt or WORDLESS)
    if guessed and any(guessed.text == rival.text for rival in rivals):
        rivals.insert(0, guessed)
    others = [one for one in rivals[1:] if _differ(one.text[:SAMPLE], rivals[0].text[:SAMPLE]) >= MOST_REPLACED]
    first = rivals[0]
    if weigh_words(telling.decode(first.encoding, "replace")) < LIKELY:
        first = replace(first, doubt=WORDLESS)
    return _add(first, [*others, *([declared] if declared else [])])


def _differ(one: str, other: str) -> float:
    """The share of characters in which two texts differ, place by place; 1 where they are not equally long."""
    return sum(map(ne, one, other)) / len(one) if len(one) == len(other) > 0 else 1.0


def _decode_mainframe(raw: bytes) -> Decoded | None:
    """Text in EBCDIC, whose space is the ASCII sign @."""
    if raw.count(b"@") <= max(4 * raw.count(b" "), 0.05 * len(raw)):
        return None
    text = raw.decode("cp500")
    letters = sum(1 for char in text if char.isalpha() and char.isascii())
    return Decoded(text, "cp500") if letters >= 0.5 * len(text) else None


def _guess(raw: bytes) -> Decoded | None:
    """What bytes that declare nothing most likely are."""
    if likeliest := _likeliest(raw):
        try:
            return Decoded(raw.decode(likeliest), likeliest)
        except (UnicodeDecodeError, LookupError):
            pass
    return Decoded(raw.decode("cp1252", "replace"), "cp1252") if _looks_like_prose(raw) else None


def _rivals(telling: bytes, least: float) -> list[str]:
    """Encodings in which a sample gives words of at least such a weight and nearly of the best, best first."""
    weights: dict[str, float] = {}
    for encoding in (*CANDIDATES, *RARER):
        if text := _tolerant(telling, encoding):
            weights[encoding] = weigh_words(text.text)
    best = max(weights.values(), default=0.0)
    sorted_names = sorted(weights, key=lambda name: -weights[name])
    return [name for name in sorted_names if weights[name] >= max(least, RIVAL * best, SENSE)]


def _readings(raw: bytes, encodings: Iterable[str]) -> list[Decoded]:
    """The readings of `raw` in those of these encodings that nearly all of it is in."""
    found = (_tolerant(raw, encoding) for encoding in encodings)
    return [one for one in found if one]


def _tolerant(raw: bytes, encoding: str) -> Decoded | None:
    """The text in this encoding, with a few unreadable characters at most; else None."""
    for codec in WIDER.get(encoding, (encoding,)):
        found = _with_replacements(raw, codec)
        if not found.doubt:
            return found
    return None


def _add(first: Decoded, others: Iterable[Decoded]) -> Decoded:
    """A reading with others besides it, without doubles."""
    texts = {first.text}
    kept: list[Decoded] = []
    for other in (*first.others, *others):
        if other.text and other.text not in texts and len(kept) < MOST_OTHERS:
            texts.add(other.text)
            kept.append(replace(other, others=()))
    return replace(first, others=tuple(kept))


def _mostly_utf8(raw: bytes, first: int) -> bool:
    """Whether this is UTF-8 that was damaged or cut: many characters of several bytes, few broken ones."""
    text = raw.decode("utf-8", "replace")
    broken = text.count(REPLACEMENT)
    several = len(raw) - len(text)  # what whole characters of several bytes save
    return (broken <= MOST_REPLACED * len(text) and several > 4 * broken) or first > len(raw) - 4


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
