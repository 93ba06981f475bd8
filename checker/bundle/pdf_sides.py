"""One passage in print: the words of the page beside the words of the story, differences marked on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from checker.bundle.nouns import Story
from checker.bundle.pdf_text import bdi, direction, escape
from checker.model import Change, Match
from checker.reports import words

AROUND = 120
"""Characters of the story shown before and behind a passage, so that people find it."""
SHORT = 1_500
"""A passage of fewer characters stands on one page."""
AGAIN = {
    "same": "Found again in the re-run.",
    "otherwise": "Found again in the re-run with other offsets or figures; the index knew more.",
    "contradicted": "The re-run contradicts its figures.",
    "not": "Not found again in the re-run; the index that found it knew more.",
}


def passage(name: str, match: Match, pair: Mapping[str, object], stories: Sequence[Story]) -> Iterator[str]:
    """A passage. `pair` is it as pairs.json has it."""
    number = int(str(pair["story"]))
    story = stories[number - 1] if number else None
    whole = story is not None and story.facts.has_text
    again = AGAIN.get(str(pair["again"]), "") if whole else "It cannot be run again: the story's text is gone."
    short = " short" if max(len(match.submitted.text), len(match.source.text)) < SHORT else ""
    yield f'<div class="passage{short}"><h3>Passage {name}: '
    yield f"{escape(words.likeness(match))}, {escape(words.status(match))}</h3>"
    why = f"{bdi(match.why.rstrip('.'))}. " if match.why else ""
    yield f"<p>{why}Severity: {escape(words.severity(match))}. "
    yield f"It takes {words.share(match.source_share)} of the story; the longest run of words that agree is "
    yield f'{match.longest_run:,}. <span class="quiet">{again}</span></p>'
    ours, theirs = match.submitted, match.source
    place = f"characters {ours.start:,} to {ours.end:,} of the text"
    if ours.file:
        place += f", {ours.file[0]:,} to {ours.file[1]:,} of the file"
    pages = sorted({one.page for one in ours.places if one.page})
    place += f", page {', '.join(map(str, pages))}" if pages else ""
    place += f", {words.label(ours)}" if words.label(ours) else ""
    told = bdi(theirs.title or theirs.id)
    yield '<table class="sides"><thead><tr><th>The page</th>'
    yield f"<th>Story {number or '?'}: {told}</th></tr></thead><tbody><tr>"
    yield f'<td dir="{direction(ours.text)}">{_marked(ours.text, ours.start, _alike(match, False))}</td>'
    yield f'<td dir="{direction(theirs.text)}">{_source(match, story)}</td></tr>'
    yield f'<tr class="where"><td>{place}</td><td>characters {theirs.start:,} to {theirs.end:,}</td></tr>'
    yield "</tbody></table></div>"


def _source(match: Match, story: Story | None) -> str:
    """The story's words, with a little of what stands around them."""
    source = match.source
    if not source.text:
        return '<span class="around">The text has left the index after its term.</span>'
    out = _marked(source.text, source.start, _alike(match, True))
    if story is None or not story.facts.has_text:
        return out
    before, behind = _around(story.text, source.start, source.end)
    lead = f'<span class="around">{escape(before)}</span>' if before.strip() else ""
    rest = f'<span class="around">{escape(behind)}</span>' if behind.strip() else ""
    return lead + out + rest


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind, cut between words where it is cut, and an ellipsis there."""
    before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if start > AROUND:
        before = f"… {before[before.find(' ') + 1 :]}"
    if end + AROUND < len(text):
        behind = f"{behind[: behind.rfind(' ') + 1 or None]}…"
    return before, behind


def _alike(match: Match, source: bool) -> list[tuple[int, int]]:
    """The stretches of one side that agree with the other, in order."""
    if not match.edits:
        side = match.source if source else match.submitted
        return [(side.start, side.end)]
    same = [edit for edit in match.edits if edit.change is Change.EQUAL]
    spans = [(one.source_start, one.source_end) if source else (one.submitted_start, one.submitted_end) for one in same]
    return sorted(spans)


def _marked(text: str, start: int, alike: Sequence[tuple[int, int]]) -> str:
    """A side, with whatever has letters and does not agree marked; white space and points between are not worth it."""
    out: list[str] = []
    at = 0
    for low, high in [*alike, (start + len(text), start + len(text))]:
        low, high = max(at, low - start), min(len(text), high - start)
        if low > at:
            out.append(_only(text[at:low]))
        if high > low:
            out.append(escape(text[low:high]))
        at = max(at, high, low)
    return "".join(out)


def _only(text: str) -> str:
    """What one side alone has."""
    if not any(map(str.isalnum, text)):
        return escape(text)
    inner = text.strip()
    lead = text[: len(text) - len(text.lstrip())]
    return f'{escape(lead)}<span class="only">{escape(inner)}</span>{escape(text[len(lead) + len(inner) :])}'
