"""The wheel, installed by the pip that Python 3.11 ships: it reads every format, and says so.

Takes the libraries from wherever pip takes them, so that it needs a network or pip's own cache; CI runs it, others with
WIRECHECK_INSTALL=1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from checker.readers import ready
from tests.test_every_format import MADE
from tests.test_project import HOUSES

ROOT = Path(__file__).resolve().parents[1]
PIP = "pip==23.2.1"
READ = """
import sys
from pathlib import Path
from checker.readers import Document, read
from checker.readers.ready import find_unreadable
assert find_unreadable() == (), find_unreadable()
for path in sorted(Path(sys.argv[1]).rglob("*.*")):
    with path.open("rb") as stream:
        entries = list(read(path.name, stream))
    words = sum(len(entry.text.split()) for entry in entries if isinstance(entry, Document) and not entry.incomplete)
    print(words > 90, path, entries if words <= 90 else "")
"""


def test_this_installation_reads_all_kinds() -> None:
    ready.find_unreadable.cache_clear()
    assert ready.find_unreadable() == ()


def test_a_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    monkeypatch.setattr(ready, "LIBRARIES", {"PDFs": "no_such_library"})
    ready.find_unreadable.cache_clear()
    try:
        web, pdfs = ready.find_unreadable()
    finally:
        ready.find_unreadable.cache_clear()
    assert web.startswith("web pages (")
    assert pdfs == "PDFs (no_such_library is not installed)"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_wheel_installed_by_an_older_pip_reads_every_format(tmp_path: Path) -> None:
    if not (os.environ.get("CI") or os.environ.get("WIRECHECK_INSTALL")):
        pytest.skip("makes an environment and installs everything anew; WIRECHECK_INSTALL=1 runs it")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=600
        )

    source, wheels = tmp_path / "source", tmp_path / "wheels"
    source.mkdir()
    for name in ("pyproject.toml", "LICENSE", "NOTICE", "README.md"):  # building leaves files where it builds
        shutil.copy(ROOT / name, source / name)
    for house in HOUSES:
        shutil.copytree(ROOT / house, source / house, ignore=shutil.ignore_patterns("__pycache__"))
    quiet = ("--disable-pip-version-check", "--quiet", "--no-input")
    done = run(
        *(sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", wheels, source),
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = wheels.glob("wirecheck-*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    done = run(python, "-m", "pip", "install", *quiet, PIP)
    if done.returncode and re.search(r"(?i)connection|resolve|network|no matching distribution", done.stderr):
        pytest.skip("no network, or none that pip may use")
    assert done.returncode == 0, done.stderr
    assert run(python, "-m", "pip", "--version").stdout.startswith("pip 23.2.1")
    # the versions of the lock; nothing that is in no requirement of the wheel is installed
    pins = re.findall(r"(?m)^[A-Za-z0-9._-]+==[^ \\]+", (ROOT / "requirements.txt").read_text(encoding="utf-8"))
    (tmp_path / "pins.txt").write_text("\n".join(pins))
    done = run(python, "-m", "pip", "install", *quiet, "--only-binary", ":all:", "-c", tmp_path / "pins.txt", wheel)
    assert done.returncode == 0, done.stderr
    files = tmp_path / "files"
    for number, (path, make) in enumerate(MADE.values()):
        folder = files / f"{number:02}"
        folder.mkdir(parents=True)
        made = make()
        (folder / path).write_bytes(made if isinstance(made, bytes) else made.encode())
    done = run(python, "-c", READ, files)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(MADE)
    assert [line for line in lines if not line.startswith("True ")] == []
    done = run(python, "-m", "cli.main", "--version")
    assert "0.1" in done.stdout, done.stderr
