"""The stories that the passages were taken from, fetched from the index once more with all that is known of them."""

from __future__ import annotations

from collections.abc import Iterable

from checker.bundle.nouns import Exhibit, Story, StoryFacts
from checker.model import Match, SourcePassage
from fingerprints.index import ReadIndex, StoredWork


def stories_of(exhibits: Iterable[Exhibit], index: ReadIndex | None) -> tuple[Story, ...]:
    """The stories of the matches that the evidence is about, each once, in the order in which the pages have them.

    Of each that very revision whose text holds the passage where the report says. Without an index, or where it holds
    no such text any more, the story is there without its text. Raises the index's errors.
    """
    found: dict[tuple[str, str, int], Story] = {}
    for exhibit in exhibits:
        for number in exhibit.facts.matches:
            story = _story(exhibit.report.matches[number], index)
            found.setdefault((story.facts.id, story.facts.version, story.facts.revision), story)
    return tuple(found.values())


def _story(match: Match, index: ReadIndex | None) -> Story:
    source = match.source
    stored = _revision(source, index) if index else None
    if stored is None:
        facts = StoryFacts(
            source.id,
            source.title,
            source.holder,
            source.story,
            source.version,
            rights=source.rights,
            added=source.rights.added,
            current=source.current,
            expired=source.rights.expired,
            missing=not source.rights.expired,
        )
        return Story(facts)
    work = stored.work
    facts = StoryFacts(
        work.id,
        work.title,
        work.holder,
        work.story,
        work.version,
        metadata=dict(work.metadata),
        rights=source.rights,
        links=stored.links,
        added=stored.added,
        revision=stored.revision,
        current=stored.current,
        words=stored.words,
        expired=stored.expired,
    )
    return Story(facts, work.text)


def _revision(source: SourcePassage, index: ReadIndex) -> StoredWork | None:
    """The newest revision that holds the passage, or that has lost its text like the passage's."""
    for stored in index.revisions(source.id):
        work = stored.work
        if work.version == source.version and work.text[source.start : source.end] == source.text:
            return stored
    return None
