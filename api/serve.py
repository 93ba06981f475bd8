"""Runs the service: one server process, or several on one socket."""

from __future__ import annotations

import contextlib
import logging
import logging.config
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import uvicorn

from api.keys import Keys
from api.listen import deadline_protocol, listening_socket
from api.logs import LOGGING
from api.settings import PREFIX, Settings, SettingsProblem, is_loopback

LOG = logging.getLogger("wirecheck")
MOST_FILES = 65_536
GRACE_SECONDS = 5
"""Beyond the longest check, before a stop no longer waits."""
RESTARTS = 5
RESTART_SECONDS = 30.0
"""A server process that ended is started again, but not more than RESTARTS times in so long."""
TICK_SECONDS = 0.1


def serve(settings: Settings, arguments: Sequence[str], *, processes: int = 1, fd: int | None = None) -> int:
    """Serve until a signal ends it; the exit code. Raises SettingsProblem when it may not or cannot listen.

    `arguments` start this command again, for the other processes; `fd` is the
    socket that such a process is given.
    """
    if fd is not None:
        _prepare()
        _end_with_parent()
        return _run(settings, socket.socket(fileno=fd))
    require_keys(settings)
    listening = listening_socket(settings.host, settings.port)
    _prepare()
    _say_where(settings, listening)
    if processes == 1:
        return _run(settings, listening)
    if not hasattr(os, "fork"):
        raise SettingsProblem("Several server processes need a system that lets them share a socket; use one.")
    each = max(1, settings.workers // processes)
    return _supervise(listening, arguments, processes, {**os.environ, f"{PREFIX}WORKERS": str(each)})


def require_keys(settings: Settings) -> None:
    """Raises SettingsProblem when other machines could reach the service and there is no key that works."""
    if not settings.keys_required:
        return
    keys = Keys(settings.keys_file)
    try:
        if not keys.any_works() and not is_loopback(settings.host):
            raise SettingsProblem(
                f"host {settings.host!r} can be reached from other machines, and there is no key that works; "
                "make one first with: wirecheck keys create --scope check"
            )
    finally:
        keys.close()


def _run(settings: Settings, listening: socket.socket) -> int:
    from api.app import create_app

    config = uvicorn.Config(
        create_app(replace(settings, port=listening.getsockname()[1])),
        http=deadline_protocol(settings.slow_seconds),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks who the other end is
        timeout_graceful_shutdown=int(settings.seconds) + GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    with _signals_end_it():  # uvicorn raises again, at its end, the signal that it was ended by
        server.run(sockets=[listening])
    return 0 if server.started else 2


@contextlib.contextmanager
def _signals_end_it() -> Iterator[None]:
    ends = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: None) for number in ends}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say_where(settings: Settings, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    keys = "keys required" if settings.keys_required else "no keys, for this machine only"
    LOG.info("Wirecheck listens on http://%s:%d%s (%s). Ctrl-C stops it.", shown, port, settings.root_path, keys)


def _prepare() -> None:
    """What holds for all of the process from here on."""
    os.umask(0o077)  # kept reports and audits are nobody else's
    logging.config.dictConfig(LOGGING)
    # a connection is a file, and the usual limit is 1,024
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def _end_with_parent() -> None:
    """Stop when standard input, which the parent holds open, comes to its end: the parent is gone, however it went."""

    def watch() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="wirecheck-parent", daemon=True).start()


def _supervise(listening: socket.socket, arguments: Sequence[str], processes: int, env: dict[str, str]) -> int:
    """Keep this many server processes running until a signal comes, then let them finish."""
    command = [sys.executable, "-m", "api", *arguments, "--fd", str(listening.fileno())]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=(listening.fileno(),), env=env)

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    running = [start() for _ in range(processes)]
    restarts: list[float] = []
    try:
        while not ended.wait(TICK_SECONDS):
            for place, process in enumerate(running):
                if process.poll() is None:
                    continue
                restarts = [when for when in restarts if time.monotonic() - when < RESTART_SECONDS]
                if len(restarts) >= RESTARTS:
                    LOG.error("Server processes end again and again; giving up.")
                    return 2
                LOG.warning("A server process ended (%s); another one takes its place.", process.returncode)
                restarts.append(time.monotonic())
                running[place] = start()
        return 0
    finally:
        listening.close()
        _stop(running)


def _stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask every process to finish, and wait until each has; it ends a check that takes too long itself."""
    for process in running:
        if process.stdin:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
    for process in running:
        process.wait()
