"""The doctor's look at a snapshot: every byte against its checksum, and the stories that are hurt by name."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from fingerprints.errors import IndexDamaged, KeyMissing, SpecMismatch
from fingerprints.spec import DEFAULT_SPEC
from fingerprints.stores.checks import Finding, Severity
from fingerprints.stores.schema import require_key, require_spec
from fingerprints.stores.snapshot_files import ONCE, Mapped, mapped, whole
from fingerprints.stores.snapshot_manifest import Manifest, read, seal
from fingerprints.stores.snapshot_works import Works
from fingerprints.stores.trouble import translated

MOST_NAMED = 100
WORKS = [name for name in ONCE if name.startswith("works.")]


def examine_snapshot(location: Path, *, deep: bool = True) -> list[Finding]:
    """What is wrong with a snapshot; one `ok` finding when nothing is. `deep` reads every byte: about a second a GB.

    Raises IndexMissing when there is none, FormatTooNew when this Wirecheck cannot judge it.
    """
    with translated(location):
        try:
            manifest, checksum, sealed = read(location)
        except (IndexDamaged, SpecMismatch) as error:
            return [_damaged("manifest", str(error))]
        found = _about(location, manifest)
        secret = _secret(location, manifest, found)
        if secret and seal(checksum, secret) != sealed:
            words = "It was not written by one who had the key of the index: make the snapshot anew."
            found.append(_damaged("manifest", words))
        files: dict[str, Mapped] = {}
        for name, facts in manifest.files.items():
            try:
                files[name] = mapped(location, name, facts)
            except IndexDamaged as error:
                found.append(_damaged(name, str(error)))
        if deep:
            hurt = [name for name, file in files.items() if not whole(file, manifest.files[name])]
            found += [_damaged(name, "It is not as it was written: make the snapshot anew.") for name in hurt]
            if secret and set(WORKS) <= set(files) and set(WORKS) & set(hurt):
                with suppress(IndexDamaged):  # not one of them can be read
                    found += _stories(Works(location, secret, *(files[name] for name in WORKS)))
    figures = manifest.figures
    sound = f"{figures.revisions:,} revisions and {figures.postings:,} postings are as they were written."
    return found or [Finding(Severity.OK, "snapshot", sound)]


def require_whole(location: Path) -> None:
    """Read all of a snapshot. Raises IndexDamaged with the first thing that is wrong, and as `examine_snapshot`."""
    wrong = next((one for one in examine_snapshot(location) if not one.good), None)
    if wrong:
        raise IndexDamaged(f"The snapshot {location} is damaged ({wrong.subject}): {wrong.sentence}")


def unrepaired(location: Path) -> Finding:
    """What a repair says of a snapshot that is not sound."""
    return _damaged(
        "repair",
        f"The snapshot {location} was left as it is, because a snapshot is not repaired: put its key back if that is "
        "what is missing, else delete it and make it anew with `wirecheck snapshot`.",
    )


def _about(location: Path, manifest: Manifest) -> list[Finding]:
    try:
        require_spec(manifest.spec, DEFAULT_SPEC, location)
    except SpecMismatch as error:
        return [_damaged("specification", str(error))]
    return []


def _secret(location: Path, manifest: Manifest, found: list[Finding]) -> bytes:
    """The secret, or nothing and a finding: without it no story can be told from a forged one."""
    try:
        return require_key(location, manifest.key)
    except KeyMissing as error:
        found.append(_damaged("key", str(error)))
        return b""


def _stories(works: Works) -> list[Finding]:
    """The first stories that cannot be read, by id or by number."""
    found: list[Finding] = []
    for at in range(len(works)):
        subject = f"number {works.number(at)}"
        try:
            facts = works.facts(at)
            subject = facts.id
            works.stored(at, facts)
        except IndexDamaged as error:
            found.append(_damaged(subject, str(error)))
            if len(found) == MOST_NAMED:
                found.append(_damaged("stories", f"There may be more; only the first {MOST_NAMED} are named."))
                break
    return found


def _damaged(subject: str, sentence: str) -> Finding:
    return Finding(Severity.DAMAGED, subject, sentence)
