"""The manifest of a snapshot: what it says of itself, and how that is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

from fingerprints.errors import FormatTooNew, IndexMissing, SpecMismatch
from fingerprints.spec import FingerprintSpec
from fingerprints.stores import SNAPSHOT
from fingerprints.stores.sealed import as_json
from fingerprints.stores.snapshot_files import BLOCKS, FileFacts, described, file_names, opened
from fingerprints.stores.trouble import damaged, translated

KIND = "wirecheck-snapshot"
FORMAT = 2  # 2: checksums of blocks
MOST_PARTS = 100
FEWEST_BITS, MOST_BITS = 15, 28  # of a key that say where in a table it stands; the other 32 are in its row
LONGEST = 1 << 20  # bytes of a manifest


@dataclass(frozen=True, slots=True)
class Figures:
    """What a snapshot counts; see `Info`."""

    works: int
    revisions: int
    words: int
    postings: int
    bands: int
    hot_keys: int
    expired: int


@dataclass(frozen=True, slots=True)
class Part:
    """The works from number `first` on, up to the next part; its tables are told apart by so many bits of a key."""

    first: int
    postings_bits: int
    bands_bits: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of it. `key` is the id of the secret; `contents` names what is in the snapshot, however it is divided."""

    spec: FingerprintSpec
    key: str
    contents: str
    figures: Figures
    parts: tuple[Part, ...]
    files: Mapping[str, FileFacts]

    def sealed(self, secret: bytes) -> str:
        """As it is written, with a checksum that anyone can check, and a seal that only the secret can make."""
        body: dict[str, Any] = {
            "kind": KIND,
            "format": FORMAT if BLOCKS in self.files else 1,
            "spec": asdict(self.spec),
            "key": self.key,
            "contents": self.contents,
            "figures": asdict(self.figures),
            "parts": [asdict(part) for part in self.parts],
            "files": {name: asdict(facts) for name, facts in sorted(self.files.items())},
        }
        body["checksum"] = _checksum(body)
        body["seal"] = seal(body["checksum"], secret)
        return _spelt(body)


def _spelt(body: Mapping[str, Any]) -> str:
    """The one way to write a manifest, so that not even a space in it can differ."""
    return json.dumps(body, indent=1) + "\n"


def _checksum(body: Mapping[str, Any]) -> str:
    said = {name: value for name, value in body.items() if name not in ("checksum", "seal")}
    return blake2b(
        as_json(said).encode("utf-8", "surrogatepass"), digest_size=32, person=b"wirecheck-snap-1"
    ).hexdigest()


def seal(checksum: str, secret: bytes) -> str:
    """What only someone with the secret can write under a manifest of this checksum."""
    return blake2b(checksum.encode(), digest_size=16, key=secret, person=b"wirecheck-seal-1").hexdigest()


def snapshot_digest(path: str | Path) -> str:
    """32 hexadecimal digits that name what is in a snapshot: the same for equal contents, however many its parts.

    Only the manifest is read. Raises IndexMissing, IndexDamaged, FormatTooNew and SpecMismatch.
    """
    return read(Path(path).resolve())[0].contents


def read(location: Path) -> tuple[Manifest, str, str]:
    """The manifest of a snapshot, its checksum, and the seal under it, which is not looked at here.

    Raises IndexMissing, IndexDamaged, FormatTooNew and SpecMismatch.
    """
    with translated(location):
        try:
            with opened(location / SNAPSHOT) as file:
                written = file.read(LONGEST + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise IndexMissing(f"There is no snapshot at {location}; make one with `wirecheck snapshot`.") from None
    try:
        body = json.loads(written) if len(written) <= LONGEST else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or body.get("kind") != KIND or type(body.get("format")) is not int:
        raise damaged(location, f"its {SNAPSHOT} is not the manifest of a snapshot")
    if body["format"] > FORMAT:
        raise FormatTooNew(
            f"The snapshot {location} has format {body['format']}, this Wirecheck knows up to {FORMAT}; "
            "use a newer Wirecheck."
        )
    try:
        checksum = _checksum(body)
        if checksum != body["checksum"] or _spelt(body).encode() != written:
            raise damaged(location, "what it says of itself does not pass its checksum")
        return _manifest(location, body), checksum, str(body["seal"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise damaged(location, f"its {SNAPSHOT} does not say what it should") from None


def _manifest(location: Path, body: Mapping[str, Any]) -> Manifest:
    try:
        spec = FingerprintSpec.from_json(json.dumps(body["spec"]))
    except (ValueError, TypeError, AttributeError) as error:
        raise SpecMismatch(
            f"The snapshot {location} was made under a specification that this Wirecheck does not know ({error}); "
            "use the Wirecheck that made it, or make a new one."
        ) from None
    figures = Figures(**{field.name: _count(body["figures"][field.name]) for field in fields(Figures)})
    parts = tuple(Part(**{field.name: _count(part[field.name]) for field in fields(Part)}) for part in body["parts"])
    files = {
        str(name): FileFacts(_count(said["items"]), str(said["dtype"]), str(said["blake2b"]))
        for name, said in body["files"].items()
    }
    manifest = Manifest(spec, str(body["key"]), str(body["contents"]), figures, parts, files)
    _require_sense(manifest, body["format"])
    return manifest


def _count(value: object) -> int:
    if type(value) is not int or not 0 <= value < 1 << 48:
        raise ValueError("no count")
    return value


def _require_sense(manifest: Manifest, form: int) -> None:
    """Raises ValueError where one thing it says does not go with another."""
    files, figures, parts = manifest.files, manifest.figures, manifest.parts
    expected = file_names(len(parts), blocks=form > 1)
    if not 1 <= len(parts) <= MOST_PARTS or set(files) != set(expected):
        raise ValueError("parts or files")
    if any(files[name].dtype != described(dtype) for name, dtype in expected.items()):
        raise ValueError("dtypes")
    bits = [
        (table, n, getattr(part, f"{table}_bits")) for n, part in enumerate(parts) for table in ("postings", "bands")
    ]
    wanted = {f"{table}-{n:02}.starts": (1 << own) + 1 for table, n, own in bits}
    wanted |= {"works.numbers": figures.revisions, "works.offsets": figures.revisions + 1}
    wanted |= {"ids.numbers": figures.revisions}
    sums = [sum(files[f"{table}-{n:02}.rows"].items for n in range(len(parts))) for table in ("postings", "bands")]
    firsts = [part.first for part in parts]
    if (
        any(files[name].items != items for name, items in wanted.items())
        or sums != [figures.postings, figures.bands]
        or not all(FEWEST_BITS <= own <= MOST_BITS for _, _, own in bits)
        or firsts != sorted(firsts)
        or firsts[0] != 0
        or any(files[f"{kind}.starts"].items < 1 for kind in ("ids", "links"))
    ):
        raise ValueError("counts")
