"""The body of an item, XHTML, NITF or any other markup within XML, to running text that leads back to the file."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Iterable

from checker.readers.elements import INLINE as HTML_INLINE
from checker.readers.elements import names
from checker.readers.encoding import decode, is_binary
from checker.readers.offsets import TextBuilder
from checker.readers.prose import is_prose
from checker.readers.wire.control import copy_of
from checker.readers.wire.flow import Flow, Piece
from checker.readers.wire.items import running
from checker.readers.wire.markup import read_markup
from checker.readers.wire.xmltree import Element, Text, Tree

INLINE = HTML_INLINE | names(
    "chron city classifier copyrite copyrite.holder copyrite.year country denom event frac frac-sep function "
    "keyword lang location money name.family name.given numer num object.title org person postaddr pronounce region "
    "sep state sublocation virtloc alt-code strike span font"
)
"""Elements within a sentence, of HTML and of NITF (NITF 3.6, https://iptc.org/standards/nitf/)."""
BLOCKS = names(
    "p div block hl1 hl2 h1 h2 h3 h4 h5 h6 br hr ul ol li dl dt dd table tr caption pre section article blockquote bq "
    "nitf-table body body.content html media note fn"
)
CELLS = frozenset(("td", "th"))
LEFT_OUT = names(
    "script style head header body.head body.end media media-caption media-producer media-reference caption figcaption "
    "tagline ed-msg credit nitf-table-metadata aside video audio object iframe"
)
"""Elements that hold no copy, or copy that stands elsewhere: pictures and what is said of them, signatures."""
NOT_COPY = re.compile(
    r"\b(?:notepad|np-public|np-nonpublic|editorial-?notes?|notetoeditors|slugline|publicationDate)\b"
)
NOTES = frozenset(("editorsnote", "editornote", "std", "publishable", "endnote"))
MARKUP = re.compile(
    r"</?(?:p|br|div|span|b|i|u|em|strong|h[1-6]|ul|ol|li|table|tr|td|a|hr|blockquote|figure|section|pre|img)\b[^<>]{0,400}>",
    re.IGNORECASE,
)
SHORTCODE = re.compile(
    r"\[/?(?:caption|dropcap|gallery|embed|audio|video|playlist|pullquote|(?:vc|et_pb|su)_\w{1,40})(?:\s[^\[\]<>]{0,300})?/?\]"
)
"""WordPress puts in them what is no text (https://codex.wordpress.org/Shortcode)."""
PARAGRAPHED = re.compile(r"<(?:p|br)\b", re.IGNORECASE)
CODES = re.compile(SHORTCODE.pattern + r"|\n[ \t\r]*\n")
MEANT = {"[caption": "<figcaption>", "[/caption": "</figcaption>"}
ESCAPED = re.compile(r"&lt;/?[A-Za-z]|&#60;|<!\[CDATA\[")
BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
MIXED = re.compile(r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).*")
LEAST_ENCODED = 60
"""Characters; no language has words of that length."""
EMPTY = re.compile(r"\n[ \t\r]*\n")
INDENTED = re.compile(r"\n(?=[ \t]{2,}\S)|\n[ \t\r]*\n")
LINE = re.compile(r"\n")


def text_of(tree: Tree, elements: Iterable[Element]) -> TextBuilder:
    """The copy in these elements, paragraph by paragraph."""
    flow = Flow(tree.budget)
    for element in elements:
        flow.end_paragraph()
        if encoded(tree, element, flow):
            continue
        if is_plain(element):
            escaped(tree, element, flow)
        else:
            marked_up(tree, element, flow, left_out)
    return flow.joined(copy_of(flow.texts()))


def encoded(tree: Tree, element: Element, flow: Flow) -> bool:
    """Take the text of an element that holds it in base64 (RFC 4648); whether it does, by the shape of its characters.

    What is no text once it is decoded, a picture say, is passed over. Its words lead back to the element as a whole.
    """
    holder = element
    while len(inside := list(holder.children())) == 1:  # NewsML 1.2 has an element Encoding around or within it
        holder = inside[0]
    if inside:
        return False
    inner = [node for node in holder.content if isinstance(node, Text)]
    characters = "".join("".join(tree.source[node.start : node.end] for node in inner).split())
    if len(characters) < LEAST_ENCODED or not BASE64.fullmatch(characters):
        return False
    try:
        raw = b64decode(characters, validate=True)
    except ValueError:
        return False
    text = "" if is_binary(raw) else running(decode(raw).text)
    if not is_prose(text) and not MIXED.fullmatch(characters):
        return False
    for line in text.splitlines():
        flow.end_paragraph()
        flow.take(" ".join(line.split()) + " ", inner[0].start, inner[-1].end)
    return True


def all_of(tree: Tree) -> TextBuilder:
    """Everything that a file says between its tags, in XML of which nobody knows what is copy."""
    flow = Flow(tree.budget)
    marked_up(tree, tree.root, flow, lambda _: False)
    return flow.joined()


def is_plain(element: Element) -> bool:
    """Whether nothing but characters stand in an element."""
    return not any(isinstance(node, Element) for node in element.content)


def escaped(tree: Tree, element: Element, flow: Flow) -> None:
    """An element without others in it: HTML that was escaped, or plain text whose paragraphs blank lines divide."""
    tree.budget.spend(tree.source.count("&", element.start, element.end))
    pieces = list(tree.pieces(element))
    text = "".join(piece[0] for piece in pieces)
    if MARKUP.search(text) or SHORTCODE.search(text):
        read_markup(_without_codes(pieces, text), flow)
        return
    for node in element.content:
        if isinstance(node, Text):
            _plain(tree, node, flow, _ends(text))


def _without_codes(pieces: list[Piece], text: str) -> list[Piece]:
    """WordPress's own marks as HTML: shortcodes, and empty lines where these divide the paragraphs of a post."""
    codes = SHORTCODE if PARAGRAPHED.search(text) else CODES
    if not codes.search(text):
        return pieces
    out: list[Piece] = []
    for words, start, end in pieces:
        reached = 0
        for code in codes.finditer(words) if len(words) == end - start else ():
            low, high = code.span()
            mark = "<p>" if code[0][0] == "\n" else MEANT.get(code[0].split(" ")[0].rstrip("]"), "")
            out.append((words[reached:low], start + reached, start + low))
            out.append((mark, start + low, start + high))
            reached = high
        out.append((words[reached:], start + reached if reached else start, end))
    return [piece for piece in out if piece[0]]


def _ends(text: str, otherwise: re.Pattern[str] = EMPTY) -> re.Pattern[str]:
    """What ends a paragraph in plain text: an empty line, or the indentation of some lines but not of all."""
    if 0 < len(INDENTED.findall(text)) < 0.8 * text.count("\n"):
        return INDENTED
    return EMPTY if EMPTY.search(text) else otherwise


def _plain(tree: Tree, node: Text, flow: Flow, ends: re.Pattern[str]) -> None:
    for text, start, end in tree.characters(node, twice=True):
        reached = 0
        if len(text) == end - start and text[0] != "&":
            for gap in ends.finditer(text):
                flow.take(text[reached : gap.start()], start + reached, start + gap.start())
                flow.end_paragraph()
                reached = gap.end()
            flow.take(text[reached:], start + reached, end)
        else:
            flow.take(text, start, end)


def marked_up(tree: Tree, top: Element, flow: Flow, passed_over: Callable[[Element], bool]) -> None:
    """Everything below an element but what is passed over. Iterative: at any depth."""
    waiting: list[Element | Text | str] = [top] if is_plain(top) else list(reversed(top.content))
    kept = 0
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            kept -= node == "pre"
            flow.end_cell() if node in CELLS else flow.end_paragraph()
        elif isinstance(node, Text):
            if kept:
                _plain(tree, node, flow, _ends(tree.source[node.start : node.end], LINE))
            else:
                for piece in tree.characters(node, twice=True):
                    flow.take(*piece)
        elif passed_over(node):
            flow.end_paragraph()
        elif is_plain(node) and ESCAPED.search(tree.source, node.start, node.end):
            flow.end_paragraph()
            escaped(tree, node, flow)
            flow.end_paragraph()
        else:
            if node.name in CELLS:
                flow.end_cell()
                waiting.append(node.name)
            elif node.name in BLOCKS or (node.name.lower() not in INLINE and not is_phrase(tree, node)):
                flow.end_paragraph()
                waiting.append(node.name)
                kept += node.name == "pre"
            waiting.extend(reversed(node.content))


def is_phrase(tree: Tree, element: Element) -> bool:
    """Whether an element that nobody knows holds a few words and nothing else, as those within sentences do."""
    if not is_plain(element) or element.name in BLOCKS:
        return False
    before = tree.source[max(0, element.start - 1) : element.start]
    after = tree.source[element.end : element.end + 1]
    return before not in (">", "\n", "") and after not in ("<", "\n", "\r", "")


def left_out(element: Element) -> bool:
    """Whether what stands in an element is no copy."""
    if element.name in LEFT_OUT:
        return True
    if element.name == "note" and (element.get("noteType") or element.get("noteClass")).lower() in NOTES:
        return True
    return bool(NOT_COPY.search(element.attributes.get("class", "")))
