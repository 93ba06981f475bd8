"""What `wirecheck evidence` makes a package of: a file checked just now, or a case of an audit."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from cli.evidence_files import bytes_of
from cli.exit_codes import Failure, say
from cli.occasion import now, policy_file, time_of
from cli.options import open_for_reading

if TYPE_CHECKING:
    from checker.bundle.nouns import Evidence, Rulebook
    from checker.cases.decisions import Log
    from checker.policy.nouns import Occasion, Policy
    from fingerprints.index import ReadIndex


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes the evidence, and when as the command line has it; "" is now."""

    by: str
    made: str = ""

    def at(self, rules: Policy) -> str:
        """When it is made, UTC, ISO 8601. Raises Failure when that is no time."""
        return (time_of(rules, self.made).astimezone(UTC) if self.made else now()).isoformat(timespec="seconds")


def rulebook(given: Path | None, rules: Policy) -> Rulebook:
    """The policy with the bytes of its files."""
    from checker.bundle.nouns import Rulebook

    path = policy_file(given)
    if path is None:
        return Rulebook(b"", "", b"", rules)
    agencies = Path(rules.agencies).read_bytes() if rules.agencies else b""
    return Rulebook(path.read_bytes(), str(path), agencies, rules)


def of_check(draft: Path, index: str, occasion: Occasion, rules: Rulebook, maker: Maker) -> Evidence:
    """The evidence of a file, checked for an occasion. Raises EvidenceProblem when it holds not one text."""
    from checker.audit.nouns import Page
    from checker.bundle.gather import exhibit_of, made, only_text
    from checker.bundle.nouns import Evidence
    from checker.bundle.stories import stories_of
    from checker.check import check_document

    at = maker.at(rules.policy)
    page = Page(0, str(draft), str(draft), str(draft), bytes_of(draft))
    document = only_text(page)
    with closing(open_for_reading(index)) as opened:
        report = check_document(document, opened, rules.policy, occasion)
        exhibit = exhibit_of(page, report)
        stories, spec, held = stories_of([exhibit], opened), opened.spec, _index_facts(opened)
    return Evidence(made(maker.by, at, report.tool, held), spec, rules, (exhibit,), stories)


def of_case(audit: Path, id: str, index: str, rules: Rulebook, maker: Maker) -> Evidence:
    """The evidence of a case. Raises EvidenceProblem, AuditProblem; Failure when the audit went by another policy."""
    from checker.bundle import case
    from checker.bundle.gather import made
    from checker.bundle.nouns import Evidence
    from checker.bundle.stories import stories_of
    from checker.write import tool

    at = maker.at(rules.policy)
    found = case.case_of(audit, id)
    exhibits = case.exhibits_of(found, audit)
    asked = case.asked_of(audit)
    _same_policy({one.report.judged.digest for one in exhibits}, asked, rules)
    log = _log(audit)
    decisions, links = _decisions(log, found.id, audit)
    with closing(open_for_reading(index)) as opened:
        stories, spec, held = stories_of(exhibits, opened), opened.spec, _index_facts(opened)
    return Evidence(
        made(maker.by, at, tool(), held | asked),
        spec,
        rules,
        exhibits,
        stories,
        case.facts_of(found, audit, log),
        decisions,
        links,
    )


def _log(audit: Path) -> Log:
    """The log of decisions; what is wrong with it is said."""
    from checker.cases.decisions import read_log

    log = read_log(audit)
    for problem in log.problems:
        say(problem)
    return log


def _decisions(log: Log, id: str, audit: Path) -> tuple[tuple[bytes, ...], tuple[str, ...]]:
    """The lines of the log that are about a case, and the digests of all. Raises Failure where they do not chain."""
    from checker.bundle import chain
    from checker.cases.decisions import LOG

    decisions, links = chain.of_case(log.lines, id), chain.chain_of(log.lines)
    if chain.broken(decisions, links, id):
        raise Failure(
            "No evidence was made: it would not hold together, as the decisions on this case were changed. Put "
            f"{audit / LOG} back from a copy, or make evidence of its pages one by one: wirecheck evidence check"
        )
    return decisions, links


def _index_facts(index: ReadIndex) -> dict[str, str]:
    from checker.bundle.gather import index_facts
    from fingerprints.stores.keyfile import key_id

    return index_facts(index, key_id(index.secret))


def _same_policy(digests: set[str], asked: Mapping[str, str], rules: Rulebook) -> None:
    """Raises Failure when pages were judged under another policy than this one, or with another list of agencies."""
    from checker.bundle.written import digest

    ours = rules.policy.digest
    if digests - {ours}:
        other = next(iter(digests - {ours}))
        was = f"the policy whose SHA-256 is {other}" if other else "the built-in policy"
        raise Failure(f"The audit was judged under {was}; name that one with --policy, or run the audit again.")
    agencies = digest(rules.agencies) if rules.agencies else ""
    if asked.get("audit_agencies_digest", agencies) != agencies:
        raise Failure("The policy's list of agencies was changed since the audit; put it back, or run the audit again.")
