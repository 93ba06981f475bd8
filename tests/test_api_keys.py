"""Keys of the service: shown once, kept as hashes, found fast, ended for all at once."""

from __future__ import annotations

import base64
import hmac
import stat
import threading
import time
from hashlib import blake2b
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

import api.keys
from api.keys import EVERY_SCOPE, GRACE_SECONDS, Caller, KeyProblem, Keys
from api.keystore import KeyStoreProblem

NOON = 1_795_600_000


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def place(tmp_path):
    return tmp_path / "server" / "keys.db"


@pytest.fixture
def keys(place, clock):
    with_clock = Keys(place, clock=clock)
    yield with_clock
    with_clock.close()


def on_disk(folder: Path) -> bytes:
    """Every byte of every file below a folder, and the names of the files."""
    return b"\n".join(str(path).encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_key_lets_its_tenant_in_with_its_scopes(keys):
    plain, key = keys.create("city-desk", ["write", "check"], name="WordPress")
    assert keys.find(plain) == Caller("city-desk", frozenset({"check", "write"}), key.id)
    assert (key.tenant, key.name, key.scopes, key.created) == ("city-desk", "WordPress", ("check", "write"), NOON)
    assert api.keys.FORM.fullmatch(plain).group(1) == key.id


def test_a_key_has_256_random_bits(keys):
    made = {keys.create("default", ["read"])[0] for _ in range(20)}
    assert len({plain.rsplit("_", 1)[-1][:8] for plain in made}) == 20
    for plain in made:
        assert len(base64.urlsafe_b64decode(plain[len("wck_000000000000_") :] + "=")) == 32


def test_admin_may_do_all(keys):
    plain, key = keys.create("default", ["admin"])
    assert keys.find(plain).scopes == EVERY_SCOPE
    assert key.scopes == ("admin",)


def test_the_plain_key_is_nowhere_on_the_disk(keys, place):
    plain, key = keys.create("default", ["check"], name="canary name")
    keys.find(plain)
    again, _ = keys.rotate(key.id)
    keys.note_uses()
    kept = on_disk(place.parent)
    assert b"canary name" in kept, "the bytes that are searched are the ones that were written"
    for shown in (plain, again):
        secret = shown[len("wck_000000000000_") :]
        raw = base64.urlsafe_b64decode(secret + "=")
        unkeyed = [blake2b(form, digest_size=32).digest() for form in (shown.encode(), secret.encode(), raw)]
        for form in (shown.encode(), secret.encode(), secret[:16].encode(), raw, raw.hex().encode(), *unkeyed):
            assert form not in kept


def test_the_files_are_closed_to_others(keys, place):
    keys.create("default", ["check"])
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert {path.name for path in place.parent.iterdir()} >= {"keys.db", "keys.secret"}
    for path in place.parent.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_hash_without_the_secret_lets_nobody_in(keys, place, tmp_path):
    plain, _ = keys.create("default", ["check"])
    keys.close()
    stolen = tmp_path / "stolen" / "keys.db"
    Keys(stolen).close()
    stolen.write_bytes(place.read_bytes())
    with pytest.raises(KeyStoreProblem, match="belongs to another key file"):
        Keys(stolen).find(plain)


WRONG = {
    "nothing": lambda plain: "",
    "another last character": lambda plain: plain[:-1] + ("A" if plain[-1] != "A" else "B"),
    "the id alone": lambda plain: plain[:16],
    "no underscore": lambda plain: plain.replace("_", ""),
    "a space behind it": lambda plain: plain + " ",
    "a line end behind it": lambda plain: plain + "\n",
    "upper case": str.upper,
    "an unknown id": lambda plain: "wck_" + "0" * 12 + plain[16:],
    "letters of another script": lambda plain: plain.replace("w", "ｗ"),
    "very long": lambda plain: plain * 10_000,
    "a quote of SQL": lambda plain: "wck_' OR 1=1 --_" + plain[17:],
    "half a surrogate pair": lambda plain: plain + "\ud800",
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_not_the_key_is_no_key(keys, what):
    plain, _ = keys.create("default", ["check"])
    assert keys.find(WRONG[what](plain)) is None


def test_a_key_opens_nothing_under_another_keys_id(keys):
    first, _ = keys.create("first", ["check"])
    second, _ = keys.create("second", ["check"])
    assert keys.find(first[:17] + second[17:]) is None


@given(st.text(max_size=80))
def test_no_text_that_was_not_made_is_a_key(tmp_path_factory, text):
    keys = Keys(tmp_path_factory.getbasetemp() / "any" / "keys.db")
    try:
        assert keys.find(text) is None
    finally:
        keys.close()


def test_every_answer_takes_one_hash_and_one_constant_time_comparison(keys, monkeypatch):
    plain, _ = keys.create("default", ["check"])
    compared = []

    def compare(one, other):
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    monkeypatch.setattr(api.keys, "hmac", type("Spy", (), {"compare_digest": staticmethod(compare)}))
    for presented in (plain, plain[:-1] + "-", "wck_" + "0" * 12 + plain[16:], "nonsense", ""):
        compared.clear()
        keys.find(presented)
        assert compared == [(32, 32)], presented


def test_a_key_ends_when_its_time_has_come(keys, clock):
    plain, key = keys.create("default", ["check"], seconds=3600)
    assert key.expires == NOON + 3600
    clock.now = NOON + 3599.9
    assert keys.find(plain)
    clock.now = NOON + 3600
    assert keys.find(plain) is None
    assert not keys.any_works()


def test_a_revoked_key_ends_for_every_process_at_once(keys, place, clock):
    plain, key = keys.create("default", ["check"])
    other = Keys(place, clock=clock)
    assert other.find(plain)
    clock.now += 5
    assert keys.revoke(key.id).revoked == NOON + 5
    assert other.find(plain) is None
    clock.now += 5
    assert other.revoke(key.id).revoked == NOON + 5, "the first revocation stands"
    other.close()


def test_rotation_leaves_the_old_key_a_while(keys, clock):
    old, first = keys.create("sport", ["read", "check"], name="CMS")
    new, second = keys.rotate(first.id)
    assert new != old
    assert (second.tenant, second.scopes, second.name, second.expires) == ("sport", ("read", "check"), "CMS", None)
    assert keys.find(old)
    assert keys.find(new)
    clock.now = NOON + GRACE_SECONDS
    assert keys.find(old) is None
    assert keys.find(new).key == second.id


def test_rotation_without_a_while_ends_the_old_key_now(keys):
    old, first = keys.create("default", ["check"])
    new, _ = keys.rotate(first.id, grace=0)
    assert keys.find(old) is None
    assert keys.find(new)


def test_rotation_makes_no_key_live_longer(keys, clock):
    _, first = keys.create("default", ["check"], seconds=60)
    _, second = keys.rotate(first.id)
    assert second.expires == NOON + 60
    assert [key.expires for key in keys.listed()] == [NOON + 60, NOON + 60]


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_a_key_that_ended_is_not_rotated(keys, clock, end):
    _, key = keys.create("default", ["check"], seconds=60)
    if end == "revoked":
        keys.revoke(key.id)
    clock.now += 100
    with pytest.raises(KeyProblem, match="works no longer; create a new one"):
        keys.rotate(key.id)
    assert len(keys.listed()) == 1


def test_an_unknown_key_is_neither_rotated_nor_revoked(keys):
    for action in (keys.rotate, keys.revoke):
        with pytest.raises(KeyProblem, match="There is no key 'abc'; `wirecheck keys list` shows them"):
            action("abc")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"scopes": []}, "at least one scope of: read, check, write, admin"),
        ({"scopes": ["check", "everything"]}, "at least one scope of"),
        ({"scopes": ["check"], "name": "two\nlines"}, "all on one line"),
        ({"scopes": ["check"], "name": "x" * 81}, "at most 80 characters"),
        ({"scopes": ["check"], "seconds": 0}, "more than 0 seconds"),
        ({"scopes": ["check"], "seconds": -5}, "more than 0 seconds"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(keys, arguments, said):
    with pytest.raises(KeyProblem, match=said):
        keys.create("default", **arguments)
    assert keys.listed() == []


def test_the_list_shows_no_hash_and_keeps_the_order(keys, clock):
    made = []
    for tenant in ("sport", "default", "sport"):
        made.append(keys.create(tenant, ["check"])[1].id)
        clock.now += 1
    assert [key.id for key in keys.listed()] == made
    assert [key.id for key in keys.listed("sport")] == [made[0], made[2]]
    assert not any(isinstance(value, bytes) for key in keys.listed() for value in (key.id, key.scopes, key.name))


# the time of last use


def test_a_thousand_requests_write_nothing(keys, place):
    plain, _ = keys.create("default", ["check"])
    keys.note_uses()
    before = on_disk(place.parent).replace(place.with_name("keys.db-shm").read_bytes(), b"")
    for _ in range(1000):
        keys.find(plain)
    assert on_disk(place.parent).replace(place.with_name("keys.db-shm").read_bytes(), b"") == before
    assert keys.listed()[0].last_used is None
    keys.note_uses()
    assert keys.listed()[0].last_used == NOON


def test_the_later_time_of_two_processes_stays(keys, place, clock):
    plain, _ = keys.create("default", ["check"])
    other = Keys(place, clock=clock)
    other.find(plain)
    clock.now += 50
    keys.find(plain)
    keys.note_uses()
    other.note_uses()
    assert keys.listed()[0].last_used == NOON + 50
    other.close()


def test_times_of_use_are_written_now_and_then_without_being_asked(place, monkeypatch):
    monkeypatch.setattr(api.keys, "NOTE_SECONDS", 0.01)
    keys = Keys(place)
    plain, _ = keys.create("default", ["check"])
    keys.find(plain)
    end = time.monotonic() + 20
    while keys.listed()[0].last_used is None and time.monotonic() < end:
        time.sleep(0.01)
    assert keys.listed()[0].last_used is not None
    keys.close()


def test_closing_writes_what_was_noted(place, clock):
    keys = Keys(place, clock=clock)
    plain, _ = keys.create("default", ["check"])
    keys.find(plain)
    keys.close()
    again = Keys(place)
    assert again.listed()[0].last_used == NOON
    again.close()


def test_a_wrong_key_is_no_use_of_the_right_one(keys):
    plain, _ = keys.create("default", ["check"])
    keys.find(plain[:-1] + "-")
    keys.note_uses()
    assert keys.listed()[0].last_used is None


# the files


def test_a_key_file_that_vanishes_lets_nobody_in_and_does_not_come_back_empty(keys, place):
    plain, _ = keys.create("default", ["check"])
    keys.note_uses()
    away = place.with_name("away")
    place.rename(away)
    with pytest.raises(KeyStoreProblem, match="cannot be used"):
        keys.find(plain)
    assert not place.exists()
    away.rename(place)
    assert keys.find(plain)


def test_a_key_file_that_is_put_back_counts_at_once(keys, place, tmp_path):
    plain, key = keys.create("default", ["check"])
    copy = tmp_path / "copy.db"
    target, source = apsw.Connection(str(copy)), apsw.Connection(str(place))
    with target.backup("main", source, "main") as copying:
        copying.step()
    target.close()
    source.close()
    keys.revoke(key.id)
    assert keys.find(plain) is None
    for path in place.parent.glob("keys.db*"):
        path.unlink()
    copy.replace(place)
    assert keys.find(plain)


def test_keys_without_their_secret_are_of_no_use_and_no_new_secret_is_made(place):
    Keys(place).close()
    place.with_suffix(".secret").unlink()
    with pytest.raises(KeyStoreProblem, match=r"hashed with is not at .*keys\.secret; put it back from a backup"):
        Keys(place)
    assert not place.with_suffix(".secret").exists()


def test_a_secret_that_was_cut_short_is_named(place):
    Keys(place).close()
    place.with_suffix(".secret").write_bytes(b"short")
    with pytest.raises(KeyStoreProblem, match="is not a secret of 32 bytes"):
        Keys(place)


def damaged(place: Path) -> None:
    place.write_bytes(b"These are the minutes of the parish council.\n" * 200)


def of_another_program(place: Path) -> None:
    with apsw.Connection(str(place)) as connection:
        connection.execute("PRAGMA application_id = 1")


def newer(place: Path) -> None:
    with apsw.Connection(str(place)) as connection:
        connection.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize(
    ("happens", "said"),
    [(damaged, "cannot be used"), (of_another_program, "is not a key file of Wirecheck"), (newer, "a newer Wirecheck")],
)
def test_a_file_that_holds_no_keys_is_refused(place, happens, said):
    Keys(place).close()
    happens(place)
    with pytest.raises(KeyStoreProblem, match=said):
        Keys(place)


def test_eight_that_begin_at_once_have_one_file_and_one_secret(place):
    made, begin = [], threading.Barrier(8)

    def begins() -> None:
        begin.wait()
        made.append(Keys(place))

    threads = [threading.Thread(target=begins) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    plain, _ = made[0].create("default", ["check"])
    assert len(made) == 8
    assert all(keys.find(plain) for keys in made)
    assert sorted(path.name for path in place.parent.iterdir() if "new" in path.name) == []
    for keys in made:
        keys.close()


def test_threads_share_the_keys(keys):
    plains = [keys.create(f"tenant-{number}", ["check"])[0] for number in range(4)]
    wrong = []

    def look(number: int) -> None:
        found = {keys.find(plains[number]).tenant for _ in range(300)}
        wrong.extend(found - {f"tenant-{number}"})

    threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_use_that_could_not_be_written_is_written_later(keys, place):
    plain, _ = keys.create("default", ["check"])
    keys.find(plain)
    place.rename(place.with_name("away"))
    with pytest.raises(KeyStoreProblem):
        keys.note_uses()
    place.with_name("away").rename(place)
    keys.note_uses()
    assert keys.listed()[0].last_used == NOON


def test_closing_does_not_fail_when_the_file_is_gone(place):
    keys = Keys(place)
    keys.find(keys.create("default", ["check"])[0])
    place.unlink()
    keys.close()
    assert not place.exists()


def test_a_rotation_that_cannot_be_written_changes_nothing(keys, monkeypatch):
    plain, key = keys.create("default", ["check"])
    monkeypatch.setattr(api.keys.secrets, "token_hex", lambda count: key.id)  # two of one id
    with pytest.raises(KeyStoreProblem):
        keys.rotate(key.id)
    assert keys.find(plain)
    assert keys.listed() == [key]
