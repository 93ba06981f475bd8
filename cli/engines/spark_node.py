"""What runs on Spark's workers: each of their Python processes keeps one process beside it that judges, and asks it.

That process is the local engine's own, so that a page which brings it down is found and named here as it is there.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pyarrow as pa

from checker.audit.judging import unjudged
from checker.audit.schema import pages_of, results_batch
from cli.engines.engine import Job
from cli.engines.frames import packed, unpacked
from cli.engines.local import Local
from cli.engines.worker import Judge
from fingerprints.stores.keyfile import VARIABLE, write_key

INDEX = "WIRECHECK_SPARK_INDEX"
"""The environment of a worker may say with this where its own copy of the index lies."""
INDEX_SHIPPED, POLICY_SHIPPED = "index", "policy"
"""What the index and the folder of the policy are called where they were sent along."""

SLOW = 2.0
"""Seconds for which a worker that cannot judge keeps a chunk: else it would be the quickest, and get most of them."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a worker is asked to do: the job as JSON, by the Wirecheck of version `tool`.

    `shipment` is what was sent along, "" where nothing was; then `key` is the index's secret, hexadecimal. It travels
    with the order, because Spark leaves the files that it sends readable for all users of a worker.
    """

    job: str
    tool: str
    shipment: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return f"Order({self.tool!r}, {self.shipment!r})"


def own_version() -> str:
    """The version of Wirecheck that runs here."""
    try:
        return version("wirecheck")
    except PackageNotFoundError:  # run from a folder, not installed
        return ""


def answers(pages: Iterator[pa.Array], order: Order) -> Iterator[pa.Array]:
    """Results for chunks of pages, each an Arrow stream in a value of a column of bytes."""
    for chunks in pages:
        yield pa.array([packed(_judged(unpacked(chunk.as_buffer()), order)) for chunk in chunks], pa.binary())


class _Judge:
    """What this process of a worker judges with for an order. `refusal` says why it cannot; "" where it can."""

    def __init__(self, order: Order) -> None:
        self.refusal = ""
        self.job = Job.from_json(order.job)
        if order.tool != own_version():
            self.refusal = f"It has Wirecheck {own_version()}, and this audit is one of {order.tool}."
            return
        self.job = _here(self.job, order)
        self.refusal = Judge(self.job, verify=True).refusal
        if not self.refusal:
            self._local = Local(self.job, workers=1)
            atexit.register(self._local.close)

    def results(self, pages: pa.RecordBatch) -> pa.RecordBatch:
        """The results of a chunk."""
        if self.refusal:
            time.sleep(SLOW)
            sentence = f"The worker {socket.gethostname()} cannot judge: {self.refusal}"
            return results_batch(unjudged(page, sentence, self.job.terms) for page in pages_of(pages))
        [(_, results)] = self._local.run(iter([(0, pages)]))
        return results


_judges: dict[Order, _Judge] = {}


def _judged(pages: pa.RecordBatch, order: Order) -> pa.RecordBatch:
    if order not in _judges:
        _judges[order] = _Judge(order)
    return _judges[order].results(pages)


def _here(job: Job, order: Order) -> Job:
    """The job as this machine has it: by what was sent along, by its own copy, or by the same paths as there."""
    if not order.shipment:
        return replace(job, index=os.environ.get(INDEX) or job.index)
    from pyspark import SparkFiles

    folder = Path(SparkFiles.get(order.shipment))
    with contextlib.suppress(OSError):  # of another user's executor, who has done so
        folder.chmod(0o700)
    os.environ[VARIABLE] = _key_file(bytes.fromhex(order.key))
    policy = str(folder / POLICY_SHIPPED / Path(job.policy).name) if job.policy else ""
    return replace(job, index=str(folder / INDEX_SHIPPED), policy=policy)


def _key_file(secret: bytes) -> str:
    """A file with the secret in it that no other user can open, and that is gone with this process."""
    if hasattr(os, "memfd_create"):
        handle = os.memfd_create("key")
        os.write(handle, secret)
        return f"/proc/{os.getpid()}/fd/{handle}"
    folder = Path(tempfile.mkdtemp(prefix="wirecheck-key-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    write_key(folder / "key", secret)
    return str(folder / "key")
