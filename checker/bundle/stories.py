"""The stories that the passages were taken from, fetched from the index once more with all that is known of them."""

from __future__ import annotations

from collections.abc import Iterable

from checker.bundle.nouns import Exhibit, Story, StoryFacts
from checker.family import version_of
from checker.model import Match, SourcePassage
from checker.rights.item import Aspect, Voice, key_of, rights_of
from fingerprints.index import ReadIndex, StoredWork

OURS = frozenset({key_of(Voice.DESK, Aspect.BY), key_of(Voice.DESK, Aspect.NOTE)})
"""What our own desk wrote of a story later; it goes to nobody else."""


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
    work, state = stored.work, rights_of(stored).state
    facts = StoryFacts(
        work.id,
        work.title,
        work.holder,
        work.story,
        source.version,
        metadata={key: said for key, said in work.metadata.items() if key not in OURS},
        rights=source.rights,
        links=stored.links,
        added=stored.added,
        revision=stored.revision,
        current=stored.current,
        words=stored.words,
        expired=stored.expired,
        state_now="" if state is source.rights.state else str(state),
    )
    return Story(facts, work.text)


def _revision(source: SourcePassage, index: ReadIndex) -> StoredWork | None:
    """The newest revision of that name that holds the passage, or that has lost its text like the passage's."""
    for stored in index.revisions(source.id):
        if _is(stored, source.version) and stored.work.text[source.start : source.end] == source.text:
            return stored
    return None


def _is(stored: StoredWork, version: str) -> bool:
    """Whether a report names this revision so, or did when it was made: the only one then had no number."""
    return version == version_of(stored) or not (version or stored.work.version or stored.revision > 1)
