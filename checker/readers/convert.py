"""An office file turned into another by LibreOffice, where it is installed.

It runs in a process of its own with a profile of its own in a folder that is removed, without macros and, on Linux,
without a network; time, memory and output are bounded.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

PROGRAMS = ("soffice", "libreoffice")
RUNNER = Path(__file__).with_name("convert_child.py")
SECONDS = 90.0
"""Of waiting; a first start takes ten."""
LARGEST = 64 * 1024 * 1024
FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "pptx": "pptx:Impress MS PowerPoint 2007 XML",
}
PARTS = {"docx": "Writer", "xlsx": "Calc", "pptx": "Impress"}
"""What of LibreOffice opens the files that are turned into each; a server may have it without."""
SETTING = (
    '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="{}" oor:op="fuse">'
    "<value>{}</value></prop></item>"
)
SETTINGS = {
    "DisableMacrosExecution": "true",
    "MacroSecurityLevel": "3",
    "BlockUntrustedRefererLinks": "true",
    "DisableActiveContent": "true",
}
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
    + "".join(SETTING.format(name, value) for name, value in SETTINGS.items())
    + "</oor:items>"
)


class Failed(Exception):
    """Nothing came of it; the message is a sentence that says why."""


@cache
def _program() -> str:
    return next(filter(None, map(shutil.which, PROGRAMS)), "")


def is_there() -> bool:
    """Whether LibreOffice is installed."""
    return bool(_program())


def convert(raw: bytes, ending: str, target: str) -> bytes:
    """A file whose name would end so, as one of another kind ("docx"). Failed: nothing came of it."""
    with tempfile.TemporaryDirectory(prefix="wirecheck-", ignore_cleanup_errors=True) as folder:
        source, out, home = Path(folder, f"file.{ending}"), Path(folder, "out"), Path(folder, "profile")
        source.write_bytes(raw)
        (home / "user").mkdir(parents=True)
        (home / "user" / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
        command = [
            *(sys.executable, "-I", "-B", str(RUNNER), str(os.getpid()), _program()),
            *(f"-env:UserInstallation={home.as_uri()}", "--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", FILTERS.get(target, target), "--outdir", str(out), str(source)),
        ]
        environment = {
            "HOME": folder,
            "TMPDIR": folder,
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        _run(command, environment)
        result = out / f"file.{target}"
        if not result.is_file():
            raise Failed(
                "LibreOffice could not open it: it is damaged, protected, of another kind than it seems, or "
                f"LibreOffice was installed without {PARTS.get(target, 'the part for it')}."
            )
        if result.stat().st_size > LARGEST:
            raise Failed("LibreOffice made a file of it that is too large.")
        return result.read_bytes()


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Wait for the program, and end all that it started. Raises Failed."""
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            close_fds=True,
            start_new_session=True,
        )
    except OSError as error:
        raise Failed(f"LibreOffice could not be started ({type(error).__name__}).") from None
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        raise Failed(f"LibreOffice took more than {SECONDS:g} seconds, and was ended.") from None
    finally:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)  # it is the first of its group, which goes on after it
        process.wait()
