"""The blocks of Markdown (CommonMark 0.31.2, 4 and 5): what each line is, settled as it comes.

Leniently, where the rules are long: a stray mark between words harms less than a word that is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from checker.readers.inline import TAG, normal

ENDING = re.compile(r"\r\n|[\r\n]")
QUOTE = re.compile(r"[ \t]*>[ \t]?")
BULLET = re.compile(r"[ \t]*[-+*](?:[ \t]{1,4}(?![ \t])(?:\[[ xX]\][ \t]+)?|[ \t]|$)")
NUMBER = re.compile(r"[ \t]*\d{1,9}[.)][ \t]+")
NUMBERED_CODE = re.compile(r"[ \t]*\d{1,9}[.)][ \t]{5}")
RULE = re.compile(r"[ \t]*(?:(?:-[ \t]*)+|=+[ \t]*|(?:_[ \t]*){3,}|(?:\*[ \t]*){3,})$")
ALIGNED = re.compile(r"[ \t]*(?:\|[ \t]*)?:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
FENCE = re.compile(r"[ \t]*(?:(`{3,})[^`]*|(~{3,}).*)$")
HEADING = re.compile(r"[ \t]{0,3}#{1,6}(?:[ \t]+|$)")
CLOSING = re.compile(r"(?:^|[ \t])#+[ \t]*$")
DEFINITION = re.compile(
    r"[ ]{0,3}\[(?!\^)((?:[^\[\]\\]|\\.){1,999})\]:[ \t]*(?:<[^<>]*>|[^\s<]\S*)"
    r"(?:[ \t]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\)))?[ \t]*$"
)
BLOCK_TAG = re.compile(
    r"[ ]{0,3}(?:</?(?:address|article|aside|base|blockquote|body|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    r"|fieldset|figcaption|figure|footer|form|frame|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|nav|ol"
    r"|p|param|pre|search|section|summary|table|tbody|td|textarea|tfoot|th|thead|title|tr|track|ul)(?=[\s/>]|$)|<!--)",
    re.IGNORECASE,
)
LONE_TAG = re.compile(rf"[ ]{{0,3}}(?:{TAG})[ \t]*$")
UNSEEN = re.compile(r"[ ]{0,3}<(!--|script(?=[\s>])|style(?=[\s>]))", re.IGNORECASE)

Span = tuple[int, int]


@dataclass(slots=True)
class Block:
    """A heading, a paragraph, a piece of code, of HTML or a row: the spans of its lines, stripped."""

    kind: str
    lines: list[Span] = field(default_factory=list)


class Reader:
    """From the first line to the last. What a line is depends on few things, and is settled at once."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.blocks: list[Block] = []
        self.labels: set[str] = set()
        self.block: Block | None = None
        self.fence = ""
        self.quoted = False
        self.list_indent = 0
        self.after_blank = True
        self.after_quote = False
        self.skip = 0
        self.unclosed: set[str] = set()

    def run(self, at: int, limit: int) -> None:
        """Divide the text from `at` to `limit` into blocks."""
        while at < limit:
            ending = ENDING.search(self.text, at, limit)
            end = ending.start() if ending else limit
            if end > self.skip or self.skip == 0:
                self._line(max(at, self.skip), end)
            at = ending.end() if ending else limit

    def _line(self, start: int, end: int) -> None:
        text = self.text
        if self.fence:
            self._fenced(start, end)
            return
        begin, quoted = self._contained(start, end)
        if quoted and not self.after_quote:
            self.block = None
        # a paragraph in a quotation goes on without its mark
        self.after_quote = quoted or (self.after_quote and self.block is not None)
        line = text[begin:end]
        if not line.strip():
            self._blank(begin > start)
            return
        if self.after_blank and begin == start and line[0] not in " \t" and not NUMBER.match(line):
            self.list_indent = 0
        if self.block and self.block.kind == "html":
            self._add("html", begin, end)
        elif self._is_code(line, begin > start):
            self._add("code", begin, end)
        elif fence := FENCE.match(line):
            self.fence, self.quoted = fence[1] or fence[2], quoted
            self.block = Block("code")
            self.blocks.append(self.block)
        elif self._is_drawn(line) or self._is_definition(line):
            pass
        elif found := UNSEEN.match(line):
            self._unseen(found[1].lower(), begin, end)
        elif BLOCK_TAG.match(line) or (self.block is None and LONE_TAG.match(line)):
            self.block = None
            self._add("html", begin, end)
        else:
            self._words(line, begin, end)
        self.after_blank = False

    def _words(self, line: str, begin: int, end: int) -> None:
        if found := HEADING.match(line):
            closing = CLOSING.search(line, found.end())
            self.block = None
            self._add("heading", begin + found.end(), begin + closing.start() if closing else end)
            self.block = None
        elif self.block and self.block.kind == "row":
            self.block = None
            self._add("row", begin, end)
        else:
            self._add("text", begin, end)

    def _contained(self, start: int, end: int) -> tuple[int, bool]:
        """Where a line begins behind the marks of quotations and lists, and whether it is in a quotation."""
        quoted = False
        line = self.text[start:end]
        if (self.block and self.block.kind == "html") or self._is_code(line, False):
            return start, quoted
        while True:
            if found := QUOTE.match(self.text, start, end):
                quoted = True
            elif RULE.match(self.text, start, end):
                return start, quoted
            elif found := BULLET.match(self.text, start, end):
                self.list_indent = self._width(found[0].rpartition("[")[0] or found[0])
                self.block = None if not self.block or self.block.kind != "html" else self.block
            else:
                break
            if self.block and self.block.kind in ("code", "row") and not quoted:
                self.block = None
            start = found.end()
        if found := NUMBER.match(self.text, start, end):
            # the number stays: it may be a word, and people see it
            ended = self.after_blank or self.list_indent or int(found[0].strip()[:-1]) == 1
            if ended or (self.block and self.block.kind == "code"):
                self.block = None
            self.list_indent = self._width(found[0])
        return start, quoted

    def _blank(self, contained: bool) -> None:
        if self.block and self.block.kind != "code":
            self.block = None
        self.after_blank = not contained

    @staticmethod
    def _width(text: str) -> int:
        return len(text.expandtabs(4))

    def _is_code(self, line: str, contained: bool) -> bool:
        """An indented line is code unless it goes on with a paragraph; within a list it is indented further."""
        indent = self._width(line) - self._width(line.lstrip())
        base = 0 if contained else self.list_indent
        return (indent >= base + 4 and (self.block is None or self.block.kind in ("code", "row"))) or bool(
            NUMBERED_CODE.match(line)
        )

    def _is_drawn(self, line: str) -> bool:
        """Rules, underlines of headings, and the line below the head of a table."""
        last = self.text[slice(*self.block.lines[-1])] if self.block and self.block.lines else ""
        if self.block and self.block.kind == "text" and ALIGNED.match(line) and 0 < _cells(last) == _cells(line):
            head = Block("row", [self.block.lines.pop()])
            if not self.block.lines:
                self.blocks.pop()
            self.blocks.append(head)
            self.block = head
            return True
        if RULE.match(line):
            if self.block and self.block.kind == "text" and line.strip()[0] in "=-" and len(set(line.strip())) == 1:
                self.block.kind = "heading"
            self.block = None
            return True
        return False

    def _is_definition(self, line: str) -> bool:
        """The address of links elsewhere; it cannot stand within a paragraph."""
        found = DEFINITION.match(line) if self.block is None else None
        if found:
            self.labels.add(normal(found[1]))
        return bool(found)

    def _unseen(self, kind: str, begin: int, end: int) -> None:
        """A comment or a script, up to its end; one without an end is words."""
        mark = "-->" if kind == "!--" else f"</{kind}>"
        at = -1
        if mark not in self.unclosed:
            found = re.compile(re.escape(mark), re.IGNORECASE).search(self.text, begin)
            at = found.end() if found else -1
        if at < 0:
            self.unclosed.add(mark)
            self._add("text", begin, end)
            return
        self.skip = at
        self.block = None
        if at < end:
            self._add("html", at, end)

    def _fenced(self, start: int, end: int) -> None:
        if self.quoted:
            quote = QUOTE.match(self.text, start, end)
            if not quote:
                self.fence, self.block = "", None
                self._line(start, end)
                return
            start = quote.end()
        line = self.text[start:end].strip()
        if len(line) >= len(self.fence) and not line.strip(self.fence[0]):
            self.fence, self.block = "", None
        else:
            self._add("code", start, end)

    def _add(self, kind: str, start: int, end: int) -> None:
        if self.block is None or self.block.kind != kind:
            self.block = Block(kind)
            self.blocks.append(self.block)
        line = self.text[start:end]
        left = len(line) - len(line.lstrip())
        if left < len(line):
            self.block.lines.append((start + left, start + len(line.rstrip())))


def _cells(row: str) -> int:
    """How many cells a row of a table has; 0 for a line without bars."""
    inner = row.strip().replace("\\|", "").removeprefix("|").removesuffix("|")
    return inner.count("|") + 1 if "|" in row else 0
