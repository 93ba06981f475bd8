"""The report of a bundle as a page to be set in print: facts first, then passages side by side, then all the rest.

Every text goes through `escape`; none is ever taken as markup, and none turns the direction of its neighbours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from checker.bundle.nouns import Evidence, Exhibit, Story
from checker.bundle.parts import SEAL
from checker.bundle.pdf_parts import decisions, digests, made, method
from checker.bundle.pdf_sides import passage
from checker.bundle.pdf_text import bdi, escape, facts, heading, line
from checker.reports import words
from checker.reports.terms import moment
from checker.standing import Rights

Parts = Mapping[str, bytes]
USED_FOR = (
    ("copyright", "Notice"),
    ("credit", "Credit line"),
    ("usage", "Terms of use"),
    ("note", "Note to editors"),
    ("embargo", "Embargo until"),
    ("expires", "Expires"),
    ("licence_from", "Licence from"),
    ("licence_until", "Licence until"),
    ("territory", "Territory"),
    ("feed", "Feed"),
    ("expression", "Terms, for machines"),
)


def to_page(evidence: Evidence, parts: Parts) -> str:
    """The page. `parts` are those that were made of the evidence. Always encodable as UTF-8."""
    return "".join(_page(evidence, parts)).encode("utf-8", "replace").decode()


def _page(evidence: Evidence, parts: Parts) -> Iterator[str]:
    seal = parts[SEAL].decode().strip()
    title = _title(evidence)
    pairs = json.loads(parts["pairs.json"])["pairs"]
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield '<meta name="generator" content="Wirecheck">'
    for name in ("created", "modified"):
        yield f'<meta name="dcterms.{name}" content="{escape(evidence.made.at)}">'
    yield f'</head><body><div class="about">{escape(title)}</div>'
    yield f"<h1>{escape(title)}</h1>"
    yield f'<p class="lead">{escape(_lead(evidence, pairs))}</p>'
    yield from _first(evidence, seal)
    yield from _contents(evidence, pairs)
    yield heading("found", "What was found")
    yield from _legend(pairs)
    for number, exhibit in enumerate(evidence.exhibits, 1):
        yield from _exhibit(number, exhibit, evidence, parts, [one for one in pairs if one["page"] == number])
    yield from _stories(evidence.stories)
    yield from decisions(evidence)
    yield from method(parts)
    yield from made(evidence)
    yield from digests(parts)
    yield "</body></html>"


def _title(evidence: Evidence) -> str:
    case = evidence.case
    if case:
        return line(f"Text overlap report: case {case.id}")
    names = [one.facts.url or one.facts.name for one in evidence.exhibits]
    return line(f"Text overlap report: {names[0] if names else 'no page'}")[:160]


def _lead(evidence: Evidence, pairs: Sequence[Mapping[str, object]]) -> str:
    pages, stories = len(evidence.exhibits), len(evidence.stories)
    if not pairs:
        notices = sum(len(one.report.notices) for one in evidence.exhibits)
        more = (
            f" {words.count(notices, 'notice')} of rights {'is' if notices == 1 else 'are'} on it." if notices else ""
        )
        return f"On {words.count(pages, 'page')} no passage of a protected story was found.{more}"
    most = max(int(str(pair["words"])) for pair in pairs)
    return (
        f"{words.count(len(pairs), 'passage')} on {words.count(pages, 'page')} also "
        f"{'stands' if len(pairs) == 1 else 'stand'} in {words.count(stories, 'story', 'stories')}. "
        f"The longest has {words.count(most, 'word')}."
    )


def _first(evidence: Evidence, seal: str) -> Iterator[str]:
    """What, where, when and whose, before anything else."""
    case = evidence.case
    exhibits, stories = evidence.exhibits, evidence.stories
    addresses = list(dict.fromkeys(one.facts.url or one.facts.name for one in exhibits))
    rows: list[tuple[str, str]] = []
    if case:
        rows += [("Case", bdi(case.id)), ("Outlet", bdi(case.outlet)), ("State", escape(case.state))]
    rows += [
        ("Where", _some([bdi(one) for one in addresses])),
        ("When", _some([escape(one) for one in dict.fromkeys(map(_when, exhibits))])),
        ("Whose copy", _some([_whose(one) for one in stories]) or "none"),
        ("What it comes to", _some([escape(one) for one in _verdicts(exhibits)])),
        ("Made by", bdi(evidence.made.by or "not said")),
        ("Made at", escape(moment(evidence.made.at))),
        ("Seal", f'<span class="mono seal">{escape(seal)}</span>'),
    ]
    yield facts(rows)


def _some(items: Sequence[str], most: int = 5) -> str:
    more = [f"and {len(items) - most:,} more, below"] if len(items) > most else []
    return "<br>".join([*items[:most], *more])


def _when(exhibit: Exhibit) -> str:
    one = exhibit.facts
    first, last = one.first_seen or one.date, one.last_seen or one.date
    if not first:
        return "no date is known; see as of when it was judged"
    return f"seen {moment(first)}" + (f" to {moment(last)}" if last and last != first else "")


def _whose(story: Story) -> str:
    one = story.facts
    named = bdi(one.title or one.id)
    return f"{bdi(one.holder)}: {named}" if one.holder else named


def _verdicts(exhibits: Sequence[Exhibit]) -> list[str]:
    found = [one.report.matches[number] for one in exhibits for number in one.facts.matches]
    kinds = dict.fromkeys(f"{words.status(one)} ({words.severity(one)})" for one in found)
    notices = any(one.report.notices for one in exhibits)
    return list(kinds) or [["nothing found", "notices of rights; no copy was found"][notices]]


def _contents(evidence: Evidence, pairs: Sequence[Mapping[str, object]]) -> Iterator[str]:
    yield '<h2 id="contents">Contents</h2><nav><ol><li><a href="#found">What was found</a></li>'
    for number, exhibit in enumerate(evidence.exhibits, 1):
        held = sum(one["page"] == number for one in pairs)
        name = line(exhibit.facts.url or exhibit.facts.name)[:90]
        yield f'<li class="deeper"><a href="#page-{number}">Page {number}, {words.count(held, "passage")}: '
        yield f"{bdi(name)}</a></li>"
    for anchor, name in (
        ("stories", "The stories, and their terms as received"),
        *((("decisions", "Decisions"),) if evidence.case else ()),
        ("method", "How this was found"),
        ("made", "With what it was made"),
        ("digests", "Every file of the evidence"),
    ):
        yield f'<li><a href="#{anchor}">{name}</a></li>'
    yield "</ol></nav>"


def _legend(pairs: Sequence[object]) -> Iterator[str]:
    if pairs:
        yield '<p class="fine">On the left the page, on the right the story. What one side alone has is '
        yield '<span class="only">underlined, in brackets</span>; all else stands in both, whatever its capitals, '
        yield "accents or punctuation. Offsets count characters (Unicode code points) from 0.</p>"


def _exhibit(
    number: int, exhibit: Exhibit, evidence: Evidence, parts: Parts, pairs: Sequence[Mapping[str, object]]
) -> Iterator[str]:
    one, report = exhibit.facts, exhibit.report
    how = json.loads(parts[f"pages/{number}/read.json"])
    yield f'<h3 id="page-{number}">Page {number}: {bdi(how["title"] or one.url or one.name)}</h3>'
    rows = [
        ("Address", bdi(one.url)),
        ("File", bdi(one.place or one.name)),
        ("Seen", escape(_when(exhibit)) + (f", {one.captures:,} times" if one.captures > 1 else "")),
        ("Judged as of", escape(moment(report.judged.at))),
        ("Record in the archive", bdi(one.facts.get("record_id", ""))),
        ("Its offset, digest", bdi(", ".join(filter(None, map(one.facts.get, ("record_offset", "record_digest")))))),
        ("Figures", escape(_figures(exhibit))),
        ("Read as", escape(line(", ".join(filter(None, (how["format"], how["encoding"])))))),
        ("SHA-256 of the file", f'<span class="mono">{how["original"]["sha256"]}</span>'),
    ]
    yield facts(rows)
    for sentence in report.unjudged:
        yield f'<p class="warned">Not judged: {bdi(sentence)}</p>'
    for order, pair in enumerate(pairs, 1):
        match = report.matches[int(str(pair["match"]))]
        yield from passage(f"{number}.{order}", match, pair, evidence.stories)
    if report.notices:
        yield "<h3>Notices of rights on the page</h3><ul class='plain'>"
        for notice in report.notices:
            yield f"<li>{bdi(words.notice(notice))}: {bdi(words.quotation(notice.submitted, 300))}</li>"
        yield "</ul>"


def _figures(exhibit: Exhibit) -> str:
    figures, taken = exhibit.report.submitted, len(exhibit.facts.matches)
    others = len(exhibit.report.matches) - taken
    said = (
        f"{words.count(figures.words, 'word')}; {figures.copied_words:,} of them ({words.share(figures.copied_share)})"
    )
    more = f"; {words.count(others, 'other passage')} of the page {'is' if others == 1 else 'are'} not of this case"
    return f"{said} also stand in stories{more if others else ''}"


def _stories(stories: Sequence[Story]) -> Iterator[str]:
    yield heading("stories", "The stories, and their terms as received")
    if not stories:
        yield "<p>None.</p>"
    for number, story in enumerate(stories, 1):
        one = story.facts
        yield f"<h3>Story {number}: {bdi(one.title or one.id)}</h3>"
        rows = [
            ("Id", bdi(one.id)),
            ("Holder", bdi(one.holder)),
            ("Story, version", bdi(", ".join(filter(None, (one.story, one.version))))),
            ("Revision", f"{one.revision}{'' if one.current else ', since replaced'}" if one.revision else ""),
            ("Published", escape(moment(one.rights.published))),
            ("Received", escape(moment(one.added))),
            ("Length", words.count(one.words, "word") if one.words else ""),
            *_terms(one.rights),
        ]
        yield facts(rows)
        if one.state_now:
            yield f'<p class="warned">The index has it as {escape(one.state_now)} by now; the page was judged before.'
            yield "</p>"
        if one.expired:
            yield f'<p class="warned">Its text left the index on {escape(moment(one.expired))}, after its term. What '
            yield "is known of it is its fingerprint; its words cannot be shown or compared again.</p>"
        elif one.missing:
            yield '<p class="warned">The index holds this text no more, or another one. Its words are those of the '
            yield "report; they cannot be compared again.</p>"


def _terms(rights: Rights) -> list[tuple[str, str]]:
    rows = [("State", escape(str(rights.state)))]
    rows += [(name, bdi(getattr(rights, key))) for key, name in USED_FOR]
    return [*rows, *(("Doubt", bdi(doubt)) for doubt in rights.doubts)]
