"""The process that takes the inputs of an audit apart: whatever ends it, every page that can be had comes out once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from checker.audit import children
from checker.audit.children import pages_from_child
from checker.audit.inputs import inputs_of
from checker.audit.nouns import Page
from checker.audit.problems import AuditProblem
from checker.audit.schema import PAGES, pages_batch, pages_of
from checker.audit.source import pages
from tests.inputs_by_hand import HENS, LINE, lines, site, table, warc
from tests.warc_by_hand import WORDS

ROOT = Path(__file__).resolve().parents[1]
KILLER = """
import os, resource, sys, time
sys.path.insert(0, {root!r})
from checker.audit import source_child, split

def breaks(source, lines=split.SPLITTERS["jsonl"]):
    for number, page in enumerate(lines(source)):
        if "killer" in source.name and number == {after}:
            {how}
        yield page

split.SPLITTERS["jsonl"] = breaks
sender = source_child.Sender
def made(out, *, carefully):
    global careful
    careful = carefully
    return sender(out, carefully=carefully)
source_child.Sender = made
sys.exit(source_child.serve())
"""
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
DIES = "os.kill(os.getpid(), 11)"


def out_of_child(*names: Path, **options: float) -> list[Page]:
    return [page for batch in pages_from_child(inputs_of(list(map(str, names))), **options) for page in pages_of(batch)]


@pytest.fixture
def killer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A child that comes to harm behind so many lines of a file that is called killer."""

    def made(how: str, after: int = 20) -> None:
        program = tmp_path / "killer.py"
        program.write_text(KILLER.format(root=str(ROOT), how=how, after=after))
        monkeypatch.setattr(children, "PROGRAM", program)

    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.jsonl").write_bytes(lines(*({**LINE, "id": f"a{n}"} for n in range(3))))
    (made / "killer.jsonl").write_bytes(lines(*({**LINE, "id": f"k{n}"} for n in range(40))))
    (made / "z.txt").write_text(HENS)
    return made


def test_the_child_gives_what_the_same_process_gives(tmp_path: Path):
    inputs = inputs_of([str(site(tmp_path)), str(tmp_path / "f.zip")])
    assert out_of_child(tmp_path, tmp_path / "f.zip") == list(pages_of(pages_batch(pages(inputs))))


def test_batches_are_small_and_of_the_schema(tmp_path: Path):
    (tmp_path / "a.jsonl").write_bytes(lines(*({**LINE, "id": str(n)} for n in range(40))))
    (tmp_path / "b.warc").write_bytes(warc(*(b"<p>" + b"goats " * 500_000 for _ in range(5))))
    batches = list(pages_from_child(inputs_of([str(tmp_path)])))
    assert [batch.num_rows for batch in batches] == [16, 16, 11, 2]
    assert all(batch.schema == PAGES for batch in batches)


def test_a_file_that_ends_the_child_loses_only_what_comes_behind_in_it(folder: Path, killer):
    killer(DIES)
    found = out_of_child(folder, folder / "z.txt")
    assert [page.number for page in found] == list(range(3 + 20 + 1 + 1 + 1))
    assert [page.name for page in found[:23]] == [*(f"a{n}" for n in range(3)), *(f"k{n}" for n in range(20))]
    assert found[23].unreadable == (
        "The process that read it broke down (SIGSEGV). What comes behind in this file was not read."
    )
    assert (found[23].place, found[23].input) == (str(folder / "killer.jsonl"), str(folder))
    assert [page.body for page in found[24:]] == [HENS.encode()] * 2
    assert found == out_of_child(folder, folder / "z.txt"), "and so every time"


def test_a_file_that_is_an_input_of_its_own(folder: Path, killer):
    killer(DIES, after=0)
    found = out_of_child(folder / "killer.jsonl", folder / "killer.jsonl", folder / "z.txt")
    assert [bool(page.unreadable) for page in found] == [True, True, False]
    assert [page.number for page in found] == [0, 1, 2]
    assert len(out_of_child(folder / "killer.jsonl")) == 1


def test_a_child_that_is_killed_once_loses_nothing(folder: Path, killer):
    killer(f"careful or {DIES}")
    found = out_of_child(folder)
    assert found == list(pages_of(pages_batch(pages(inputs_of([str(folder)])))))


def test_children_that_are_killed_by_chance_lose_nothing(folder: Path, killer, tmp_path: Path):
    (folder / "killer-too.jsonl").write_bytes(lines(*({**LINE, "id": f"t{n}"} for n in range(40))))
    # once in each of the two files: whoever comes there first leaves a mark
    mark = f"{str(tmp_path)!r} + '/mark-' + os.path.basename(source.name)"
    killer(f"os.path.exists({mark}) or (os.mkdir({mark}), {DIES})")
    found = out_of_child(folder)
    assert found == list(pages_of(pages_batch(pages(inputs_of([str(folder)])))))
    assert len(list(tmp_path.glob("mark-*"))) == 2


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("time.sleep(60)", "The process that read it gave no sign for 3 seconds, and was ended."),
        ("sys.exit(3)", "The process that read it broke down (status 3)."),
        ("os._exit(0)", "The process that read it broke down (status 0)."),
        ("source_child.sender = bytearray(1 << 40)", "It asks for more memory than it may have."),
        ("os.write(3, b'x' * 9); os.abort()", "The process that read it broke down (SIGABRT)."),
    ],
)
def test_every_end_has_its_sentence(how: str, sentence: str, folder: Path, killer):
    killer(how)
    found = out_of_child(folder, waiting=3.0 if "sleep" in how else 20.0)
    assert next(page.unreadable for page in found if page.unreadable).startswith(sentence)
    assert len(found) == 25
    assert found[-1].body == HENS.encode()


def test_a_child_at_work_says_so(folder: Path, killer):
    killer("source_child.BEAT = 0.1; [time.sleep(0.6) or source.progress.reach(0) for _ in range(8)]")
    assert len(out_of_child(folder, waiting=4.0)) == 44


def test_a_table_that_asks_for_much_memory_loses_no_other(tmp_path: Path):
    rows = [WORDS, "\0" * (200 << 20)]
    (tmp_path / "d.parquet").write_bytes(table({"id": ["1", "2"], "text": rows}, row_group_size=1, compression="zstd"))
    (tmp_path / "z.txt").write_text(HENS)
    found = out_of_child(tmp_path, memory=300 << 20)
    assert found[0].body == WORDS.encode()
    assert found[1].unreadable
    assert found[-1].body == HENS.encode()
    assert len(found) == 3


def test_a_child_that_never_begins_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(children, "PROGRAM", tmp_path / "gone.py")
    with pytest.raises(AuditProblem, match=r"^The inputs cannot be read\. The process that read it broke down"):
        out_of_child(folder)


@LINUX
def test_no_child_is_left_behind(folder: Path, killer):
    killer("time.sleep(600)")
    found = pages_from_child(inputs_of([str(folder)]), waiting=60.0)
    next(found)
    before = running()
    found.close()
    assert len(before) == len(running()) + 1


PARENT = """
import os, sys, time
sys.path.insert(0, {root!r})
from checker.audit import children
from checker.audit.inputs import inputs_of
from pathlib import Path
children.PROGRAM = Path({program!r})
found = children.pages_from_child(inputs_of([{folder!r}]))
next(found)
print("read", flush=True)
time.sleep(60)
"""


@LINUX
def test_the_child_ends_with_its_parent(folder: Path, killer, tmp_path: Path):
    killer("time.sleep(600)")
    source = PARENT.format(root=str(ROOT), folder=str(folder), program=str(tmp_path / "killer.py"))
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"read\n"
        (child,) = running(parent.pid)
        parent.kill()
    until = time.monotonic() + 10
    while (alive := fields(Path(f"/proc/{child}/stat"))[0] != "Z") and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive


def running(parent: int = 0) -> list[int]:
    """The children of a process, of this one unless told."""
    ours = str(parent or os.getpid())
    told = {int(path.name): fields(path / "stat") for path in Path("/proc").iterdir() if path.name.isdecimal()}
    return [process for process, (what, above) in told.items() if above == ours and what != "Z"]


def fields(stat: Path) -> tuple[str, str]:
    """The state of a process and its parent; a process that is gone is as good as dead."""
    try:
        what, above = stat.read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return "Z", ""
    return what, above


COUNTER = """
import resource, sys
sys.path.insert(0, {root!r})
from checker.audit.children import pages_from_child
from checker.audit.inputs import inputs_of
print(sum(batch.num_rows for batch in pages_from_child(inputs_of([{path!r}]))))
# not getrusage of this process: that still counts what it was before it became this one
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(most.split()[1]) >> 10, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
"""


@LINUX
def test_an_archive_of_two_hundred_megabytes_takes_little_memory(tmp_path: Path):
    path = tmp_path / "big.warc"
    ten = warc(*(f"{n} {WORDS} ".encode() * 15_000 for n in range(10)))
    with path.open("wb") as out:
        for _ in range(20):
            out.write(ten)
    source = COUNTER.format(root=str(ROOT), path=str(path))
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=100, check=True)
    count, *most = map(int, done.stdout.split())
    assert count == 200
    assert max(most) < 300
