"""What style sheets and `style` attributes say, as far as it tells what a reader sees.

Rules of CSS (https://www.w3.org/TR/css-syntax-3/, css-cascade-5, css-nesting-1) that hold on a screen of usual size;
files of style are never fetched. Linear in the length of the style, whatever it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checker.readers.elements import names

COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
FEATURE = re.compile(r"\(\s*(min-|max-)?(device-)?(width|height)\s*(:|>=|<=|>|<)\s*(\d*\.?\d+)\s*(px|em|rem)?\s*\)")
SIZES = {"width": 1280.0, "height": 800.0}
"""The screen that conditions are asked about, in pixels of CSS."""
EM = 16.0
MOST_DECLARATIONS = 5_000
MOST_NESTING = 50
TOLD = names(
    "display visibility opacity font-size font color background-color background position left top right bottom inset "
    "text-indent margin-left margin-top width max-width height max-height overflow overflow-x overflow-y clip "
    "clip-path transform scale zoom filter content-visibility float -webkit-text-fill-color"
)
"""Properties by which a page hides text or shows it."""
SIMPLE = re.compile(r"(?:[a-z][a-z0-9-]*|\*)?(?:[.#][\w-]+)?\Z")
"""A tag, a class, an id, or a tag with one of these."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property of a rule and its value, in lower case."""

    name: str
    value: str
    important: bool


def parse_declarations(text: str) -> list[Declaration]:
    """The declarations of a block that say something of what is seen, in order."""
    found = []
    if "/*" in text:
        text = COMMENT.sub(" ", text)
    for declaration in text.split(";", MOST_DECLARATIONS)[:MOST_DECLARATIONS]:
        name, _, value = declaration.partition(":")
        name = name.strip().lower()
        if name in TOLD:
            value = value.strip().lower()
            bare, mark, _ = value.rpartition("!")
            important = bool(mark)
            found.append(Declaration(name, bare.strip() if important else value, important))
    return found


def read_rules(style: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules of a sheet that hold on a screen; nested ones with whole selectors."""
    open_rules: list[str] = []  # of each open brace the selector that its declarations are for, "" for none
    holding: dict[str, bool] = {}
    skipping = 0
    style = COMMENT.sub(" ", style) if "/*" in style else style
    stretches = style.split("}")  # faster than to look for each brace
    for number, stretch in enumerate(stretches, 1):
        *opened, last = stretch.split("{")
        for before in opened:
            outer = open_rules[-1] if open_rules else ""
            declared, _, prelude = before.rpartition(";")
            prelude = prelude.strip()
            if declared and outer and not skipping:
                yield outer, declared
            if prelude.startswith("@"):
                open_rules.append(outer)
                if not skipping and prelude not in holding:
                    holding[prelude] = _holds(prelude)
                skipping += bool(skipping) or not holding[prelude]
            else:
                if outer:
                    prelude = _nested(outer, prelude)
                open_rules.append(prelude if len(open_rules) < MOST_NESTING else "")
                skipping += bool(skipping)
        if open_rules and number < len(stretches):
            outer = open_rules.pop()
            if outer and not skipping:
                yield outer, last
            skipping -= bool(skipping)


def _nested(outer: str, inner: str) -> str:
    if not outer:
        return inner
    if len(outer) + len(inner) > 2_000 or "," in outer:
        return ""
    return ", ".join(
        one.replace("&", outer) if "&" in one else f"{outer} {one}" for one in map(str.strip, inner.split(","))
    )


def _holds(prelude: str) -> bool:
    """Whether what an at-rule encloses holds on a screen."""
    name, _, condition = prelude[1:].partition(" ")
    name, _, rest = name.partition("(")
    name = name.lower()
    if name == "media":
        return is_for_screen(f"({rest} {condition}" if rest else condition)
    if name == "supports":
        return not condition.strip().lower().startswith("not")
    return name in ("layer", "scope")


def is_for_screen(queries: str) -> bool:
    """Whether a list of media queries holds on a screen of usual size; what is not understood does not."""
    return not queries.strip() or any(map(_query_holds, queries.lower().split(",")))


def _query_holds(query: str) -> bool:
    query = query.strip()
    denied = query.startswith("not ")
    query = query.removeprefix("not ").removeprefix("only ")
    return denied != all(map(_condition_holds, re.split(r"\s+and\s+", query)))


def _condition_holds(condition: str) -> bool:
    condition = condition.strip()
    if condition in ("all", "screen", "(orientation: landscape)", "(orientation:landscape)", "(hover: hover)"):
        return True
    found = FEATURE.fullmatch(condition)
    if not found:
        return False
    bound, _, side, sign, number, unit = found.groups()
    size = float(number) * (EM if unit in ("em", "rem") else 1)
    if bound:
        return SIZES[side] >= size if bound == "min-" else SIZES[side] <= size
    return {">=": SIZES[side] >= size, "<=": SIZES[side] <= size, ">": SIZES[side] > size, "<": SIZES[side] < size}.get(
        sign, SIZES[side] == size
    )


def specificity(selector: str) -> int:
    """How strongly a selector binds (selectors-4, 17), as one number."""
    ids = selector.count("#")
    classes = selector.count(".") + selector.count("[") + len(re.findall(r"(?<!:):(?!:)", selector))
    types = len(re.findall(r"(?:^|[\s>+~(])[a-z]", selector))
    return ids * 1_000_000 + classes * 1_000 + types


Said = tuple[int, int, list[Declaration]]
"""Of a rule: how strongly it binds, its number, its declarations."""


def cascade(said: Iterable[Said], inline: Iterable[Declaration] = ()) -> Mapping[str, str]:
    """What holds of all that is said of an element: the important first, then what binds more strongly, then the later.

    `inline` is what its own `style` attribute says.
    """
    won: dict[str, tuple[tuple[bool, int, int], str]] = {}
    listed = list(said)
    if inline:
        listed.append((1 << 40, 0, list(inline)))
    for strength, number, declarations in listed:
        for declaration in declarations:
            rank = (declaration.important, strength, number)
            if declaration.name not in won or rank >= won[declaration.name][0]:
                won[declaration.name] = (rank, declaration.value)
    return {name: value for name, (_, value) in won.items()}
