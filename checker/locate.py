"""A report on a text, led back to the file that the text was read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from checker.model import Passage, Report
from checker.places import Place
from checker.readers.document import HELD, Document, Label, Part
from checker.readers.labels import labelled

APART = frozenset((Label.CLOAKED, Label.DELETED)) | HELD
"""What readers of the file do not see; the readers of formats put it behind what they do."""


def located(report: Report, document: Document) -> Report:
    """The report with every passage at its place in the file; main text and furniture are told apart only for one."""
    parts = labelled(document) if report.matches else document.parts
    read_as = replace(
        report.submitted, format=document.format, encoding=document.encoding, metadata=dict(document.metadata)
    )
    return replace(
        report,
        submitted=read_as,
        matches=tuple(replace(match, submitted=_passage(match.submitted, document, parts)) for match in report.matches),
        dropped=tuple(
            replace(dropped, submitted=_passage(dropped.submitted, document, parts)) for dropped in report.dropped
        ),
        notices=tuple(
            replace(notice, submitted=_passage(notice.submitted, document, parts)) for notice in report.notices
        ),
        warnings=(*document.warnings, *report.warnings),
        original=document.original,
    )


def seams_of(document: Document) -> list[int]:
    """Offsets that no passage crosses: where hidden text begins, or a note, or another part of the file."""
    found = list(document.seams)
    for before, part in pairwise(document.parts):
        ours, theirs = before.place or Place(), part.place or Place()
        apart = (before.label in APART) != (part.label in APART) or (
            before.label is not part.label and part.label in HELD
        )
        if ours.part != theirs.part or apart:
            found.append(part.start)
    if document.parts and document.parts[0].start and document.parts[0].label in APART:
        found.append(document.parts[0].start)
    return sorted(found)


def _passage(passage: Passage, document: Document, parts: Sequence[Part]) -> Passage:
    start, end = passage.start, passage.end
    within = [part for part in parts if part.start < end and part.end > start]
    ranges = tuple(document.offsets.ranges(start, end)) if document.offsets else ()
    return replace(
        passage,
        file=document.offsets.span(start, end) if document.offsets else None,
        ranges=ranges if len(ranges) > 1 else (),
        places=tuple(_places(within, start, end, document)),
        label=_label(within, start, end),
    )


def _label(within: Sequence[Part], start: int, end: int) -> str:
    """What most of the passage is; "" when less than half of it is anything."""
    shares: dict[str, int] = {}
    for part in within:
        shares[part.label] = shares.get(part.label, 0) + min(end, part.end) - max(start, part.start)
    best = max(shares, key=lambda label: shares[label], default="")
    return best if best and 2 * shares[best] >= end - start else ""


def _places(within: Sequence[Part], start: int, end: int, document: Document) -> list[Place]:
    """The places of the parts in their order; runs of one paragraph as one, neighbouring captions as one."""
    out: list[Place] = []
    for part in within:
        place = part.place
        if place is None:
            continue
        if place.page and document.boxes is not None:
            from checker.readers.boxes import rectangles

            place = replace(place, rectangles=rectangles(document.boxes, max(start, part.start), min(end, part.end)))
        last = out[-1] if out else Place()
        if place.paragraph and (last.part, last.paragraph) == (place.part, place.paragraph):
            out[-1] = replace(last, last_run=place.last_run or place.run)
        elif place.begins and last.begins:
            out[-1] = replace(last, ends=place.ends)
        else:
            out.append(place)
    return out
