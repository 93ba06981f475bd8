"""How every element of a page looks by all rules of its own sheets, whatever their selectors.

It costs a tree of the page and a search for every rule, so it is asked for only of pages on which hidden and visible
words, or the words of many elements, take turns.
"""

from __future__ import annotations

from turbohtml import Element, parse
from turbohtml.query import SelectorSyntaxError

from checker.readers.css import Said, cascade, parse_declarations, read_rules, specificity
from checker.readers.hidden import Look, judge_look
from checker.readers.tokens import lines_of

MOST_WORK = 30_000_000
"""Elements times rules; what is beyond is left to the other ways of reading a page."""
MOST_STYLE = 1_000_000
CONCEALED = "[hidden], [popover], dialog:not([open])"


def find_looks(source: str, sheets: list[str]) -> dict[int, Look]:
    """The looks of the elements of a page that any rule or attribute says something of, by where their tags begin.

    `sheets` are the texts of the sheets that hold on a screen. Raises nothing.
    """
    tree = parse(source)
    lines = lines_of(source)
    said: dict[int, list[Said]] = {}
    elements: dict[int, Element] = {}

    def place(element: Element) -> int:
        position = element.position
        if position is None or position[0] > len(lines):
            return -1
        at = lines[position[0] - 1] + position[1]
        elements[at] = element
        return at

    budget = MOST_WORK // max(1, source.count("<"))
    number = 0
    for sheet in sheets:
        for selectors, text in read_rules(sheet[:MOST_STYLE]):
            declarations = parse_declarations(text)
            if not declarations:
                continue
            for selector in _split(selectors):
                number += 1
                if number > budget:
                    break
                try:
                    found = tree.select(selector)
                except (SelectorSyntaxError, ValueError, RecursionError):
                    continue
                strength = specificity(selector)
                for element in found:
                    said.setdefault(place(element), []).append((strength, number, declarations))
    concealed = {place(element) for element in tree.select(CONCEALED)}
    styled = {place(element) for element in tree.select("[style]")}
    looks = {}
    for at in said.keys() | concealed | styled:
        if at < 0:
            continue
        element = elements[at]
        style = element.attrs.get("style")
        inline = parse_declarations(style) if isinstance(style, str) else []
        looks[at] = judge_look(element.tag, cascade(said.get(at, ()), inline), at in concealed)
    return looks


def _split(selectors: str) -> list[str]:
    """The selectors of a list; commas within brackets are their own."""
    out, depth, start = [], 0, 0
    for at, character in enumerate(selectors[:10_000]):
        if character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth <= 0:
            out.append(selectors[start:at])
            start = at + 1
    out.append(selectors[start:])
    return [selector for selector in map(str.strip, out) if selector]
