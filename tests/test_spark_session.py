"""Where Spark cannot begin, one sentence says why and what to do, without a word of Java's."""

from __future__ import annotations

import gc
import re
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from checker.audit.problems import AuditProblem
from cli.engines import spark_session
from cli.engines.spark_session import Session, told
from tests.spark_cluster import free_port, needs_spark

needs_spark()
TRACE = """\
Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times, most recent failure: Lost task 0.3 in stage 0.0 \
(TID 4) (10.0.0.7 executor 1): org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/opt/spark/worker.py", line 12, in main
    from cli.engines.spark_node import answers
ModuleNotFoundError: No module named 'cli'
\tat org.apache.spark.api.python.BasePythonRunner.handle(PythonRunner.scala:600)
"""


def sentence(master: str) -> str:
    with pytest.raises(AuditProblem) as caught:
        Session(master)
    return str(caught.value)


def java(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Java home whose Java does what a shell script says."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "java"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(folder))
    return program


def test_nobody_at_the_address(monkeypatch):
    master = f"spark://127.0.0.1:{free_port()}"
    assert sentence(master) == (
        f"No Spark master answers at {master} (Connection refused); start it, or see to its address."
    )


@pytest.mark.parametrize(
    "master", ["http://127.0.0.1:7077", "spark://127.0.0.1", "spark://127.0.0.1:seven", "spark://:0", "mesos://m:1", ""]
)
def test_an_address_that_is_none(master):
    assert sentence(master) == f"{master!r} is no Spark master; give its address, such as spark://HOST:7077."


def test_pyspark_is_not_installed(monkeypatch):
    def find(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(spark_session, "find_spec", find)
    assert sentence("spark://127.0.0.1:7077") == "Spark is not installed; pip install 'wirecheck[spark]'."


def test_there_is_no_java(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert sentence("spark://127.0.0.1:7077") == (
        "Spark needs Java 17 or newer, and there is none on this machine; install it, or name it in JAVA_HOME."
    )


def test_java_home_leads_nowhere(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert sentence("spark://127.0.0.1:7077") == (
        f"Spark needs Java 17 or newer, and there is none at {tmp_path}/bin/java (JAVA_HOME); "
        "install it, or name it in JAVA_HOME."
    )


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'openjdk version \"11.0.22\" 2024-01-16' >&2", "is version 11; install a newer one"),
        ("echo 'java version \"1.8.0_402\"' >&2", "is version 8; install a newer one"),
        ("echo 'openjdk version \"9\"' >&2", "is version 9; install a newer one"),
        ("exit 3", "does not say its version; install a newer one"),
    ],
)
def test_java_is_too_old(monkeypatch, tmp_path, script, said):
    program = java(tmp_path, script, monkeypatch)
    assert sentence("spark://127.0.0.1:7077") == (
        f"Spark needs Java 17 or newer, and {program} {said}, or name it in JAVA_HOME."
    )


def test_java_ends_at_once(monkeypatch, tmp_path):
    """It says a good version, and then does nothing: the sentence names the file of what it said."""
    java(
        tmp_path,
        'case "$*" in *-version*) echo \'openjdk version "17.0.1"\' >&2;; *) echo no >&2; exit 1;; esac',
        monkeypatch,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # pyspark's own: it forgets the pipe to a Java that ended
        said = sentence("local[1]")
        gc.collect()
    found = re.search(r"; (/\S+/spark\.log) says more\. ", said)
    assert found, said
    assert said.startswith("Spark did not begin; is there a master of Spark 4.")
    assert Path(found[1]).read_text().startswith("no\n")
    Path(found[1]).unlink()
    Path(found[1]).parent.rmdir()


def test_what_a_trace_of_java_is_about():
    assert told(Exception(TRACE)) == "ModuleNotFoundError: No module named 'cli'"
    assert told(Exception(TRACE.replace("Traceback (most recent call last):", "it has no cores."))) == (
        "org.apache.spark.api.python.PythonException: it has no cores"
    )
    started = "An error occurred while calling None.org.apache.SparkContext.\n: java.lang.Error: gone\n\tat x"
    assert told(Exception(started)) == "java.lang.Error: gone"
    assert told(Exception("")) == "Exception"
    assert len(told(Exception("x" * 5000))) == 300
