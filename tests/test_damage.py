"""An index that is damaged says so at the question, not only to the doctor: no copied story is clear over it."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import apsw
import pytest
from typer.testing import CliRunner

from benchmarks.damage import DEMO, ask, count_silent, make_index, pieces
from cli.main import app
from fingerprints.errors import IndexDamaged
from fingerprints.index import Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import SNAPSHOT, open_index, schema
from fingerprints.stores.doctor import Severity, examine, repair
from fingerprints.stores.pages import PAGE, open_pages, seal_of
from fingerprints.stores.schema import format_of
from fingerprints.stores.snapshot import write_snapshot
from fingerprints.stores.snapshot_files import BLOCKS
from fingerprints.stores.snapshot_manifest import read

# the full count: WIRECHECK_DAMAGES=100 (or python -m benchmarks.damage)
SCALE = float(os.environ.get("WIRECHECK_DAMAGES", "2")) / 100

SALT = "Eleven barges with salt left the quay of Port Hallam before dawn, and the bakers of the town were glad of it."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("damage") / "wire"
    make_index(place)
    return place


@pytest.mark.timeout(3600)
def test_no_damage_to_the_catalogue_is_silent(index: Path) -> None:
    counts, silent = count_silent(
        index, index / "catalog.db", 12, round(5000 * SCALE), round(500 * SCALE), round(1000 * SCALE)
    )
    assert silent == []
    assert counts["IndexDamaged"] > counts["the same"]


@pytest.fixture(scope="module")
def taken(index: Path) -> Path:
    place = index.with_name("taken")
    with open_index(str(index), readonly=True) as store:
        write_snapshot(store, place)
    return place


@pytest.mark.timeout(3600)
def test_no_damage_to_a_snapshot_is_silent(taken: Path) -> None:
    files = sorted(file for file in taken.iterdir())
    size = sum(file.stat().st_size for file in files)
    for file in files:
        share = SCALE * max(0.1, file.stat().st_size / size)
        _, silent = count_silent(taken, file, 14, round(5000 * share), round(500 * share), round(1000 * share))
        assert silent == [], file.name


def test_a_snapshot_of_format_1_is_read_through_when_it_is_opened(taken: Path, tmp_path: Path) -> None:
    with open_index(str(taken)) as store:
        expected, secret = ask(store, pieces()), store.secret
    old = tmp_path / "old"
    shutil.copytree(taken, old)
    shutil.copy(f"{taken}.key", f"{old}.key")
    (old / BLOCKS).unlink()
    manifest = read(old)[0]
    files = {name: facts for name, facts in manifest.files.items() if name != BLOCKS}
    written = replace(manifest, files=files).sealed(secret)
    assert '"format": 1' in written
    (old / SNAPSHOT).write_text(written)
    with open_index(str(old)) as store:
        assert ask(store, pieces()) == expected
        store.backup(tmp_path / "copy")
    rows = bytearray((old / "postings-00.rows").read_bytes())
    rows[len(rows) // 2] ^= 1
    (old / "postings-00.rows").write_bytes(rows)
    with pytest.raises(IndexDamaged, match=r"postings-00.rows is not as it was written"):
        open_index(str(old))


def test_whole_checks_over_a_damaged_catalogue_are_never_clear(index: Path) -> None:
    _, silent = count_silent(index, index / "catalog.db", 13, 20, 8, 8, checks=True)
    assert silent == []


@pytest.mark.parametrize("place", [*range(24), PAGE - 8, PAGE - 1])
def test_no_bit_of_the_head_of_the_catalogue_turns_the_seals_off(index: Path, place: int) -> None:
    file = index / "catalog.db"
    sound = file.read_bytes()
    try:
        for bit in range(8):
            file.write_bytes(sound[:place] + bytes([sound[place] ^ (1 << bit)]) + sound[place + 1 :])
            with pytest.raises(IndexDamaged), open_index(str(index), readonly=True) as store:
                ask(store, pieces())
    finally:
        file.write_bytes(sound)


def test_a_damaged_page_refuses_the_check_with_the_way_to_mend_it(tmp_path: Path) -> None:
    make_index(tmp_path / "wire")
    file = tmp_path / "wire" / "catalog.db"
    sound = file.read_bytes()
    draft = tmp_path / "draft.txt"
    draft.write_text(next(iter(pieces().values())))
    refused = 0
    for page in range(1, len(sound) // PAGE):
        place = page * PAGE + 100
        file.write_bytes(sound[:place] + bytes([sound[place] ^ 0x55]) + sound[place + 1 :])
        done = CliRunner().invoke(app, ["check", str(draft), "--index", str(tmp_path / "wire")])
        assert done.exit_code in (1, 2, 3), "flagged, refused, or incomplete"
        if done.exit_code == 2:
            refused += 1
            assert f"its page {page + 1} is not as it was written" in done.stderr
            assert f"run `wirecheck doctor --index {tmp_path / 'wire'}`: it says what can be mended" in done.stderr
    assert refused > 5
    done = CliRunner().invoke(app, ["doctor", "--repair", "--index", str(tmp_path / "wire")])
    assert "repaired: catalogue" in done.stdout
    assert CliRunner().invoke(app, ["check", str(draft), "--index", str(tmp_path / "wire")]).exit_code == 1


def test_damage_is_noticed_while_the_index_is_open(tmp_path: Path) -> None:
    make_index(tmp_path / "wire")
    file = tmp_path / "wire" / "catalog.db"
    with open_index(str(tmp_path / "wire"), readonly=True) as store:
        data = bytearray(file.read_bytes())
        data[20] = 0  # what says that there are seals
        for page in range(1, len(data) // PAGE):
            data[page * PAGE] ^= 8
        file.write_bytes(data)
        with pytest.raises(IndexDamaged):
            ask(store, pieces())


def test_stories_on_a_damaged_page_are_salvaged_by_their_own_checksums(tmp_path: Path) -> None:
    make_index(tmp_path / "wire")
    file = tmp_path / "wire" / "catalog.db"
    sound = file.read_bytes()
    with open_index(str(tmp_path / "wire"), readonly=True) as store:
        expected = ask(store, pieces())[0]
    for end in range(2 * PAGE, len(sound) + 1, PAGE):  # nothing is lost but the seal
        file.write_bytes(sound[: end - 1] + bytes([sound[end - 1] ^ 0xFF]) + sound[end:])
        assert all(finding.severity is Severity.REPAIRED for finding in repair(str(tmp_path / "wire")))
        with open_index(str(tmp_path / "wire"), readonly=True) as store:
            assert ask(store, pieces())[0] == expected


def older(place: Path) -> None:
    """Make an index one of format 2, whose pages have no seals."""
    file, newer = place / "catalog.db", place / "newer.db"
    file.rename(newer)
    bare = apsw.Connection(str(file))
    bare.execute("PRAGMA journal_mode = WAL")
    bare.execute("ATTACH ? AS newer", (str(newer),))
    tables = bare.execute("SELECT type, name, sql FROM newer.sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall()
    for _, _, sql in tables:
        bare.execute(sql)
    for name in [name for kind, name, _ in tables if kind == "table"] + ["sqlite_sequence"]:
        bare.execute(f"INSERT INTO {name} SELECT * FROM newer.{name}")
    bare.execute("DETACH newer; PRAGMA application_id = 0x57524348; PRAGMA user_version = 2")
    bare.close()
    newer.unlink()


def test_an_index_of_format_2_is_read_and_gets_seals_with_its_first_change(tmp_path: Path) -> None:
    make_index(tmp_path / "wire")
    file = tmp_path / "wire" / "catalog.db"
    with open_index(str(tmp_path / "wire"), readonly=True) as store:
        expected = ask(store, pieces())
    older(tmp_path / "wire")
    assert (file.read_bytes()[20], file.read_bytes()[60:64]) == (0, bytes((0, 0, 0, 2)))
    before = file.read_bytes()
    with open_index(str(tmp_path / "wire"), readonly=True) as store:
        assert ask(store, pieces()) == expected
    assert examine(str(tmp_path / "wire"))[0].severity is Severity.OK
    assert file.read_bytes() == before
    reader = open_index(str(tmp_path / "wire"))
    with open_index(str(tmp_path / "wire")) as store:
        work = Work("salt", SALT)
        store.apply([Upsert(work, Sketcher(store.spec, store.secret).fingerprints([SALT])[0])])
        assert ask(store, pieces())[1:] == expected[1:]
        assert ask(reader, pieces())[1:] == expected[1:], "another that has it open goes on"
    work = Work("salt", SALT + " The gulls were not.")
    reader.apply([Upsert(work, Sketcher(reader.spec, reader.secret).fingerprints([work.text])[0])])
    reader.close()
    data = file.read_bytes()
    for page in range(len(data) // PAGE):
        whole = data[page * PAGE : page * PAGE + PAGE]
        assert whole[-8:] == seal_of(whole, page + 1), page
    connection = open_pages(file)
    assert format_of(connection) == 3
    connection.close()
    assert examine(str(tmp_path / "wire"))[0].severity is Severity.OK


def test_a_reader_at_work_puts_the_seals_off_to_a_later_change(tmp_path: Path) -> None:
    make_index(tmp_path / "wire")
    older(tmp_path / "wire")
    file = tmp_path / "wire" / "catalog.db"
    with open_index(str(tmp_path / "wire")) as store:
        made = Sketcher(store.spec, store.secret).fingerprints([SALT])[0]
        with store.contents():
            store.apply([Upsert(Work("salt", SALT), made)])
        connection = open_pages(file)
        assert format_of(connection) == 2
        connection.close()
        store.apply([Upsert(Work("salt-2", SALT), made)])
        connection = open_pages(file)
        assert format_of(connection) == 3
        connection.close()
    assert examine(str(tmp_path / "wire"))[0].severity is Severity.OK


def test_the_settings_of_a_connection_are_all_made(index: Path) -> None:
    connection = schema.connect(index / "catalog.db", readonly=False, busy_seconds=1)
    names = ("cache_size", "cell_size_check", "temp_store", "synchronous", "secure_delete", "journal_size_limit")
    assert [connection.pragma(name) for name in names] == [-32768, 1, 2, 2, 1, 16777216]
    connection.close()


def test_a_backup_has_seals_and_the_demonstration_stays_as_it_is(index: Path, tmp_path: Path) -> None:
    with open_index(str(index), readonly=True) as store:
        store.backup(tmp_path / "copy")
        expected = ask(store, pieces())
    data = (tmp_path / "copy" / "catalog.db").read_bytes()
    assert all(
        data[end - 8 : end] == seal_of(data[end - PAGE : end], end // PAGE) for end in range(PAGE, len(data), PAGE)
    )
    with open_index(str(tmp_path / "copy"), readonly=True) as store:
        assert ask(store, pieces()) == expected
    assert DEMO.is_file()
