"""The catalogue as it is read: what workers answer of an index. See `api.writing` for what changes it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any, cast

from api.indexes import INDEXES
from api.problems import Problem
from api.stopped import Stopped, WithNews
from checker.families import Families
from checker.family import at_present, described, filed
from checker.rights.item import rights_of
from fingerprints.index import ReadIndex, StoredWork
from fingerprints.sketch import sketcher

ETAG = re.compile(r'(?:W/)?"[^"]{0,200}"')
VERSIONS = 200
"""The newest versions of a family that are told one by one."""
_STOPPED: dict[str, tuple[ReadIndex, Stopped]] = {}


def listing(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """A page of current stories behind the id `after`, without their texts; `next` is the id that the next begins
    behind, None at the end."""
    limit = header["limit"]
    with INDEXES.reading(header["index"]) as store:
        found = list(islice(store.entries(header["after"], limit + 1), limit + 1))
    entries = [{name: value for name, value in asdict(one).items() if name != "number"} for one in found[:limit]]
    return {"articles": entries, "next": found[limit - 1].id if len(found) > limit else None}, b""


def article(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """One story with all that holds for it; `article` is None where `if_none_match` names its ETag."""
    with INDEXES.reading(header["index"]) as store:
        told = shown(store, header["id"])
    etag = etag_of(told)
    same = matches(header["if_none_match"], etag, weakly=True)
    return {"article": None if same else told, "etag": etag}, b""


def versions(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """Every version of a story's family, the first filed first, and the revisions of its id, the newest first."""
    with INDEXES.reading(header["index"]) as store:
        revisions = required(store, header["id"])
        members = described(_families(store, revisions[0]).members(revisions[0]))
    return {
        "versions": [asdict(one) for one in members[-VERSIONS:]],
        "earlier": max(0, len(members) - VERSIONS),
        "revisions": filed(revisions),
    }, b""


def figures(header: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
    """The index in figures, and the newest `recent` of what in it must not be published at `now`."""
    path, now, most = header["index"], datetime.fromisoformat(header["now"]), header["recent"]
    with INDEXES.reading(path) as store:
        info = store.info()
        if path not in _STOPPED or _STOPPED[path][0] is not store:
            _STOPPED[path] = store, Stopped()
        stopped = _STOPPED[path][1]
        stopped.refresh(cast(WithNews, store), now)
    told = ("works", "revisions", "words", "postings", "text_bytes", "fingerprint_bytes", "file_bytes", "expired")
    values = {name: getattr(info, name) for name in told}
    return {
        **values,
        "spec": info.spec,
        "killed": stopped.killed(most),
        "embargoed": stopped.embargoed(now, most),
    }, b""


def required(store: ReadIndex, id: str) -> list[StoredWork]:
    """The revisions of an id, the newest first. Raises Problem 404."""
    revisions = store.revisions(id)
    if not revisions:
        raise Problem(404, "There is no story of this id; GET /v1/articles lists all of them.", slug="no-article")
    return revisions


def shown(store: ReadIndex, id: str) -> dict[str, Any]:
    """The newest revision of a story, its rights, and what holds for its family. Raises Problem 404."""
    stored = required(store, id)[0]
    families = _families(store, stored)
    members, family = families.members(stored), families.of(stored)
    present = next(one for one in at_present(members) if one.number == stored.number)
    work = stored.work
    return {
        "id": work.id,
        "title": work.title,
        "holder": work.holder,
        "story": work.story,
        "version": work.version,
        "text": work.text,
        "metadata": dict(work.metadata),
        "revision": stored.revision,
        "added": stored.added,
        "words": stored.words,
        "expired": stored.expired,
        "rights": asdict(rights_of(present)),
        "family": asdict(family) if family else None,
    }


def etag_of(told: dict[str, Any]) -> str:
    """The strong ETag (RFC 9110) of a story as `shown` tells it: it changes when anything in that does."""
    raw = json.dumps(told, sort_keys=True).encode()
    return f'"{blake2b(raw, digest_size=16, person=b"wirecheck-etag-1").hexdigest()}"'


def matches(condition: str, etag: str | None, *, weakly: bool = False) -> bool:
    """Whether a header If-Match or If-None-Match names this ETag; None is that of a story that is not there.

    If-Match compares strongly, so that a weak one names nothing (RFC 9110, 8.8.3.2).
    """
    if condition.strip() == "*":
        return etag is not None
    named = ETAG.findall(condition[:8_000])
    return etag in (one.removeprefix("W/") if weakly else one for one in named)


def _families(store: ReadIndex, stored: StoredWork) -> Families:
    return Families(store, sketcher(store.spec, store.secret), [stored])


HANDLERS = {
    "catalogue.list": listing,
    "catalogue.get": article,
    "catalogue.versions": versions,
    "catalogue.figures": figures,
}
