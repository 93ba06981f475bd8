"""The policy on the command line: check under it, judge saved reports again, check the file, explain."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commandline import BRIDGE, DRAFT, OTHER, wirecheck

LICENSED = """\
[house]
name = "The Daily Wick"
zone = "Europe/Berlin"
channel = "web"

[[licence]]
holder = "Meridian Press"
channels = ["web"]
until = 2026-11-30
"""
JUNE, DECEMBER = ("--at", "2026-06-01T12:00"), ("--at", "2026-12-01T00:00:00")


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A folder with an index in the usual place, a draft, and two policies; the nearer one licenses."""
    folder = tmp_path_factory.mktemp("newsroom")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    (folder / "wire" / "other.txt").write_text(OTHER)
    assert wirecheck(folder, "add", "wire", "--holder", "Meridian Press").code == 0
    (folder / "draft.txt").write_text(DRAFT)
    (folder / "clean.txt").write_text(
        "A recipe for barley soup, which wants an hour on a low flame and a patient cook.\n"
    )
    (folder / "desk").mkdir()
    (folder / "desk" / "wirecheck.toml").write_text(LICENSED)
    (folder / "strict.toml").write_text("[rules]\nquotation_words = 5\n")
    (folder / "bad.toml").write_text("[rules]\nnote_run = 'x'\nnotes = 1\n")
    done = wirecheck(folder, "check", "draft.txt", "clean.txt", "--format", "jsonl", "--output", "saved.jsonl")
    assert done.code == 1
    return folder


def report(out: str) -> dict:
    """The one report."""
    return json.loads(out)


class TestCheck:
    """`wirecheck check` under a policy."""

    def test_without_a_policy_the_built_in_one(self, home):
        one = report(wirecheck(home, "check", "draft.txt", "--format", "json", *JUNE).out)
        assert "policy" not in one["judged"]
        assert one["judged"]["at"] == "2026-06-01T12:00:00+00:00"
        assert one["matches"][0]["rule"] == "copied"

    def test_a_policy_that_is_named(self, home):
        done = wirecheck(home, "check", "draft.txt", "--policy", "desk/wirecheck.toml", "--format", "json", *JUNE)
        one = report(done.out)
        assert (done.code, one["verdict"], one["matches"][0]["status"]) == (0, "clear", "licensed")
        assert one["matches"][0]["why"] == "licensed from Meridian Press until 30 November: fine"
        assert (one["judged"]["policy"], one["judged"]["at"]) == ("desk/wirecheck.toml", "2026-06-01T10:00:00+00:00")
        assert wirecheck(home, "check", "draft.txt", "--policy", "desk/wirecheck.toml", *DECEMBER).code == 1

    def test_the_nearest_one_from_here_upwards(self, home):
        deep = home / "desk" / "sub"
        deep.mkdir(exist_ok=True)
        done = wirecheck(deep, "check", "../../draft.txt", "--format", "json", *JUNE, extra=usual(home))
        assert done.code == 0
        assert report(done.out)["judged"]["policy"] == str(Path("..", "wirecheck.toml"))

    def test_the_environment_names_one(self, home):
        extra = {"WIRECHECK_POLICY": "desk/wirecheck.toml"}
        assert wirecheck(home, "check", "draft.txt", *JUNE, extra=extra).code == 0
        assert wirecheck(home, "check", "draft.txt", "--policy", "strict.toml", *JUNE, extra=extra).code == 1

    def test_channel_territory_site_and_own(self, home):
        under = ("check", "draft.txt", "--policy", "desk/wirecheck.toml", "--format", "json", *JUNE)
        done = wirecheck(home, *under, "--channel", "print", "--territory", "AT", "--site", "a.example", "--own", "x")
        one = report(done.out)
        assert (done.code, one["matches"][0]["rule"]) == (1, "licence-channel")
        assert [one["judged"][name] for name in ("channel", "territory", "site", "own")] == [
            "print", "AT", "a.example", ["x"],
        ]  # fmt: skip
        own = report(wirecheck(home, *under, "--channel", "print", "--own", "wire/bridge.txt").out)
        assert own["matches"][0]["status"] == "own"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--policy", "none.toml"), "Error: none.toml: the policy cannot be read: No such file or directory"),
            (("--policy", "bad.toml"),
             "Error: bad.toml:2: note_run must be a whole number, 0 or more (1 more: wirecheck policy check bad.toml)"),
            (("--at", "noon"), "Error: --at noon: this is no time; write it as"),
            (("--at", "2026-11-30"), "Error: --at 2026-11-30 is open: no hour is given"),
            (("--policy", "desk/wirecheck.toml", "--at", "2026-03-29T02:30"),
             "Error: --at 2026-03-29T02:30 is open: it does not exist in Europe/Berlin"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_used(self, home, arguments, said):
        done = wirecheck(home, "check", "draft.txt", *arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(said)
        assert len(done.err.splitlines()) == 1


def usual(home: Path) -> dict[str, str]:
    """The usual place of the index of a home, for a run in another folder."""
    return {"XDG_DATA_HOME": str(home / "share")}


class TestJudge:
    """`wirecheck judge`: saved reports again."""

    def test_under_another_policy_without_the_index(self, home, tmp_path):
        (tmp_path / "saved.jsonl").write_bytes((home / "saved.jsonl").read_bytes())
        (tmp_path / "wirecheck.toml").write_text(LICENSED)
        done = wirecheck(tmp_path, "judge", "saved.jsonl", "--format", "jsonl", *JUNE)
        one, other = map(json.loads, done.out.splitlines())
        assert (done.code, done.err) == (0, "")
        assert (one["matches"][0]["status"], one["verdict"], other["verdict"]) == ("licensed", "clear", "clear")
        late = wirecheck(tmp_path, "judge", "saved.jsonl", *DECEMBER)
        assert (late.code, "the licence from Meridian Press ended 30 November" in late.out) == (1, True)

    def test_there_and_back(self, home):
        def judged(stdin: bytes, *arguments: str) -> bytes:
            return wirecheck(home, "judge", "-", "--format", "jsonl", *arguments, stdin=stdin).out.encode()

        first = judged((home / "saved.jsonl").read_bytes(), *JUNE)
        there = judged(first, "--policy", "desk/wirecheck.toml", *DECEMBER)
        assert there != first
        assert judged(there, *JUNE) == first

    def test_a_report_is_judged_as_it_was_when_it_was_made(self, home):
        under = ("--policy", "desk/wirecheck.toml", "--format", "json", *JUNE)
        fresh = wirecheck(home, "check", "draft.txt", "--channel", "print", *under)
        again = wirecheck(home, "judge", *under, stdin=fresh.out.encode())
        assert report(again.out) == report(fresh.out)
        assert again.code == fresh.code == 1
        elsewhere = wirecheck(home, "judge", "-", "--channel", "web", *under, stdin=fresh.out.encode())
        assert elsewhere.code == 0

    def test_arrays_lines_and_single_objects(self, home):
        array = wirecheck(home, "check", "draft.txt", "clean.txt", "--format", "json").out.encode()
        for stdin in (array, (home / "saved.jsonl").read_bytes()):
            done = wirecheck(home, "judge", "-", "--format", "json", stdin=stdin)
            assert [one["id"] for one in json.loads(done.out)] == ["draft.txt", "clean.txt"]
        single = wirecheck(home, "check", "draft.txt", "--format", "json").out.encode()
        assert report(wirecheck(home, "judge", "-", "--format", "json", stdin=single).out)["id"] == "draft.txt"

    @pytest.mark.parametrize("format", ["text", "html", "csv", "sarif"])
    def test_every_format(self, home, format):
        done = wirecheck(home, "judge", "saved.jsonl", "--format", format, "--output", f"out.{format}")
        assert (done.code, done.err) == (1, "")
        assert "bridge" in (home / f"out.{format}").read_text()

    def test_quietly(self, home):
        done = wirecheck(home, "judge", "saved.jsonl", "--quiet")
        assert (done.code, done.out) == (1, "")

    @pytest.mark.parametrize(
        ("stdin", "said"),
        [
            (b"", "-: There is no report in it."),
            (b"[]", "-: There is no report in it."),
            (b"hello", "-: This is not JSON"),
            (b"[1, 2", "-: This is not JSON"),
            (b"[1]", "-, report 1: This is not a report of schema wirecheck.report/1."),
            (b'{"schema": "wirecheck.report/9"}', "-: This is not a report of schema wirecheck.report/1."),
            (b'{"schema": "wirecheck.report/1"}\n{}', "-, line 1: This report is not whole"),
            (b"\xff\xfe{}", "-: This is not JSON"),
            (b"[" * 100_000, "-: This is not a report: it is nested too deeply."),
        ],
    )  # fmt: skip
    def test_what_is_no_report(self, home, stdin, said):
        done = wirecheck(home, "judge", "-", stdin=stdin)
        assert done.code == 2
        assert done.err.startswith(said)

    def test_one_that_is_none_does_not_stop_the_others(self, home):
        stdin = b'{"id": 1}\n' + (home / "saved.jsonl").read_bytes()
        done = wirecheck(home, "judge", "-", "missing.json", stdin=stdin)
        assert done.code == 2
        assert "-, line 1: This is not a report" in done.err
        assert "missing.json: No such file or directory." in done.err
        assert "draft.txt:" in done.out


def test_a_kill_that_came_later_raises_the_severity_of_a_past_match(home, tmp_path):
    index, note = str(tmp_path / "index"), ("--note", "telephone, legal desk")
    assert wirecheck(home, "add", "wire", "--holder", "Meridian Press", "--index", index).code == 0
    under = ("--policy", "desk/wirecheck.toml", "--format", "json", *JUNE)
    fresh = wirecheck(home, "check", "draft.txt", "--index", index, *under)
    assert fresh.code == 0
    stdin = fresh.out.encode()
    same = wirecheck(home, "judge", "-", "--index", index, *under, stdin=stdin)
    assert report(same.out) == report(fresh.out)
    assert wirecheck(home, "mark", "wire/bridge.txt", "--killed", *note, "--index", index).code == 0
    assert wirecheck(home, "judge", "-", *under, stdin=stdin).code == 0
    later = wirecheck(home, "judge", "-", "--index", index, *under, stdin=stdin)
    (match,) = report(later.out)["matches"]
    assert (later.code, match["status"], match["severity"]) == (1, "killed", "error")
    assert wirecheck(home, "judge", "-", "--index", "nowhere", stdin=stdin).code == 2


class TestPolicyCheck:
    """`wirecheck policy check`: the file itself."""

    def test_one_that_can_be_used(self, home):
        done = wirecheck(home, "policy", "check", "desk/wirecheck.toml")
        assert (done.code, done.err) == (0, "")
        assert done.out == "desk/wirecheck.toml: can be used; 1 licence, 0 feeds, 0 waivers.\n"
        assert wirecheck(home / "desk", "policy", "check").out.startswith("wirecheck.toml: can be used")

    def test_errors_with_their_lines(self, home):
        done = wirecheck(home, "policy", "check", "bad.toml")
        assert (done.code, done.err) == (1, "")
        assert done.out == (
            "bad.toml:2: error: note_run must be a whole number, 0 or more\n"
            "bad.toml:3: error: [rules] has no key 'notes'; do you mean 'notices'?\n"
        )

    def test_warnings_do_not_keep_it_from_being_used(self, home, tmp_path):
        waiver = '[[waiver]]\nname = "w"\nreason = "r"\nuntil = 2020-01-01\ntexts = "a"\n'
        (tmp_path / "wirecheck.toml").write_text(waiver)
        done = wirecheck(tmp_path, "policy", "check")
        assert done.code == 0
        assert done.out.startswith("wirecheck.toml:1: warning: waiver “w” ended long ago, 2 January 2020")
        assert done.out.endswith("can be used; 0 licences, 0 feeds, 1 waiver.\n")

    def test_no_toml(self, tmp_path):
        (tmp_path / "wirecheck.toml").write_text("[rules]\nnote_run = \x1b[31m\n")
        done = wirecheck(tmp_path, "policy", "check", "--format", "json")
        (problem,) = json.loads(done.out)
        assert done.code == 1
        assert (problem["file"], problem["line"], problem["column"]) == ("wirecheck.toml", 2, 12)

    def test_none_there(self, tmp_path):
        done = wirecheck(tmp_path, "policy", "check")
        assert (done.code, done.err) == (
            2, "Error: There is no wirecheck.toml here nor in a folder above; name the file.\n",
        )  # fmt: skip
        missing = wirecheck(tmp_path, "policy", "check", "none.toml")
        assert (missing.code, "No such file" in missing.err) == (2, True)


class TestPolicyExplain:
    """`wirecheck policy explain`: which rule decided."""

    def test_a_report(self, home):
        made = wirecheck(home, "check", "draft.txt", "--policy", "desk/wirecheck.toml", "--format", "json", *JUNE)
        done = wirecheck(home, "policy", "explain", "-", "--policy", "desk/wirecheck.toml", stdin=made.out.encode())
        assert (done.code, done.err) == (0, "")
        told = done.out.splitlines()
        assert told[:2] == [
            "draft.txt",
            "under desk/wirecheck.toml, at 2026-06-01T10:00:00+00:00, channel web, territory any",
        ]
        assert "  licensed, note, by the rule licence: licensed from Meridian Press until 30 November: fine" in told
        assert "  desk/wirecheck.toml:6 says so" in told
        later = wirecheck(
            home, "policy", "explain", "-", "--policy", "desk/wirecheck.toml", *DECEMBER, stdin=made.out.encode()
        )
        assert "by the rule licence-ended" in later.out
        assert "  in the report as it is: licensed, note, by the rule licence" in later.out

    def test_many_and_what_is_none(self, home):
        done = wirecheck(home, "policy", "explain", "saved.jsonl", "draft.txt")
        assert done.code == 2
        assert "\n\nclean.txt\n" in done.out
        assert done.err.startswith("draft.txt: This is not JSON")

    def test_nothing_steers_the_terminal(self, home):
        stdin = (home / "saved.jsonl").read_bytes().replace(b'"draft.txt"', b'"\\u001b[31mdraft\\u202e"')
        done = wirecheck(home, "policy", "explain", "-", stdin=stdin)
        assert done.code == 0
        assert "\x1b" not in done.out
        assert "\u202e" not in done.out


def test_the_commands_are_in_the_help(home):
    assert "judge" in wirecheck(home, "--help").out
    help = wirecheck(home, "policy", "--help").out
    assert "check" in help
    assert "explain" in help
    assert "saved reports" in wirecheck(home, "judge", "--help").out
