"""Documents into the index: what is copy is added, what speaks of another story is applied to that one.

Nothing is printed here and no clock is read: whoever adds is told of each entry by a `Note`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from checker.links import links_of
from checker.readers import Document, Kind, Unreadable
from checker.readers.labels import copy_of
from checker.recalls import apply_message
from checker.rights.item import FEED
from checker.rights.messages import Message, message_of
from fingerprints.errors import WirecheckError
from fingerprints.index import PARTIAL, Applied, Operation, Store, Upsert, Work
from fingerprints.sketch import Sketcher

# One apply of many stories packs the index better and waits for the disk once.
APPLY_CHARACTERS = 64_000_000
APPLY_STORIES = 20_000
SKETCH_CHARACTERS = 4_000_000
TINY = 12
"""Words. When half of the stories have no more, what was added are headlines or teasers, and find little."""
SEVERAL = 3


class OneIdForMany(WirecheckError):
    """An id was given for a single text, and there are several."""


class About(StrEnum):
    """What became of an entry that was not simply added."""

    REFUSED = "refused"
    """It could not be read, or not be added."""
    NAMELESS = "nameless"
    """It has no id, and none was given."""
    PARTIAL = "partial"
    """Added, and no more of it than a part came, a teaser or an abstract."""
    EMPTY = "empty"
    """There are no words in it: a feed has such items, and there is nothing in them to protect."""
    NOT_COPY = "not-copy"
    """An advisory, a picture, a test: recognised, and no copy to be protected."""
    TWICE = "twice"
    """Its id came twice in this run; the later text is the newer revision."""
    APPLIED = "applied"
    """It is a message, and what it says stands beside the stories `ids` now."""
    KEPT = "kept"
    """It is a message about a story that is not there; it is kept for it."""
    AIMLESS = "aimless"
    """It is a message, and does not say which story it is about."""


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be said of one entry: `place` is the entry, `sentence` what became of it, without a word of its text.

    `says` is what a message says of a story, in one word ("killed"), and `ids` are the stories that it is about.
    """

    about: About
    place: str
    sentence: str
    says: str = ""
    ids: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something that should be in the index is not."""
        return self.about in (About.REFUSED, About.NAMELESS, About.AIMLESS)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What is said of stories that do not say it themselves. `id` is that of a single text; `feed` holds for all."""

    id: str = ""
    title: str = ""
    holder: str = ""
    story: str = ""
    feed: str = ""


@dataclass(slots=True)
class Intake:
    """One run of adding. `take` each entry, then `finish`; what was done so far is in `done`.

    `now` is when they came (UTC, ISO 8601). `nameless` is the id of a text that came without one. `told` hears of
    every entry that was not simply added, `advanced` how many stories were fingerprinted.
    """

    store: Store
    defaults: Defaults
    now: str
    told: Callable[[Note], None]
    advanced: Callable[[int], None] = lambda stories: None
    nameless: str = "-"
    done: Applied = field(default_factory=Applied)
    failed: int = 0
    partial: int = 0
    empty: int = 0
    not_copy: int = 0
    lengths: Counter[int] = field(default_factory=Counter)
    """Of the stories that were taken in, also of those that were there already: how many had so many words."""
    _sketcher: Sketcher = field(init=False)
    _batch: list[Work] = field(init=False, default_factory=list)
    _operations: list[Operation] = field(init=False, default_factory=list)
    _seen: set[str] = field(init=False, default_factory=set)
    _works: int = field(init=False, default=0)
    # of the open batch and the waiting operations, in characters
    _batch_size: int = field(init=False, default=0)
    _waiting_size: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._sketcher = Sketcher(self.store.spec, self.store.secret)

    @property
    def nothing(self) -> bool:
        """Whether there were entries, and no words in any."""
        return bool(self.empty and not (self.done.added or self.done.replaced or self.done.unchanged))

    @property
    def words(self) -> int:
        """Words of all stories that were taken in."""
        return sum(words * stories for words, stories in self.lengths.items())

    @property
    def tiny(self) -> int:
        """How many words half of the stories have at most, where there are several and these are very few; else 0."""
        stories, reached = self.lengths.total(), 0
        for words in sorted(self.lengths):
            reached += self.lengths[words]
            if 2 * reached >= stories:
                return words if stories >= SEVERAL and words <= TINY else 0
        return 0

    def take(self, entry: Document | Unreadable) -> None:
        """One entry; it is in the index at `finish`, if not earlier. Raises OneIdForMany and the store's errors."""
        if isinstance(entry, Unreadable):
            self._say(About.REFUSED, entry.place, entry.sentence)
        elif message := message_of(entry, self.now):
            self._apply_message(message)
        elif entry.kind is not Kind.STORY:
            article = "an" if entry.kind[0] in "aeiou" else "a"
            what = "of an unknown kind" if entry.kind is Kind.UNKNOWN else f"{article} {entry.kind} item"
            self._say(About.NOT_COPY, entry.name or entry.id, f"It was not added: it is {what}, not a story.")
        else:
            self._story(entry)

    def finish(self) -> Applied:
        """Write what is still waiting; what the whole run did. Raises the store's errors."""
        self._sketch()
        self._apply()
        return self.done

    def _story(self, document: Document) -> None:
        self._works += 1
        if self.defaults.id and self._works > 1:
            raise OneIdForMany("An id names a single text; there are several here, and nothing was added.")
        work = work_of(document, self.defaults)
        place = f"{work.id} ({document.place})" if document.place else work.id
        if document.incomplete:
            self._say(About.REFUSED, place, f"It was not added: {'; '.join(document.incomplete)}.")
        elif work.id == self.nameless:
            self._say(About.NAMELESS, place, "It was not added: it has no id.")
        elif not any(map(str.isalnum, work.text)):
            self._say(About.EMPTY, place, "It was not added: there are no words in it.")
        else:
            if work.id in self._seen:
                self._say(About.TWICE, place, "This id came twice; the later text is its newer revision.")
            self._seen.add(work.id)
            if reason := work.metadata.get(PARTIAL):
                self._say(About.PARTIAL, place, f"Only a part of it was added: {reason}.")
            self._wait(work)

    def _wait(self, work: Work) -> None:
        self._batch.append(work)
        self._batch_size += len(work.text)
        if self._batch_size >= SKETCH_CHARACTERS:
            self._sketch()
        if self._waiting_size >= APPLY_CHARACTERS or len(self._operations) >= APPLY_STORIES:
            self._apply()

    def _apply_message(self, message: Message) -> None:
        """Apply a message to the stories that it is about, those of this run among them."""
        self._sketch()
        self._apply()
        ids = tuple(apply_message(self.store, self._sketcher, message))
        says = f"It says that a story is {message.says}"
        if ids:
            self._say(About.APPLIED, message.id, f"{says}, and that holds now.", message.says, ids)
        elif message.names:
            sentence = f"{says} that is not in the index; it is kept for it."
            self._say(About.KEPT, message.id, sentence, message.says)
        else:
            sentence = f"{says}, and not which by a name that is in the index"
            self._say(About.AIMLESS, message.id, sentence, message.says)

    def _sketch(self) -> None:
        made = self._sketcher.fingerprints([work.text for work in self._batch])
        for work, fingerprint in zip(self._batch, made, strict=True):
            if fingerprint.too_long:
                self._say(About.REFUSED, work.id, f"It was not added: {fingerprint.too_long}.")
            else:
                self._operations.append(Upsert(work, fingerprint, links_of(work)))
                self.lengths[fingerprint.words] += 1
        self._waiting_size += self._batch_size
        self.advanced(len(self._batch))
        self._batch, self._batch_size = [], 0

    def _apply(self) -> None:
        if self._operations:
            self.done += self.store.apply(self._operations)
        self._operations, self._waiting_size = [], 0

    def _say(self, about: About, place: str, sentence: str, says: str = "", ids: tuple[str, ...] = ()) -> None:
        note = Note(about, place, sentence, says, ids)
        self.failed += note.failed
        self.partial += about is About.PARTIAL
        self.empty += about is About.EMPTY
        self.not_copy += about is About.NOT_COPY
        self.told(note)


def work_of(document: Document, defaults: Defaults) -> Work:
    """A document as the index keeps it; of a web page its article only."""
    return Work(
        id=defaults.id or document.id,
        text=copy_of(document),
        title=document.title or defaults.title,
        holder=document.holder or defaults.holder,
        story=document.story or defaults.story,
        version=document.version,
        metadata=dict(document.metadata) | ({FEED: defaults.feed} if defaults.feed else {}),
    )
