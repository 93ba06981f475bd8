"""The match once more, from what is in the bundle alone: its pages against an index of its stories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from hashlib import blake2b
from itertools import islice

from checker.audit.reading import documents_of
from checker.bundle.nouns import Exhibit, Story
from checker.bundle.problems import EvidenceProblem
from checker.bundle.written import as_bytes
from checker.check import check_document
from checker.model import Report
from checker.policy.explain import occasion_of
from checker.policy.nouns import Policy
from checker.readers.document import Document, Unreadable
from checker.readings import read_as
from fingerprints.index import Store, Upsert
from fingerprints.sketch import Sketcher
from fingerprints.spec import DEFAULT_SPEC, FingerprintSpec

Opener = Callable[[FingerprintSpec, bytes, Callable[[], str]], Store]
"""(specification, secret, clock) -> an empty index in memory. `clock` is asked when a story came."""


def document_of(exhibit: Exhibit) -> Document:
    """The text of a page that the evidence is about, read as its report was. Raises EvidenceProblem without one."""
    facts = exhibit.facts
    entry = next(islice(documents_of(facts.page(exhibit.body)), facts.part, None), None)
    if isinstance(entry, Document):
        return replace(read_as(entry, exhibit.report), readings=())
    why = entry.sentence if isinstance(entry, Unreadable) else "There is no such text in it."
    raise EvidenceProblem(f"{facts.place or facts.name}: {why}")


def rerun(
    exhibits: Sequence[Exhibit],
    documents: Sequence[Document],
    stories: Sequence[Story],
    spec: FingerprintSpec,
    policy: Policy,
    opener: Opener,
) -> list[Report]:
    """The reports of the pages' documents against the stories that have a text, each on its own occasion.

    Raises EvidenceProblem where words were told apart by other rules than those of today when it was made.
    """
    if spec.normaliser != DEFAULT_SPEC.normaliser:
        raise EvidenceProblem(
            f"It was made under another fingerprint specification ({'; '.join(spec.differences(DEFAULT_SPEC))}); "
            "use the Wirecheck that made it."
        )
    came = ""
    with closing(opener(spec, public_key(exhibits, stories), lambda: came)) as index:
        sketcher = Sketcher(index.spec, index.secret)
        for story in sorted(stories, key=lambda one: one.facts.revision):  # the last of an id is the one that counts
            if story.facts.has_text:
                came = story.facts.added
                (fingerprint,) = sketcher.fingerprints([story.text])
                index.apply([Upsert(story.work(), fingerprint, story.facts.links)])
        return [
            check_document(document, index, policy, occasion_of(exhibit.report))
            for exhibit, document in zip(exhibits, documents, strict=True)
        ]


def public_key(exhibits: Sequence[Exhibit], stories: Sequence[Story]) -> bytes:
    """The 32 bytes that enter the hashes of the re-run: BLAKE2b (RFC 7693) over the bundle's own texts, no secret.

    A secret keeps strangers from crafting copies that slip past an index. Here both texts are on the table.
    """
    hashed = blake2b(digest_size=32, person=b"wirecheck-rerun")
    for data in (*(exhibit.body for exhibit in exhibits), *(as_bytes(story.text) for story in stories)):
        hashed.update(len(data).to_bytes(8, "big") + data)
    return hashed.digest()
