"""What Spark's workers need besides pages, sent along where they share no folder: the index, its secret, the policy."""

from __future__ import annotations

import secrets
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from checker.audit.problems import AuditProblem

if TYPE_CHECKING:
    from cli.engines.spark_session import Session


def ship(session: Session, things: Mapping[str, Path]) -> str:
    """Give files and directories to every worker, under the names of the mapping; answers what `shipped` takes.

    Whoever may read a worker's folder of work may read them; see `docs/spark.md`. Workers fetch the packet from the
    session's folder whenever they begin. Raises AuditProblem where there is no room for it.
    """
    name = f"wirecheck-{secrets.token_hex(8)}"
    packet = session.folder / f"{name}.tar"
    try:
        with tarfile.open(packet, "w") as tar:
            for inside, path in sorted(things.items()):
                tar.add(path, inside, filter=_private)
        session.spark.sparkContext.addArchive(f"{packet}#{name}")
    except OSError as error:
        raise AuditProblem(
            f"The index cannot be packed for Spark's workers ({error.strerror}: {error.filename or packet}); "
            "see to the room in TMPDIR, or let the workers share a folder."
        ) from None
    return name


def shipped(name: str) -> Path:
    """Where they are, on a worker."""
    from pyspark import SparkFiles

    return Path(SparkFiles.get(name))


def _private(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """For whom the worker runs as, and for nobody else; who owned it here matters to nobody."""
    member.mode = 0o700 if member.isdir() else 0o600
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
