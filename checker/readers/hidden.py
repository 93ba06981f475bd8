"""Which elements of a page a reader does not see: by tag, by attribute, by style.

Of style sheets inside the page, rules with a plain selector (a tag, a class, an id, or a tag with one) are
followed for every page; all others where words that are seen and words that are not stand close together (`styles`).
A page hides much that is honest (menus, text for screen readers): `hidden` says no more than that the eye does not
find it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from checker.readers.css import EM, SIMPLE, Declaration, Said, cascade, parse_declarations, read_rules, specificity
from checker.readers.elements import INLINE, names

UNSEEN = names("template noscript noembed noframes iframe datalist rp canvas video audio meter progress")
"""Elements whose text a browser that runs scripts never shows."""
UNSEEN_FOREIGN = names(
    "desc metadata title annotation annotation-xml defs symbol clippath mask pattern marker lineargradient "
    "radialgradient filter style script"
)
"""Elements of drawings and formulas that are not drawn where they stand."""
LENGTH = re.compile(r"(-?\d*\.?\d+(?:e[+-]?\d+)?)\s*(%|[a-z]*)")
UNITS = {
    "": 1.0,
    "px": 1.0,
    "em": EM,
    "rem": EM,
    "ex": EM / 2,
    "ch": EM / 2,
    "pt": 4 / 3,
    "pc": EM,
    "in": 96.0,
    "cm": 37.8,
    "mm": 3.78,
    "vw": 12.8,
    "vh": 8.0,
    "vmin": 8.0,
    "vmax": 12.8,
    "%": 10.0,
}
"""Pixels of a length of one; of a share of something, as if that were a screen of a thousand."""
FAR = -900.0
"""Text that many pixels to the left or above is off the page."""
FAINT = 0.05
TINY = 1.2
"""Letters of no more pixels cannot be read."""
NARROW = 1.0
AT_ONCE = ("absolute", "fixed", "relative", "sticky")
CUT = ("hidden", "clip", "scroll", "auto")
SCALED = re.compile(
    r"(?:scale(?:3d|x|y)?\(\s*(?:0?\.0\d*|0)\s*[,)])|(?:matrix\(\s*0\s*,\s*0\s*,\s*0\s*,\s*0)|rotate[xy]\(\s*90deg"
)
MOVED = re.compile(r"translate(?:3d|x|y)?\(([^)]*)\)")
NOTHING_LEFT = re.compile(
    r"inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|circle\(\s*0|ellipse\(\s*0|polygon\(\s*0(?:px|%)?\s+0(?:px|%)?\s*(?:,\s*0(?:px|%)?\s+0(?:px|%)?\s*)*\)"
)
CLEAR_COLOUR = re.compile(r"transparent|#[0-9a-f]{3}0|#[0-9a-f]{6}00|(?:rgb|hsl)a?\([^)]*[,/]\s*0*(?:\.0+)?%?\s*\)")
WHITE = {"white": "#ffffff", "black": "#000000"}
MOST_STYLE = 1_000_000
"""Characters of style that are read of one page."""


VISIBILITY, SIZE, COLOUR, INDENT = 1, 2, 4, 8
"""Traits: ways of not being seen that an element hands on to those in it until they say otherwise; sets of them are
numbers."""


@dataclass(frozen=True, slots=True)
class Look:
    """How an element looks: whether nothing in it can be seen; which traits hide what is in it, and which it ends."""

    gone: bool = False
    hides: int = 0
    ends: int = 0
    flows: bool = False
    """Whether its own style sets it within a line."""


PLAIN = Look()
GONE = Look(gone=True)


HINTS = tuple(
    names("none visib opacity transparent clip scale translate matrix rotate zoom indent overflow rgba hsla content-v")
)
"""What the text of a rule that hides something mostly has in it; sizes and colours apart."""
SMALL = re.compile(r"size\s*:\s*(?:[01]?(?:\.\d|[^\d.])|[0-8]%)|font\s*:[^;]*[\s:][01]?(?:\.\d|[a-z/])")
NEGATIVE = re.compile(r"-\d\d|-\d[ev]")
LONGEST_HINTED = 20_000


class Sheet:
    """The rules of a page's own style sheets that a plain selector binds to an element."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._numbers: dict[str, list[int]] = {}
        """By selector: the numbers of its rules."""
        self._hides: dict[str, bool] = {}
        """By the text of a rule: whether it can hide something. Most rules of most sheets are for no element."""
        self._hiding: dict[str, bool] = {}
        """By selector: whether one of its rules can."""
        self._said: dict[str, list[Said]] = {}
        self._looks: dict[tuple[str, str, str, str, bool], Look] = {}
        self._read = 0

    def read(self, style: str) -> None:
        """Take in the text of one `style` element."""
        style = style[: max(0, MOST_STYLE - self._read)]
        self._read += len(style)
        for selectors, text in read_rules(style):
            for name in selectors.split(","):
                self._numbers.setdefault(name.strip(), []).append(len(self._texts))
            self._texts.append(text)
        for known in (self._hiding, self._said, self._looks):
            known.clear()

    def look(self, tag: str, attributes: Mapping[str, str | None]) -> Look:
        """How an element of this tag and these attributes looks."""
        concealed = tag == "dialog" and "open" not in attributes
        style = classes = id = ""
        if attributes:
            style = attributes.get("style") or ""
            classes, id = attributes.get("class") or "", attributes.get("id") or ""
            concealed = concealed or "hidden" in attributes or "popover" in attributes
        if not (style or concealed or self._texts):
            return PLAIN
        key = (tag, id, classes, style, concealed)
        look = self._looks.get(key)
        if look is None:
            look = self._judge(tag, id, classes, style, concealed)
            if len(self._looks) < 20_000 and len(style) < 1_000:
                self._looks[key] = look
        return look

    def _judge(self, tag: str, id: str, classes: str, style: str, concealed: bool) -> Look:
        keys = [tag, "*"] + ([f"#{id}", f"{tag}#{id}"] if id else [])
        for name in dict.fromkeys(classes.split()):
            keys += (f".{name}", f"{tag}.{name}")
        keys = [key for key in keys if key in self._numbers and SIMPLE.match(key)]
        inline = parse_declarations(style) if style else []
        if not (concealed or inline or any(map(self._is_hiding, keys))):
            return PLAIN
        return judge_look(tag, cascade((said for key in keys for said in self._said_by(key)), inline), concealed)

    def _is_hiding(self, key: str) -> bool:
        """Whether a rule of this selector can hide something."""
        hiding = self._hiding.get(key)
        if hiding is None:
            hiding = self._hiding[key] = any(self._can_hide(self._texts[number]) for number in self._numbers[key])
        return hiding

    def _can_hide(self, text: str) -> bool:
        hides = self._hides.get(text)
        if hides is None:
            hides = _hints(text[:LONGEST_HINTED].lower()) and may_hide(parse_declarations(text))
            self._hides[text] = hides
        return hides

    def _said_by(self, key: str) -> list[Said]:
        """What the rules of a selector say, of each property the last: many rules for many elements stay linear."""
        said = self._said.get(key)
        if said is None:
            strength = specificity(key)
            last: dict[tuple[str, bool], Said] = {}
            for number in self._numbers[key]:
                for declaration in parse_declarations(self._texts[number]):
                    last[declaration.name, declaration.important] = (strength, number, [declaration])
            said = self._said[key] = list(last.values())
        return said


def _hints(text: str) -> bool:
    """Whether a rule can be of those that hide something, at a glance."""
    for hint in HINTS:
        if hint in text:
            return True
    if "background" in text and text.count("color") > text.count("-color"):
        return True
    return NEGATIVE.search(text) is not None or ("font" in text and SMALL.search(text) is not None)


def may_hide(declarations: list[Declaration]) -> bool:
    """Whether a rule with these declarations can hide text, whatever else is said of its elements."""
    if not declarations:
        return False
    look = judge_look("div", {"position": "absolute", **{one.name: one.value for one in declarations}}, False)
    return look.gone or bool(look.hides)


def judge_look(tag: str, style: Mapping[str, str], concealed: bool) -> Look:
    """How an element with this style looks; `concealed` by an attribute unless its style says how it is displayed."""
    display = style.get("display", "none" if concealed else "")
    within = display.startswith("inline") or display == "contents" or style.get("float", "none") in ("left", "right")
    if not style:
        return GONE if concealed else PLAIN
    if display == "none":
        return GONE
    positioned = style.get("position") in AT_ONCE
    boxed = not (display == "inline" or (not display and tag in INLINE)) or style.get("position") in (
        "absolute",
        "fixed",
    )
    if _is_faint(style) or (positioned and _is_far(style)) or (boxed and _is_boxed_away(style)):
        return GONE
    if style.get("position") in ("absolute", "fixed") and style.get("clip", "").replace(" ", "").startswith(
        ("rect(0", "rect(1px")
    ):
        return GONE
    hides, ends = _traits(style, boxed)
    return Look(False, hides, ends, within)


def _traits(style: Mapping[str, str], boxed: bool) -> tuple[int, int]:
    hides = ends = 0
    if "visibility" in style:
        if style["visibility"] in ("hidden", "collapse"):
            hides |= VISIBILITY
        elif style["visibility"] != "inherit":
            ends |= VISIBILITY
    size = style.get("font-size") or _size_of_font(style.get("font", ""))
    if size:
        number, unit = _length(size)
        if number is not None and (
            number <= 0.08
            if unit in ("em", "ex", "ch")
            else number <= 8
            if unit == "%"
            else number * UNITS.get(unit, 1.0) <= TINY
        ):
            hides |= SIZE
        elif unit not in ("em", "ex", "ch", "%") and size not in ("inherit", "smaller", "larger"):
            ends |= SIZE
    colour = style.get("-webkit-text-fill-color") or style.get("color", "")
    if colour:
        if CLEAR_COLOUR.fullmatch(colour) or _is_on_itself(colour, style):
            hides |= COLOUR
        elif colour not in ("inherit", "currentcolor"):
            ends |= COLOUR
    if "text-indent" in style and boxed:
        indent = _pixels(style["text-indent"])
        if indent <= FAR or (indent >= -FAR and style.get("overflow") in CUT):
            hides |= INDENT
        else:
            ends |= INDENT
    return hides, ends


def _is_faint(style: Mapping[str, str]) -> bool:
    for value in (style.get("opacity", ""), _inside(style.get("filter", ""), "opacity(")):
        number, unit = _length(value)
        if number is not None and number <= (FAINT * 100 if unit == "%" else FAINT):
            return True
    return bool(NOTHING_LEFT.match(style.get("clip-path", "")))


def _is_far(style: Mapping[str, str]) -> bool:
    sides = [style.get(name, "") for name in ("left", "top", "right", "bottom")] + style.get("inset", "").split()
    return any(side and _pixels(side) <= FAR for side in sides)


def _is_boxed_away(style: Mapping[str, str]) -> bool:
    """Whether the box of an element, where it has one, has no room, no size or no place on the page."""
    if any(_pixels(style.get(name, "")) <= FAR for name in ("margin-left", "margin-top")):
        return True
    if style.get("content-visibility") == "hidden" or style.get("zoom") in ("0", "0%"):
        return True
    transform = style.get("transform", "")
    if style.get("scale", "").split(" ")[0] in ("0", "0%") or SCALED.search(transform):
        return True
    if any(_pixels(part) <= FAR for moved in MOVED.findall(transform) for part in moved.split(",")):
        return True
    if not any(style.get(name, "").split(" ")[0] in CUT for name in ("overflow", "overflow-x", "overflow-y")):
        return False
    for side in ("width", "max-width", "height", "max-height"):
        number, unit = _length(style.get(side, ""))
        if number is not None and number * UNITS.get(unit, 1.0) <= NARROW:
            return True
    return False


def _is_on_itself(colour: str, style: Mapping[str, str]) -> bool:
    ground = style.get("background-color") or style.get("background", "")
    return bool(ground) and _colour(colour) == _colour(ground)


def _colour(text: str) -> str:
    text = WHITE.get(text, text).replace(" ", "")
    return "#" + "".join(2 * letter for letter in text[1:]) if len(text) == 4 and text[0] == "#" else text


def _size_of_font(font: str) -> str:
    """The size within the shorthand `font`."""
    found = re.search(r"(?:^|\s)(\d*\.?\d+(?:px|em|rem|pt|%)?)\s*(?:/|\s)", font)
    return found[1] if found else ""


def _inside(value: str, call: str) -> str:
    return value.partition(call)[2].partition(")")[0]


def _length(value: str) -> tuple[float | None, str]:
    found = LENGTH.match(value)
    return (float(found[1]), found[2]) if found else (None, "")


def _pixels(value: str) -> float:
    """A length in pixels; of a sum the least of its terms, of a product its value; 0 when there is none."""
    if not value:
        return 0.0
    lengths = [float(number) * UNITS.get(unit, 1.0) for number, unit in LENGTH.findall(value[:100])]
    if not lengths:
        return 0.0
    if "*" in value:
        product = 1.0
        for length in lengths:
            product *= length
        return product
    return min(lengths)
