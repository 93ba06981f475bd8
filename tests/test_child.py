"""A parser in a process of its own: whatever becomes of it, one sentence comes back."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from checker.readers import child
from checker.readers.child import Died, Limits, pack, run, unpack

PARSER = """
import os, time

def answer(request, data):
    {body}
    return {{"length": len(data)}}, [data[::-1]]
"""
IMPATIENT = Limits(memory=256 * child.MB, computing=1, waiting=1.5, output=1000)


@pytest.fixture
def parser(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A file with a parser that does as the test says before it answers."""
    path = tmp_path / "parser.py"
    path.write_text(PARSER.format(body=getattr(request, "param", "pass")))
    return path


def test_bytes_go_in_and_come_out(parser: Path) -> None:
    answer = run(parser, {}, b"ferry")
    assert (answer.facts, answer.blobs) == ({"length": 5}, (b"yrref",))


def test_more_bytes_than_a_pipe_holds(parser: Path) -> None:
    data = bytes(range(256)) * 20_000
    assert run(parser, {}, data).blobs == (data[::-1],)


linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits as Linux has them")


@pytest.mark.parametrize(
    ("parser", "why"),
    [
        ("raise ValueError", "break down"),
        ("os._exit(3)", "status 3"),
        ("os.abort()", "SIGABRT"),
        ("os.kill(os.getpid(), 9)", "ended"),
        ("os.kill(os.getpid(), 11)", "SIGSEGV"),
        ("bytearray(10**9)", "more than 256 MB"),
        ("time.sleep(60)", "1.5 seconds"),
        ("os.write(1, b'hello'); os._exit(0)", "no answer that makes sense"),
        ("os._exit(0)", "no answer that makes sense"),
        ("os.write(1, bytes(10**6)); os._exit(0)", "more than it may"),
        ("return {}, [bytes(2000)]", "more than it may"),
        ("return {1: object()}, []", "break down"),
        pytest.param("while True: pass", r"computing|1\.5 seconds", marks=linux),
        pytest.param("open(__file__)", "break down", marks=linux),
        pytest.param("import _socket; _socket.socket()", "break down", marks=linux),
    ],
    indirect=["parser"],
)
def test_every_end_of_a_child_is_one_sentence(parser: Path, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(Died, match=why) as died:
        run(parser, {}, b"ferry", IMPATIENT)
    assert str(died.value).count(".") in (1, 2) and str(died.value).endswith(".")
    assert time.monotonic() - began < 30


def test_an_interpreter_that_is_not_there(parser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Died, match="No process"):
        run(parser, {}, b"")


@linux
@pytest.mark.parametrize("parser", ["return {'limits': _limits(), 'environment': dict(os.environ)}, []"], indirect=True)
def test_what_a_child_may_take(parser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRIVATE", "the draft")
    names = "'AS', 'CPU', 'FSIZE', 'CORE', 'NOFILE'"
    limits = f"{{name: resource.getrlimit(getattr(resource, 'RLIMIT_' + name))[0] for name in ({names})}}"
    parser.write_text(f"import resource\n_limits = lambda: {limits}\n" + parser.read_text())
    facts = run(parser, {}, b"").facts
    assert facts["limits"] == {"AS": 512 * child.MB, "CPU": 20, "FSIZE": 0, "CORE": 0, "NOFILE": 3}
    assert "PRIVATE" not in facts["environment"]


def test_without_limits_of_the_system_it_works_all_the_same(parser: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = parser.with_name("child.py")
    copy.write_text(Path(child.__file__).read_text().replace("import resource", "raise ImportError"))
    monkeypatch.setattr(child, "__file__", str(copy))
    assert run(parser, {}, b"ferry").blobs == (b"yrref",)


def test_a_message_is_understood_whole_or_not_at_all() -> None:
    message = pack({"pages": 2}, [b"one", b"", b"two"])
    assert unpack(message) == ({"pages": 2}, [b"one", b"", b"two"])
    for cut in (message[:-1], message + b"x", message[1:]):
        with pytest.raises((ValueError, KeyError, TypeError)):
            unpack(cut)
