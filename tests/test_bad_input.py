"""Every hostile file of the other tests, through the command as a user runs it: none clear, none takes others down."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests import (
    test_archive,
    test_captions,
    test_docx,
    test_html_reader,
    test_mail,
    test_pdf,
    test_telex,
    test_warc,
    test_wire_json,
    test_wire_xml,
)
from tests.commandline import BRIDGE, DRAFT, ROOT, environment, wirecheck

ZOO: Mapping[str, Mapping[str, bytes | str]] = {
    "zip": test_archive.HOSTILE,
    "srt": test_captions.HOSTILE,
    "docx": test_docx.HOSTILE,
    "html": {name: f"<html><body>{source}" for name, source in test_html_reader.HOSTILE.items()},
    "eml": test_mail.HOSTILE,
    "pdf": test_pdf.HOSTILE,
    "7901": test_telex.HOSTILE,
    "warc": test_warc.HOSTILE,
    "json": test_wire_json.HOSTILE,
    "xml": {name: test_wire_xml.XML + raw for name, raw in test_wire_xml.HOSTILE.items()},
}
READ_WHOLE = ("srt", "html", "warc", "zip-many-bombs.zip")
"""Hostile in what they cost: these are read to the end, and may be clear. Pages of a WARC go by their address."""
LEAST = 80
MOST_MEMORY = 512 * 1024
"""Kilobytes of resident memory."""
CHECK = ("check", "zoo", "--index", "i", "--format", "jsonl")
MEASURED = """
import resource, subprocess, sys

code = subprocess.call(sys.argv[1:])
print("MEMORY", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
NO_NETWORK = """
import os, sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.bind", "urllib.Request"):
        os.write(2, b"NETWORK " + event.encode() + b"\\n")
        os._exit(99)

sys.addaudithook(watch)
"""


def cases() -> Iterator[tuple[str, bytes]]:
    """File names and contents; the file names tell the case."""
    for ending, held in ZOO.items():
        for name, raw in held.items():
            plain = re.sub(r"\W+", "-", name)
            yield f"{ending}-{plain}.{ending}", raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_folder_of_bad_files_is_judged_file_by_file(tmp_path: Path) -> None:
    wirecheck(tmp_path, "add", "-", "--id", "mp-bridge", "--index", "i", stdin=BRIDGE.encode())
    zoo = tmp_path / "zoo"
    zoo.mkdir()
    names = []
    for name, raw in cases():
        (zoo / name).write_bytes(raw)
        names.append(name)
    (zoo / "zz-draft.txt").write_text(DRAFT)
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(NO_NETWORK)
    assert len(names) >= LEAST
    settings = environment(tmp_path) | {"PYTHONPATH": f"{tmp_path / 'watch'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, "-m", "cli.main", *CHECK],
        cwd=tmp_path,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    told, _, memory = done.stderr.rpartition("MEMORY ")
    assert int(memory) < MOST_MEMORY
    assert "NETWORK" not in told and "Traceback" not in told
    assert done.returncode == 2
    verdicts: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        report = json.loads(line)
        verdicts.setdefault(owner(report, names), set()).add(report["verdict"])
    refused = {name for name in names if f"zoo/{name}" in told}
    judged = {name for name in names if verdicts.get(name, set()) - {"clear"}} | refused
    assert {name for name in names if not name.endswith(READ_WHOLE)} - judged == set(), "said to be clear"
    assert verdicts["zz-draft.txt"] == {"flagged"}, "what comes after is judged as ever"


def owner(report: Mapping[str, object], names: list[str]) -> str:
    """The file that a report is about; a page of an archive has an address of its own."""
    id = str(report["id"]).removeprefix("zoo/").partition("/")[0]
    return id if id in names or id == "zz-draft.txt" else f"from {id}"
