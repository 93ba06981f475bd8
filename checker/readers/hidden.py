"""Which elements of a page a reader does not see: by tag, by attribute, by style.

Of style sheets inside the page, rules with a plain selector (a tag, a class, an id, or a tag with one) are
followed; files of style are never fetched. A page hides much that is honest (menus, text for screen readers):
`hidden` says no more than that the eye does not find it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

UNSEEN = frozenset(("template", "noscript", "noembed", "noframes", "iframe", "datalist", "object"))
"""Elements whose text a browser that runs scripts never shows."""
BRACE = re.compile(r"[{}]")
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
ON_SCREEN = re.compile(r"@media\s+(?:screen|all)")
SELECTOR = re.compile(r"(?:[a-z][a-z0-9-]*)?(?:[.#][\w-]+)?\Z")
NUMBER = re.compile(r"-?\d*\.?\d+")
FAR = -900.0
"""Text this far to the left or above is off the page, in whatever unit."""
NOT_A_NUMBER = 1.0
MOST_STYLE = 1_000_000
"""Characters of style that are read of one page."""
MOST_DECLARATIONS = 5_000


class Sheet:
    """The rules of a page's own style sheets that hide something."""

    def __init__(self) -> None:
        self._selectors: set[str] = set()
        self._read = 0

    def read(self, style: str) -> None:
        """Take in the text of one `style` element."""
        style = style[: max(0, MOST_STYLE - self._read)]
        self._read += len(style)
        for selectors, declarations in _rules(COMMENT.sub(" ", style)):
            if hides(declarations):
                for selector in selectors.split(","):
                    name = selector.strip()
                    if name and SELECTOR.match(name):
                        self._selectors.add(name)

    def hides(self, tag: str, id: str, classes: str) -> bool:
        """Whether a rule hides an element of this tag, id and classes."""
        if not self._selectors:
            return False
        names = [f".{name}" for name in classes.split()] + ([f"#{id}"] if id else [])
        return tag in self._selectors or any(name in self._selectors or tag + name in self._selectors for name in names)


def _rules(style: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a screen without condition; others are passed over."""
    depth, skipping, start, selectors = 0, 0, 0, ""
    for brace in BRACE.finditer(style):
        before = style[start : brace.start()]
        start = brace.end()
        if brace[0] == "{":
            depth += 1
            selectors = before.rpartition(";")[2].strip()
            if not skipping and "@" in selectors and not ON_SCREEN.fullmatch(selectors):
                skipping = depth
        else:
            if not skipping and selectors and "@" not in selectors:
                yield selectors, before
            selectors = ""
            skipping = 0 if depth <= skipping else skipping
            depth = max(0, depth - 1)


def is_hidden(tag: str, attributes: Iterable[tuple[str, str | None]], sheet: Sheet) -> bool:
    """Whether an element hides what is in it."""
    if tag in UNSEEN:
        return True
    values = dict(attributes)
    if "hidden" in values or (tag == "dialog" and "open" not in values):
        return True
    style = values.get("style")
    if style and hides(style):
        return True
    return sheet.hides(tag, values.get("id") or "", values.get("class") or "")


def hides(declarations: str) -> bool:
    """Whether these declarations of CSS keep text from a reader's eye."""
    rules: dict[str, str] = {}
    for declaration in declarations[:MOST_DECLARATIONS].split(";"):
        name, _, value = declaration.partition(":")
        rules[name.strip().lower()] = value.strip().lower().removesuffix("!important").strip()
    if rules.get("display") == "none" or rules.get("visibility") in ("hidden", "collapse"):
        return True
    if any(
        rules.get(name) in ("0", "0px", "0em", "0%", "0.0", ".0", "0pt", "0rem") for name in ("opacity", "font-size")
    ):
        return True
    if rules.get("color") == "transparent" or _same_colour(rules):
        return True
    if any(_number(rules.get(name, "")) <= FAR for name in ("left", "top", "text-indent", "margin-left")):
        return True
    clipped = rules.get("clip", "").replace(" ", "").startswith(("rect(0", "rect(1px"))
    none_left = rules.get("clip-path", "").replace(" ", "") in ("inset(50%)", "inset(100%)", "circle(0)")
    flat = rules.get("overflow") == "hidden" and any(
        rules.get(side) in ("0", "0px") for side in ("height", "max-height")
    )
    return clipped or none_left or flat


def _same_colour(rules: dict[str, str]) -> bool:
    colour = rules.get("color", "")
    return bool(colour) and colour in (rules.get("background-color"), rules.get("background"))


def _number(value: str) -> float:
    found = NUMBER.match(value)
    return float(found[0]) if found else NOT_A_NUMBER
