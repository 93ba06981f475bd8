"""Messages about other items: "KILL story slugged Bridge", a cancellation without a body, an advisory that withholds.

They are no copy. What they say holds for the story that they name: by its id, by its slug, by its headline, or by
repeating its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from checker.links import by_slug, links_of, names, replaced
from checker.readers.document import Document, Kind
from checker.readers.wire.story import Key
from checker.rights.item import Aspect, Voice, key_of, own_time, rights_of, sayings
from checker.rights.release import instant
from checker.rights.signals import GRAVITY, PREFIX, Heard, graver, of_line, of_message, of_status
from checker.standing import State
from fingerprints.index import StoredWork, Work

MOST_WORDS = 200
"""A text that begins with a word of command and is no longer than this is a message, and no story."""
REPEATED = 40
"""Words from which on a message may be the story's text over again."""
HEAD = 600
MOST_NOTE = 2_000
"""Characters of a text, and of a note, in which other items are named."""
SLUGGED = re.compile(
    r"\b(?:slugged|slug|keyword|kennwort|stichwort)\b[ :\"“]{1,3}(?P<slug>[^\n;\"”]{2,60}?)"
    r"(?=[\"”]|,? headlined\b|,? ex [A-Z]|,? (?:sent|moved|filed|which|that)\b|[ ,]+at \d|[.;\n]|$)",
    re.IGNORECASE,
)
HEADLINED = re.compile(
    r"\b(?:headlined|headline|titled|überschrift|titel)\b[ :]{1,3}[\"“„'‘]?(?P<line>[^\n\"”“]{6,140}?)"
    r"(?=[\"”“]|['’](?:\s|$)|,? ex [A-Z]|,? (?:sent|moved|filed) |[ ,]+at \d|\.(?:\s|$)|\n|$)",
    re.IGNORECASE,
)
NAMED_ID = re.compile(r"\b(?:urn:|tag:)[^\s,;\"”)]{8,200}")
CYCLED = re.compile(r"\b(?:AM|PM|BC|AP)-[A-Z][^\s,;.]{2,50}(?: [A-Z][a-z]+)?")
COMMAND = re.compile(
    r"(?:MANDATORY |BULLETIN )?(?:KILL|WITHHOLD|WITHDRAW|DISREGARD)(?:S|ED|N)? (?=[a-z]|BC-|AM-|PM-|AP-)"
    r"|(?i:kill|takedown|kill/takedown) (?i:notice)\b"
)
"""A text that begins so is about another one."""
NUMBERED = ("anpa", "telex")
"""Formats whose ids are those of transmissions: none is the id of an earlier one."""
TAKEN_BACK = (State.KILLED, State.WITHHELD)
BACK = 3
"""Days before a message on which the story that it names by its slug may have been sent."""
SAID = {State.KILLED: "killed", State.WITHHELD: "withheld", State.CORRECTED: "corrected", State.USABLE: "embargoed"}


@dataclass(frozen=True, slots=True)
class Message:
    """What is said, of which stories: `links` as in an index, `titles` folded, and the text where it is repeated.

    `itself`: by its status it is the story that it speaks of, in a version without copy, and not another item.
    """

    id: str
    state: State
    embargo: str
    at: str
    note: str
    links: tuple[str, ...]
    titles: tuple[str, ...]
    work: Work
    itself: bool = False

    @property
    def names(self) -> bool:
        """Whether it names a story by an id or a slug, so that it finds it later too."""
        return self.itself or any(link != f"id:{self.id}" for link in self.links)

    @property
    def says(self) -> str:
        """In one word."""
        return SAID[self.state]


def message_of(document: Document, now: str) -> Message | None:
    """The message that a document is; None for a story, and for what says nothing of another item.

    `now` is when it came (UTC, ISO 8601), for one that does not say when it was sent.
    """
    facts, text = dict(document.metadata), document.text
    work = Work(document.id, text, document.title, document.holder, document.story, document.version, facts)
    stored = StoredWork(0, 1, True, now, 0, work)
    state = State.USABLE
    for saying in sayings(stored):
        state = graver(state, saying.state)
    body = _command(text, document.title)
    copy = any(map(str.isalnum, text))
    if document.kind not in (Kind.STORY, Kind.ADVISORY, Kind.UNKNOWN):
        return None
    if document.kind is Kind.STORY and copy and not (body and len(text.split()) <= MOST_WORDS):
        return None
    note = facts.get(Key.EDNOTE, "") or text[:HEAD]
    told = of_message(facts.get(Key.EDNOTE, "")) or (
        of_message(text[:HEAD]) if document.kind is not Kind.STORY else None
    )
    for heard in (body, told):
        state = graver(state, heard.state) if heard else state
    embargo = rights_of(stored).embargo
    if state is State.USABLE and not (embargo and document.kind is Kind.ADVISORY):
        return None
    return Message(
        id=document.id,
        state=state,
        embargo=embargo,
        at=own_time(stored) or now,
        note=" ".join(note.split())[:HEAD],
        links=_links(work, stored, now),
        titles=_titles(work),
        work=work,
        itself=document.format not in NUMBERED and (not copy or of_status(facts.get(Key.STATUS, "")) in TAKEN_BACK),
    )


def amendment(message: Message, before: StoredWork) -> dict[str, str]:
    """The metadata to write beside a story; nothing when graver things are said of it already."""
    facts = before.work.metadata
    known = facts.get(key_of(Voice.AGENCY, Aspect.STATE), "")
    if known and GRAVITY[State(known)] > GRAVITY[message.state]:
        return {}
    said = {
        Aspect.STATE: "" if message.state is State.USABLE else str(message.state),
        Aspect.AT: message.at,
        Aspect.BY: message.id,
        Aspect.NOTE: message.note,
        Aspect.EMBARGO: message.embargo,
    }
    return {key_of(Voice.AGENCY, aspect): value for aspect, value in said.items() if value}


def kept(message: Message) -> Work:
    """A message about a story that is not there yet, as a work without a text."""
    facts = dict(message.work.metadata)
    facts |= {key_of(Voice.AGENCY, Aspect.STATE): str(message.state), key_of(Voice.AGENCY, Aspect.AT): message.at}
    facts[key_of(Voice.AGENCY, Aspect.NOTE)] = message.note
    return Work(message.id, "", message.work.title, message.work.holder, message.work.story, "", facts)


def fold_title(title: str) -> str:
    """A headline for comparing: its words in small letters, without a word of command before it."""
    words = re.findall(r"[^\W_]+", title[:400].lower())
    return " ".join(words)


def _command(text: str, title: str) -> Heard | None:
    """The word of command with which a text begins, or the note to editors that it is; under such a title any such."""
    line = text.lstrip().partition("\n")[0][:200]
    heard = of_line(line)
    if heard is None and (PREFIX.match(line) or COMMAND.match(line) or of_line(title)):
        heard = of_message(text[:HEAD])
    return heard if heard and GRAVITY[heard.state] > GRAVITY[State.CORRECTED] else None


def _links(work: Work, stored: StoredWork, now: str) -> tuple[str, ...]:
    """The ids and slugs of what the message is about: its own, those it replaces, and those it names."""
    said = f"{work.metadata.get(Key.EDNOTE, '')[:MOST_NOTE]}\n{work.title[:HEAD]}\n{work.text[:HEAD]}"
    found = [link for link in links_of(work) if not link.startswith("slug:")]
    found += [f"id:{name}" for match in NAMED_ID.finditer(said) for name in names(match[0].rstrip("."))]
    found += [f"id:{name}" for one in replaced(work) for name in names(one)]
    slugs = [match["slug"] for match in SLUGGED.finditer(said)] + CYCLED.findall(said)
    slugs.append(work.metadata.get(Key.SLUG, ""))
    sent = instant(own_time(stored)) or instant(now)
    for slug in dict.fromkeys(filter(None, slugs)):
        for back in range(BACK + 1 if sent else 0):
            facts: dict[str, str] = {Key.CREATED: (sent - timedelta(days=back)).date().isoformat()} if sent else {}
            facts[Key.SOURCE] = work.metadata.get(Key.SOURCE, "")
            found += by_slug(Work("", "", holder=work.holder, metadata=facts), slug)
    return tuple(dict.fromkeys(found))


def _titles(work: Work) -> tuple[str, ...]:
    """The headlines that it names, and its own without the word of command."""
    said = f"{work.metadata.get(Key.EDNOTE, '')[:MOST_NOTE]}\n{work.text[:HEAD]}"
    found = [match["line"] for match in HEADLINED.finditer(said)]
    own = re.split(r"[:–—]\s|\s-\s|(?<=[A-Z]{4})-", work.title, maxsplit=1)
    found.append(own[-1] if of_line(work.title) else work.title)
    return tuple(dict.fromkeys(title for line in found if len((title := fold_title(line)).split()) >= 3))
