"""A package held against itself: every digest, every quotation, and the match run again from what is in it.

Nothing but the package is needed: no index, no policy, no network. Whoever rewrites all of it, manifest and seal
included, makes a package that holds together again; that is found only by a seal kept elsewhere or a time-stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checker.bundle.chain import broken
from checker.bundle.judgement import contradictions
from checker.bundle.nouns import SCHEMA, Evidence
from checker.bundle.opened import evidence_of
from checker.bundle.packing import difference, unpacked
from checker.bundle.pairs import CONTRADICTED, misquoted, pairs_of
from checker.bundle.parts import MANIFEST, OUTSIDE, SEAL, STAMP, assembled, sealed
from checker.bundle.problems import EvidenceProblem
from checker.bundle.rerun import Opener, document_of, rerun
from checker.bundle.stamp import read as read_stamp
from checker.bundle.written import digest, read
from checker.cases.decisions import State, decision_of
from checker.model import Report, Tool
from checker.readers.document import Document
from checker.reports.words import count
from fingerprints.errors import WirecheckError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

UNPROVEN = (
    "Without a seal known from elsewhere, or a time-stamp by roots that you trust, this does not prove who made the "
    "package or when, nor that its pages and stories were ever published or filed so: all of it can be made anew to fit"
)
WORDING = ("README.txt", "method.txt")
"""Parts whose words may be others in another version."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, whether it is as it should be, and a sentence about it."""

    name: str
    ok: bool
    sentence: str


@dataclass(slots=True)
class Verification:
    """One package on its way through the checks. `folder` is an empty one, for what must lie in a file meanwhile."""

    raw: bytes
    opener: Opener
    folder: Path
    tool: Tool
    seal: str = ""
    roots: Sequence[Certificate] = ()
    parts: dict[str, bytes] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def checks(self) -> Iterator[Check]:
        """The checks in order. After one that fails, those that build upon it are not begun."""
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("package", self._package),
            ("manifest", self._manifest),
            ("seal", self._seal),
            ("files", self._files),
            ("digests", self._digests),
        )
        for name, step in steps:
            check = _tried(name, step)
            yield check
            if not check.ok:
                return
        if self.roots or STAMP in self.parts or self._made().get("time_stamped"):
            yield _tried("time-stamp", self._stamp)
        yield self._version()
        yield from self._contents()

    def _package(self) -> str:
        self.parts = unpacked(self.raw)
        if sentence := difference(self.raw, self.parts):
            raise EvidenceProblem(sentence)
        return f"{count(len(self.raw), 'byte')}, none before, between or behind its {len(self.parts)} files."

    def _manifest(self) -> str:
        if MANIFEST not in self.parts:
            raise EvidenceProblem(f"{MANIFEST} is not in it: this is no evidence of Wirecheck.")
        self.manifest = read(self.parts[MANIFEST], MANIFEST)
        if self.manifest.get("schema") != SCHEMA:
            raise EvidenceProblem(f"{MANIFEST} is not of schema {SCHEMA}; use the Wirecheck that made it, or a newer.")
        return f"Schema {SCHEMA}, written as it should be."

    def _seal(self) -> str:
        seal = sealed(self.parts[MANIFEST])
        if self.parts.get(SEAL) != seal:
            raise EvidenceProblem(f"{SEAL} is not the SHA-256 of {MANIFEST}.")
        if self.seal and self.seal.strip().lower().encode() != seal.strip():
            raise EvidenceProblem("The seal of this package is another one than was given: it was made anew.")
        held = "the one that was given" if self.seal else f"of this package. {UNPROVEN}"
        return f"{seal.decode().strip()}, {held}."

    def _files(self) -> str:
        listed = self.manifest.get("parts")
        rows = listed if isinstance(listed, list) else []
        names = [row.get("name") if isinstance(row, dict) else None for row in rows]
        held = [name for name in self.parts if name not in OUTSIDE]
        if lost := [name for name in names if name not in self.parts]:
            raise EvidenceProblem(f"{lost[0]} is listed in {MANIFEST} and is not there.")
        if strange := [name for name in held if name not in names]:
            raise EvidenceProblem(f"{strange[0]} is there and is not listed in {MANIFEST}.")
        first = [MANIFEST, SEAL, *([STAMP] if STAMP in self.parts else [])]
        if list(self.parts) != [*first, *names]:
            raise EvidenceProblem(f"Its files stand in another order than {MANIFEST} lists them.")
        return f"{len(names)} files, all listed, in their order."

    def _digests(self) -> str:
        for row in self.manifest["parts"]:
            data = self.parts[row["name"]]
            if row != {"name": row["name"], "bytes": len(data), "sha256": digest(data)}:
                raise EvidenceProblem(f"{row['name']} is not the file that {MANIFEST} lists: its SHA-256 differs.")
        return "Every file has the size and the SHA-256 that the manifest lists."

    def _stamp(self) -> str:
        if STAMP not in self.parts:
            asked = "roots were given to check one by" if self.roots else f"{MANIFEST} says that it was made with one"
            raise EvidenceProblem(f"There is none in it, and {asked}.")
        try:
            stamp = read_stamp(self.parts[STAMP], self.parts[MANIFEST], self.roots)
        except EvidenceProblem as problem:
            raise EvidenceProblem(f"{STAMP}: {problem}.") from None
        said = f"{stamp.at:%Y-%m-%d %H:%M:%S} UTC over this manifest, signed by {stamp.by or 'a certificate given'}"
        if stamp.vouched:
            return f"{said}, for which one of the roots vouches."
        signature = "the signature holds, and" if stamp.signed else "neither the signature nor"
        return (
            f"{said}; {signature} who that is was {'not ' * stamp.signed}checked: name the authority's roots, --roots."
        )

    def _made(self) -> Mapping[str, Any]:
        made = self.manifest.get("made")
        return made if isinstance(made, dict) else {}

    def _version(self) -> Check:
        tool = self._made().get("tool")
        version = tool.get("version") if isinstance(tool, dict) else None
        if not isinstance(version, str):
            return Check("version", False, f"{MANIFEST} does not say by which version it was made.")
        if version == self.tool.version:
            return Check("version", True, f"Made by the same version, {version}.")
        return Check(
            "version", True, f"Made by version {version[:40]}, checked by {self.tool.version}; the two may differ."
        )

    def _contents(self) -> Iterator[Check]:
        """What the parts say, held against each other."""
        opened: list[Evidence] = []

        def open_parts() -> str:
            opened.append(evidence_of(self.parts, self.folder))
            return "Every part holds what it should."

        check = _tried("contents", open_parts)
        yield check
        if not check.ok:
            return
        (evidence,) = opened
        documents: list[Document] = []
        check = _tried("texts", lambda: self._texts(evidence, documents))
        yield check
        if not check.ok:
            return
        yield _tried("quotations", lambda: _quotations(evidence, documents))
        yield _tried("figures", lambda: _figures(evidence, documents))
        again: list[Report] = []
        check = _tried("re-run", lambda: self._rerun(evidence, documents, again))
        yield check
        if check.ok:
            yield _tried("judgement", lambda: _judgement(evidence, again))
            yield _tried("derived", lambda: self._derived(evidence, documents, again))
        if evidence.case:
            yield _tried("decisions", lambda: _decisions(evidence))

    def _texts(self, evidence: Evidence, documents: list[Document]) -> str:
        documents += [document_of(one) for one in evidence.exhibits]
        texts = {f"pages/{number}/text.txt": one.text for number, one in enumerate(documents, 1)}
        for name, text in texts.items():
            if self.parts.get(name) != text.encode("utf-8", "surrogatepass"):
                raise EvidenceProblem(f"{name} is not the text that is read from its original.")
        return f"The text of {count(len(documents), 'page')} was read from the original again, and is the same."

    def _rerun(self, evidence: Evidence, documents: list[Document], again: list[Report]) -> str:
        if evidence.spec.normaliser != _normaliser():
            raise EvidenceProblem(
                "It was made under another specification of fingerprints; verify it with its version."
            )
        policy = evidence.rulebook.policy
        again += rerun(evidence.exhibits, documents, evidence.stories, evidence.spec, policy, self.opener)
        pairs = pairs_of(evidence.exhibits, evidence.stories, again)
        said = {name: sum(pair["again"] == name for pair in pairs) for name in ("same", "otherwise", "not")}
        if wrong := [pair for pair in pairs if pair["again"] == CONTRADICTED]:
            where = f"match {wrong[0]['match'] + 1} of page {wrong[0]['page']}"
            raise EvidenceProblem(f"The figures of {where} are not those that its two passages have.")
        gone = sum(1 for pair in pairs if not pair["story"] or not evidence.stories[pair["story"] - 1].facts.has_text)
        if read(self.parts["pairs.json"], "pairs.json") != {"pairs": pairs}:
            raise EvidenceProblem("The match was run again, and pairs.json is not what comes of it.")
        out = f"Of {count(len(pairs), 'passage')} {said['same']} found again with the same offsets and figures"
        if said["otherwise"]:
            out += f", {said['otherwise']} with others"
        if said["not"] - gone > 0:
            out += f", {said['not'] - gone} not found in these stories alone"
        if gone:
            out += f"; {gone} could not be run again, as the story's text is gone"
        return out + "."

    def _derived(self, evidence: Evidence, documents: list[Document], again: list[Report]) -> str:
        made = assembled(evidence, documents, again)
        same = self.tool.version == evidence.made.tool.version
        for name, data in made.items():
            if name in OUTSIDE or (name in WORDING and not same):
                continue
            if self.parts.get(name) != data:
                raise EvidenceProblem(f"{name} is not what comes of the other parts.")
        if same and made[MANIFEST] != self.parts[MANIFEST]:
            raise EvidenceProblem(f"{MANIFEST} is not what comes of the other parts.")
        if extra := [name for name in self.parts if name not in made and name != STAMP]:
            raise EvidenceProblem(f"{extra[0]} belongs to nothing in it.")
        return "Made again from originals, stories, reports and policy, every other part is the same."


def _tried(name: str, step: Callable[[], str]) -> Check:
    try:
        return Check(name, True, step())
    except WirecheckError as error:
        return Check(name, False, str(error))
    except (MemoryError, RecursionError):
        return Check(name, False, "It asks for more memory than there is.")
    except Exception as error:
        # parts that hold together by their digests and make no sense: somebody made them so
        return Check(name, False, f"It holds something that no evidence of ours does ({type(error).__name__}).")


def _normaliser() -> str:
    from fingerprints.spec import DEFAULT_SPEC

    return DEFAULT_SPEC.normaliser


def _quotations(evidence: Evidence, documents: list[Document]) -> str:
    for sentence in misquoted(evidence.exhibits, [one.text for one in documents], evidence.stories):
        raise EvidenceProblem(sentence)
    return "Every passage stands in both texts exactly where its offsets say."


def _figures(evidence: Evidence, documents: list[Document]) -> str:
    for number, (exhibit, document) in enumerate(zip(evidence.exhibits, documents, strict=True), 1):
        figures = exhibit.report.submitted
        share = round(figures.copied_words / max(1, figures.words), 4)
        if figures.characters != len(document.text) or abs(share - figures.copied_share) > 1e-9:
            raise EvidenceProblem(f"The figures in the report on page {number} do not follow from its text.")
    return "The reports' figures follow from the texts."


def _judgement(evidence: Evidence, again: Sequence[Report]) -> str:
    for sentence in contradictions(evidence, again):
        raise EvidenceProblem(sentence)
    said = "the policy in it" if evidence.rulebook.raw else "the built-in policy"
    return f"Judged again by {said}, every match, notice and verdict is the same."


def _decisions(evidence: Evidence) -> str:
    case = evidence.case
    if sentence := broken(evidence.decisions, evidence.chain, case.id if case else ""):
        raise EvidenceProblem(sentence)
    last = decision_of(evidence.decisions[-1]) if evidence.decisions else None
    if case and case.state not in (State.OPEN, last.state if last else State.OPEN):
        raise EvidenceProblem(f"{MANIFEST} says that the case is {case.state[:40]}, and no last decision on it does.")
    return f"{count(len(evidence.decisions), 'decision')}, each in its place in the log."
