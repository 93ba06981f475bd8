"""What workers do of an audit: take it in, read its files, check one of its texts."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from api.audit_bodies import MOST_TEXTS, AuditOptions, AuditRequest, Files, asked
from api.bodies import parse_json, validated
from api.checking import in_chosen_unit
from api.documents import of_file, of_html
from api.files import write_durably, write_whole
from api.indexes import INDEXES
from api.offsets import OffsetUnit, in_unit
from api.policies import occasion_of, policy_of
from api.problems import Problem
from api.schemas import CheckOptions
from api.spool import packed, unpacked
from api.unchecked import unchecked
from checker.check import check_safely
from checker.readers import Document, Unreadable
from checker.readers.variants import add_variants
from checker.reports.json import to_dict
from fingerprints.errors import StorageFull

Result = tuple[dict[str, Any], bytes]
TEXTS, NEW_TEXTS = "texts", "texts.new"
SENT = "sent"
"""The folder of what was sent, until it is read."""


def take(header: dict[str, Any], body: bytes) -> Result:
    """Write what was sent into the new folder `folder`; the answer is what holds for all texts.

    Raises Problem 415 and 422: also for a policy that is not there and a time that cannot be read.
    """
    options, files = asked(header["type"], body)
    occasion_of(policy_of(header["policy"], header["policies"], options.policy), _options(options))
    sent = Path(header["folder"]) / SENT
    with _room():
        sent.mkdir(mode=0o700, parents=True)
        for name, data in [("texts.json", body)] if files is None else _numbered(files):
            write_durably(sent / name, data)
    names = None if files is None else [name for name, _ in files]
    values = options.model_dump(mode="json", exclude={"texts", "webhook"})
    values["at"] = values["at"] or header["now"]  # one time for all texts, however long it takes
    webhook = options.webhook.model_dump() if options.webhook else None
    return {"options": values, "names": names, "webhook": webhook}, b""


def read_files(header: dict[str, Any], body: bytes) -> Result:
    """Every text of what was sent into a file of its own; `total` counts them, those that cannot be read too."""
    folder, names = Path(header["folder"]), header["names"]
    new = folder / NEW_TEXTS
    total = 0
    with _room():
        new.mkdir(mode=0o700)
        for total, entry in enumerate(_entries(folder / SENT, names), 1):
            if total > MOST_TEXTS:
                raise Problem(422, f"There are more than {MOST_TEXTS:,} texts in it; divide it.")
            write_whole(new / str(total), _waiting(entry))
        new.rename(folder / TEXTS)
    return {"total": total}, b""


def _waiting(entry: Document | Unreadable) -> bytes:
    """A text as it waits on disk."""
    if isinstance(entry, Unreadable):
        return json.dumps({"unreadable": [entry.place, entry.sentence]}).encode("ascii")
    return packed(entry)


def _numbered(files: Files) -> list[tuple[str, bytes]]:
    return [(str(number), data) for number, (_, data) in enumerate(files)]


@contextmanager
def _room() -> Iterator[None]:
    """Raises StorageFull when the disk takes no more."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull("The disk has no room left for an audit; nothing was kept of it.") from None
        raise


def check_text(header: dict[str, Any], body: bytes) -> Result:
    """One text's line among the results. `header` has "text" (its file), "number", "options", "index" and policies."""
    raw = Path(header["text"]).read_bytes()
    number = header["number"]
    if raw.startswith(b'{"unreadable"'):
        place, sentence = json.loads(raw)["unreadable"]
        return _line(number, "unreadable", place=place, sentence=sentence)
    options = AuditOptions.model_validate(header["options"], strict=False)
    policy = policy_of(header["policy"], header["policies"], options.policy)
    with INDEXES.reading(header["index"]) as index:
        report = check_safely(unpacked(raw), index, policy, occasion_of(policy, _options(options)))
        values = in_chosen_unit(report, index, options.offset_unit)
    return _line(number, values["verdict"], report=values)


def at_limit(header: dict[str, Any], body: bytes, sentence: str) -> Result:
    """The line of a text that took too much."""
    return given_up(header["number"], header["name"], sentence)


def given_up(number: int, name: str, sentence: str) -> Result:
    """The line of a text that could not be checked."""
    values = in_unit(to_dict(unchecked(name, sentence)), "", OffsetUnit.CODEPOINT)
    return _line(number, "incomplete", report=values)


def _line(number: int, verdict: str, **more: Any) -> Result:
    """Number and verdict come first, so that lines are told apart without reading all of them."""
    return {"verdict": verdict}, json.dumps({"number": number, "verdict": str(verdict), **more}).encode("ascii")


def _options(options: AuditOptions) -> CheckOptions:
    names = ("own", "channel", "territory", "site", "at", "policy", "offset_unit")
    return CheckOptions.model_construct(**{name: getattr(options, name) for name in names})


def _entries(sent: Path, names: list[str] | None) -> Iterator[Document | Unreadable]:
    if names is None:
        for number, one in enumerate(validated(AuditRequest, parse_json((sent / "texts.json").read_bytes())).texts, 1):
            id = one.id or str(number)
            yield add_variants(Document(id, one.text)) if one.text is not None else of_html(id, one.html or "")
        return
    for number, name in enumerate(names):
        yield from of_file("", name, (sent / str(number)).read_bytes())


HANDLERS = {"audit.take": take, "audit.read": read_files, "audit.check": check_text}
