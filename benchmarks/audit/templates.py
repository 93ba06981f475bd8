"""Real news pages with a hole where their article stood: everything else of a page, its markup and furniture, stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.accuracy.data import lines

FILE = "pages/pages.jsonl.gz"
MARK = "wirecheck-builder-hole"
WORD = re.compile(r"\w+")
HOLDS = 0.8
"""The article's element is the innermost that holds this share of the words that a person wrote out."""
OF_BODY = 0.5
"""A child of it is body, and not furniture, when this share of its words are the body's."""
LARGEST = 400_000
"""Characters of a template; a page of a megabyte holds scripts, and is no usual one."""


@dataclass(frozen=True, slots=True)
class Template:
    """What stands before an article and what behind it."""

    before: str
    behind: str


def templates(folder: Path) -> list[Template]:
    """The pages of the evaluation data as templates; those are left out in which the article cannot be told."""
    return list(_templates(folder))


def _templates(folder: Path) -> Iterator[Template]:
    for page in lines(folder / FILE):
        if len(page["html"]) > LARGEST:
            continue
        tree = LexborHTMLParser(page["html"])
        if tree.body is None or not _emptied(tree.body, _words(page["text"])):
            continue
        before, hole, behind = (tree.html or "").partition(f"<div>{MARK}</div>")
        if hole:
            yield Template(before, behind)


def _emptied(body: LexborNode, article: Counter[str]) -> bool:
    """Whether the article was found, and a mark put in its place."""
    node = body
    while inner := next((child for child in node.iter() if _held(child, article) >= HOLDS * article.total()), None):
        node = inner
    ours = [child for child in node.iter() if _is_body(child, article)]
    if not ours:
        return False
    for child in ours[1:]:
        child.decompose()
    hole = LexborHTMLParser(f"<div>{MARK}</div>").css_first("div")
    if hole is None:
        return False
    ours[0].replace_with(hole)
    return True


def _is_body(node: LexborNode, article: Counter[str]) -> bool:
    found = _words(node.text(deep=True))
    return (
        node.tag not in ("script", "style") and found.total() > 3 and _common(found, article) >= OF_BODY * found.total()
    )


def _held(node: LexborNode, article: Counter[str]) -> int:
    return _common(_words(node.text(deep=True)), article)


def _common(one: Counter[str], other: Counter[str]) -> int:
    return (one & other).total()


def _words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.lower()))
