"""The pairs: each passage of a page beside the passage of the story, with offsets, words, shares and edit script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from checker.bundle.nouns import Exhibit, Story
from checker.model import Match, Report, Use
from checker.reports.json import plain

FIGURES = ("kind", "similarity", "words", "longest_run", "source_share", "rearranged", "use", "edits")
"""Of a match: what the comparison of both texts comes to, whatever the policy makes of it."""
NEAR, NEAR_WORDS = 0.05, 3
"""How far the figures of the same two passages may lie apart (shares; words, or that share of them).

A word that counts little may be left out where an index knows how common it is; no other reason moves them.
"""
OF_THE_TEXTS = (Use.QUOTATION, Use.NOTICE)
"""What both texts alone make of words; that they are a statement, or facts, other stories and passages decide."""
CONTRADICTED = "contradicted"
JUDGED = ("status", "severity", "rule", "why", "speaker")


def pairs_of(exhibits: Sequence[Exhibit], stories: Sequence[Story], again: Sequence[Report]) -> list[dict[str, Any]]:
    """Every pair of every page, as plain values. `again` are the reports of the re-run, one a page."""
    out = []
    for number, (exhibit, rerun) in enumerate(zip(exhibits, again, strict=True), 1):
        found = list(rerun.matches)
        for match_number in exhibit.facts.matches:
            match = exhibit.report.matches[match_number]
            place = story_number(match, stories)
            pair = {"page": number, "match": match_number, "story": place, "again": _again(match, found)}
            out.append(pair | _sides(match) | _of(match))
    return out


def story_number(match: Match, stories: Sequence[Story]) -> int:
    """Which story of the bundle a match is with, from 1; 0 for none of them."""
    source = match.source
    for number, story in enumerate(stories, 1):
        facts = story.facts
        if facts.id != source.id or facts.version != source.version:
            continue
        if not facts.has_text or story.text[source.start : source.end] == source.text:
            return number
    return 0


def _again(match: Match, found: Sequence[Match]) -> str:
    """Whether the re-run finds it: "same" with the same spans and figures, "otherwise" in the same words with others,
    "not"; "contradicted" with the same spans, and figures that these two passages cannot have."""
    exact = [one for one in found if _spans(one) == _spans(match)]
    if same := [one for one in exact if all(getattr(one, name) == getattr(match, name) for name in FIGURES)]:
        return "same" if any(_quotes_alike(one, match) for one in same) else CONTRADICTED
    if exact and not any(_near(one, match) for one in exact):
        return CONTRADICTED
    if any(one.source.id == match.source.id and _overlap(one, match) for one in found):
        return "otherwise"
    return "not"


def _quotes_alike(one: Match, two: Match) -> bool:
    """Whether both hold the same words for quotations of the same person; the page's own text tells that."""
    return (one.speaker, one.quoted) == (two.speaker, two.quoted)


def _near(one: Match, two: Match) -> bool:
    return (
        abs(one.words - two.words) <= max(NEAR_WORDS, NEAR * one.words)
        and abs(one.similarity - two.similarity) <= NEAR
        and abs(one.source_share - two.source_share) <= NEAR
        and two.longest_run <= one.words + NEAR_WORDS
        and not (one.use is Use.PROSE and two.use in OF_THE_TEXTS)
    )


def _spans(match: Match) -> tuple[object, ...]:
    one, two = match.submitted, match.source
    return one.start, one.end, two.id, two.start, two.end


def _overlap(one: Match, two: Match) -> bool:
    return one.submitted.start < two.submitted.end and two.submitted.start < one.submitted.end


def _sides(match: Match) -> dict[str, Any]:
    """Both sides with their offsets, in code points of the texts of this bundle, and the place in the page's file."""
    one, two = match.submitted, match.source
    submitted: dict[str, Any] = {"start": one.start, "end": one.end, "text": one.text, "label": one.label}
    if one.file:
        submitted |= {"file": list(one.file), "ranges": plain(one.ranges)}
    if one.places:
        submitted["places"] = plain(one.places)
    source = {"id": two.id, "start": two.start, "end": two.end, "text": two.text}
    return {"submitted": submitted, "source": source}


def _of(match: Match) -> dict[str, Any]:
    values = {name: plain(getattr(match, name)) for name in (*FIGURES, *JUDGED)}
    return values | {"quoted": plain(match.quoted), "also": [one.id for one in match.also]}


def misquoted(exhibits: Sequence[Exhibit], texts: Sequence[str], stories: Sequence[Story]) -> Iterator[str]:
    """Sentences about quotations that do not stand where their offsets say, on either side."""
    for number, (exhibit, text) in enumerate(zip(exhibits, texts, strict=True), 1):
        for match_number in exhibit.facts.matches:
            match = exhibit.report.matches[match_number]
            where = f"match {match_number + 1} of page {number}"
            if text[match.submitted.start : match.submitted.end] != match.submitted.text:
                yield f"The page does not hold the words of {where} where they are said to stand."
            place = story_number(match, stories)
            if not place:
                yield f"No story in it holds the words of {where} where they are said to stand."
