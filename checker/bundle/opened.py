"""The parts of a package back to the evidence that they were made of, every value of its own type."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checker.bundle.nouns import CaseFacts, Evidence, Exhibit, Made, PageFacts, Rulebook, Story, StoryFacts
from checker.bundle.parts import MANIFEST
from checker.bundle.problems import EvidenceProblem
from checker.bundle.written import as_text, read
from checker.policy.load import read_bytes
from checker.policy.nouns import DEFAULT_POLICY
from checker.policy.problems import PolicyProblem
from checker.reports.json import from_json
from checker.reports.json_read import read_as
from fingerprints.spec import FingerprintSpec

Parts = Mapping[str, bytes]


def evidence_of(parts: Parts, folder: Path) -> Evidence:
    """The evidence. `folder` takes the policy's list of agencies while it is used.

    Raises EvidenceProblem when a part is missing or does not hold what it should.
    """
    manifest = read(_part(parts, MANIFEST), MANIFEST)
    try:
        made, spec = read_as(Made, manifest.get("made")), read_as(FingerprintSpec, manifest.get("spec"))
        case = read_as(CaseFacts, manifest["case"]) if manifest.get("case") else None
        pages, stories = _count(manifest, "pages", parts), _count(manifest, "stories", parts)
        return Evidence(
            made=made,
            spec=spec,
            rulebook=_rulebook(manifest.get("policy"), parts, folder),
            exhibits=tuple(_exhibit(parts, f"pages/{number}") for number in range(1, pages + 1)),
            stories=tuple(_story(parts, f"stories/{number}") for number in range(1, stories + 1)),
            case=case,
            decisions=_lines(_part(parts, "decisions.jsonl")) if case else (),
            chain=_chain(parts) if case else (),
        )
    except PolicyProblem:
        raise EvidenceProblem("policy.toml is no policy that this Wirecheck can use.") from None
    except ValueError as error:
        raise EvidenceProblem(f"A part of it does not hold what it should: {error}.") from None


def _part(parts: Parts, name: str) -> bytes:
    if name not in parts:
        raise EvidenceProblem(f"{name} is not in it.")
    return parts[name]


def _count(manifest: Mapping[str, Any], name: str, parts: Parts) -> int:
    count = manifest.get(name)
    if type(count) is not int or not 0 <= count <= len(parts):
        raise EvidenceProblem(f"{MANIFEST} does not say how many {name} there are.")
    return count


def _rulebook(said: Any, parts: Parts, folder: Path) -> Rulebook:
    origin = said.get("origin") if isinstance(said, dict) else None
    if not isinstance(origin, str):
        raise EvidenceProblem(f"{MANIFEST} does not say which policy it was.")
    raw, agencies = parts.get("policy.toml", b""), parts.get("agencies.toml", b"")
    place = folder / "agencies.toml" if agencies else None
    if place:
        place.write_bytes(agencies)
    policy = read_bytes(raw, origin, place) if raw else DEFAULT_POLICY
    return Rulebook(raw, origin, agencies, policy)


def _exhibit(parts: Parts, folder: str) -> Exhibit:
    facts = read_as(PageFacts, read(_part(parts, f"{folder}/page.json"), f"{folder}/page.json"))
    report = from_json(_part(parts, f"{folder}/report.json"))
    if any(not 0 <= number < len(report.matches) for number in facts.matches):
        raise EvidenceProblem(f"{folder}/page.json names matches that its report does not have.")
    return Exhibit(facts, _part(parts, f"{folder}/original"), report)


def _story(parts: Parts, folder: str) -> Story:
    facts = read_as(StoryFacts, read(_part(parts, f"{folder}/story.json"), f"{folder}/story.json"))
    name = f"{folder}/text.txt"
    return Story(facts, as_text(_part(parts, name), name) if facts.has_text else "")


def _lines(raw: bytes) -> tuple[bytes, ...]:
    if raw and not raw.endswith(b"\n"):
        raise EvidenceProblem("decisions.jsonl is cut short.")
    return tuple(raw.split(b"\n")[:-1])


def _chain(parts: Parts) -> tuple[str, ...]:
    lines = read(_part(parts, "chain.json"), "chain.json").get("lines")
    if not isinstance(lines, list) or not all(isinstance(one, str) for one in lines):
        raise EvidenceProblem("chain.json is no list of digests.")
    return tuple(lines)
