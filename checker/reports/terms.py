"""How a report speaks of a story's standing and terms: its family, what its agency said of it, and what came with it.

What an agency wrote is shown as it wrote it, and inert. Times keep the zone that they were written in.
"""

from __future__ import annotations

from datetime import datetime

from checker.model import Judged, Match, SourcePassage, Status
from checker.reports.show import one_line
from checker.standing import Member, Rights, State

STATES = {State.KILLED: "KILLED", State.WITHHELD: "WITHHELD"}
"""What must be seen at once."""
GRAVEST = (State.KILLED, State.WITHHELD, State.CORRECTED)


def moment(time: str) -> str:
    """ "2026-03-01 12:04 UTC", "2026-03-01 12:04:30 +01:00"; what is no ISO 8601 as it was written."""
    try:
        read = datetime.fromisoformat(time)
    except ValueError:
        return one_line(time).strip()
    if "T" not in time.upper() and ":" not in time:
        return one_line(time).strip()  # a day
    clock = read.strftime("%H:%M:%S" if read.second else "%H:%M")
    offset = read.strftime("%z")
    zone = "" if not offset else " UTC" if not read.utcoffset() else f" {offset[:3]}:{offset[3:5]}"
    return f"{read.year:04}-{read.month:02}-{read.day:02} {clock}{zone}"


def version(name: str) -> str:
    """ "version 3", "2nd Lead-Writethru"; "" for none."""
    name = one_line(name).strip()
    return f"version {name}" if name.isdigit() else name


def family(source: SourcePassage) -> str:
    """ "2nd Lead-Writethru of 5 versions; newest: “Goats stay” (mp-9, version 3)"; "" for a story that stands alone."""
    found = source.family
    if found is None or found.members < 2:
        return ""
    mine = version(source.version)
    if found.newest.id == source.id:
        return f"{f'{mine}, the' if mine else 'the'} newest of {found.members:,} versions"
    return f"{mine or 'one'} of {found.members:,} versions; newest: {member(found.newest)}"


def member(one: Member) -> str:
    """ "“Goats stay” (mp-9, version 3)"."""
    named = one_line(one.title).strip()
    known = ", ".join(part for part in (one_line(one.id), version(one.version)) if part)
    return f"“{named}” ({known})" if named else known


def state(source: SourcePassage) -> State:
    """The gravest that was said of the story or of its family."""
    said = {source.rights.state} | ({source.family.state} if source.family else set())
    return next((one for one in GRAVEST if one in said), State.USABLE)


def alarms(match: Match) -> list[str]:
    """What must be seen at once: the story was killed or withheld, or is under an embargo that counts here."""
    found = []
    gravest = state(match.source)
    if gravest in STATES:
        found.append(f"{STATES[gravest]}{_since(match.source, gravest)}")
    elif match.status in (Status.KILLED, Status.WITHHELD):
        found.append(str(match.status).upper())
    if match.status is Status.EMBARGOED:
        until = _embargo(match.source)
        found.append(f"EMBARGO until {until}" if until else "EMBARGO")
    return found


def _since(source: SourcePassage, gravest: State) -> str:
    """ " 2026-03-02 12:04 UTC, by mp-8"; the family alone knows when, and by whom."""
    known = source.family
    if known is None or known.state != gravest:
        return ""
    when = f" {moment(known.since)}" if known.since else ""
    return when + (f", by {one_line(known.by)}" if known.by and known.by != source.id else "")


def _corrected(source: SourcePassage) -> str:
    if state(source) is not State.CORRECTED:
        return ""
    return _since(source, State.CORRECTED).strip(", ") or "by its agency"


def _embargo(source: SourcePassage) -> str:
    """The latest that is told; the family has looked at all of its members."""
    return moment((source.family.embargo if source.family else "") or source.rights.embargo)


def _expiry(source: SourcePassage) -> str:
    return moment((source.family.expires if source.family else "") or source.rights.expires)


def terms(match: Match) -> list[tuple[str, str]]:
    """What came with the story about its use, each with its name; as received, and not yet inert."""
    source, rights = match.source, match.source.rights
    told = [
        ("corrected", _corrected(source)),
        ("embargo until", "" if match.status is Status.EMBARGOED else _embargo(source)),
        ("to be used until", _expiry(source)),
        ("usage terms", rights.usage),
        ("note to editors", rights.note),
        ("licence window", _window(rights)),
        ("territory", rights.territory),
        ("copyright", rights.copyright),
        ("credit", rights.credit),
        ("feed", rights.feed),
        ("published", moment(rights.published)),
        ("in the index since", moment(rights.added)),
        ("rights expression", rights.expression),
        *(("doubt", doubt) for doubt in rights.doubts),
    ]
    return [(name, text) for name, value in told if (text := value.strip())]


def _window(rights: Rights) -> str:
    begins, ends = moment(rights.licence_from), moment(rights.licence_until)
    return " ".join(part for part in (f"from {begins}" if begins else "", f"until {ends}" if ends else "") if part)


def without_text(source: SourcePassage) -> str:
    """Why there are no words of the story to show; "" where there are."""
    if source.text:
        return ""
    if source.rights.expired:
        return (
            f"Its text left the index on {moment(source.rights.expired)}, when its term was over; "
            f"the passage is characters {source.start:,} to {source.end:,} of it."
        )
    return f"Its text is not in this report; the passage is characters {source.start:,} to {source.end:,} of it."


def judged(stamp: Judged) -> str:
    """ "Judged under wirecheck.toml for web, NO, at 2026-03-01 12:00 UTC."; "" when nobody told anything."""
    where = ", ".join(one_line(part) for part in (stamp.channel, stamp.territory, stamp.site) if part)
    if not (stamp.policy or where or stamp.at):
        return ""
    under = f" under {one_line(stamp.policy)}" if stamp.policy else " without a policy of the house"
    return f"Judged{under}{f' for {where}' if where else ''}{f', at {moment(stamp.at)}' if stamp.at else ''}."
