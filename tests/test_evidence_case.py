from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from checker.audit.judging import judge_pages
from checker.audit.nouns import Setting, Terms
from checker.audit.source import inputs_of, pages
from checker.bundle.opened import evidence_of
from checker.bundle.packing import packed, unpacked
from checker.bundle.pdf_page import to_page
from checker.bundle.written import digest
from checker.cases.decisions import Decision, State, append
from checker.cases.gather import cases_of
from checker.cases.results import results_in
from checker.policy.nouns import DEFAULT_POLICY
from fingerprints.stores import open_index
from tests.audited import audit
from tests.commandline import BRIDGE, OTHER, TAKEN, wirecheck
from tests.evidence_by_hand import checks, first_wrong, must, resealed, run
from tests.warc_by_hand import answer, record

BAND = "The treasurer abstained, as he does every spring, and the brass band played on under the scaffolding"
MADE = ("--made", "2029-05-01T10:00:00Z", "--by", "R. Lindqvist")


def site(words: str) -> bytes:
    return f"<html><head><title>Wick</title></head><body><p>From our desk.</p><p>{words}.</p></body></html>".encode()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An audit of a web archive of two outlets, with a case each and one that is about both stories."""
    folder = tmp_path_factory.mktemp("legal")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    (folder / "wire" / "band.txt").write_text(OTHER)
    assert wirecheck(folder, "add", "wire", "--holder", "Meridian Press", "--index", "wire.index").code == 0
    held = [
        ("https://www.wick.example/heron", site(TAKEN)),
        ("https://www.wick.example/soup", site("Barley soup wants an hour")),
        ("https://www.wick.example/both", site(f"{TAKEN}. {BAND}")),
        ("https://m.wick.example/heron", site(TAKEN)),
        ("https://marrow.example/band", site(BAND)),
    ]
    archive = b"".join(record(answer(body), uri=uri) for uri, body in held)
    (folder / "site.warc").write_bytes(archive)
    setting = Setting(DEFAULT_POLICY, Terms(at=datetime(2029, 5, 1, tzinfo=UTC)))
    index = open_index(str(folder / "wire.index"), readonly=True)
    results = list(judge_pages(pages(inputs_of([str(folder / "site.warc")])), index, setting))
    index.close()
    audit(folder / "CASES", results)
    found = {(case.outlet, case.title): case.id for case in cases_of(results)}
    assert len(found) == 3
    ids = [next(id for (outlet, _), id in found.items() if outlet == "marrow.example")]
    ids += [case.id for case in cases_of(results) if case.outlet == "wick.example" and case.page_count == 3]
    at = "2029-04-20T12:00:00+00:00"
    for number, id in enumerate([ids[1], ids[0], ids[1]]):
        state = (State.CONFIRMED, State.DISMISSED, State.SENT)[number]
        append(folder / "CASES", [Decision(id, state, "R. Lindqvist", at, reason=f"Reason {number}")])
    (folder / "ids.json").write_text(json.dumps(ids))
    return folder


@pytest.fixture(scope="module")
def heron(home):
    return json.loads((home / "ids.json").read_text())[1]


@pytest.fixture(scope="module")
def package(home, heron):
    must(run(home, "case", "CASES", heron, "--index", "wire.index", "--out", "case.zip", *MADE))
    return (home / "case.zip").read_bytes()


def test_a_case_holds_together(package):
    assert [one.sentence for one in checks(package) if not one.ok] == []
    said = {one.name: one.sentence for one in checks(package)}
    assert said["re-run"] == "Of 3 passages 3 found again with the same offsets and figures."
    assert said["decisions"] == "2 decisions, each in its place in the log."


def test_it_has_the_pages_of_the_case_as_they_lay_in_the_archive(home, package):
    parts = unpacked(package)
    originals = {name for name in parts if name.endswith("/original")}
    assert originals == {"pages/1/original", "pages/2/original", "pages/3/original"}
    archive = (home / "site.warc").read_bytes()
    for name in sorted(originals):
        assert parts[name] in archive
    facts = json.loads(parts["pages/1/page.json"])
    assert facts["url"].endswith(".wick.example/heron")
    assert facts["date"] == "2029-04-03T07:00:00+00:00"
    assert facts["facts"]["record_id"] == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert "site.warc, record " in facts["place"]


def test_it_is_about_the_passages_of_the_case_alone(package):
    parts = unpacked(package)
    assert [name for name in parts if name.startswith("stories/")] == ["stories/1/story.json", "stories/1/text.txt"]
    assert parts["stories/1/text.txt"] == BRIDGE.encode()
    pairs = json.loads(parts["pairs.json"])["pairs"]
    assert [pair["submitted"]["text"] for pair in pairs] == [TAKEN] * 3
    both = [json.loads(parts[f"pages/{number}/report.json"]) for number in (1, 2, 3)]
    assert max(len(report["matches"]) for report in both) == 2  # the page's report is whole


def test_it_holds_the_case_and_its_decisions(home, heron, package):
    parts = unpacked(package)
    case = json.loads(parts["manifest.json"])["case"]
    assert (case["id"], case["outlet"], case["state"]) == (heron, "wick.example", "sent")
    lines = parts["decisions.jsonl"].splitlines()
    assert [json.loads(line)["reason"] for line in lines] == ["Reason 0", "Reason 2"]
    assert b"Reason 1" not in packed(parts)
    assert len(json.loads(parts["chain.json"])["lines"]) == 3


@pytest.mark.parametrize("change", ["words", "left out", "moved", "other case"])
def test_a_changed_decision_is_found_whoever_seals_it(package, change):
    parts = unpacked(package)
    first, second = parts["decisions.jsonl"].splitlines(keepends=True)
    chain = json.loads(parts["chain.json"])["lines"]
    changed = {
        "words": (first.replace(b"Reason 0", b"Reason 9") + second, chain),
        "left out": (first + second, chain[:1] + chain[2:]),
        "moved": (second + first, chain),
        "other case": (first + second.replace(b'"case": "', b'"case": "f'), chain),
    }[change]
    held = (json.dumps({"lines": changed[1]}, indent=1) + "\n").encode()
    forged = resealed(package, {"decisions.jsonl": changed[0], "chain.json": held})
    assert first_wrong(forged).startswith("decisions: Line ")


def test_two_runs_write_the_same_bytes(home, heron, package):
    must(run(home, "case", "CASES", heron, "--index", "wire.index", "--out", "again.zip", *MADE))
    assert (home / "again.zip").read_bytes() == package


def test_a_story_that_the_index_has_no_more(home, heron):
    assert wirecheck(home, "add", "wire/band.txt", "--index", "other.index").code == 0
    done = must(run(home, "case", "CASES", heron, "--index", "other.index", "--out", "gone.zip", *MADE))
    assert "Of 1 of the stories there is no text in the index any more; the evidence says so." in done.err
    raw = (home / "gone.zip").read_bytes()
    assert json.loads(unpacked(raw)["stories/1/story.json"])["missing"] is True
    (said,) = [one.sentence for one in checks(raw) if one.name == "re-run"]
    assert said.endswith("3 could not be run again, as the story's text is gone.")
    assert first_wrong(raw) == ""


def revised(tmp_path, *texts):
    """An index in which a story that names no version was replaced, and audits of one page before and after."""
    pages_ = tmp_path / "site"
    pages_.mkdir()
    for number, text in enumerate(texts, 1):
        (tmp_path / "bridge.txt").write_text(text)
        args = ("--holder", "Meridian Press", "--index", "wire.index")
        assert wirecheck(tmp_path, "add", "bridge.txt", *args).code == 0
        (pages_ / "a.html").write_bytes(site(f"{TAKEN}. {text.removeprefix(BRIDGE)}"))
        args = ("--site", "wick.example", "--at", "2029-05-01T00:00:00Z", "--index", "wire.index")
        assert wirecheck(tmp_path, "audit", "site", "--out", f"CASES-{number}", *args).code == 1


def made_of(tmp_path, cases):
    (case,) = json.loads(wirecheck(tmp_path, "cases", cases, "--format", "json").out)
    done = must(run(tmp_path, "case", cases, case["id"], "--index", "wire.index", "--out", "x.zip", *MADE))
    return done, (tmp_path / "x.zip").read_bytes()


NOON = " One more sentence was added to it at noon by the desk in Hallam."


@pytest.mark.parametrize(("cases", "version", "text"), [("CASES-1", "", BRIDGE), ("CASES-2", "2", BRIDGE + NOON)])
def test_a_story_that_was_replaced_is_there_as_it_was(tmp_path, cases, version, text):
    revised(tmp_path, BRIDGE, BRIDGE + NOON)
    done, raw = made_of(tmp_path, cases)
    assert "no text" not in done.err
    parts = unpacked(raw)
    told = json.loads(parts["stories/1/story.json"])
    assert (told["version"], told["revision"], told["missing"]) == (version, int(version or 1), False)
    assert parts["stories/1/text.txt"].decode() == text
    (said,) = [one.sentence for one in checks(raw) if one.name == "re-run"]
    assert said == "Of 1 passage 1 found again with the same offsets and figures."
    assert first_wrong(raw) == ""


def test_a_story_that_was_killed_since_is_said_to_be_without_what_our_desk_wrote(tmp_path):
    revised(tmp_path, BRIDGE)
    args = ("--killed", "--note", "telephone, ask legal first", "--index", "wire.index")
    assert wirecheck(tmp_path, "mark", "bridge.txt", *args).code == 0
    _, raw = made_of(tmp_path, "CASES-1")
    parts = unpacked(raw)
    told = json.loads(parts["stories/1/story.json"])
    assert (told["rights"].get("state", "usable"), told["state_now"]) == ("usable", "killed")
    assert not [name for name, data in parts.items() if b"ask legal" in data]
    assert first_wrong(raw) == ""
    evidence = evidence_of(parts, tmp_path)
    assert "The index has it as killed by now; the page was judged before." in to_page(evidence, parts)


@pytest.mark.parametrize("place", ["decisions.jsonl", "audit.json", "results/000000.parquet", "evidence.txt"])
@pytest.mark.parametrize("option", ["--out", "--pdf"])
def test_evidence_takes_the_place_of_no_file_of_the_audit(home, heron, option, place):
    before = {path: path.read_bytes() for path in (home / "CASES").rglob("*") if path.is_file()}
    outputs = {"--out": "ok.zip"} | {option: f"CASES/{place}"}
    args = [part for pair in outputs.items() for part in pair]
    done = must(run(home, "case", "CASES", heron, "--index", "wire.index", *args, *MADE), 2)
    assert f"CASES/{place} lies in the audit's folder; in there its name must end in .zip or .pdf." in done.err
    assert before == {path: path.read_bytes() for path in (home / "CASES").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "line", ['{"case": "ID"}', '{"case": "ID", "state": "sent", "by": "X", "at": "", "before": ""}']
)
def test_a_log_that_somebody_wrote_in_gives_no_evidence(home, heron, tmp_path, line):
    shutil.copytree(home / "CASES", tmp_path / "CASES")
    log = tmp_path / "CASES/decisions.jsonl"
    log.write_text(log.read_text() + line.replace("ID", heron) + "\n")
    append(tmp_path / "CASES", [Decision(heron, State.LICENSED, "R. Lindqvist", "2029-04-21T12:00:00+00:00")])
    args = ("case", "CASES", heron, "--index", str(home / "wire.index"), "--out", "x.zip", "--pdf", "x.pdf", *MADE)
    done = run(tmp_path, *args)
    assert "Line 4 of decisions.jsonl" in done.err
    if "sent" in line:
        assert must(done, 2).err.count("No evidence was made: it would not hold together") == 1
        assert not (tmp_path / "x.zip").exists()
    else:
        assert first_wrong((must(done).code, (tmp_path / "x.zip").read_bytes())[1]) == "", "it is no line of the case"


@pytest.mark.parametrize("change", ["another state", "the last decision left out"])
def test_a_state_that_no_decision_gave_it_is_found(package, change):
    parts = unpacked(package)
    if change == "another state":
        manifest = parts["manifest.json"].replace(b'"state": "sent"', b'"state": "licensed"')
        forged = resealed(packed(parts | {"manifest.json": manifest}), {})
    else:
        forged = resealed(package, {"decisions.jsonl": parts["decisions.jsonl"].splitlines(keepends=True)[0]})
    state = "licensed" if change == "another state" else "sent"
    assert first_wrong(forged) == (
        f"decisions: manifest.json says that the case is {state}, and no last decision on it does."
    )


def test_a_case_of_which_there_is_more_than_was_decided_about_is_open_in_its_evidence_too(home, heron, tmp_path):
    shutil.copytree(home / "CASES", tmp_path / "CASES")
    told = Decision(heron, State.DISMISSED, "R. Lindqvist", "2029-04-22T12:00:00+00:00", "one page", pages=1, words=21)
    append(tmp_path / "CASES", [told])
    args = ("case", "CASES", heron, "--index", str(home / "wire.index"), "--out", "x.zip", *MADE)
    must(run(tmp_path, *args))
    raw = (tmp_path / "x.zip").read_bytes()
    assert json.loads(unpacked(raw)["manifest.json"])["case"]["state"] == "open"
    assert first_wrong(raw) == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("case", "CASES", "000000000000"), "The audit in CASES found no case 000000000000."),
        (("case", "wire", "000000000000"), "There are no results in wire. Is it the folder of an audit?"),
    ],
)
def test_what_is_no_case_is_said(home, args, said):
    assert said in must(run(home, *args, "--index", "wire.index", "--out", "none.zip"), 2).err
    assert not (home / "none.zip").exists()


def test_another_policy_than_the_audits_is_refused(home, heron):
    (home / "house.toml").write_text('[house]\nname = "The Wick Courier"\n')
    args = ("case", "CASES", heron, "--index", "wire.index", "--policy", "house.toml", "--out", "none.zip")
    assert "The audit was judged under the built-in policy; name that one" in must(run(home, *args), 2).err


def test_a_case_of_an_audit_from_the_command_line(home, tmp_path):
    policy = '[house]\nname = "The Marrow Post"\n'
    (tmp_path / "wirecheck.toml").write_text(f'agencies = "more.toml"\n\n{policy}')
    (tmp_path / "more.toml").write_text('[kp]\nname = "Kestrel Press"\nshort = ["KP"]\n')
    (tmp_path / "site.warc").write_bytes((home / "site.warc").read_bytes())
    index = str(home / "wire.index")
    done = wirecheck(tmp_path, "audit", "site.warc", "--index", index, "--out", "CASES", "--at", "2029-05-01T00:00:00Z")
    assert done.code in (0, 1), done.err
    ids = [line.split(",")[1] for line in (tmp_path / "CASES/cases.csv").read_text("utf-8-sig").splitlines()[1:]]
    for id in ids:
        must(run(tmp_path, "case", "CASES", id, "--index", index, "--out", f"{id}.zip", *MADE))
        raw = (tmp_path / f"{id}.zip").read_bytes()
        assert first_wrong(raw) == ""
        manifest = json.loads(unpacked(raw)["manifest.json"])
        asked = json.loads((tmp_path / "CASES/audit.json").read_text())
        assert manifest["made"]["index"]["audit_index_digest"] == asked["index_digest"]
    assert len(ids) == 3
    (tmp_path / "more.toml").write_text('[kp]\nname = "Kestrel Pool"\nshort = ["KP"]\n')
    done = must(run(tmp_path, "case", "CASES", ids[0], "--index", index, "--out", "none.zip"), 2)
    assert "The policy's list of agencies was changed since the audit; put it back, or run the audit again." in done.err


def test_a_page_that_is_gone_from_the_results_is_said(home, heron, tmp_path):
    results = [replace(one, body=b"") for one in results_in(home / "CASES")]
    audit(tmp_path / "CASES", results)
    done = must(run(tmp_path, "case", "CASES", heron, "--index", str(home / "wire.index"), "--out", "none.zip"), 2)
    assert "The audit did not keep https://" in done.err
    assert "or its folder was changed; run the audit again." in done.err


def test_a_case_of_a_notice(home, tmp_path):
    words = "©2001 The Associated Press. All Rights Reserved. This material may not be published or rewritten."
    (tmp_path / "notice.warc").write_bytes(
        record(answer(site(f"Goats ate hay. {words}")), uri="https://tarn.example/a")
    )
    setting = Setting(DEFAULT_POLICY, Terms(at=datetime(2029, 5, 1, tzinfo=UTC)))
    with closing(open_index(str(home / "wire.index"), readonly=True)) as index:
        results = list(judge_pages(pages(inputs_of([str(tmp_path / "notice.warc")])), index, setting))
    audit(tmp_path / "CASES", results)
    (found,) = cases_of(results)
    must(run(tmp_path, "case", "CASES", found.id, "--index", str(home / "wire.index"), "--out", "n.zip", *MADE))
    raw = (tmp_path / "n.zip").read_bytes()
    assert first_wrong(raw) == ""
    assert json.loads(unpacked(raw)["pages/1/report.json"])["notices"][0]["agency"] == "ap"


def test_the_report_tells_the_case_and_its_decisions(package, heron, tmp_path):
    parts = unpacked(package)
    page = to_page(evidence_of(parts, tmp_path), parts)
    words = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert f"Text overlap report: case {heron}" in words
    assert "3 passages on 3 pages also stand in 1 story." in words
    assert "Outlet wick.example State sent Where https://m.wick.example/heron" in words
    assert "Decisions When Who Decision Reason, note 2029-04-20 12:00 UTC R. Lindqvist confirmed Reason 0" in words
    assert "Reason 1" not in words
    assert "1 other passage of the page is not of this case" in words
    assert "Record in the archive urn:uuid:00000000-0000-4000-8000-000000000001" in words
    assert digest(parts["pages/1/original"]) in words
    assert "infring" not in words.lower()
