"""`wirecheck restore`: an index from its copy, with the key file, and never over anything that is there."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from tests.commandline import BRIDGE, DRAFT, OTHER, wirecheck
from tests.serving import serving

INDEX = Path("share/wirecheck/index")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A home with two stories in its index, and a copy of the index from before the second was added."""
    place = tmp_path_factory.mktemp("made")
    (place / "bridge.txt").write_text(BRIDGE)
    (place / "bandstand.txt").write_text(OTHER)
    assert wirecheck(place, "add", "bridge.txt").code == 0
    assert wirecheck(place, "backup", "copy").code == 0
    assert wirecheck(place, "add", "bandstand.txt").code == 0
    (place / "draft.txt").write_text(DRAFT)
    return place


@pytest.fixture
def home(made, tmp_path):
    """Such a home of one's own."""
    return shutil.copytree(made, tmp_path / "home")


def lose(home: Path) -> None:
    """The index and its key are gone."""
    shutil.rmtree(home / INDEX)
    (home / INDEX).with_name("index.key").unlink()


def test_a_lost_index_comes_back_with_its_key(home):
    before = wirecheck(home, "check", "draft.txt", "--format", "json")
    key = (home / INDEX).with_name("index.key").read_bytes()
    lose(home)
    assert wirecheck(home, "check", "draft.txt").code == 3
    done = wirecheck(home, "restore", "copy")
    assert (done.code, done.err) == (0, "")
    assert done.out == f"Restored to {home / INDEX}.\n"
    assert (home / INDEX).with_name("index.key").read_bytes() == key
    assert (home / INDEX).with_name("index.key").stat().st_mode & 0o777 == 0o600
    assert wirecheck(home, "doctor").code == 0
    assert wirecheck(home, "list", "--format", "jsonl").out.count('"id"') == 1, "as it was when it was copied"
    assert wirecheck(home, "check", "draft.txt").code == before.code == 1


def test_the_restored_index_is_a_whole_one_that_grows_and_is_copied_again(home):
    lose(home)
    wirecheck(home, "restore", "copy")
    assert wirecheck(home, "add", "bandstand.txt").code == 0
    assert wirecheck(home, "backup", "second").code == 0
    assert wirecheck(home, "restore", "second", "--index", "elsewhere").code == 0
    assert wirecheck(home, "list", "--index", "elsewhere", "--format", "jsonl").out.count('"id"') == 2


def test_nothing_that_is_there_is_overwritten(home):
    before = {path: path.read_bytes() for path in (home / "share").rglob("*") if path.is_file()}
    done = wirecheck(home, "restore", "copy")
    assert done.code == 2
    assert done.err == (
        f"Error: {home / INDEX} is there already; move it away first, or name another place with --index.\n"
    )
    assert {path: path.read_bytes() for path in (home / "share").rglob("*") if path.is_file()} == before
    (home / "notes").mkdir()
    (home / "notes" / "minutes.txt").write_text("Minutes of the parish council.")
    for place in ("notes", "notes/minutes.txt"):
        assert "is there already" in wirecheck(home, "restore", "copy", "--index", place).err
    assert [path.name for path in (home / "notes").iterdir()] == ["minutes.txt"]


def test_the_key_of_another_index_is_not_overwritten(home):
    (home / "other.key").write_bytes(b"k" * 32)
    done = wirecheck(home, "restore", "copy", "--index", "other")
    assert done.code == 2
    assert "other.key holds the key of another index" in done.err
    assert (home / "other.key").read_bytes() == b"k" * 32
    assert not (home / "other" / "catalog.db").exists()


def test_a_key_that_survived_the_index_is_taken_when_it_is_the_same(home):
    shutil.rmtree(home / INDEX)
    assert wirecheck(home, "restore", "copy").code == 0
    assert wirecheck(home, "check", "draft.txt").code == 1


def test_a_copy_without_its_key_is_of_no_use_and_says_so(home):
    (home / "copy.key").unlink()
    done = wirecheck(home, "restore", "copy", "--index", "back")
    assert done.code == 2
    assert f"secret key is not at {home / 'copy.key'}; put the key file back there" in done.err
    assert not (home / "back").exists()


def test_a_copy_with_the_wrong_key_is_refused(home):
    (home / "copy.key").write_bytes(b"k" * 32)
    done = wirecheck(home, "restore", "copy", "--index", "back")
    assert done.code == 2
    assert "belongs to another index" in done.err
    assert not (home / "back").exists()


def test_a_key_file_kept_elsewhere_stays_where_it_is(home):
    kept = home / "safe" / "wire.key"
    kept.parent.mkdir()
    (home / "copy.key").rename(kept)
    extra = {"WIRECHECK_KEY_FILE": str(kept)}
    assert wirecheck(home, "restore", "copy", "--index", "back", extra=extra).code == 0
    assert not (home / "back.key").exists()
    assert wirecheck(home, "check", "draft.txt", "--index", "back", extra=extra).code == 1


@pytest.mark.parametrize("place", ["nowhere", "bridge.txt", "empty"])
def test_what_is_no_copy_is_named(home, place):
    (home / "empty").mkdir()
    done = wirecheck(home, "restore", place, "--index", "back")
    assert done.code == 2
    assert done.err == f"Error: {place} is not the copy of an index; name a folder that `wirecheck backup` made.\n"
    assert not (home / "back").exists()


def test_a_damaged_copy_is_not_restored(home):
    catalogue = home / "copy" / "catalog.db"
    whole = catalogue.read_bytes()
    at = whole.index(b"bridge.txt")
    catalogue.write_bytes(whole[:at] + b"brigde" + whole[at + 6 :])
    done = wirecheck(home, "restore", "copy", "--index", "back")
    assert done.code == 2
    assert "damaged" in done.err
    assert not (home / "back" / "catalog.db").exists()
    catalogue.write_bytes(whole[: len(whole) // 2])
    assert wirecheck(home, "restore", "copy", "--index", "back2").code == 2
    assert not (home / "back2" / "catalog.db").exists()


@pytest.mark.slow
def test_a_service_takes_up_what_was_restored_under_it(home):
    body = {"text": DRAFT}
    with serving(home, index=home / INDEX) as service:
        assert httpx.post(f"{service.url}/v1/checks", json=body, timeout=60).json()["verdict"] == "flagged"
        (home / INDEX).rename(home / "old")
        assert httpx.get(f"{service.url}/readyz", timeout=60).status_code == 503
        assert httpx.post(f"{service.url}/v1/checks", json=body, timeout=60).status_code == 503
        assert wirecheck(home, "restore", "copy").code == 0
        assert httpx.get(f"{service.url}/readyz", timeout=60).json()["works"] == 1
        assert httpx.post(f"{service.url}/v1/checks", json=body, timeout=60).json()["verdict"] == "flagged"
