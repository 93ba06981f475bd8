"""`wirecheck.toml`: what it comes to, and every way in which it can be wrong, with the line."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model import Severity
from checker.policy.lines import Places
from checker.policy.load import PolicyProblem, problems, read
from checker.policy.nouns import DEFAULT_POLICY, Feed, House, Licence, Policy, Rules, Waiver
from checker.policy.tables import TABLES

WHOLE = """\
agencies = "more.toml"

[house]
name = "The Daily Wick"
holders = ["Wick Radio", "Wick TV"]
domains = ["DailyWick.example"]
channel = "web"
territory = "DE"
zone = "Europe/Berlin"

[rules]
minimum_run = 5
note_run = 11
tolerated_share = 0.02
tolerated_words = 30
quotation_words = 80
attribution = false
notices = false

[[feed]]
name = "mp-ny"
zone = "America/New_York"

[[licence]]
name = "MP for the site"
holder = "Meridian Press"
feed = "mp-ny"
channels = ["web", "app"]
territories = ["DE", "AT"]
from = 2026-01-01
until = 2026-11-30
days_on_web = 30
credit = ["mit Material von MP", "MP"]
edits = false
most_words = 300
most_share = 0.5
quotation_words = 100

[[licence]]
holder = "dpa"
until = 2026-11-30
credit = true

[[waiver]]
name = "the anniversary"
reason = "reprint agreed by letter"
until = 2026-04-03T12:00:01
texts = ["anniversary/*"]
stories = ["mp-04*"]
holder = "MP"
by = "J. Wick"
lifts = ["embargoed"]
"""
AGENCIES = '[mp]\nname = "Meridian Press"\nshort = ["MP"]\n'
UNQUOTED = "must be a date or a time without quotation marks, as 2026-11-30 or 2026-11-30T18:00:00"
BOTH = "this licence and that in line 1 would both apply to some copy of The Associated Press"
APART = "tell them apart by feed, channels, territories, or from and until"
CHANGE = "where the clocks change"
NO_ZONE = 'zone must be the name of a time zone, as "Europe/Berlin": there is no time zone '
AT = datetime(2026, 4, 3, 12, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a file of agencies."""
    (tmp_path / "more.toml").write_text(AGENCIES)
    return tmp_path


def written(place: Path, text: str | bytes) -> Path:
    """A policy file."""
    path = place / "wirecheck.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def told(place: Path, text: str | bytes, at: datetime | None = AT) -> list[tuple[int, str, str]]:
    """Line, severity and sentence of each problem."""
    return [(one.line, str(one.severity), one.sentence) for one in problems(written(place, text), at)]


def only(place: Path, text: str | bytes, at: datetime | None = AT) -> tuple[int, str, str]:
    """The one problem of a file. An error keeps it from being read, a warning does not."""
    (one,) = told(place, text, at)
    if one[1] == "error":
        with pytest.raises(PolicyProblem, match=r"wirecheck\.toml") as caught:
            read(place / "wirecheck.toml")
        assert one[2] in str(caught.value)
    else:
        read(place / "wirecheck.toml")
    return one


def test_every_key_is_read(place):
    path = written(place, WHOLE)
    policy = read(path)
    assert policy == Policy(
        House("The Daily Wick", ("Wick Radio", "Wick TV"), ("dailywick.example",), "web", "DE", "Europe/Berlin"),
        Rules(5, 11, 0.02, 30, 80, attribution=False, notices=False),
        (Feed("mp-ny", "America/New_York", 20),),
        (
            Licence(
                "MP for the site",
                "Meridian Press",
                "mp-ny",
                ("web", "app"),
                ("DE", "AT"),
                datetime(2026, 1, 1, 5, tzinfo=UTC),
                datetime(2026, 12, 1, 5, tzinfo=UTC),
                30,
                ("mit Material von MP", "MP"),
                False,
                300,
                0.5,
                100,
                24,
            ),
            Licence("dpa", "dpa", valid_until=datetime(2026, 11, 30, 23, tzinfo=UTC), credit=("dpa",), line=39),
        ),
        (
            Waiver(
                "the anniversary",
                "reprint agreed by letter",
                datetime(2026, 4, 3, 10, 0, 1, tzinfo=UTC),
                ("anniversary/*",),
                ("mp-04*",),
                "MP",
                "J. Wick",
                ("embargoed",),
                44,
            ),
        ),
        str(place / "more.toml"),
        origin=str(path),
        digest=policy.digest,
    )
    assert len(policy.digest) == 64
    assert told(place, WHOLE, None) == []


def test_the_whole_file_has_every_key_there_is():
    values = tomllib.loads(WHOLE)
    for name, keys in TABLES.items():
        tables = values[name] if isinstance(values[name], list) else [values[name]]
        assert set().union(*tables) | {"name"} == set(keys) | {"name"}


def test_an_empty_file_is_the_built_in_policy(place):
    policy = read(written(place, ""))
    assert (policy.house, policy.rules, policy.licences) == (DEFAULT_POLICY.house, DEFAULT_POLICY.rules, ())


def test_a_mark_of_the_order_of_bytes_and_line_ends_of_windows(place):
    windows = b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode()
    assert read(written(place, windows)).licences[1].line == 39


def test_no_such_file(tmp_path):
    for reader in (read, problems):
        with pytest.raises(PolicyProblem, match=r"none\.toml: the policy cannot be read: No such file"):
            reader(tmp_path / "none.toml")


class TestUnknown:
    """Names that are none of ours."""

    def test_a_key(self, place):
        assert only(place, '[[licence]]\nholder = "dpa"\nchanels = ["web"]\n') == (
            3, "error", "[[licence]] has no key 'chanels'; do you mean 'channels'?",
        )  # fmt: skip

    def test_a_key_of_another_table(self, place):
        assert only(place, "[house]\nnote_run = 5\n")[2] == "[house] has no key 'note_run'; it belongs in [rules]"
        assert only(place, 'zone = "UTC"\n')[::2] == (1, "'zone' belongs in [house] or [[feed]]")

    def test_a_key_that_nobody_can_guess(self, place):
        assert only(place, "[[feed]]\nname = 'a'\nquux = 1\n")[2] == "[[feed]] has no key 'quux'; it has name, zone"

    def test_a_table(self, place):
        assert only(place, '[[license]]\nholder = "dpa"\n') == (
            1, "error", "'license' is not known; do you mean 'licence'?",
        )  # fmt: skip
        assert "there are [house], [rules], [[feed]], [[licence]], [[waiver]] and agencies" in only(place, "[quux]")[2]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ('[rules]\nnote_run = "5"', "note_run must be a whole number, 0 or more"),
        ("[rules]\nnote_run = -1", "note_run must be a whole number, 0 or more"),
        ("[rules]\nnote_run = true", "note_run must be a whole number, 0 or more"),
        ("[rules]\nnotices = 1", "notices must be true or false"),
        ("[rules]\ntolerated_share = 5", "tolerated_share must be a share from 0 to 1: write 5 % as 0.05"),
        ("[rules]\ntolerated_share = nan", "tolerated_share must be a share from 0 to 1"),
        ("[rules]\ntolerated_share = '5 %'", "tolerated_share must be a share from 0 to 1: write 5 % as 0.05"),
        ("[house]\nname = ' '", 'name must be words between quotation marks, as "Meridian Press"'),
        ("[house]\nholders = []", 'holders must be a list of words between quotation marks, as ["one", "two"]'),
        ("[house]\nholders = ['a', 2]", 'holders must be a list of words between quotation marks, as ["one", "two"]'),
        ("[house]\ndomains = 'https://a.example/'",
         "domains must be domains alone, as \"dailywick.example\", and 'https://a.example/' is none"),
        ("[house]\nzone = 'Europe/Atlantis'",
         f"{NO_ZONE}'Europe/Atlantis' in the IANA database"),
        ("[house]\nzone = '../../etc/passwd'",
         f"{NO_ZONE}'../../etc/passwd' in the IANA database"),
        ("[[licence]]\nholder = '***'", "holder must be somebody's name, and '***' has neither letters nor figures"),
        ("agencies = 5", 'agencies must be the name of a file, as "agencies.toml"'),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind(place, line, sentence):
    assert only(place, line + "\n") == (line.count("\n") + 1, "error", sentence)


def test_one_table_where_several_may_stand_and_the_reverse(place):
    assert only(place, '[licence]\nholder = "dpa"\n') == (
        1, "error", "write [[licence]] in two brackets: there may be several",
    )  # fmt: skip
    assert only(place, "[[house]]\nname = 'a'\n")[2].startswith("[house] must be a table: a line [house]")
    assert only(place, "house = 5\n")[2].startswith("[house] must be a table")
    assert only(place, "licence = [5]\n")[:2] == (1, "error")


def test_what_a_table_needs(place):
    assert only(place, "[[licence]]\nfeed = 'a'\n") == (1, "error", "[[licence]] needs holder")
    assert only(place, "[[feed]]\n")[2] == "[[feed]] needs name"
    assert only(place, "\n[[waiver]]\nholder = 'dpa'\n") == (2, "error", "[[waiver]] needs name and reason and until")


class TestTimes:
    """Dates and clocks, in the zone of the feed or of the house."""

    def until(self, place, value, head='[house]\nzone = "Europe/Berlin"', feed=""):
        return f'{head}\n[[licence]]\nholder = "dpa"\n{feed}until = {value}\n'

    def test_a_day_is_included_whole(self, place):
        (licence,) = read(written(place, self.until(place, "2026-11-30"))).licences
        assert licence.valid_until == datetime(2026, 11, 30, 23, tzinfo=UTC)

    def test_to_the_second_with_and_without_a_zone(self, place):
        (licence,) = read(written(place, self.until(place, "2026-07-01T11:59:59"))).licences
        assert licence.valid_until == datetime(2026, 7, 1, 9, 59, 59, tzinfo=UTC)
        (licence,) = read(written(place, self.until(place, "2026-07-01T11:59:59-04:00"))).licences
        assert licence.valid_until == datetime(2026, 7, 1, 15, 59, 59, tzinfo=UTC)

    def test_in_the_feeds_zone(self, place):
        head = '[[feed]]\nname = "NY"\nzone = "America/New_York"'
        (licence,) = read(written(place, self.until(place, "2026-07-01T12:00:00", head, "feed = 'ny'\n"))).licences
        assert licence.valid_until == datetime(2026, 7, 1, 16, tzinfo=UTC)

    def test_never(self, place):
        (licence,) = read(written(place, self.until(place, "9999-12-31"))).licences
        assert licence.valid_until is not None
        assert licence.valid_until.year == 9000

    def test_an_hour_that_does_not_exist_ends_early(self, place):
        assert only(place, self.until(place, "2026-03-29T02:30:00")) == (
            5, "warning",
            f"until 2026-03-29 02:30 is open: it does not exist in Europe/Berlin, {CHANGE}; 00:30 UTC is taken",
        )  # fmt: skip

    def test_an_hour_that_comes_twice_begins_late(self, place):
        text = '[house]\nzone = "America/New_York"\n[[licence]]\nholder = "dpa"\nfrom = 2026-11-01T01:30:00\n'
        assert only(place, text)[2].endswith(f"exists twice in America/New_York, {CHANGE}; 06:30 UTC is taken")
        (licence,) = read(place / "wirecheck.toml").licences
        assert licence.valid_from == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            ("2026-02-31", "there is no 31 February 2026"),
            ("2025-02-29", "there is no 29 February 2025"),
            ("2026-13-01", "2026-13-01 is no date"),
            ("2026-11-30T25:00:00", "2026-11-30T25:00:00 is no time"),
            ('"2026-11-30"', f"until {UNQUOTED}"),
            ("12:00:00", f"until {UNQUOTED}"),
        ],
    )  # fmt: skip
    def test_impossible_dates(self, place, value, sentence):
        assert only(place, self.until(place, value)) == (5, "error", sentence)

    def test_an_end_before_the_beginning(self, place):
        text = '[[licence]]\nholder = "dpa"\nfrom = 2026-12-01\nuntil = 2026-11-30\n'
        assert only(place, text) == (1, "error", "the licence ends before it begins: until is not after from")


class TestOverlap:
    """Two licences that would both apply."""

    def two(self, one: str, other: str) -> str:
        return f'[[licence]]\nholder = "AP"\n{one}\n[[licence]]\nholder = "The Associated Press"\n{other}\n'

    def test_that_contradict_each_other(self, place):
        assert only(place, self.two("edits = true", "edits = false\nmost_words = 5")) == (
            4, "error",
            f"{BOTH}, and contradict each other in edits, most_words: {APART}",
        )  # fmt: skip

    def test_that_say_the_same(self, place):
        line, severity, sentence = only(place, self.two("", ""))
        assert (line, severity) == (4, "warning")
        assert sentence.endswith("would both apply to some copy of The Associated Press, and say the same")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("channels = ['web']", "channels = ['print']\nedits = false"),
            ("territories = ['DE']", "territories = ['AT', 'CH']\nedits = false"),
            ("feed = 'ap-1'", "feed = 'ap-2'\nedits = false"),
            ("until = 2026-06-30", "from = 2026-07-01\nedits = false"),
        ],
    )
    def test_that_are_told_apart(self, place, one, other):
        assert told(place, self.two(one, other)) == []

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("channels = ['Web', 'app']", "channels = ['web']"),
            ("territories = ['world']", "territories = ['AT']"),
            ("until = 2026-07-01", "from = 2026-07-01"),
            ("feed = 'ap-1'", ""),
        ],
    )
    def test_that_are_not(self, place, one, other):
        assert only(place, self.two(one, other + "\nedits = false"))[:2] == (5 if "\n" in one else 4, "error")


class TestWaivers:
    """Named, with a reason and an end."""

    def waiver(self, more: str, name: str = "w", until: str = "2026-12-31") -> str:
        return f'[[waiver]]\nname = "{name}"\nreason = "agreed"\nuntil = {until}\n{more}\n'

    def test_for_nothing(self, place):
        assert only(place, self.waiver(""))[2] == "waiver “w” is for nothing: name texts, stories or a holder"

    def test_an_empty_reason(self, place):
        assert only(place, self.waiver("texts = 'a'").replace("agreed", " "))[::2] == (
            3, 'reason must be words between quotation marks, as "Meridian Press"',
        )  # fmt: skip

    def test_one_that_is_over(self, place):
        assert only(place, self.waiver("texts = 'a'", until="2026-04-01")) == (
            1, "warning", "waiver “w” ended, 2 April 2026: it does nothing and can go",
        )  # fmt: skip
        assert "ended long ago" in only(place, self.waiver("texts = 'a'", until="2024-04-01"))[2]
        assert told(place, self.waiver("texts = 'a'", until="2024-04-01"), None) == []

    def test_two_for_the_very_same(self, place):
        assert only(place, self.waiver("texts = ['a.txt']") + self.waiver("texts = ['a.txt']", "v")) == (
            6, "error", "there are two waivers for the same: here and in line 1; keep the one that holds",
        )  # fmt: skip
        both = self.waiver("holder = 'AP'") + self.waiver("holder = 'Associated Press'", "v")
        assert only(place, both)[1] == "error"

    def test_two_for_one_text(self, place):
        assert only(place, self.waiver("texts = ['drafts/*']") + self.waiver("texts = ['drafts/a.txt']", "v")) == (
            6, "warning",
            "there are two waivers for drafts/a.txt: here and in line 1; the first that is in force is named",
        )  # fmt: skip
        apart = self.waiver("texts = ['a']\nholder = 'AP'") + self.waiver("texts = ['a']\nholder = 'dpa'", "v")
        assert told(place, apart) == []
        assert told(place, self.waiver("texts = ['a']") + self.waiver("stories = ['b']", "v")) == []

    def test_what_it_lifts(self, place):
        assert only(place, self.waiver("stories = ['a']\nlifts = ['copied']"))[::2] == (
            6, "lifts must be of killed, withheld, embargoed, and 'copied' is none",
        )  # fmt: skip
        assert only(place, self.waiver("holder = 'AP'\nlifts = ['killed']"))[2] == (
            "waiver “w” must name the stories that it lifts from being killed"
        )


class TestSpellings:
    """One holder, spelt in many ways."""

    def holders(self, *names: str) -> str:
        return "".join(f"[[licence]]\nholder = '{name}'\nfeed = '{n}'\n" for n, name in enumerate(names))

    def test_spellings_of_an_agency_are_one(self, place):
        names = ("AP", "The Associated Press", "A.P.", "Associated Press (AP)", "ASSOCIATED PRESS")
        assert told(place, self.holders(*names)) == []
        one_feed = self.holders(*names).replace("feed = '4'", "feed = '0'")
        assert only(place, one_feed)[::2][0] == 13

    def test_one_that_is_close_to_an_agency(self, place):
        assert only(place, self.holders("Asociated Press")) == (
            2 - 1, "warning", "'Asociated Press' is no agency that is known; do you mean 'Associated Press'?",
        )  # fmt: skip
        assert only(place, self.holders("a.f.p."))[2].endswith("do you mean 'AFP'?")

    def test_two_unknown_ones_that_are_close(self, place):
        assert only(place, self.holders("Meridian Press", "Meridien Press")) == (
            4, "warning", "'Meridien Press' and 'Meridian Press' in line 1 count as two holders; are they one?",
        )  # fmt: skip

    def test_an_unknown_one_is_fine(self, place):
        assert told(place, self.holders("Meridian Press", "the meridian press (MP)", "Skerrow Herald")) == []


def test_more_tables_than_are_held_against_each_other(place):
    many = "".join(f"[[licence]]\nholder = 'Town Crier {n:04}'\n" for n in range(1_001))
    first = next(one for one in told(place, many) if one[1] == "error")
    assert first[::2] == (1, "there are 1,001 tables [[licence]], and 1,000 are read")


def test_two_feeds_of_one_name(place):
    assert only(place, "[[feed]]\nname = 'a'\n[[feed]]\nname = 'A'\n") == (
        3, "error", "there are two feeds 'A': here and in line 1",
    )  # fmt: skip


def test_settings_without_effect(place):
    assert only(place, "[rules]\nminimum_run = 8\nnote_run = 8\n") == (
        3, "warning", "note_run does nothing: runs below minimum_run (8) are notes already",
    )  # fmt: skip
    assert only(place, "[[licence]]\nholder = 'dpa'\nchannels = ['print']\ndays_on_web = 3\n")[2] == (
        'days_on_web does nothing: "web" is not among the channels'
    )


def test_files_of_agencies(place):
    assert only(place, 'agencies = "none.toml"\n')[2].endswith(
        "none.toml, which cannot be read: No such file or directory"
    )
    (place / "bad.toml").write_text("[mp]\nnames = 5\n")
    assert "[mp] needs a name" in only(place, 'agencies = "bad.toml"\n')[2]


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("[house]\nname = The Daily Wick\n", 2, "this is no TOML: invalid value"),
        ("[house]\nname = 'a'\nname = 'b'\n", 3, "this is no TOML: cannot overwrite a value"),
        ("[house", 1, "this is no TOML: expected ']' at the end of a table declaration"),
        ('name = """', 1, "this is no TOML: unterminated string"),
        (b"[house]\nname = 'caf\xe9'\n", 2, "this is not UTF-8; save the file in that encoding"),
        ("[house]".encode("utf-16"), 1, "this is not UTF-8; save the file in that encoding"),
        (b"\x00\x01\x02", 1, "this is no TOML: invalid statement"),
        (b"PK\x03\x04" + bytes(range(256)), 2, "this is not UTF-8"),
        ("\n\na = " + "[" * 5000, 3, "a line has at most 4,000 characters; break this one"),
        ("\n\na = " + "[" * 500, 3, "brackets are nested too deeply here"),
        ("\n\na = " + "[ { a = " * 400, 3, "brackets are nested too deeply here"),
        ("a = " + "[\n" * 200_000, 1, "brackets are nested too deeply here"),
        ("a." * 1900 + "a = 1\n", 1, "'a' is not known"),
        (("#" * 79 + "\n") * 13_000, 0, "it has more than 1,000,000 bytes, and no policy is that long"),
    ],
)  # fmt: skip
def test_files_that_are_no_policy(place, text, line, sentence):
    (problem,) = told(place, text)
    assert (problem[0], problem[1]) == (line, "error")
    assert problem[2].startswith(sentence)
    with pytest.raises(PolicyProblem):
        read(place / "wirecheck.toml")


def test_a_folder_is_no_policy(tmp_path):
    with pytest.raises(PolicyProblem, match="the policy cannot be read"):
        read(tmp_path)


def test_the_first_error_is_told_and_how_many_there_are(place):
    path = written(place, "[rules]\nnote_run = -1\nnotices = 0\nminimum_run = ''\n")
    with pytest.raises(PolicyProblem) as caught:
        read(path)
    assert str(caught.value) == (
        f"{path}:2: note_run must be a whole number, 0 or more (2 more: wirecheck policy check {path})"
    )
    assert [one.severity for one in caught.value.problems] == [Severity.ERROR] * 3


class TestPlaces:
    """Lines of tables and keys, whatever else is in the file."""

    def places(self, text: str) -> Places:
        return Places(text, tomllib.loads(text))

    def test_what_only_looks_like_a_header(self):
        text = '[a]\nx = """\n[b]\ny = 1\n\\""" # \n"""\n"q z" = [ # ]\n  "[c]",\n'
        text += "  '''\n[d]''' ]\nw = 1\n[ b . \"c\" ]\nv = 2\n"
        places = self.places(text)
        found = [places.of("a", "x"), places.of("a", "q z"), places.of("a", "w"), places.of("b", "c", "v")]
        assert found == [2, 7, 11, 13]
        assert places.of("b", "y") == 12

    def test_arrays_of_tables_and_tables_in_them(self):
        places = self.places("[[a]]\nx = 1\n[a.b]\ny = 1\n[[a]]\nx = 2\n[[a.c]]\n[[a.c]]\nz = 1\n")
        assert [places.of("a", 0, "x"), places.of("a", 1, "x"), places.of("a", 0, "b", "y")] == [2, 6, 4]
        assert [places.of("a", 1, "c", 1, "z"), places.of("a", 1, "c", 0), places.of("a")] == [5, 5, 1]

    def test_what_has_no_line_of_its_own_has_that_above_it(self):
        places = self.places("[a]\nx = { y = 1 }\nb.c = 2\n")
        assert [places.of("a", "x", "y"), places.of("a", "b", "c"), places.of("a", "z"), places.of("z")] == [2, 3, 1, 0]

    @settings(deadline=None)
    @given(st.text(alphabet="[]{}\"'=ab.#\n\\ 1,", max_size=60))
    def test_any_text_that_is_toml(self, text):
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError:
            values = {}
        assert Places(text, values).of("a", 0, "b") <= text.count("\n") + 1
