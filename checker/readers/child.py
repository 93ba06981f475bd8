"""A dangerous parser in a process of its own, which may take little and die without harm.

This file is both sides. The parent calls `run`. The child is this file run by the interpreter in isolated mode
(`python -I child.py ...`), so it works from the tree and installed, and loads little of ours but
the file that holds the parser. Bytes go in by stdin and come out by stdout: a length, JSON, and blobs whose lengths
the JSON gives. Nothing is unpickled.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

MB = 1024 * 1024
OUT_OF_MEMORY = 77
"""The exit status of a child that was refused memory."""
PR_SET_PDEATHSIG = 1
KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What an interpreter may need of the environment in order to start; all else is kept from the child."""


class Died(Exception):
    """The child gave no answer; the message is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take: address space and output in bytes, computing and waiting time in seconds.

    `shut`: once its parser is loaded it may open no file, no socket and no process. One that sets type must open fonts.
    """

    memory: int = 512 * MB
    computing: int = 20
    waiting: float = 40.0
    output: int = 256 * MB
    shut: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child found out: figures and words, and blobs of bytes."""

    facts: dict[str, Any]
    blobs: tuple[bytes, ...]


def run(parser: Path, request: Mapping[str, Any], data: bytes, limits: Limits | None = None) -> Answer:
    """The answer of `parser` (a file with `answer(request, data)`) about `data`. Died: it gave none in time."""
    limits = limits or Limits()
    order = {"parser": str(parser), "request": dict(request), "limits": asdict(limits), "parent": os.getpid()}
    command = [sys.executable, "-I", "-B", str(Path(__file__).resolve())]
    environment = {key: os.environ[key] for key in KEPT if key in os.environ}
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        raise Died(f"No process could be started to read it ({type(error).__name__}).") from None
    try:
        output = _converse(child, pack(order, [data]), limits)
    finally:
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            with contextlib.suppress(OSError, ValueError):
                pipe.close()  # type: ignore[union-attr]
    return _understood(child.returncode, output, limits)


def _converse(child: subprocess.Popen[bytes], order: bytes, limits: Limits) -> bytes:
    """Hand over the order and take the output, which a child may write before it has read everything."""
    outputs: list[bytes] = []
    pipes = child.stdin, child.stdout
    writer = threading.Thread(target=_write, args=(pipes[0], order), daemon=True)
    reader = threading.Thread(target=_read, args=(pipes[1], limits.output, outputs), daemon=True)
    writer.start()
    reader.start()
    reader.join(limits.waiting)
    late = reader.is_alive()
    if not late and len(outputs[0] if outputs else b"") <= limits.output:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(1.0)  # its output is complete, and it has nothing left to do but to end
    child.kill()
    reader.join()
    writer.join()
    if late:
        raise Died(f"Reading it took more than {limits.waiting:g} seconds, and was ended.")
    output = b"".join(outputs)
    if len(output) > limits.output:
        raise Died("Its reader gave more than it may, and was ended.")
    return output


def _write(pipe: IO[bytes], order: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):  # it died; its status says how
        pipe.write(order)
        pipe.close()


def _read(pipe: IO[bytes], most: int, outputs: list[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        outputs.append(pipe.read(most + 1))


def _understood(status: int, output: bytes, limits: Limits) -> Answer:
    """The answer in the output of a child that ended; Died when there is none."""
    if status == OUT_OF_MEMORY:
        raise Died(f"Reading it takes more than {limits.memory // MB} MB of memory, and was ended.")
    if -status in (getattr(signal, "SIGXCPU", None), getattr(signal, "SIGKILL", None)):
        raise Died(f"Reading it took more than {limits.computing} seconds of computing, and was ended.")
    if status < 0:
        raise Died(f"It made its reader break down ({signal_name(-status)}): it is damaged, or takes too much memory.")
    if status:
        raise Died(f"It made its reader break down (status {status}): it is damaged.")
    try:
        facts, blobs = unpack(output)
    except (ValueError, KeyError, TypeError, struct.error, RecursionError):
        raise Died("Its reader gave no answer that makes sense; it is damaged.") from None
    return Answer(facts, tuple(blobs))


def signal_name(number: int) -> str:
    """As people know it: "SIGSEGV"."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def pack(facts: Mapping[str, Any], blobs: Sequence[bytes]) -> bytes:
    """JSON and blobs as one message."""
    head = json.dumps({"facts": facts, "sizes": [len(blob) for blob in blobs]}).encode()
    return b"".join((struct.pack("<I", len(head)), head, *blobs))


def unpack(message: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What `pack` put together. ValueError, KeyError, TypeError, struct.error: it is no such message, or not whole."""
    (size,) = struct.unpack_from("<I", message)
    head = json.loads(message[4 : 4 + size])
    facts, at, blobs = head["facts"], 4 + size, []
    for length in head["sizes"]:
        if not isinstance(length, int) or length < 0:
            raise ValueError
        blobs.append(message[at : at + length])
        at += length
    if at != len(message) or not isinstance(facts, dict):
        raise ValueError
    return facts, blobs


# ---- the child's side ----


def _serve() -> int:
    """Read the order, shut the doors, answer. Returns the exit status."""
    order, blobs = unpack(sys.stdin.buffer.read())
    die_with(order["parent"])
    limits = order["limits"]
    limit({"AS": limits["memory"], "CPU": limits["computing"], "CORE": 0, "FSIZE": 0})
    try:
        parser = _load(order["parser"])
        if limits["shut"]:
            _close_doors()
        facts, found = parser.answer(order["request"], blobs[0])
        message = pack(facts, found)
    except MemoryError:
        return OUT_OF_MEMORY
    sys.stdout.buffer.write(message)
    sys.stdout.buffer.flush()
    return 0


def _load(path: str) -> Any:
    """The module in this file. Our packages are bare folders to it: their own modules load what it does not need."""
    from importlib.util import module_from_spec, spec_from_file_location
    from types import ModuleType

    here = Path(__file__).resolve().parent
    for name, folder in (("checker", here.parent), ("checker.readers", here)):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(folder)]
    spec = spec_from_file_location("parser", path)
    assert spec is not None  # noqa: S101 -- the path is ours
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def limit(most: Mapping[str, int]) -> None:
    """What this process may take from now on, by the names of setrlimit ("AS"); where the system can limit it."""
    try:
        import resource
    except ImportError:
        return
    for kind, value in most.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (value, value))


def _close_doors() -> None:
    """No more files and no sockets: every descriptor that the limit allows is in use."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    with contextlib.suppress(AttributeError, ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def die_with(parent: int) -> None:
    """On Linux: when the parent is killed, so is this process."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it was killed before that
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(_serve())
