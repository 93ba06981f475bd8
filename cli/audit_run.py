"""An audit from its beginning, or from where an earlier run left it, to its end."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from checker.audit.asked import Asked, asked_of, require_same
from checker.audit.children import pages_from_child
from checker.audit.folder import ASKED, WORK, claimed, read_json, write_json
from checker.audit.inputs import Input, folders_of, inputs_of
from checker.audit.nouns import Page, Setting, Terms
from checker.audit.schema import pages_of
from checker.cases.table import CASES
from checker.policy.nouns import Policy
from checker.write import tool
from cli.audit_end import conclude, finished
from cli.audit_index import Found, snapshot_for
from cli.auditing import Auditing
from cli.engines.engine import Engine, Job
from cli.exit_codes import ExitCode, Failure, say
from cli.occasion import policy_file, policy_of, time_of
from cli.options import index_url
from cli.progress import Meter
from fingerprints.stores import shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says."""

    inputs: tuple[str, ...]
    out: Path
    index: str
    policy: Path | None
    at: str
    site: str
    channel: str
    territory: str
    own: tuple[str, ...]
    since: Path | None
    map: bool
    workers: int | None
    master: str
    ship_index: bool
    parts: int


def _require_apart(out: Path, inputs: Sequence[Input]) -> None:
    """Raises Failure where the audit would write into what it reads: then no second run finds the same inputs."""
    place = out.resolve()
    for one in inputs:
        for folder in folders_of(one):
            if place.is_relative_to(Path(folder).resolve()):
                raise Failure(f"{out} lies in {folder}, which is to be audited; give an --out that lies elsewhere.")


def _require_earlier(since: Path | None) -> None:
    """Raises Failure, before any work, where there is no audit to compare with."""
    if since is not None and not (since / CASES).is_file():
        raise Failure(f"{since} is not the folder of a finished audit: it has no {CASES}.")


def run(wanted: Wanted) -> ExitCode:
    """Begin, go on, or say that it is done. Raises WirecheckError; what was judged by then stays."""
    begun = time.monotonic()
    _require_earlier(wanted.since)
    inputs = inputs_of(wanted.inputs)
    _require_apart(wanted.out, inputs)
    policy = policy_of(wanted.policy)
    with claimed(wanted.out):
        written = read_json(wanted.out / ASKED)
        began = asked_of(written, str(wanted.out / ASKED)) if written is not None else None
        asked = _asked(wanted, began, inputs, policy)
        if began:
            require_same(began, asked, str(wanted.out))
            if (code := finished(wanted.out, wanted.since, asked.terms)) is not None:
                shutil.rmtree(wanted.out / WORK, ignore_errors=True)  # a kill may have come just before this
                return code
        index = snapshot_for(index_url(wanted.index), wanted.out, began, wanted.parts)
        asked = replace(asked, index_digest=index.digest, spec=index.spec, works=index.works)
        if began:
            require_same(began, asked, str(wanted.out))
        else:
            write_json(wanted.out / ASKED, asked.values())
        judged = _judge(wanted, asked, policy, index)
        return conclude(wanted.out, wanted.since, asked.terms, judged, begun)


def _asked(wanted: Wanted, began: Asked | None, inputs: Sequence[Input], policy: Policy) -> Asked:
    """What is asked; of the index what was found when it began, for it was not looked at yet."""
    terms = Terms(
        at=_at(wanted, began, policy),
        site=wanted.site.strip().lower(),
        channel=wanted.channel,
        territory=wanted.territory,
        own=wanted.own,
        map=wanted.map,
    )
    return Asked(
        inputs=tuple(inputs),
        terms=terms,
        policy=policy.origin,
        policy_digest=policy.digest,
        agencies_digest=sha256(Path(policy.agencies).read_bytes()).hexdigest() if policy.agencies else "",
        index=shown(index_url(wanted.index)),
        index_digest=began.index_digest if began else "",
        spec=began.spec if began else "",
        works=began.works if began else 0,
        tool=tool().version,
    )


def _at(wanted: Wanted, began: Asked | None, policy: Policy) -> datetime:
    """The audit's own time: as given, else that of its beginning, else now."""
    return began.terms.at if began and not wanted.at else time_of(policy, wanted.at)


def _judge(wanted: Wanted, asked: Asked, policy: Policy, index: Found) -> Auditing:
    """All pages judged. Raises WirecheckError."""
    path = policy_file(wanted.policy)
    job = Job(
        index=str(index.path),
        digest=index.digest,
        spec=index.spec,
        terms=asked.terms,
        policy=str(path.resolve()) if path else "",
        policy_digest=policy.digest,
        agencies_digest=asked.agencies_digest,
        policy_name=policy.origin,
    )
    total = sum(one.bytes for one in asked.inputs)
    with closing(_engine(wanted, job)) as engine, Meter("Judging pages", total) as meter:
        auditing = Auditing(wanted.out, Setting(policy, asked.terms), meter)
        auditing.run(_pages(asked.inputs), engine)
    if auditing.judged < auditing.pages:
        say(f"{auditing.pages - auditing.judged:,} pages were judged by an earlier run.")
    return auditing


def _engine(wanted: Wanted, job: Job) -> Engine:
    if wanted.master:
        from cli.engines.spark import Spark

        return Spark(job, wanted.master, ship=wanted.ship_index)
    from cli.engines.local import Local

    return Local(job, wanted.workers)


def _pages(inputs: Sequence[Input]) -> Iterator[Page]:
    for batch in pages_from_child(inputs):
        yield from pages_of(batch)
