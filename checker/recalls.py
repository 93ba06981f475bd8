"""What a message about another item does to the index: a kill, a withholding, a correction, an embargo."""

from __future__ import annotations

from collections.abc import Iterable

from checker.families import Families
from checker.family import is_copy
from checker.rights.messages import REPEATED, Message, amendment, fold_title, kept
from fingerprints.index import LINKS, Amend, Store, StoredWork, Upsert
from fingerprints.sketch import Sketcher

MOST = 64
"""Stories that one message may be about."""
ALIKE = 3
"""More stories of one headline than this are not killed for it: the message must say which."""


def apply_message(store: Store, sketcher: Sketcher, message: Message) -> list[str]:
    """The ids of the stories that the message is about; what it says stands beside them from now on.

    One that finds none, and names one, is kept as a work without a text, so that it holds for the story when that
    comes.
    """
    found = targets(store, sketcher, message)
    for stored in found:
        if said := amendment(message, stored):
            store.apply([Amend(stored.work.id, said)])
    if not found and message.names:
        work = kept(message)
        store.apply([Upsert(work, sketcher.fingerprints([""])[0], message.links[:LINKS])])
    return [stored.work.id for stored in found]


def targets(store: Store, sketcher: Sketcher, message: Message) -> list[StoredWork]:
    """The stories that a message is about, each in its newest revision: by id, else slug, else headline, else words."""
    firm = [link for link in message.links if not link.startswith("slug:")]
    slugs = [link for link in message.links if link.startswith("slug:")]
    ids = [link.removeprefix("id:") for link in firm if link.startswith("id:")]
    found = _newest(store, [*_linked(store, firm), *(one for id in ids for one in store.revisions(id))])
    for slug in slugs:
        found = found or _newest(store, _linked(store, [slug]))
    return found or _by_title(store, message) or _by_words(store, sketcher, message)


def _linked(store: Store, links: list[str]) -> list[StoredWork]:
    return store.fetch(store.linked(links).tolist()[: MOST * 16]) if links else []


def _newest(store: Store, found: Iterable[StoredWork]) -> list[StoredWork]:
    """The newest revision of each id; messages that were kept are no stories."""
    ids = dict.fromkeys(one.work.id for one in found if is_copy(one))
    newest = [store.revisions(id)[0] for id in ids]
    return [one for one in newest if is_copy(one)][:MOST]


def _by_title(store: Store, message: Message) -> list[StoredWork]:
    """The stories of a headline that the message names, when they are few."""
    if not message.titles:
        return []
    titles = set(message.titles)
    ids = [entry.id for entry in store.entries() if entry.words and entry.title and fold_title(entry.title) in titles]
    found = _newest(store, (one for id in ids[: ALIKE + 1] for one in store.revisions(id)))
    return found if len(found) <= ALIKE else []


def _by_words(store: Store, sketcher: Sketcher, message: Message) -> list[StoredWork]:
    """The stories whose text the message repeats."""
    if len(message.work.text.split()) < REPEATED:
        return []
    return _newest(store, Families(store, sketcher).alike(message.work, message.at))
