"""Feeds as another reader has them: the same entries, with the same titles and the same words."""

from __future__ import annotations

import io
import re
from pathlib import Path

import feedparser
import pytest

from checker.readers import Document, read
from checker.readers.wire.markup import plain_text

FOLDER = Path(__file__).with_name("formats") / "feeds"
FEEDS = sorted(path for path in FOLDER.iterdir() if path.suffix in (".atom", ".rdf", ".rss"))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_feedparser_sees_the_same_entries(path: Path) -> None:
    raw = path.read_bytes()
    ours = [entry for entry in read(path.name, io.BytesIO(raw)) if isinstance(entry, Document)]
    theirs = feedparser.parse(raw).entries  # bytes: it fetches what looks like an address
    assert len(ours) == len(theirs) > 0
    for mine, other in zip(ours, theirs, strict=True):
        assert words(mine.title) == words(plain_text(other.get("title", "")))
        body = other.content[0].value if "content" in other else other.get("summary", "")
        uncaptioned = re.sub(r"<figcaption>.*?</figcaption>", "", body)
        assert words(mine.text) == words(plain_text(uncaptioned))
