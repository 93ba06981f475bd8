"""Line by line through a transmission: its characters, its lines, and a text made of some of them with its map."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from checker.readers.encoding import MARKS, Decoded, decode
from checker.readers.offsets import TextBuilder

LINE = re.compile(r"[^\n]*\n|[^\n]+")
BLANKS = re.compile(r"(?:[ \t\r]*\n)*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")
TABLE_CODES = b"\x08\x10\x0e\x0f\x18\x1c\x1d\x7f"
"""Codes of telegraph tables and padding that other text never has; they make no file binary."""
BARE = bytes.maketrans(TABLE_CODES, b" " * len(TABLE_CODES))
SHORTEST_WRAPPED, LONGEST_WRAPPED = 48, 90
"""Lines of at most 69 characters were broken by a machine when they reach nearly that far."""
START_OF_HEADER, START_OF_TEXT, END_OF_TEXT, END_OF_TRANSMISSION = "\x01", "\x02", "\x03", "\x04"
MOST_OUTSIDE = 400
"""Header, slug and time of a transmission are shorter than this."""
MOST_BESIDE = 4_000
"""Heads, notes to editors and contacts are shorter than this."""
BESIDE = "{} characters of it are heads and notes, and were not read"
OUTSIDE = "{} characters stand outside its marks and were not read"
NULS = "it holds {} NUL characters within its text, where others were lost"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file without its line break and outer white space: file[start:end] is `text`.

    `lead` is what stood before it on the line: a tabulator, spaces, "".
    """

    text: str
    start: int
    end: int
    lead: str = ""

    def cut(self, before: int = 0, behind: int = 0) -> Line:
        """The line without its first `before` and last `behind` characters, and white space next to them."""
        return line_of(self.text[before : len(self.text) - behind], self.start + before)


def line_of(raw: str, start: int) -> Line:
    """A stretch of a file that begins at `start` as a line."""
    text = raw.strip()
    lead = len(raw) - len(raw.lstrip())
    return Line(text, start + lead, start + lead + len(text), raw[:lead])


def characters(raw: bytes) -> Decoded:
    """A transmission's characters, one for one: Latin-1 unless it is anything else, whatever codes it carries."""
    if any(raw.startswith(mark) for mark, _ in MARKS) or not any(code in raw for code in TABLE_CODES):
        return _doubted(decode(raw, "latin-1"))
    found = _doubted(decode(raw.translate(BARE), "latin-1"))
    return Decoded(raw.decode(found.encoding, "replace"), found.encoding, found.doubt) if found.encoding else found


def _doubted(found: Decoded) -> Decoded:
    """With a word about another way to read the same bytes, if there is one."""
    other = f"its letters could also be read as {found.others[0].name}" if found.others else ""
    return replace(found, doubt=found.doubt or other, others=())


def lines_of(text: str, start: int, end: int) -> list[Line]:
    """The lines of file[start:end]; of several blank ones in a row one."""
    lines = []
    while match := LINE.match(text, start, end):
        lines.append(line_of(match[0], match.start()))
        blanks = None if lines[-1].text else BLANKS.match(text, match.end(), end)
        start = blanks.end() if blanks else match.end()
    return lines


def compose(lines: Iterable[Line | None], replaced: Mapping[str, str], pattern: re.Pattern[str]) -> TextBuilder:
    """Lines to paragraphs; None is a break between two. `replaced` gives what `pattern` finds another form, else none.

    Lines that a machine broke are joined again; others stay lines.
    """
    builder, before = TextBuilder(), None
    for line in lines:
        if line is None or not line.text:
            before = None
            continue
        if builder.length:
            builder.put("\n\n" if before is None else " " if _runs_on(before, line) else "\n")
        _take(builder, line, replaced, pattern)
        before = line
    return builder


def _runs_on(before: Line, line: Line) -> bool:
    """Whether a line goes on in the next."""
    wrapped = SHORTEST_WRAPPED <= len(before.text) <= LONGEST_WRAPPED
    return wrapped and line.text[:1] not in "*-\x95•" and len(line.lead) < 3


def _take(builder: TextBuilder, line: Line, replaced: Mapping[str, str], pattern: re.Pattern[str]) -> None:
    """One line, its codes replaced. A character given for one character stands in no file, as it is another."""
    done = 0
    for match in pattern.finditer(line.text):
        builder.take(line.text[done : match.start()], line.start + done, line.start + match.start())
        given = replaced.get(match[0], "")
        if len(given) == len(match[0]):
            builder.put(given)
        else:
            builder.take(given, line.start + match.start(), line.start + match.end())
        done = match.end()
    builder.take(line.text[done:], line.start + done, line.end)


def lost(text: str) -> tuple[str, ...]:
    """The sentence for `incomplete` when NULs stand where characters stood."""
    count = text.strip("\x00\x7f\r\n\x04 ").count("\x00")
    return (NULS.format(count),) if count else ()


def unread(message: str, body: str, *outside: str) -> tuple[str, ...]:
    """The sentences for `incomplete` when more of a transmission is not read than its heads, notes and times take.

    `outside` is what stands before and behind its marks.
    """
    beyond = sum(map(_seen, outside))
    if beyond > MOST_OUTSIDE:
        return (OUTSIDE.format(f"{beyond:,}"),)
    rest = _seen(message) - _seen(body)
    return (BESIDE.format(f"{rest:,}"),) if rest > MOST_BESIDE else ()


def _seen(text: str) -> int:
    """How many characters of a text anyone sees."""
    return len("".join(CONTROL.sub("", text).split()))
