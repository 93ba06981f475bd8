"""A time-stamp authority on loopback for tests: `openssl ts` behind a small server, with certificates of its own."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CONFIG = """\
[ tsa ]
default_tsa = ours
[ ours ]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/root.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
EXTENSIONS = (
    "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n"
)


def openssl(*args: str, folder: Path) -> None:
    """One run of openssl in a folder."""
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True, timeout=60)


def authority(folder: Path, name: str = "Meridian Time") -> Path:
    """A root and a certificate for time-stamps in a new folder."""
    folder.mkdir()
    (folder / "extensions").write_text(EXTENSIONS)
    (folder / "tsa.conf").write_text(CONFIG.format(folder=folder))
    (folder / "serial").write_text("01\n")
    new = ("req", "-newkey", "rsa:2048", "-nodes")
    openssl(*new, "-x509", "-keyout", "root.key", "-out", "root.pem", "-subj", f"/CN={name} Root", "-days", "30",
            folder=folder)  # fmt: skip
    openssl(*new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", f"/O=Meridian/CN={name}", folder=folder)
    openssl("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-out", "tsa.pem", "-days", "30", "-extfile", "extensions", folder=folder)  # fmt: skip
    return folder


def reply(folder: Path, query: bytes) -> bytes:
    """What the authority answers to a query."""
    (folder / "query.tsq").write_bytes(query)
    openssl("ts", "-reply", "-config", "tsa.conf", "-queryfile", "query.tsq", "-out", "reply.tsr", folder=folder)
    return (folder / "reply.tsr").read_bytes()


@dataclass(slots=True)
class Served:
    """A running authority. `queries` are those that it got; `manner` is how it answers, "well" unless a test says."""

    url: str
    folder: Path
    manner: str = "well"
    earlier: bytes = b""
    queries: list[bytes] = field(default_factory=list)


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """The authority of a folder, served while the test runs."""

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            served.queries.append(query)
            self._answer(query)

        def _answer(self, query: bytes) -> None:
            manner = served.manner
            if manner == "refuses":
                self.send_error(503)
                return
            if manner == "elsewhere":
                self.send_response(302)
                self.send_header("Location", served.url)
                self.end_headers()
                return
            body = {
                "garbage": b"<html>It works!</html>",
                "empty": b"",
                "endless": b"\0" * 400_000,
                "earlier": served.earlier,
            }.get(manner)
            body = reply(folder, query) if body is None else body
            if manner == "cut":
                body = body[: len(body) // 2]
            if manner == "slow head":
                self._drop_by_drop()
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body) + (9 if manner == "slow" else 0)))
            self.end_headers()
            self.wfile.write(body)
            if manner == "slow":
                self.wfile.flush()
                time.sleep(1.5)

        def _drop_by_drop(self) -> None:
            for letter in b"HTTP/1.1 200 OK\r\nX-Why: ":
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(0.06)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    served = Served(f"http://127.0.0.1:{server.server_port}/tsr", folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
