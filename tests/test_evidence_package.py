from __future__ import annotations

import json
import struct
import zipfile
import zlib
from io import BytesIO

import pytest

from checker.bundle.packing import packed, unpacked
from checker.bundle.problems import EvidenceProblem
from checker.bundle.written import read, written
from checker.policy.explain import occasion_of
from checker.policy.judge import judge
from checker.policy.nouns import DEFAULT_POLICY
from checker.reports.json import from_json, to_dict
from tests.commandline import BRIDGE, DRAFT, OTHER, TAKEN, wirecheck
from tests.evidence_by_hand import AT, checks, first_wrong, must, resealed, run
from tests.test_statements import DRAFT as ANSWER
from tests.test_statements import KESTREL, MERIDIAN, NORTHWIRE, SPEECH

PAGE = f"<html><head><title>A heron</title></head><body><p>From the quay.</p><p>That morning {TAKEN}.</p></body></html>"
POLICY = '[house]\nname = "The Wick Courier"\n\n[[licence]]\nholder = "Meridian Press"\ncredit = true\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("legal")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    (folder / "wire" / "other.txt").write_text(OTHER)
    assert wirecheck(folder, "add", "wire", "--holder", "Meridian Press", "--index", "wire.index").code == 0
    (folder / "draft.txt").write_text(DRAFT)
    (folder / "page.html").write_text(PAGE)
    (folder / "clean.txt").write_text("A recipe for barley soup, which wants an hour on a low flame.\n")
    return folder


@pytest.fixture(scope="module")
def package(home):
    must(run(home, "check", "page.html", "--index", "wire.index", "--out", "a.zip", *AT))
    return (home / "a.zip").read_bytes()


def test_a_package_holds_what_is_needed_to_check_it_again(home, package):
    parts = unpacked(package)
    assert list(parts) == [
        "manifest.json",
        "seal.txt",
        "README.txt",
        "method.txt",
        "pairs.json",
        "pages/1/original",
        "pages/1/page.json",
        "pages/1/text.txt",
        "pages/1/read.json",
        "pages/1/report.json",
        "pages/1/rerun.json",
        "pages/1/offsets.json",
        "stories/1/story.json",
        "stories/1/text.txt",
    ]
    assert parts["pages/1/original"] == PAGE.encode()
    assert parts["stories/1/text.txt"] == BRIDGE.encode()
    (pair,) = json.loads(parts["pairs.json"])["pairs"]
    text = parts["pages/1/text.txt"].decode()
    assert text[pair["submitted"]["start"] : pair["submitted"]["end"]] == pair["submitted"]["text"] == TAKEN
    start, end = pair["submitted"]["file"]
    assert PAGE[start:end] == TAKEN
    assert BRIDGE[pair["source"]["start"] : pair["source"]["end"]] == pair["source"]["text"]
    assert (pair["again"], pair["kind"], pair["words"], pair["story"]) == ("same", "verbatim", 21, 1)
    manifest = json.loads(parts["manifest.json"])
    assert manifest["made"]["by"] == "R. Lindqvist"
    assert manifest["made"]["at"] == "2026-04-05T09:00:00+00:00"
    assert manifest["made"]["tool"]["name"] == "wirecheck"
    assert manifest["made"]["index"]["works"] == "2"


def test_the_secret_of_the_index_is_not_in_it(home, package):
    secret = (home / "wire.index.key").read_bytes()
    assert secret not in package
    assert secret.hex().encode() not in package


def test_every_program_can_open_it(package):
    with zipfile.ZipFile(BytesIO(package)) as opened:
        assert opened.testzip() is None
        assert opened.read("pages/1/original") == PAGE.encode()


def test_two_runs_write_the_same_bytes(home, package):
    must(run(home, "check", "page.html", "--index", "wire.index", "--out", "again.zip", *AT))
    assert (home / "again.zip").read_bytes() == package


def test_another_time_or_name_is_another_seal(home, package):
    said = must(run(home, "check", "page.html", "--index", "wire.index", "--out", "c.zip", *AT[:-1], "A. Berg"))
    assert said.out.strip() != unpacked(package)["seal.txt"].decode().strip()


def test_the_seal_is_said_and_verified(home, package):
    seal = must(run(home, "check", "page.html", "--index", "wire.index", "--out", "d.zip", *AT)).out.strip()
    assert len(seal) == 64
    done = must(run(home, "verify", "d.zip", "--seal", seal.upper()))
    assert done.out.splitlines()[-1] == "The evidence holds together."
    assert "Of 1 passage 1 found again with the same offsets and figures." in done.out
    wrong = must(run(home, "verify", "d.zip", "--seal", "0" * 64), 2)
    assert "NOT OK  seal: The seal of this package is another one than was given: it was made anew." in wrong.out
    assert (
        "--seal takes the 64 hexadecimal digits of a seal." in must(run(home, "verify", "d.zip", "--seal", "x"), 2).err
    )


def test_it_is_verified_elsewhere_without_index_or_policy(tmp_path, package):
    (tmp_path / "a.zip").write_bytes(package)
    (tmp_path / "wirecheck.toml").write_text("this is no policy")
    done = must(run(tmp_path, "verify", "a.zip", "--format", "json"))
    names = [one["name"] for one in json.loads(done.out)]
    assert names == [
        *("package", "manifest", "seal", "files", "digests", "version"),
        *("contents", "texts", "quotations", "figures", "re-run", "judgement", "derived"),
    ]


def test_a_changed_byte_anywhere_is_found(package, tmp_path):
    missed = []
    for at in range(len(package)):
        changed = bytearray(package)
        changed[at] ^= 1 << (at % 8)
        if not first_wrong(bytes(changed), tmp_path):
            missed.append(at)
    assert missed == []


@pytest.mark.parametrize("number", range(14))
def test_a_removed_file_is_found(package, number):
    parts = unpacked(package)
    name = list(parts)[number]
    del parts[name]
    said = first_wrong(packed(parts))
    assert said
    if number > 1:
        assert said == f"files: {name} is listed in manifest.json and is not there."


@pytest.mark.parametrize("name", ["pages/1/secret.txt", "extra", "pages/2/original"])
def test_an_added_file_is_found(package, name):
    said = first_wrong(packed(unpacked(package) | {name: b"x"}))
    assert said == f"files: {name} is there and is not listed in manifest.json."


@pytest.mark.parametrize("name", ["pages/1/note.txt", "stories/2/story.json", "agencies.toml", "decisions.jsonl"])
def test_an_added_file_that_is_listed_is_found_too(package, name):
    assert first_wrong(resealed(package, {name: b"x"}))


def test_a_renamed_file_is_found(package):
    parts = {
        ("pages/1/texts.txt" if name == "pages/1/text.txt" else name): data for name, data in unpacked(package).items()
    }
    assert first_wrong(packed(parts)) == "files: pages/1/text.txt is listed in manifest.json and is not there."


def test_files_in_another_order_are_found(package):
    parts = unpacked(package)
    moved = {"README.txt": parts.pop("README.txt")}
    assert (
        first_wrong(packed(parts | moved)) == "files: Its files stand in another order than manifest.json lists them."
    )


def test_an_entry_that_is_there_twice_is_found(package):
    with BytesIO() as out:
        with zipfile.ZipFile(out, "w") as made, pytest.warns(UserWarning, match="Duplicate name"):
            for name, data in [*unpacked(package).items(), ("seal.txt", b"x")]:
                made.writestr(name, data)
        assert "two entries of the same name" in first_wrong(out.getvalue())


@pytest.mark.parametrize("where", ["before", "behind", "between"])
def test_bytes_around_it_are_found(package, where):
    if where == "behind":
        changed = package + b"\0"
    elif where == "before":
        changed = b"#!/bin/sh\n" + package
    else:
        end = package.rindex(b"PK\5\6")
        changed = package[:end] + b"gap" + package[end:]
    assert first_wrong(changed).startswith("package: ")


def test_a_comment_is_found(package):
    changed = package[:-2] + struct.pack("<H", 5) + b"hello"
    assert first_wrong(changed) == "package: The zip file has 5 bytes more than its files make."


def test_a_package_that_another_program_wrote_is_found(package):
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        with BytesIO() as out:
            with zipfile.ZipFile(out, "w", method) as made:
                for name, data in unpacked(package).items():
                    made.writestr(name, data)
            assert first_wrong(out.getvalue()).startswith("package: ")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("pages/1/original", b"From the quay", b"From our quay", "texts: pages/1/text.txt is not the text that"),
        ("pages/1/text.txt", b"From the quay", b"From our quay", "texts: pages/1/text.txt is not the text that"),
        ("stories/1/text.txt", b"scarf", b"apron", "quotations: No story in it holds the words of match 1 of page 1"),
        ("pages/1/report.json", b'"words": 21', b'"words": 31', "re-run: The figures of match 1 of page 1 are not"),
        ("pages/1/report.json", b"carpenter", b"plumber", "quotations: The page does not hold the words of match 1"),
        ("pages/1/rerun.json", b"21", b"22", "derived: pages/1/rerun.json is not what comes of the other parts."),
        ("pages/1/offsets.json", b"1", b"2", "derived: pages/1/offsets.json is not what comes of the other parts."),
        ("pages/1/read.json", b"html", b"text", "derived: pages/1/read.json is not what comes of the other parts."),
        ("pairs.json", b'"similarity": 1.0', b'"similarity": 0.5', "re-run: The match was run again, and pairs.json"),
        ("README.txt", b"EVIDENCE", b"NONSENSE", "derived: README.txt is not what comes of the other parts."),
    ],
)
def test_a_part_that_was_changed_and_sealed_anew_contradicts_the_others(package, name, old, new, said):
    assert old in unpacked(package)[name]
    assert first_wrong(resealed(package, {name: unpacked(package)[name].replace(old, new)})).startswith(said)


def forged(package, change):
    """The package with its report and its pairs changed by `change`, and every digest made to fit."""
    parts = unpacked(package)
    changes = {}
    for name in ("pages/1/report.json", "pairs.json", "stories/1/story.json"):
        values = json.loads(parts[name])
        change(name, values)
        changes[name] = (
            json.dumps(values, ensure_ascii=False, indent=1).encode() + b"\n"
            if name.endswith("report.json")
            else written(values)
        )
    return resealed(package, changes)


def rewrite(**to):
    """Every match, and every pair, with these values."""

    def change(name, values):
        for one in values.get("matches", values.get("pairs", [])):
            one.update({key: value for key, value in to.items() if key in one})

    return change


def kill(name, values):
    """The story is called killed in the report, which is judged as that would have it, and in the story's own part."""
    if name.endswith("story.json"):
        values["rights"]["state"] = "killed"
    if name.endswith("report.json"):
        for match in values["matches"]:
            match["source"]["rights"]["state"] = "killed"
        report = from_json(json.dumps(values))
        values.update(to_dict(judge(report, DEFAULT_POLICY, occasion_of(report))))
        assert {one["status"] for one in values["matches"]} == {"killed"}
    if name == "pairs.json":
        why = "story killed: do not publish"
        rewrite(status="killed", severity="error", rule="killed", why=why)(name, values)


def acquit(name, values):
    if name.endswith("report.json"):
        values.update(verdict="clear", reasons=[])


def empty(name, values):
    """The passage is taken out of the report."""
    if name.endswith("report.json"):
        values.update(verdict="clear", reasons=[], matches=[], stories=[])


LICENSED = {"status": "licensed", "severity": "note", "rule": "licence", "why": "licensed from Meridian Press: fine"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            rewrite(**LICENSED),
            "judgement: Match 1 of the report on page 1 is called licensed (note), and by the policy",
        ),
        (rewrite(severity="note"), "judgement: Match 1 of the report on page 1 is called copied (note)"),
        (acquit, "judgement: The verdict of the report on page 1 is clear, and by the policy it is flagged."),
        (
            rewrite(why="a reader said so"),
            "judgement: Match 1 of the report on page 1 is called copied (error), and by",
        ),
        (rewrite(use="quotation", status="quoted", severity="note"), "re-run: The figures of match 1 of page 1"),
        (kill, "re-run: The match was run again, and pairs.json is not what comes of it."),
        (empty, "contents: pages/1/page.json names matches that its report does not have."),
    ],
)
def test_a_judgement_that_does_not_follow_is_found_though_every_digest_fits(package, change, said):
    assert first_wrong(forged(package, lambda name, values: None)) == ""
    assert first_wrong(forged(package, change)).startswith(said)


def test_a_story_that_is_called_killed_and_did_not_come_so_is_found_by_what_came_with_it(package):
    once = forged(package, kill)
    pairs = json.loads(unpacked(once)["pairs.json"])
    why = json.loads(unpacked(once)["pages/1/report.json"])["matches"][0]["why"]
    for pair in pairs["pairs"]:
        pair["why"] = why
    careful = resealed(once, {"pairs.json": written(pairs)})
    assert first_wrong(careful) == (
        "judgement: Story 1 is killed by match 1 of page 1, and usable by what came with it."
    )


def test_passages_that_were_taken_out_are_found(package, home):
    must(run(home, "check", "clean.txt", "--index", "wire.index", "--out", "empty.zip", *AT))
    clean = unpacked((home / "empty.zip").read_bytes())
    values = json.loads(clean["pages/1/report.json"])
    whole = home / "whole.html"
    whole.write_text(f"<html><body><p>{BRIDGE}</p></body></html>")
    must(run(home, "check", "whole.html", "--index", "wire.index", "--out", "whole.zip", *AT))
    parts = unpacked((home / "whole.zip").read_bytes())
    report = json.loads(parts["pages/1/report.json"])
    taken = report | {name: values[name] for name in ("verdict", "reasons", "matches", "stories")}
    page = json.loads(parts["pages/1/page.json"]) | {"matches": []}
    forgery = resealed(
        (home / "whole.zip").read_bytes(),
        {
            "pages/1/report.json": json.dumps(taken, ensure_ascii=False, indent=1).encode() + b"\n",
            "pages/1/page.json": written(page),
            "pairs.json": written({"pairs": []}),
        },
    )
    wrong = first_wrong(forgery)
    assert wrong.startswith("judgement: The report on page 1 leaves out "), wrong


def test_it_says_what_it_does_not_prove_without_a_seal(tmp_path, package):
    (tmp_path / "a.zip").write_bytes(package)
    done = must(run(tmp_path, "verify", "a.zip"))
    (line,) = [line for line in done.out.splitlines() if line.startswith("ok      seal: ")]
    assert "does not prove who made the package or when" in line
    assert done.out.splitlines()[-1].endswith("What that does not prove is said at the seal.")
    seal = unpacked(package)["seal.txt"].decode().strip()
    done = must(run(tmp_path, "verify", "a.zip", "--seal", seal))
    assert "does not prove" not in done.out


def test_what_no_other_part_knows_is_found_by_the_seal_alone(package):
    story = read(unpacked(package)["stories/1/story.json"], "")
    other = BRIDGE.replace("a heron", "a goose").encode()  # outside of the passage
    seal = unpacked(package)["seal.txt"].decode().strip()
    for changes in ({"stories/1/story.json": written(story | {"words": 9})}, {"stories/1/text.txt": other}):
        forged = resealed(package, changes)
        assert first_wrong(forged) == ""
        assert [one.name for one in checks(forged, seal=seal) if not one.ok] == ["seal"]


def test_another_version_is_said_and_no_error(package):
    said = {one.name: one for one in checks(package, version="9.9.9")}
    assert all(one.ok for one in said.values())
    assert "checked by 9.9.9; the two may differ." in said["version"].sentence


def test_a_policy_goes_with_it(home):
    (home / "house.toml").write_text(POLICY)
    args = ("check", "page.html", "--index", "wire.index", "--policy", "house.toml", "--out", "p.zip", *AT)
    must(run(home, *args))
    raw = (home / "p.zip").read_bytes()
    parts = unpacked(raw)
    assert parts["policy.toml"] == POLICY.encode()
    assert json.loads(parts["pages/1/report.json"])["matches"][0]["status"] == "credit-missing"
    assert first_wrong(raw) == ""
    loosened = POLICY.replace("credit = true", "credit = false").encode()
    assert first_wrong(resealed(raw, {"policy.toml": loosened}))


def test_a_policy_of_a_stranger_opens_no_file_of_ours(home, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_text("this is no TOML")
    (home / "sly.toml").write_text('agencies = "sly-agencies.toml"\n' + POLICY)
    (home / "sly-agencies.toml").write_text('[kp]\nname = "Kestrel Press"\nshort = ["KP"]\n')
    must(run(home, "check", "page.html", "--index", "wire.index", "--policy", "sly.toml", "--out", "s.zip", *AT))
    raw = (home / "s.zip").read_bytes()
    assert first_wrong(raw) == ""
    pointed = unpacked(raw)["policy.toml"].replace(b"sly-agencies.toml", str(secret).encode())
    said = first_wrong(resealed(raw, {"policy.toml": pointed}))
    assert "secret" not in said


def test_a_story_whose_text_has_left_the_index(home):
    assert wirecheck(home, "add", "wire/bridge.txt", "--holder", "Meridian Press", "--index", "old.index").code == 0
    assert wirecheck(home, "expire", "wire/bridge.txt", "--index", "old.index").code == 0
    done = must(run(home, "check", "page.html", "--index", "old.index", "--out", "old.zip", *AT))
    assert "Of 1 of the stories there is no text in the index any more; the evidence says so." in done.err
    raw = (home / "old.zip").read_bytes()
    parts = unpacked(raw)
    assert "stories/1/text.txt" not in parts
    assert json.loads(parts["stories/1/story.json"])["expired"]
    assert first_wrong(raw) == ""
    (said,) = [one.sentence for one in checks(raw) if one.name == "re-run"]
    assert said.endswith("1 could not be run again, as the story's text is gone.")


def test_what_the_index_knew_more_is_said(home):
    for holder, text in (("Meridian Press", MERIDIAN), ("Northwire", NORTHWIRE), ("Kestrel Pool", KESTREL)):
        name = f"{holder.split()[0]}.txt"
        (home / name).write_text(text.format(SPEECH))
        assert wirecheck(home, "add", name, "--holder", holder, "--index", "many.index").code == 0
    (home / "answer.txt").write_text(ANSWER)
    must(run(home, "check", "answer.txt", "--index", "many.index", "--out", "answer.zip", *AT))
    raw = (home / "answer.zip").read_bytes()
    (pair,) = json.loads(unpacked(raw)["pairs.json"])["pairs"]
    assert (pair["use"], pair["again"]) == ("statement", "otherwise")
    (said,) = [one.sentence for one in checks(raw) if one.name == "re-run"]
    assert said == "Of 1 passage 0 found again with the same offsets and figures, 1 with others."
    assert first_wrong(raw) == ""


def test_nothing_found_is_evidence_too(home):
    done = must(run(home, "check", "clean.txt", "--index", "wire.index", "--out", "clean.zip", *AT))
    assert "No passage of a protected story was found; the evidence says that, too." in done.err
    assert first_wrong((home / "clean.zip").read_bytes()) == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("check", "wire", "--index", "wire.index"), "wire is a folder; name one file."),
        (("check", "none.txt", "--index", "wire.index"), "No such file or directory: none.txt"),
        (("check", "two.jsonl", "--index", "wire.index"), "two.jsonl holds 2 texts, and evidence is of one; make an"),
        (("check", "empty.docx", "--index", "wire.index"), "empty.docx: "),
        (("check", "draft.txt", "--index", "nowhere"), "nowhere"),
    ],
)
def test_what_cannot_be_evidence_is_said(home, args, said):
    (home / "two.jsonl").write_text('{"id": "a", "text": "One."}\n{"id": "b", "text": "Two."}\n')
    (home / "empty.docx").write_bytes(b"PK\3\4 is not all")
    done = must(run(home, *args, "--out", "none.zip"), 2)
    assert said in done.err
    assert not (home / "none.zip").exists()


def test_hostile_packages_are_refused(package, tmp_path):
    bomb = zlib.compress(b"\0" * 5_000_000)[2:-4]
    head = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(bomb), 5_000_000, 1, 0) + b"a" + bomb
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, len(bomb), 5_000_000, 1, 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, 47, len(head), 0)
    assert (
        first_wrong(head + entry + b"a" + end)
        == "package: A file in it is packed; evidence of ours is stored as it is."
    )
    for raw in (b"", b"PK", b"\0" * 10_000, PAGE.encode()):
        assert first_wrong(raw).startswith("package: It is a damaged zip file")
    with BytesIO() as out:
        with zipfile.ZipFile(out, "w") as made:
            made.writestr("../../etc/cron", b"x")
        assert first_wrong(out.getvalue()).startswith("package: ")
    deep = b"[" * 100_000
    assert first_wrong(packed({"manifest.json": deep})) == "manifest: manifest.json is no JSON that Wirecheck writes."
    huge = b'{\n "schema": ' + b"9" * 10_000 + b"\n}\n"
    assert first_wrong(packed({"manifest.json": huge})) == "manifest: manifest.json is no JSON that Wirecheck writes."


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pages", 10**9),
        ("pages", -1),
        ("pages", "1"),
        ("stories", None),
        ("made", []),
        ("spec", {"shingle": 4}),
        ("policy", {}),
        ("case", {"id": 4}),
        ("schema", "wirecheck.evidence/2"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused_in_a_sentence(package, key, value):
    manifest = read(unpacked(package)["manifest.json"], "") | {key: value}
    said = first_wrong(resealed(package, {"manifest.json": written(manifest)}))
    assert said
    assert "Error" not in said


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a\\b", "", "a" * 80, "é", "a//b"])
def test_no_part_has_a_name_that_leads_elsewhere(name):
    with pytest.raises(ValueError, match="no name of a part"):
        packed({name: b""})


def test_json_is_written_in_one_way_and_read_in_no_other():
    assert read(written({"b": 1, "a": ["é"]}), "x") == {"a": ["é"], "b": 1}
    for raw in (b'{"a":1}\n', b'{\n "a": 1\n}', b'{\n "a": NaN\n}\n', b'{\n "a": 1,\n "a": 2\n}\n', b"\xff", b"[]\n"):
        with pytest.raises(EvidenceProblem):
            read(raw, "x")
