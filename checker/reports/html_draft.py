"""The draft on the page: its text once, character by character, with what was found marked in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from checker.model import Match, Notice, Report, Status
from checker.reports import words
from checker.reports.markup import escape, finding_classes, gravest
from checker.reports.pieces import Piece
from checker.reports.show import shown


def called(pieces: Sequence[Piece]) -> set[str]:
    """The names of the findings that begin in the text, so that a link can lead to them."""
    return {str(number + 1) for piece in pieces for number in piece.begins} | {
        f"n{number + 1}" for piece in pieces for number in piece.noticed
    }


def draft(report: Report, pieces: Sequence[Piece], anchor: str) -> Iterator[str]:
    """The text with its marks, and a numbered link where each finding begins."""
    if not report.text:
        yield '<p class="fine">The text is empty, or not part of this report.</p>'
        return
    text = shown(report.text)
    yield '<div class="text" dir="auto">'
    for piece in pieces:
        yield from (_notice_call(report.notices[number], number + 1, anchor) for number in piece.noticed)
        yield from (_match_call(report.matches[number], number + 1, anchor) for number in piece.begins)
        yield _marked(piece, escape(text[piece.start : piece.end]), report, anchor)
    yield "</div>"


def _match_call(match: Match, number: int, anchor: str) -> str:
    label = f"Passage {number}: {words.headline(match)}; from {words.title(match.source)}"
    return _call(str(number), anchor, str(number), label, "" if match.status is Status.COPIED else words.status(match))


def _notice_call(notice: Notice, number: int, anchor: str) -> str:
    return _call(f"n{number}", anchor, f"§{number}", f"Notice {number}: {words.headline(notice)}", "")


def _call(name: str, anchor: str, number: str, label: str, status: str) -> str:
    """The link to what is said of a finding; the style draws number and status, which are no part of the text."""
    said = f' data-s="{escape(status)}"' if status else ""
    return (
        f'<a class="call" id="{anchor}-d{name}" href="#{anchor}-s{name}" data-n="{number}"{said} '
        f'aria-label="{escape(label)}"></a>'
    )


def _marked(piece: Piece, inside: str, report: Report, anchor: str) -> str:
    """A piece of the text. Where several findings cover it the gravest gives the colour."""
    matches = [report.matches[number] for number in piece.matches]
    notices = [report.notices[number] for number in piece.notices]
    if not matches and not notices:
        return inside
    names = [f"{anchor}-{number + 1}" for number in piece.matches]
    names += [f"{anchor}-n{number + 1}" for number in piece.notices]
    shown_as = gravest([*matches, *notices])
    classes = f"m {finding_classes(shown_as)}" + (" more" if len(matches) > 1 else "")
    # what is a quotation as a whole needs no mark for the quotation inside it
    classes += " said" if piece.quoted and shown_as.status is not Status.QUOTED else ""
    body = f"<ins>{inside}</ins>" if piece.changed else inside
    return f'<mark class="{classes}" data-m="{" ".join(names)}">{body}</mark>'
