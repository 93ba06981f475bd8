"""Where a text quotes: speech between marks of any convention, posts with their author's line, indented documents.

Conventions: English double and single, typed and curly; ``wire'' marks; German „low-high“ and »inward«, French
« guillemets », Swedish ”right-right”, corner brackets of Chinese and Japanese, the dash at the head of a paragraph. A
quotation that goes on over paragraphs opens each with a mark and closes the last (The Chicago Manual of Style 13.32).
What is between marks is told by its marks alone: a title or a nickname counts too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]

LONGEST = 1500
"""Characters from one mark to the next of its kind: beyond, the second closes nothing."""
MARKS = re.compile(
    "``|''|[\"\u201c\u201d\u201e\u201f\uff02\u00ab\u00bb\u2039\u203a\u300c\u300d\u300e\u300f'\u2018\u2019\u201a\u201b`]"
)
DOUBLE = frozenset(("``", "''", '"', "\u201c", "\u201d", "\u201e", "\u201f", "\uff02"))
ANGLED = frozenset("\u00ab\u00bb\u2039\u203a")
CORNERS = {"\u300c": "\u300d", "\u300e": "\u300f"}
SINGLE = frozenset("'\u2018\u2019\u201a\u201b`")
ENDINGS = frozenset(".,!?;:\u2026")
POST = re.compile(
    r"(?<![^\s.!?\u2026\"\u201d'\u2019])[\u2014\u2013-]{1,2} ?[^\n@]{2,60} ?\(? ?@ ?\w{1,30} ?\)"
    r"(?=[ \t]*(?:\n|$|\W{0,3}\d|\W{0,3}[^\W\d_]{3,9}\.? \d))"
)
"""The line under a post in a social network that is shown on a page: who wrote it, under what name, and when."""
LEAD = 300
"""Characters of a post before that line, at most."""
DASHED = re.compile(
    r"(?m)^[ \t]{0,8}[\u2013\u2014-]{1,2}[ \t]?(?=[^\W\d_a-z\u00df-\u00ff]|\u00bf|\u00a1)([^\n]{8,600}?)"
    r"(?=(?:[,?!]|[ \t]?[\u2013\u2014])[ \t]?"
    r"(?:säger|sade|berättar|berättade|förklarar|menar|tycker|sier|forteller|fortalte|siger|sagde|fortæller"
    r"|(?:sa|dit)(?=[ \t](?:[^\W\d_a-z]|h[aou]n\b|de\b))|sanoo|sanoi"
    r"|dijo|dice|afirmó|explicó|añadió|aseguró|señaló|comentó|contó|disse|afirmou|contou|powiedziała?|mówi"
    r"|a dit|a-t-(?:il|elle) \w+|déclare|a déclaré|explique|affirme|confie|raconte)\b)"
)
"""Speech behind a dash at the head of a paragraph, as Scandinavian, Spanish and French newsrooms set it, up to the verb
that says whose it is. English sets lists so, and no speech."""
LED = re.compile(r"(?m)^([ \t]{0,40})(?=\S)([^\n]{1,400}):[ \t]{0,8}\n\n?(?=[ \t]{2}|[ \t]{0,3}>)")
"""A line that ends with a colon, in front of one that is set in, or marked as a line of the mail that is answered."""
LEADING = re.compile(
    r"(?i)\b(?:wrote|writes|read|reads|reading|said|says|stated|states|text|letter|e-?mail|message|statement|note|memo"
    r"|notice|order|ruling|will|poem|verse|lyrics|post|passage|excerpts?|quote|transcript|schrieb|schreibt|heißt|lautet"
    r"|brief|erklärung|écrit|lettre|communiqué|escribió|carta|comunicado|scrisse|lettera|skrev|brev|schreef)\b"
)
"""What leads to a document that a story quotes."""
REPORTED = re.compile(
    r"(?i)\b(?:said|says|told|according to|spokes(?:man|woman|person)|sagte|erklärte|zufolge|selon|a déclaré|dijo|según"
    r"|ha detto|secondo|sade|enligt|zei|volgens)\b"
)
"""How a reporter tells who said what: lines with this in them are a story, not a document in it."""
LONGEST_BLOCK = 1000
"""Characters of such a document, at most: a letter of 150 words."""
LONGEST_UNCLOSED = 320
"""Characters of a quotation that nothing closes and no paragraph goes on with."""


@dataclass(frozen=True, slots=True)
class _Open:
    """A mark that waits for its partner; `inner` is where what it opens begins."""

    mark: str
    inner: int


def quotations(text: str, *, blocks: bool = True) -> list[Span]:
    """Spans between the marks (without them), in order, none within another; linear in the length of the text.

    `blocks`: whether documents that are set in, or marked as lines of a mail that is answered, are quotations too.
    """
    found = [*_between_marks(text), *_posts(text), *(match.span(1) for match in DASHED.finditer(text))]
    if blocks:
        found += _blocks(text)
    return _merged(sorted(span for span in found if span[0] < span[1]))


def _merged(spans: list[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in spans:
        if out and start <= out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _between_marks(text: str) -> Iterator[Span]:
    """One pass over the marks: outermost quotations only, so that a quotation within one is part of it."""
    single = _quotes_singly(text)
    waiting: _Open | None = None
    for match in MARKS.finditer(text):
        mark, start, end = match.group(), *match.span()
        if mark in SINGLE and not (single or (waiting and waiting.mark in SINGLE)):
            continue
        if waiting and not _same_kind(waiting.mark, mark):
            if start - waiting.inner <= LONGEST:
                continue
            yield from _unclosed(text, waiting.inner, start)
            waiting = None
        opens, closes = _directions(text, mark, start, end, waiting)
        if waiting is None:
            waiting = _Open(mark, end) if opens else None
        elif start - waiting.inner > LONGEST:
            yield from _unclosed(text, waiting.inner, start)
            waiting = _Open(mark, end) if opens else None
        elif closes:
            yield waiting.inner, start
            waiting = None
        elif opens:
            # a paragraph that begins with a mark goes on with what the one before it left open
            yield from _unclosed(text, waiting.inner, start)
            waiting = _Open(mark, end)
    if waiting is not None and waiting.mark not in SINGLE:
        yield from _unclosed(text, waiting.inner, len(text))


def _blocks(text: str) -> Iterator[Span]:
    """Letters and statements that a story sets in deeper than its own lines; its own paragraphs are prose."""
    for match in LED.finditer(text):
        margin, lead = match.groups()
        if not LEADING.search(lead):
            continue
        lines = text[match.end() : match.end() + LONGEST_BLOCK + 1].splitlines(keepends=True)
        size = _set_in(lines, len(margin.expandtabs()))
        block = "".join(lines[:size])
        if size < len(lines) and block.strip() and not REPORTED.search(block):
            yield match.end(), match.end() + len(block.rstrip())


def _set_in(lines: Sequence[str], margin: int) -> int:
    """How many lines there are up to the first that is not set in deeper than `margin` columns, nor marked by ">"."""
    for number, line in enumerate(lines):
        column = len(line.expandtabs()) - len(line.expandtabs().lstrip())
        if line.strip() and not line.lstrip().startswith(">") and column <= margin + 1:
            return number
    return len(lines)


def _unclosed(text: str, inner: int, following: int) -> Iterator[Span]:
    """What a mark opens that nothing closes before the next, `following`: the rest of its paragraph, if it is speech.

    A mark that somebody forgot to close, or typed once too often, must not make the prose behind it a quotation: what
    is long is one only where the next paragraph goes on with it, and no reporter speaks in it.
    """
    end = text.find("\n", inner, min(following, inner + LONGEST))
    end = end if end >= 0 else min(following, inner + LONGEST)
    goes_on = end < inner + LONGEST and following < len(text) and not text[end : min(following, end + 9)].strip()
    reported = REPORTED.search(text, inner, end)
    if reported and end - inner <= LONGEST_UNCLOSED:  # speech up to the clause that tells whose it is
        end = max(text.rfind(mark, inner, reported.start()) for mark in ",.!?") + 1
    if inner < end and (end - inner <= LONGEST_UNCLOSED or (goes_on and not reported)):
        yield inner, end


def _same_kind(ours: str, theirs: str) -> bool:
    if ours in CORNERS:
        return theirs in (ours, CORNERS[ours])
    return any(ours in kind and theirs in kind for kind in (DOUBLE, ANGLED, SINGLE))


def _directions(text: str, mark: str, start: int, end: int, waiting: _Open | None) -> tuple[bool, bool]:
    """Whether a mark can open, and can close what waits: by its form, else by the spaces around it."""
    before, after = text[start - 1 : start], text[end : end + 1]
    left = not before or before.isspace() or before in "([{\u2014\u2013-/"
    right = not after or not after.isalnum()
    if mark in CORNERS or mark in CORNERS.values():
        return mark in CORNERS, mark not in CORNERS
    if mark in SINGLE:
        return left and (after.isalnum() or after == "["), _closes_singly(text, start, end)
    if mark == "``" or mark in "\u201e\u201f":
        return True, False
    if mark == "\u201c":  # closes in German what a low mark opened
        low = waiting is not None and waiting.mark in "\u201e\u201d"
        mistyped = waiting is not None and before in ENDINGS and (not after or after.isspace())
        return not (low or mistyped), low or mistyped
    if mark in ANGLED and waiting is not None:
        return mark == waiting.mark, mark != waiting.mark
    if mark == "\u201d" and waiting is not None:
        return False, True
    if left and right and before and after:  # spaces on both sides: whatever is due
        return waiting is None and after != "\n", waiting is not None and before != "\n"
    return left, not left or (right and not after.strip())


def _closes_singly(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    if not before or before.isspace() or after.isalnum():
        return False
    if before in ENDINGS or after in ENDINGS or not after or after == "\n":
        return True
    if before != "s":
        return True
    # the players' own words: a mark behind a plural is an apostrophe when a better one comes
    rest = text[end : end + 300].partition("\n")[0]
    return not re.search("[.,!?\u2026]['\u2019]", rest)


def _quotes_singly(text: str) -> bool:
    """Whether a text sets speech between single marks: some close behind a comma or stop, and few are double."""
    closed = len(re.findall("[.,!?\u2026]['\u2018\u2019](?![\\w'\u2019])", text))
    doubled = sum(text.count(mark) for mark in DOUBLE if mark != "''")
    return closed > 0 and closed * 2 >= doubled


def _posts(text: str) -> Iterator[Span]:
    """What stands on a line before, or over, the author's name and the date, if no reporter speaks in it."""
    for match in POST.finditer(text):
        floor = max(0, match.start() - LEAD)
        ends = floor + len(text[floor : match.start()].rstrip())  # the author may have a line of his own
        line = text.rfind("\n", floor, ends)
        begin = line + 1 if line >= 0 else floor
        if not REPORTED.search(text, begin, match.start()):
            yield begin, match.start()
