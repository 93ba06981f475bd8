"""A real Spark cluster for tests: a standalone master and workers of one core, as processes on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import pytest

PATIENCE = 60
"""Seconds that a master or a worker may take to start."""
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""What Java is to spare itself in a program that ends soon."""


def needs_spark() -> None:
    """Skip the tests of a module where Spark cannot run; in CI that is a failure."""
    missing = "" if shutil.which("java") else "Java is not installed"
    try:
        import pyspark  # noqa: F401
    except ImportError:
        missing = "pyspark is not installed"
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing}; CI needs it", pytrace=False)
    if missing:
        pytest.skip(missing, allow_module_level=True)


class Cluster:
    """A master at `url`, and workers by name. Everything it writes lies under `folder`.

    `quick` starts fast, and runs a little slower.
    """

    def __init__(self, folder: Path, *, quick: bool = True) -> None:
        self.folder = folder
        self._java = {"JDK_JAVA_OPTIONS": QUICK} if quick else {}
        self._logs: list[IO[bytes]] = []
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.port = free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self._start("master", ["Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0"], {})
        self._until(lambda: _listens(self.port), "the master does not listen")

    def worker(self, name: str, environment: Mapping[str, str] | None = None) -> None:
        """Start a worker of one core, with what its node's environment says, and wait until the master knows it."""
        known = self._log("master").count("Registering worker")
        arguments = ["Worker", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0"]
        arguments += ["--work-dir", str(self.folder / name), self.url]
        self._start(name, arguments, dict(environment or {}))
        self._until(lambda: self._log("master").count("Registering worker") > known, f"{name} does not register")

    def has(self, name: str) -> bool:
        """Whether a worker of that name runs."""
        return name in self._processes and self._processes[name].poll() is None

    def kill(self, name: str) -> None:
        """End a process and all that it started with SIGKILL, as when a machine loses its power."""
        process = self._processes.pop(name)
        for one in [*_below(process.pid), process.pid]:
            _kill(one)
        process.wait(PATIENCE)

    def below(self, name: str, words: str) -> list[int]:
        """The processes that a worker has started whose command line holds `words`."""
        return [one for one in _below(self._processes[name].pid) if words in _command(one)]

    def stop(self) -> None:
        """End everything that was started."""
        for name in list(self._processes):
            self.kill(name)
        for log in self._logs:
            log.close()

    def _start(self, name: str, arguments: list[str], environment: dict[str, str]) -> None:
        import pyspark

        home = Path(pyspark.__file__).parent
        command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{arguments[0].lower()}.{arguments[0]}"]
        own = {
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_DAEMON_MEMORY": "256m",
        }
        log = (self.folder / f"{name}.log").open("wb")
        self._logs.append(log)
        self._processes[name] = subprocess.Popen(
            command + arguments[1:],
            env=os.environ | own | self._java | environment,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
        )

    def _log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _until(self, true: Callable[[], bool], otherwise: str) -> None:
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                logs = "\n".join(self._log(name)[-2000:] for name in self._processes)
                raise AssertionError(f"{otherwise}:\n{logs}")
            time.sleep(0.1)


def free_port() -> int:
    """A port of the loopback that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _below(pid: int) -> list[int]:
    """All processes that a process has started, and theirs."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(after[1]), []).append(int(stat.parent.name))
    found = list(parents.get(pid, []))
    for one in found:
        found.extend(parents.get(one, []))
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
