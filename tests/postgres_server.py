"""A private PostgreSQL server for tests: made in a folder of its own, on loopback, and gone afterwards."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

USER = "postgres"
PASSWORD = "hunter-2"


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs on this machine."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if on_path := shutil.which("initdb"):
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0, default=None)


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, or that can be started."""

    bin: Path
    folder: Path
    port: int

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, as a user other than root."""
        as_user = ["runuser", "-u", USER, "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self.bin / program), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stdout + done.stderr

    def url(self, schema: str = "", *, user: str = USER, password: str = PASSWORD, database: str = "postgres") -> str:
        """The address of an index on this server."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}" + (schema and f"?schema={schema}")

    def connect(self, schema: str = "public") -> psycopg.Connection:
        """A connection of the administrator, to arrange things by hand."""
        return psycopg.connect(self.url(), autocommit=True, options=f"-c search_path={schema}")

    def fresh(self) -> str:
        """The address of a schema that is not there yet."""
        return self.url(f"t{secrets.token_hex(6)}")

    def make(self) -> None:
        """Make the cluster: only the password opens it."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if os.geteuid() == 0:
            user = pwd.getpwnam(USER)
            for path in (self.folder, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        rules = [
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "-U",
            USER,
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--data-checksums",
        ]
        self.run("initdb", "-D", str(self.folder / "data"), *rules)
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
                "fsync = off\nautovacuum_naptime = 5s\nmax_connections = 60\n"
            )

    def start(self) -> None:
        """Start, and wait until it answers."""
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-w", "-t", "60", "start")

    def stop(self, how: str = "immediate") -> None:
        """Stop; `immediate` as a crash does."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")


def absent(why: str) -> None:
    """Skip what needs the server; where everything must be there, fail."""
    if os.environ.get("CI"):
        pytest.fail(f"{why}, and CI needs it")
    pytest.skip(why)


@contextmanager
def running() -> Iterator[Server]:
    """A server that is there while the block runs."""
    bin = programs()
    if bin is None:
        absent("there is no PostgreSQL server on this machine (Debian: apt-get install postgresql)")
        return
    if os.geteuid() == 0 and (shutil.which("runuser") is None or not _is_user(USER)):
        absent("PostgreSQL does not run as root, and there is no user postgres to run it")
        return
    folder = Path(tempfile.mkdtemp(prefix="wirecheck-pg-"))
    server = Server(bin, folder, free_port())
    try:
        server.make()
        server.start()
        yield server
    finally:
        with suppress(AssertionError):
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _is_user(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this run of the tests; each test uses a schema of its own."""
    with running() as server:
        yield server
