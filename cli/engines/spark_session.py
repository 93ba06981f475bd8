"""A session of Spark: whether it can begin here, its beginning, who works for it, its end. Java talks to a file."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from checker.audit.problems import AuditProblem

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Answer = TypeVar("Answer")
OLDEST_JAVA = 17
KNOCK_SECONDS = 10
TOLD = 300
JAVA_SECONDS = 60
JAVA_MEMORY = "2g"
SCHEME = "spark://"
SILENT = logging.NullHandler()
LOOPBACK = ("127.", "localhost", "[::1]")
SETTINGS = {
    "spark.app.name": "wirecheck audit",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # A chunk may hold one very large page, and goes to its worker in one message (MB).
    "spark.rpc.message.maxSize": "1024",
    "spark.driver.maxResultSize": "0",
    # Else a thread of Java's ends for want of memory, and a job waits for it for ever.
    "spark.driver.defaultJavaOptions": "-XX:+ExitOnOutOfMemoryError",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "1",
}


class Session:
    """Spark at `master`, from here. `folder` is its own; `log` is the file of what Java says, by default in there.

    Raises AuditProblem where it cannot begin: no pyspark, no fitting Java, nobody at the master's address.
    """

    def __init__(self, master: str, log: Path | None = None) -> None:
        _demand_pyspark()
        _demand_java()
        _knock(master)
        self.master = master
        self.folder = Path(tempfile.mkdtemp(prefix="wirecheck-spark-"))
        self.log = log or self.folder / "spark.log"
        self._alone_since = time.monotonic()
        self._gateway: Any = None
        self._closed = False
        try:
            self.spark = self._begin()
        except Exception as error:
            why = told(error)  # an error of Java is told by Java: ask before it ends
            self.close(well=False)
            asked = f"is there a master of Spark {version('pyspark')} at {master}?"
            raise AuditProblem(self.sentence(f"Spark did not begin; {asked} ({why})")) from None
        except BaseException:
            self.close()
            raise

    @property
    def cores(self) -> int:
        """The cores of all workers together, as far as they are known by now."""
        return int(self._ask(lambda: self.spark.sparkContext.defaultParallelism))

    @property
    def heap(self) -> int:
        """The memory that Java may take on this machine, in bytes."""
        return int(self.spark.sparkContext._jvm.java.lang.Runtime.getRuntime().maxMemory())  # type: ignore[union-attr]

    def workers(self) -> int:
        """How many executors there are; a local master is always its own."""
        if not self.master.startswith(SCHEME):
            return 1
        # The driver counts itself among them.
        return int(self._ask(lambda: len(self._context().statusTracker().getExecutorInfos()))) - 1

    def seconds_alone(self) -> float:
        """For how long there has been no worker at all. Raises AuditProblem when the session has ended by itself."""
        ended, workers = self._ask(lambda: self._context().isStopped()), self.workers()
        if ended:
            raise AuditProblem(self.sentence(f"Spark ended: {self.master} is gone, or has ended it"))
        if workers:
            self._alone_since = time.monotonic()
        return time.monotonic() - self._alone_since

    def sentence(self, what: str) -> str:
        """What happened, where more is said, and what to do."""
        said = f"; {self.log} says more" if self.log.is_file() and self.log.stat().st_size else ""
        return f"{what}{said}. What was judged is kept; the same command goes on where it was."

    def cancel(self) -> None:
        """End what the workers are at; nobody waits for it any more."""
        with contextlib.suppress(Exception):  # there may be no Java any more
            self.spark.sparkContext.cancelAllJobs()

    def close(self, *, well: bool = True) -> None:
        """End it, and the Java process with it. The log stays where something went wrong.

        Twice does nothing.
        """
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a Java that has ended before
            self.spark.stop()
        _forget()
        _end(self._gateway)
        logging.getLogger().removeHandler(SILENT)
        for one in self.folder.iterdir():
            if well or one != self.log:
                one.unlink()
        if well:
            self.folder.rmdir()

    def _ask(self, java: Callable[[], Answer]) -> Answer:
        """What Java answers. Raises AuditProblem where it does not."""
        try:
            return java()
        except Exception as error:  # py4j has many, of Java and of the line to it
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._gateway.proc.wait(1)
            why = told(error) if self._gateway.proc.poll() is None else "its Java process is gone"
            raise AuditProblem(self.sentence(f"Spark ended ({why})")) from None

    def _context(self) -> Any:
        return self.spark.sparkContext._jsc.sc()

    def _begin(self) -> SparkSession:
        from pyspark import SparkConf, SparkContext
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession

        # The same installation at the same path on every node, unless somebody says otherwise.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_DRIVER_MEMORY", JAVA_MEMORY)  # spark-defaults.conf wins over it
        conf = SparkConf(loadDefaults=False).setMaster(self.master)
        for name, value in SETTINGS.items():
            conf.set(name, value)
        if self.master.removeprefix(SCHEME).startswith(LOOPBACK):
            conf.set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1")
        with self.log.open("ab") as log:
            self._gateway = launch_gateway(conf, {"stdout": log, "stderr": log})  # type: ignore[no-untyped-call]
        logging.getLogger().addHandler(SILENT)  # where there is none, py4j shows the user traces of a Java that ends
        interrupt = signal.getsignal(signal.SIGINT)
        try:
            context = SparkContext(gateway=self._gateway, conf=conf)
        finally:
            # pyspark's own handler talks to Java out of whatever it interrupts; `cancel` does what it is for.
            with contextlib.suppress(ValueError):  # not the main thread
                signal.signal(signal.SIGINT, interrupt)
        context._accumulatorServer.handle_error = _nothing  # type: ignore[method-assign,assignment]
        return SparkSession(context)


def _nothing(*_: object) -> None:
    """What the server of counters, of which we have none, says of a Java that ends."""


def _demand_pyspark() -> None:
    if find_spec("pyspark") is None:
        raise AuditProblem("Spark is not installed; pip install 'wirecheck[spark]'.")


def _demand_java() -> None:
    """Java of a version that Spark runs on, found as Spark finds it."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    needed = f"Spark needs Java {OLDEST_JAVA} or newer"
    if java is None or not Path(java).is_file():
        where = f"there is none at {java} (JAVA_HOME)" if java else "there is none on this machine"
        raise AuditProblem(f"{needed}, and {where}; install it, or name it in JAVA_HOME.")
    try:
        asked = subprocess.run([java, "-version"], capture_output=True, timeout=JAVA_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        raise AuditProblem(f"{needed}, and {java} does not run; install it, or name it in JAVA_HOME.") from None
    found = re.search(rb'version "(?:1\.)?(\d+)', asked.stderr + asked.stdout)
    if not found or int(found[1]) < OLDEST_JAVA:
        is_one = f"is version {found[1].decode()}" if found else "does not say its version"
        raise AuditProblem(f"{needed}, and {java} {is_one}; install a newer one, or name it in JAVA_HOME.")


def _knock(master: str) -> None:
    """Somebody must listen at one of the master's addresses; Spark itself would try for a minute, in its own words."""
    if not master.startswith((SCHEME, "local")):
        raise AuditProblem(f"{master!r} is no Spark master; give its address, such as spark://HOST:7077.")
    why = ""
    for address in master.removeprefix(SCHEME).split(",") if master.startswith(SCHEME) else ():
        host, _, port = address.rpartition(":")
        if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
            raise AuditProblem(f"{master!r} is no Spark master; give its address, such as spark://HOST:7077.")
        try:
            socket.create_connection((host.strip("[]"), int(port)), KNOCK_SECONDS).close()
            return
        except OSError as error:
            why = error.strerror or str(error) or type(error).__name__
    if why:
        raise AuditProblem(f"No Spark master answers at {master} ({why}); start it, or see to its address.")


def told(error: BaseException) -> str:
    """What an error of Spark is about, in one line; the rest is for the log."""
    text = str(error)
    for wanted in (
        r"Traceback \(most recent call last\):\n(?: [^\n]*\n)*(\S[^\n]*)",
        r"most recent failure: Lost task [^\n]*?\): ([^\n]+)",
        r"An error occurred while calling [^\n]*\n: ([^\n]+)",
        r"([^\n]+)",
    ):
        if found := re.search(wanted, text):
            return found[1].strip()[:TOLD].rstrip(".:")
    return type(error).__name__


def _forget() -> None:
    """Make pyspark forget a Java that has ended, so that another session can begin in this process."""
    with contextlib.suppress(ImportError):
        from pyspark import SparkContext
        from pyspark.sql import SparkSession

        SparkContext._gateway = SparkContext._jvm = SparkContext._active_spark_context = None
        SparkSession._instantiatedSession = SparkSession._activeSession = None


def _end(gateway: Any) -> None:
    """The Java process ends when its standard input does; it is waited for, and ended where it does not."""
    with contextlib.suppress(Exception):
        gateway.shutdown()
    process = getattr(gateway, "proc", None)
    if process is None:
        return
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        process.wait(KNOCK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
