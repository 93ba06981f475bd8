from __future__ import annotations

import os
import shutil
import socket

import pytest

from checker.bundle.packing import packed, unpacked
from checker.bundle.parts import stamped
from tests.commandline import BRIDGE, DRAFT, wirecheck
from tests.evidence_by_hand import AT, first_wrong, must, resealed, run
from tests.tsa_by_hand import authority, reply, serving

pytestmark = pytest.mark.skipif(not os.environ.get("CI") and not shutil.which("openssl"), reason="openssl is not here")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("legal")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    assert wirecheck(folder, "add", "wire", "--holder", "Meridian Press", "--index", "wire.index").code == 0
    (folder / "draft.txt").write_text(DRAFT)
    authority(folder / "tsa")
    authority(folder / "other", "Other Time")
    must(run(folder, "check", "draft.txt", "--index", "wire.index", *AT, "--out", "plain.zip"))
    return folder


@pytest.fixture
def served(home):
    with serving(home / "tsa") as running:
        yield running


@pytest.fixture
def package(home):
    """A fresh copy of a package without a time-stamp."""
    shutil.copy(home / "plain.zip", home / "copy.zip")
    return home / "copy.zip"


def asked(home, served, *more):
    return run(home, "check", "draft.txt", "--index", "wire.index", *AT, "--out", "new.zip", "--timestamp", served.url)


def test_a_time_stamp_is_asked_for_and_verified(home, served):
    done = must(asked(home, served))
    assert "UTC by CN=Meridian Time,O=Meridian." in done.err
    parts = unpacked((home / "new.zip").read_bytes())
    assert list(parts)[:3] == ["manifest.json", "seal.txt", "timestamp.tsr"]
    without = {name: data for name, data in parts.items() if name != "timestamp.tsr"}
    taken_out = "time-stamp: There is none in it, and manifest.json says that it was made with one."
    assert first_wrong(packed(without)) == taken_out
    unvouched = must(run(home, "verify", "new.zip")).out
    assert "the signature holds, and who that is was not checked: name the authority's roots, --roots." in unvouched
    vouched = must(run(home, "verify", "new.zip", "--roots", "tsa/root.pem")).out
    assert "signed by CN=Meridian Time,O=Meridian, for which one of the roots vouches." in vouched


def test_the_authority_gets_a_digest_and_nothing_else(home, served):
    must(asked(home, served))
    (query,) = served.queries
    assert len(query) < 100
    assert bytes.fromhex(unpacked((home / "new.zip").read_bytes())["seal.txt"].decode()) in query


def test_it_is_added_later_and_the_seal_stays(home, served, package):
    seal = unpacked(package.read_bytes())["seal.txt"].decode().strip()
    must(run(home, "timestamp", "copy.zip", "--authority", served.url))
    must(run(home, "verify", "copy.zip", "--seal", seal, "--roots", "tsa/root.pem"))
    again = must(run(home, "timestamp", "copy.zip", "--authority", served.url), 2)
    assert "copy.zip has a time-stamp already." in again.err
    parts = unpacked(package.read_bytes())
    without = {name: data for name, data in parts.items() if name != "timestamp.tsr"}
    assert packed(without) == (home / "plain.zip").read_bytes(), "taken out again it is what it was before"


def test_another_authority_does_not_vouch(home, served, package):
    must(run(home, "timestamp", "copy.zip", "--authority", served.url))
    done = must(run(home, "verify", "copy.zip", "--roots", "other/root.pem"), 2)
    assert "NOT OK  time-stamp: timestamp.tsr: the time-stamp is not to be trusted: none of the roots" in done.out


def test_a_token_without_its_issuers_certificate(home, served, package):
    conf = home / "tsa" / "tsa.conf"
    before = conf.read_text()
    conf.write_text("".join(line for line in before.splitlines(keepends=True) if not line.startswith("certs")))
    done = run(home, "timestamp", "copy.zip", "--authority", served.url)
    conf.write_text(before)
    must(done)
    out = must(run(home, "verify", "copy.zip")).out
    assert "neither the signature nor who that is was checked: name the authority's roots, --roots." in out
    must(run(home, "verify", "copy.zip", "--roots", "tsa/root.pem"))
    must(run(home, "verify", "copy.zip", "--roots", "other/root.pem"), 2)


def test_a_package_that_was_made_anew_is_found_by_its_time_stamp(home, served, package):
    must(run(home, "timestamp", "copy.zip", "--authority", served.url))
    raw = package.read_bytes()
    parts = unpacked(raw)
    words = parts["stories/1/text.txt"].replace(b"a heron", b"a goose")  # outside of the passage
    forged = resealed(packed({k: v for k, v in parts.items() if k != "timestamp.tsr"}), {"stories/1/text.txt": words})
    assert first_wrong(forged) == ""
    kept = packed(stamped(unpacked(forged), parts["timestamp.tsr"]))
    assert first_wrong(kept) == "time-stamp: timestamp.tsr: the time-stamp is of something else than this manifest."


def test_every_changed_byte_of_a_token_is_found_in_the_package(home, served, package, tmp_path):
    must(run(home, "timestamp", "copy.zip", "--authority", served.url))
    raw = package.read_bytes()
    start = raw.index(unpacked(raw)["timestamp.tsr"])
    for at in range(start, start + len(unpacked(raw)["timestamp.tsr"])):
        changed = bytearray(raw)
        changed[at] ^= 1
        assert first_wrong(bytes(changed), tmp_path)


def test_a_token_changed_and_packed_again_breaks_nothing_but_itself(home, package):
    parts = unpacked(package.read_bytes())
    token = reply(home / "tsa", _query(parts["manifest.json"]))
    assert first_wrong(packed(stamped(parts, token))) == ""
    wrong = 0
    for at in range(0, len(token), 13):
        changed = bytearray(token)
        changed[at] ^= 0x40
        said = first_wrong(packed(stamped(parts, bytes(changed))))
        assert not said or said.startswith("time-stamp: timestamp.tsr: ")
        wrong += bool(said)
    assert wrong > len(token) // 13 // 4  # what is not signed (the chain, say) may be another


def _query(manifest):
    from checker.bundle.stamp import request_for

    return request_for(manifest).as_bytes()


def test_roots_without_a_time_stamp(home):
    done = must(run(home, "verify", "plain.zip", "--roots", "tsa/root.pem"), 2)
    assert "NOT OK  time-stamp: There is none in it, and roots were given to check one by." in done.out
    assert "there are none in this one" in must(run(home, "verify", "plain.zip", "--roots", "draft.txt"), 2).err


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("garbage", "this is no time-stamp (RFC 3161)"),
        ("empty", "this is no time-stamp (RFC 3161)"),
        ("cut", "this is no time-stamp (RFC 3161)"),
        ("endless", "the authority's answer is larger than a time-stamp is"),
        ("refuses", "the authority answered with status 503"),
        ("elsewhere", "the authority answered with status 302"),
        ("slow", "the authority gave no answer within 0.5 seconds"),
        ("slow head", "the authority gave no answer within 0.5 seconds"),
    ],
)
def test_an_answer_that_is_none_is_said_and_the_package_written(home, served, manner, said, monkeypatch):
    monkeypatch.setattr("cli.authority.WAITING", 0.5 if manner.startswith("slow") else 20.0)
    served.manner = manner
    done = must(asked(home, served), 2)
    assert f"It has no time-stamp: {said}. Ask again with: wirecheck evidence timestamp new.zip" in done.err
    assert (home / "new.zip").read_bytes() == (home / "plain.zip").read_bytes()


def test_an_answer_to_another_request_is_refused(home, served, package):
    served.earlier = reply(home / "tsa", _query(unpacked(package.read_bytes())["manifest.json"]))
    served.manner = "earlier"
    done = must(run(home, "timestamp", "copy.zip", "--authority", served.url), 2)
    assert "copy.zip has no time-stamp: the answer is to another request: its nonce is not ours." in done.err
    assert package.read_bytes() == (home / "plain.zip").read_bytes()


def test_an_authority_that_says_no(home, served, package):
    conf = home / "tsa" / "tsa.conf"
    before = conf.read_text()
    conf.write_text(before.replace("digests = sha256, sha512", "digests = sha512"))
    done = run(home, "timestamp", "copy.zip", "--authority", served.url)
    conf.write_text(before)
    assert "copy.zip has no time-stamp: the authority refused it (status 2" in must(done, 2).err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "its address must begin with http:// or https://"),
        ("ftp://tsa.example/", "its address must begin with http:// or https://"),
        ("http://me:secret@tsa.example/", "and name a host and no user"),
        ("tsa.example", "its address must begin with http:// or https://"),
    ],
)
def test_an_address_that_is_none(home, package, url, said):
    done = must(run(home, "timestamp", "copy.zip", "--authority", url), 2)
    assert said in done.err
    assert "secret" not in done.err


def test_an_authority_that_is_not_there(home, package):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = must(run(home, "timestamp", "copy.zip", "--authority", f"http://127.0.0.1:{port}/"), 2)
    assert "copy.zip has no time-stamp: the authority could not be reached (Connection refused)." in done.err


def test_what_is_no_evidence_gets_no_time_stamp(home, served, package):
    package.write_bytes(package.read_bytes() + b"\0")
    assert (
        "copy.zip is no evidence, or was changed"
        in must(run(home, "timestamp", "copy.zip", "--authority", served.url), 2).err
    )
    assert served.queries == []
