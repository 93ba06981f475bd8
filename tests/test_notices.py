"""Notices as newsrooms meet them; the agency Meridian Press (MP) is invented, and in a data file of the tests' own."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.rights.agencies import Agencies, load, read
from checker.rights.notices import notices
from checker.rights.nouns import Act, Notice, NoticeKind
from checker.rights.years import roman, written, years_of

ALL = tuple(Act)
TERMS = "This material may not be published, broadcast, rewritten, or redistributed."
STORY = "Nine goats left Skerrow on the morning ferry.\n\n{}\n\nNobody counted the hens."
DATA = """
[mp]
name = "Meridian Press"
names = ["Meridian Press Photo", "Agencia Meridian"]
short = ["MP"]
"""


@pytest.fixture(scope="module")
def agencies(tmp_path_factory: pytest.TempPathFactory) -> Agencies:
    """Our agencies, and the invented one."""
    path = tmp_path_factory.mktemp("data") / "agencies.toml"
    path.write_text(DATA, encoding="utf-8")
    return load(path)


def the_one(line: str, agencies: Agencies, within: str = STORY) -> tuple[str, Notice]:
    """The text that the only notice of a story with this line cuts out, and the notice."""
    text = within.format(line)
    (found,) = notices(text, agencies)
    return text[found.start : found.end], found


@pytest.mark.parametrize(
    ("line", "holder", "years", "terms"),
    [
        (f"©MMI The Meridian Press. All Rights Reserved. {TERMS}", "The Meridian Press", (2001,), ALL),
        (f"Copyright 2019 The Meridian Press. All rights reserved. {TERMS}", "The Meridian Press", (2019,), ALL),
        ("Copyright2017 The Meridian Press. All rights reserved.", "The Meridian Press", (2017,), ()),
        ("© 2019 Meridian Press. All Rights Reserved.This material may not be published.", "Meridian Press", (2019,),
         (Act.PUBLISHED,)),
        (f"COPYRIGHT 2019 THE MERIDIAN PRESS. ALL RIGHTS RESERVED. {TERMS.upper()}", "THE MERIDIAN PRESS", (2019,),
         ALL),
        ("© 2000-2026 Meridian Press", "Meridian Press", (2000, 2026), ()),
        ("© 2000 – 2026 Meridian Press.", "Meridian Press", (2000, 2026), ()),
        ("© 2000- 2026 Meridian Press.", "Meridian Press", (2000, 2026), ()),
        ("© 0 Meridian Press. All Rights Reserved.", "Meridian Press", (), ()),
        ("© Meridian Press, mp:230428-99-483045/5", "Meridian Press", (), ()),
        ("(c) Meridian Press Limited 2001.", "Meridian Press Limited", (2001,), ()),
        ("(C) Copyright Meridian Press 2014. Click For Restrictions", "Meridian Press", (2014,), ()),
        ("—Copyright the Meridian Press", "Meridian Press", (), ()),
        ("Copyright by MP", "MP", (), ()),
        ("All contents © copyright 2023 The Meridian Press.", "The Meridian Press", (2023,), ()),
        ("Copyright 2022, MP (www.meridian.example). Alle Rechte vorbehalten", "MP", (2022,), ()),
        ("© Meridian Press. Tous droits réservés.", "Meridian Press", (), ()),
        ("Copyright (c) Agencia Meridian, S.A. 2011, todos los derechos reservados", "Agencia Meridian, S.A.", (2011,),
         ()),
        ("Riproduzione riservata © Copyright Meridian Press", "Meridian Press", (), ()),
        ("©\xa02024\xa0Meridian\xa0Press", "Meridian Press", (2024,), ()),
        ("© 2024 Meri\u200bdian \u200bPress\u200b", "Meridian Press", (2024,), ()),
        ("&copy; 2024 Meridian Press", "Meridian Press", (2024,), ()),
        ("Meridian Press. All rights reserved.", "Meridian Press", (), ()),
        ("2022 Meridian Press, Inc., All Rights Reserved.", "Meridian Press, Inc.", (2022,), ()),
        (f"{TERMS} ©2025 Meridian Press", "Meridian Press", (2025,), ALL),
    ],
)  # fmt: skip
def test_a_copyright_line_of_an_agency(
    line: str, holder: str, years: tuple[int, ...], terms: tuple[Act, ...], agencies: Agencies
) -> None:
    cut, found = the_one(line, agencies)
    assert found.kind is NoticeKind.COPYRIGHT
    assert (found.holder, found.agency, found.years, found.terms) == (holder, "mp", years, terms)
    for end in (".", "\u200b", " (www.meridian.example). Alle Rechte vorbehalten", ", mp:230428-99-483045/5", "—"):
        line = line.removesuffix(end).removeprefix(end)
    assert line in cut or cut in line
    assert len(cut) >= len(line) - 24


def test_the_offsets_are_exact(agencies: Agencies) -> None:
    line = f"©MMI The Meridian Press. All Rights Reserved. {TERMS}"
    text = STORY.format(line)
    (found,) = notices(text, agencies)
    assert (found.start, found.end) == (text.index("©"), text.index(TERMS) + len(TERMS))


def test_unseen_characters_and_lines_broken_for_width_keep_the_offsets(agencies: Agencies) -> None:
    line = (
        "\u200b©\u00a02001 \u2060The Meridian Press. All Rights Reserved. This material may not\n"
        "be published, broadcast,  rewritten or redistributed."
    )
    cut, found = the_one(line, agencies)
    assert cut == line[1:]
    assert (found.agency, found.years, found.terms) == ("mp", (2001,), ALL)


@pytest.mark.parametrize(
    "said",
    [
        "may not be published, broadcast, rewritten or redistributed",
        "may not be published, broadcast, rewritten, or redistributed without permission.",
        "may not be published broadcast rewritten or redistributed",
        "may not be republished, rebroadcast, re-written or re-distributed.",
        "cannot be published, broadcast, rewritten or redistributed in any form.",
    ],
)
def test_the_sentence_alone_names_nobody(said: str, agencies: Agencies) -> None:
    cut, found = the_one(f"This material {said}", agencies)
    assert cut == f"This material {said}"
    assert (found.kind, found.holder, found.agency, found.terms) == (NoticeKind.RESTRICTION, "", "", ALL)


@pytest.mark.parametrize("house", ["Channel 9", "Harbour Broadcasting Inc.", "SKERROW NEWS NETWORK"])
def test_a_broadcaster_s_own_notice_is_nobody_else_s(house: str, agencies: Agencies) -> None:
    mark = house if house.endswith(".") else f"{house}."
    text = STORY.format(f"© 2001 {mark} All Rights Reserved. {TERMS} The Meridian Press contributed to this report.")
    own, credit = notices(text, agencies)
    assert (own.kind, own.holder, own.agency, own.years, own.terms) == ("copyright", house, "", (2001,), ALL)
    assert (credit.kind, credit.holder, credit.agency) == ("contributor", "The Meridian Press", "mp")
    assert text[credit.start : credit.end] == "The Meridian Press contributed to this report."


@pytest.mark.parametrize(
    "rest", ["publi", "publ", "", "published, broadc", "published, broadcast, rewr", "published, broadcast,"]
)
def test_a_notice_that_was_cut_off(rest: str, agencies: Agencies) -> None:
    text = f"Nobody counted the hens.\n\n©MMI Meridian Press. All Rights Reserved. This material may not be {rest}"
    (found,) = notices(text.rstrip(), agencies)
    assert (found.agency, found.years, found.start) == ("mp", (2001,), text.index("©"))
    assert found.end == len(text.rstrip())
    assert set(found.terms) >= ({Act.PUBLISHED} if "publi" in rest else set())


@pytest.mark.parametrize(
    "line",
    [
        "All rights reserved.", "Alle Rechte vorbehalten.", "Tous droits réservés", "Todos los derechos reservados",
        "Tutti i diritti riservati", "Alle rechten voorbehouden", "Alle rettigheter forbeholdt", "Все права защищены",
        "版权所有", "無断転載", "Reproduction interdite", "Nachdruck verboten",
        "Nutzung nur nach vertraglicher Vereinbarung",
        "Está expresamente prohibida la redistribución de este contenido sin su previo consentimiento.",
    ],
)  # fmt: skip
def test_restrictions_without_a_holder(line: str, agencies: Agencies) -> None:
    cut, found = the_one(line, agencies)
    assert (cut, found.kind, found.holder) == (line, NoticeKind.RESTRICTION, "")


def test_whose_permission_it_takes_is_a_holder(agencies: Agencies) -> None:
    line = "No Meridian Press material may be republished without the express written permission of the Meridian Press."
    cut, found = the_one(line, agencies)
    assert (cut, found.kind, found.agency, found.terms) == (line, "restriction", "mp", (Act.PUBLISHED,))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("With inputs from MP", "contributor"), ("(With inputs from MP)", "contributor"), ("[With MP]", "contributor"),
        ("The Ferry Times avec MP", "contributor"), ("(mit Material von MP)", "contributor"),
        ("with files from The Meridian Press", "contributor"), ("Met materiaal van MP", "contributor"),
        ("This report uses material from MP.", "contributor"), ("MP/jd", "credit"), ("Text: Meridian Press", "credit"),
        ("Material from the Meridian Press was used in this report.", "contributor"),
        ("Meridian Press writer Jo Doe in Skerrow contributed to this report.", "contributor"),
        ("Meridian Press", "credit"), ("Source: Meridian Press", "credit"), ("--MP", "credit"),
        ("Distributed by Meridian Press", "credit"), ("© Jo Doe/MP", "credit"), ("© MP PHOTO/ JO DOE", "credit"),
        ("By Meridian Press", "byline"), ("By JO DOE, Meridian Press", "byline"),
        ("By Jo Doe and Al Roe, The Meridian Press", "byline"), ("By JO DOE\nMeridian Press Writer", "byline"),
        ("Von Jo Doe, MP", "byline"),
    ],
)  # fmt: skip
def test_credits(line: str, kind: str, agencies: Agencies) -> None:
    cut, found = the_one(line, agencies)
    assert (cut, found.kind, found.agency) == (line, kind, "mp")


def test_who_reported_and_who_edited(agencies: Agencies) -> None:
    line = "(Reporting by Jo Doe in Skerrow; Editing by Al Roe)"
    cut, found = the_one(line, agencies)
    assert (cut, found.kind, found.agency) == (line, "contributor", "")


@pytest.mark.parametrize(
    ("line", "tag", "agency"),
    [
        ("SKERROW, May 2 (MP) --", " Nine goats", "mp"), ("SKERROW (MP) -", " Nine goats", "mp"),
        ("(Meridian Press) -", " Nine goats", "mp"), ("SKERROW, N.Y. (MP) —", " Nine goats", "mp"),
        ("SKERROW (MP) _", " Nine goats", "mp"), ("Skerrow (dpa) -", " Nine goats", "dpa"),
        ("Skerrow/Eastness (dpa/lno) -", " Nine goats", "dpa"), ("Skerrow, 10 juil 2024 (AFP)", "", "afp"),
        ("新华社北京9月12日电", " 山羊", "xinhua"),
    ],
)  # fmt: skip
def test_datelines(line: str, tag: str, agency: str, agencies: Agencies) -> None:
    text = f"Goats sail\n{line}{tag}\nNobody counted the hens."
    (found,) = notices(text, agencies)
    assert (text[found.start : found.end], found.kind, found.agency) == (line, NoticeKind.DATELINE, agency)


@pytest.mark.parametrize(
    "said",
    [
        "The mayor told MP that nine goats had left.", "MP reported on Monday that nine goats had left.",
        "Nine goats left, according to Meridian Press, before noon.",
        "He spoke to the Meridian Press (MP) by telephone.",
        "A Meridian Press photographer saw nine goats.", "The harbour told the Meridian Press it would not pay.",
        "She studied copyright law, and wrote on the Copyright Act of 1976.", "The songs are copyrighted, he said.",
        "The names of jurors may not be published.", "The law says (a) goats, (b) hens and (c) ducks must be counted.",
        "The report may not be published before June, the minister said.", "By Friday, MP had counted the hens.",
        "Smoking is prohibited on the ferry.", "The Skerrow Copyright Office opened in 2001.",
    ],
)  # fmt: skip
def test_what_cites_an_agency_or_speaks_of_rights_is_no_notice(said: str, agencies: Agencies) -> None:
    assert notices(STORY.format(said), agencies) == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("MMI", (2001,)), ("MCMXCIX", (1999,)), ("MMXXVI", (2026,)), ("MMIIII", ()), ("MIX", ()), ("MDC", ()),
        ("1999, 2003", (1999, 2003)), ("2019-21", (2019, 2021)), ("2021-03", (2021,)), ("0", ()), ("12001", ()),
        ("dpa:230428-99-483045/5", ()), ("1899", ()), ("2101", ()), ("2100", (2100,)),
    ],
)  # fmt: skip
def test_years(text: str, years: tuple[int, ...]) -> None:
    assert years_of(text) == years


@given(st.integers(1, 3999))
def test_roman_numerals_are_read_as_they_are_written(number: int) -> None:
    assert roman(written(number)) == number
    assert roman(written(number) + "IIII") == 0


def test_a_house_adds_and_replaces_agencies(tmp_path: Path) -> None:
    path = tmp_path / "more.toml"
    path.write_text(DATA + '\n[afp]\nname = "Another"\n', encoding="utf-8")
    both = load(path)
    assert both.by_id["mp"].short == ("MP",)
    assert both.whole("Agence France-Presse") == ""
    assert both.whole("another") == "afp"
    assert len(both.all) == len(load().all) + 1
    assert "mp" not in load().by_id


@pytest.mark.parametrize(
    "data", ["[mp]\n", "[mp]\nname = 1\n", '[mp]\nname = "M"\nshort = "MP"\n', "mp = 1", "[", '[mp]\nname="M"\nx=[]']
)
def test_a_bad_file_is_refused_by_name(data: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(data, encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(str(path))):
        read(path)


PIECES = st.sampled_from(
    ["©", "(c) ", "copyright ", "2001", "-2026 ", "MMI ", "Meridian Press", "MP", "dpa", ". ", ", ", "\n", "(", ")",
     "/", "All rights reserved", "may not be ", "published, ", "or redistributed", "Reporting by ", "with ",
     "By ", " -- ", "\u200b", "\xa0", "  ", "İ", "\ud800", "新华社", "日电", "[",
     "permission of ", "Source: ", "=", "【", "a", "\r\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(st.characters(), max_size=200))
def test_any_text_is_read_and_offsets_cut_it(agencies: Agencies, text: str) -> None:
    reached = 0
    for found in notices(text, agencies):
        assert reached <= found.start < found.end <= len(text)
        assert not found.agency or found.agency in agencies.by_id
        assert list(found.years) == sorted(set(found.years))
        reached = found.end


PUMPS = (
    "©", "(c)", "copyright ", "copyright by ", "© 2001 ", "©MMI ", "© A ", "©a/", "All rights reserved ",
    "all rights",
    "may not be ", "may not be published ", "This material ",
    "this material may not be ", "without ", "permission of ",
    "(", ")", "((", "(MP) ", "(MP)\n", "MP/", "/MP/", "(MP/", "A (MP) -- ", "--", "- ", "-MP", "By ", "By MP\n",
    "by A ",     "Reporting by ", "(Reporting by ", "contributed to this report ", "with MP, ", "Source: ", "\n", " ",
    "\xa0", "\u200b",
    ". ", "A. ", "Inc. ", "2001-", "MMI", "M", "日电", "新华社", "Associated ", "The Associated Press ", "AP ",
    "【", "=",     "Distributed by ", "distributed by Meridian Press ", "© MP. Distributed by ", "\n\n© MP", "İ", "a",
    "no material may be ",
    "A" * 55 + "\n", "clients only ", "is prohibited ", "^AP-", "&copy;",
)  # fmt: skip


@pytest.mark.parametrize("pump", PUMPS)
def test_time_is_linear_in_the_text(pump: str, agencies: Agencies) -> None:
    def seconds(text: str) -> float:
        begun = time.process_time()
        notices(text, agencies)
        return time.process_time() - begun

    size = 8_000 // len(pump)
    build: Callable[[int], str] = lambda times: "Goats. " + pump * times + "x"  # noqa: E731
    for _ in range(3):
        short, long = seconds(build(size)), seconds(build(8 * size))
        if long < 24 * max(short, 0.01):
            break
    else:
        pytest.fail(f"{long / short:.0f} times as long")
    assert long < 8
