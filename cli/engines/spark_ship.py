"""What Spark's workers need besides pages, sent along where they share no folder: the index, its secret, the policy."""

from __future__ import annotations

import secrets
import tarfile
from pathlib import Path

from checker.audit.problems import AuditProblem
from checker.policy.load import read
from cli.engines.engine import Job
from cli.engines.spark_node import INDEX_SHIPPED, POLICY_SHIPPED, Order, own_version
from cli.engines.spark_session import Session, told
from fingerprints.stores.keyfile import key_path, read_key


def order_of(job: Job, session: Session | None) -> Order:
    """What the workers of `session` are to do, with all that they need sent along; None sends nothing.

    Whoever may read a worker's folder of work may read what was sent; see `docs/spark.md`. Raises AuditProblem where
    there is no room for the packet, and KeyMissing.
    """
    if session is None:
        return Order(job.to_json(), own_version())
    things = {INDEX_SHIPPED: Path(job.index)} | (policy_files(Path(job.policy)) if job.policy else {})
    key = read_key(key_path(Path(job.index).resolve()))
    return Order(job.to_json(), own_version(), _shipped(session, things), key.hex())


def policy_files(path: Path) -> dict[str, Path]:
    """The policy's file, and that of further agencies which it names in its own folder, by what they are sent as.

    Raises AuditProblem when that is not in the folder, and PolicyProblem.
    """
    files = [path] + ([Path(named)] if (named := read(path).agencies) else [])
    for file in files:
        if ".." in file.parts or not file.is_relative_to(path.parent):
            raise AuditProblem(
                f"The policy {path} names {file}, outside of its folder, which cannot be sent along; put it beside the "
                "policy, or let the workers share a folder."
            )
    return {f"{POLICY_SHIPPED}/{file.relative_to(path.parent)}": file for file in files}


def _shipped(session: Session, things: dict[str, Path]) -> str:
    """Give files and directories to every worker. They fetch the packet from the session's folder as they begin."""
    name = f"wirecheck-{secrets.token_hex(8)}"
    packet = session.folder / f"{name}.tar"
    try:
        with tarfile.open(packet, "w", dereference=True) as tar:
            for inside, path in sorted(things.items()):
                tar.add(path, inside, filter=_nobodys)
        session.spark.sparkContext.addArchive(f"{packet}#{name}")
    except OSError as error:
        raise AuditProblem(
            f"The index cannot be packed for Spark's workers ({error.strerror}: {error.filename or packet}); "
            "see to the room in TMPDIR, or let the workers share a folder."
        ) from None
    except Exception as error:  # of Java
        raise AuditProblem(session.sentence(f"The index cannot be sent to Spark's workers ({told(error)})")) from None
    return name


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Who owned it here matters to nobody there."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
