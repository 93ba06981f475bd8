"""The files of `wirecheck evidence`: packages read, packages and reports written, time-stamps put into them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.exit_codes import ExitCode, Failure, say
from cli.terminal import ready, write

if TYPE_CHECKING:
    from checker.bundle.nouns import Evidence
    from fingerprints.index import Store
    from fingerprints.spec import FingerprintSpec

MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the package goes, and the report if one is wanted; the authority to ask for a time-stamp, "" for none."""

    package: Path
    report: Path | None = None
    authority: str = ""


MOST_PACKAGE = 9 * MOST_BYTES


def memory(spec: FingerprintSpec, secret: bytes, clock: Callable[[], str]) -> Store:
    """An empty index in memory for the re-run."""
    from fingerprints.stores.memory import MemoryStore

    return MemoryStore(spec, secret, clock=clock)


def bytes_of(path: Path, most: int = MOST_BYTES) -> bytes:
    """A file whole. Raises Failure when it is too large, OSError when it cannot be read."""
    if path.is_dir():
        raise Failure(f"{path} is a folder; name one file.")
    with path.open("rb") as stream:
        raw = stream.read(most + 1)
    if len(raw) > most:
        raise Failure(f"{path} has more than {most >> 20} MB, and that is the most.")
    return raw


def written(made: Evidence, to: Outputs) -> ExitCode:
    """Write the package and the report, and say the seal. What else was asked for and failed does not keep it back."""
    from checker.bundle.packing import packed
    from checker.bundle.parts import SEAL, stamped
    from checker.reports.words import count
    from cli.rendering import to_file

    made, parts, token, trouble = _with_stamp(made, to.authority)
    to_file([packed(stamped(parts, token) if token else parts)], to.package)
    ready(sys.stdout)
    write(parts[SEAL].decode().strip())
    found = sum(len(one.facts.matches) for one in made.exhibits)
    gone = sum(not one.facts.has_text for one in made.stories)
    held = f"{count(found, 'passage')} of {count(len(made.stories), 'story', 'stories')}"
    say(f"The evidence is in {to.package}: {held}. The line above is its seal; keep it elsewhere.")
    if gone:
        say(f"Of {gone} of the stories there is no text in the index any more; the evidence says so.")
    if not found:
        say("No passage of a protected story was found; the evidence says that, too.")
    if trouble:
        say(f"It has no time-stamp: {trouble}. Ask again with: wirecheck evidence timestamp {to.package}")
    if to.report:
        _print(made, parts, to.report)
    return ExitCode.FAILED if trouble else ExitCode.CLEAR


def _with_stamp(made: Evidence, authority: str) -> tuple[Evidence, dict[str, bytes], bytes, str]:
    """The evidence, its parts, and a time-stamp over them that they speak of; or neither, and why."""
    from checker.bundle.parts import parts_of

    claimed = replace(made, made=replace(made.made, time_stamped=bool(authority)))
    parts = parts_of(claimed, memory)
    token, trouble = _asked(parts, authority)
    return (made, parts_of(made, memory), b"", trouble) if trouble else (claimed, parts, token, "")


def _print(made: Evidence, parts: dict[str, bytes], pdf: Path) -> None:
    """Write the report for people. Raises EvidenceProblem when it cannot be set; the package is there all the same."""
    from checker.bundle.pdf import to_pdf
    from cli.rendering import to_file

    printed = to_pdf(made, parts)
    to_file([printed.data], pdf)
    say(f"The report is in {pdf}.")
    if printed.missing:
        codes = ", ".join(f"U+{code:04X}" for code in printed.missing[:8])
        more = f" and {len(printed.missing) - 8:,} more" if len(printed.missing) > 8 else ""
        say(
            f"No font here has {codes}{more}; the report shows U+FFFD in their place, and the package has them all. "
            "Install fonts for their script (Debian: fonts-noto-core, fonts-noto-cjk), and write it again: "
            "wirecheck evidence report FILE.zip --pdf FILE.pdf"
        )


def may_write(to: Outputs, *sources: Path, audit: Path | None = None) -> None:
    """Raises Failure where an output would take the place of what it is made from, or of another output.

    In the folder of an audit only names are taken that none of its own files has.
    """
    outputs = [one for one in (to.package, to.report) if one]
    if len({one.absolute() for one in outputs}) < len(outputs):
        raise Failure("--out and --pdf name the same file; give them two names.")
    for output in outputs:
        if any(output.exists() and source.exists() and output.samefile(source) for source in sources):
            raise Failure(f"{output} would take the place of what it is made from; give it another name.")
        if (
            audit
            and output.resolve().is_relative_to(audit.resolve())
            and output.resolve().suffix not in (".zip", ".pdf")
        ):
            raise Failure(f"{output} lies in the audit's folder; in there its name must end in .zip or .pdf.")


def stamp_file(package: Path, authority: str) -> ExitCode:
    """Put a time-stamp into a package. Raises Failure or EvidenceProblem, and then the package is as it was."""
    from checker.bundle.packing import difference, packed, unpacked
    from checker.bundle.parts import MANIFEST, SEAL, STAMP, sealed, stamped
    from cli.rendering import to_file

    raw = bytes_of(package, MOST_PACKAGE)
    parts = unpacked(raw)
    if difference(raw, parts) or MANIFEST not in parts or parts.get(SEAL) != sealed(parts[MANIFEST]):
        raise Failure(f"{package} is no evidence, or was changed; see: wirecheck evidence verify {package}")
    if STAMP in parts:
        raise Failure(f"{package} has a time-stamp already.")
    token, trouble = _asked(parts, authority)
    if trouble:
        raise Failure(f"{package} has no time-stamp: {trouble}.")
    to_file([packed(stamped(parts, token))], package)
    return ExitCode.CLEAR


def report_file(package: Path, pdf: Path) -> ExitCode:
    """Write the report of a package. Raises Failure when the package does not hold together."""
    from tempfile import TemporaryDirectory

    from checker.bundle.opened import evidence_of
    from checker.bundle.verify import Verification
    from checker.write import tool

    may_write(Outputs(package, pdf))
    raw = bytes_of(package, MOST_PACKAGE)
    with TemporaryDirectory(prefix="wirecheck-") as folder:
        verification = Verification(raw, memory, Path(folder), tool())
        wrong = next((one for one in verification.checks() if not one.ok), None)
        if wrong:
            raise Failure(f"{package} does not hold together, so no report is made of it. {wrong.sentence}")
        _print(evidence_of(verification.parts, Path(folder)), verification.parts, pdf)
    return ExitCode.CLEAR


def _asked(parts: Mapping[str, bytes], authority: str) -> tuple[bytes, str]:
    """The token of an authority over the manifest, or why there is none; both empty where none is asked for."""
    from checker.bundle.parts import MANIFEST
    from checker.bundle.problems import EvidenceProblem
    from checker.bundle.stamp import accepted, request_for
    from cli.authority import ask

    if not authority:
        return b"", ""
    manifest = parts[MANIFEST]
    request = request_for(manifest)
    try:
        token = ask(authority, request.as_bytes())
        stamp = accepted(token, request, manifest)
    except (Failure, EvidenceProblem) as problem:
        return b"", str(problem)
    say(f"Time-stamp of {stamp.at:%Y-%m-%d %H:%M:%S} UTC by {stamp.by or 'an unnamed authority'}.")
    return token, ""
