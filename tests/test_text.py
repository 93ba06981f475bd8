"""Text to words: what counts as the same word, and where in the text it stands."""

from __future__ import annotations

import string
import unicodedata

import numpy as np
import pytest
import unicodedata2
from hypothesis import example, given
from hypothesis import strategies as st

from fingerprints.fold import FOLD_FILE
from fingerprints.maketables import make
from fingerprints.text import Tokens, letter_places, tokenise

TABLE_UNICODE = "18.0.0"
"""The Unicode version whose data the fold table was made of."""

TRICKY = [
    *"aBlI10.,-'&/:@$!| \n\r\t\0#éßŁøİıſŉƁµ",
    *"\u00ad\u200b\u200d\u2060\ufeff\u0301\u0308\u0345\u20dd\u034f\ufe0f\u2010\u2013\u2014\u2019\u2024\u2028\u00a0\u3000",
    *"абвгНрφώᾳʹ·한글ﾡ中文ﾆｭガヿゟ⼀㍿สวัดีກໜﷺﬃℌ½Ⅳ٣๓🐕👩𝔸𝟗\U000e0041\ud800\udfff\U0010ffff",
    *unicodedata.normalize("NFD", "éώ한ガй"),
]
ANY_TEXT = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.text(st.sampled_from(TRICKY), max_size=60),
    st.text(st.sampled_from(string.ascii_letters + "   ...,'-\n019@$"), max_size=60),
)
LATIN_LETTERS = "".join(
    char for char in map(chr, range(0x250)) if unicodedata.name(char, "").startswith("LATIN") and char.isalpha()
)


def words(text: str) -> list[str]:
    """The folded words of a text."""
    tokens = tokenise(text)
    return [tokens.word(i) for i in range(len(tokens))]


def slices(text: str) -> list[str]:
    """What stands in the text where each word is."""
    tokens = tokenise(text)
    return [text[start:end] for start, end in zip(tokens.start, tokens.end, strict=True)]


def columns(tokens: Tokens, shift: int = 0) -> list[tuple[bytes, int, int, bool]]:
    return [
        (tokens.spelt(i), int(tokens.start[i]) + shift, int(tokens.end[i]) + shift, bool(tokens.solo[i]))
        for i in range(len(tokens))
    ]


SAME = {
    "case": ("DOCKERS in Port HALLAM", "dockers In port hallam", "DOCKERS|in|Port|HALLAM"),
    "width": ("Ｐｏｒｔ　Ｈａｌｌａｍ １２", "Port Hallam 12", "Ｐｏｒｔ|Ｈａｌｌａｍ|１２"),
    "half-width kana": ("ﾆｭｰｽ", "ニュース", "ﾆ|ｭ|ｰ|ｽ"),
    "accents": ("naïve café in Łódź", "naive cafe in Lodz", "naïve|café|in|Łódź"),
    "ligatures": ("ﬁve oﬃces in Cæsarea", "five offices in Caesarea", "ﬁve|oﬃces|in|Cæsarea"),
    "sharp s": ("Straße", "STRASSE", "Straße"),
    "l, I and 1 look alike": ("Iate biII, smaIl vi11age", "late bill, small village", "Iate|biII|smaIl|vi11age"),
    "Cyrillic letters among Latin ones": ("thе pоrt оf Hаllаm", "the port of Hallam", "thе|pоrt|оf|Hаllаm"),
    "whole Cyrillic words in Latin text": (
        "sold сосоа and сора today",
        "sold cocoa and copa today",
        "sold|сосоа|and|сора|today",
    ),
    "Greek letters": ("Ηаrbοr strikе", "Harbor strike", "Ηаrbοr|strikе"),
    "mathematical letters": ("𝐝𝐨𝐜𝐤𝐞𝐫𝐬 𝟏𝟒𝟎𝟎", "dockers 1400", "𝐝𝐨𝐜𝐤𝐞𝐫𝐬|𝟏𝟒𝟎𝟎"),
    "zero-width": (
        "st\u200bri\u200dke\u2060 at\ufeff dawn",
        "strike at dawn",
        "st\u200bri\u200dke\u2060|at\ufeff|dawn",
    ),
    "stacks of combining marks": ("s̷̢t͎r̸ike now", "strike now", "s̷̢t͎r̸ike|now"),
    "soft hyphen inside a line": ("break\u00adwater", "breakwater", "break\u00adwater"),
    "soft hyphen at a line's end": ("break\u00ad\nwater", "breakwater", "break\u00ad\nwater"),
    "hyphen at a line's end": ("the break-\n   water held", "the breakwater held", "the|break-\n   water|held"),
    "hyphen at a line's end, DOS": ("break-\r\nwater", "breakwater", "break-\r\nwater"),
    "hyphens": (
        "flat‑bottomed flat–bottomed flat-bottomed",
        "flatbottomed " * 3,
        "flat‑bottomed|flat–bottomed|flat-bottomed",
    ),
    "dashes between words": ("strike — now – then -- here", "strike now then here", "strike|now|then|here"),
    "quotes around words": ("“dock” ‘gate’ «pier» 'quay'", "dock gate pier quay", "dock|gate|pier|quay"),
    "apostrophes": ("nation’s nation's nationʼs", "nations nations nations", "nation’s|nation's|nationʼs"),
    "initials": ("the U.S. and the U.N.", "the US and the UN", "the|U.S|and|the|U.N"),
    "hours": ("at 4 a.m. sharp", "at 4 am sharp", "at|4|a.m|sharp"),
    "thousands": ("10,000 of 1,388.57", "10000 of 138857", "10,000|of|1,388.57"),
    "exotic spaces": (
        "ships\u00a0waiting\u2009in\u3000the\u202froads",
        "ships waiting in the roads",
        "ships|waiting|in|the|roads",
    ),
    "leetspeak": ("d0ck3r5 5tr1k3 t0d4y", "dockers strike today", "d0ck3r5|5tr1k3|t0d4y"),
    "signs for letters": ("h@rbor me$sage ma!l", "harbor message mail", "h@rbor|me$sage|ma!l"),
}


@pytest.mark.parametrize(("written", "plain", "at"), SAME.values(), ids=SAME.keys())
def test_another_spelling_of_the_same_words(written: str, plain: str, at: str) -> None:
    assert words(written) == words(plain)
    assert slices(written) == at.split("|")


DIFFERENT = {
    "pure numbers are never letters": ("1400", "ı4oo"),
    "a number is not another number": ("1994", "1995"),
    "a space parts words": ("break water", "breakwater"),
    "a hyphen with a space but no line's end": ("break- water", "breakwater"),
    "two hyphens": ("break--water", "breakwater"),
    "a paragraph between": ("break-\n\n\nwater", "breakwater"),
    "a full stop after a word": ("night.The", "nightThe"),
    "a slash between words": ("and/or", "andor"),
    "the hyphen before a number": ("MP-\n2001", "MP2001"),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_other_words(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_a_number_stays_as_it_is_written() -> None:
    assert words("in 1994, 11 days, 2.6 million, 71.8 percent") == (
        ["in", "1994", "11", "days", "26", "miiiion", "718", "percent"]
    )


ALIKE = {
    "Arabic, stretched": ("قـــالت الشـرطة إن العبّـارة غـادرت", "قالت الشرطة إن العبارة غادرت"),
    "Arabic with vowel signs": ("قَالَتِ الشُّرْطَةُ", "قالت الشرطة"),
    "Arabic hamzas and the forms of yeh and heh": ("أحمد إلى مدرسة علي ٱلله", "احمد الي مدرسه على الله"),
    "Arabic presentation forms": ("ﻗﺎﻟﺖ ﺍﻟﺸﺮﻃﺔ", "قالت الشرطة"),
    "Persian on an Arabic keyboard": ("يکي از کشتي هاي قديمي", "یکی از کشتی های قدیمی"),
    "Persian with and without joiners": ("می‌رود خانۀ ما", "میرود خانهٔ ما"),
    "Sorani with the Arabic kaf": ("كوردستان", "کوردستان"),
    "Urdu heh": ("ہے ملک", "هے ملك"),
    "Serbian in both scripts": (
        "Последњи трајект је испловио из Љубовије, а џеп је празан; ђак ће чекати",
        "Poslednji trajekt je isplovio iz Ljubovije, a džep je prazan; đak će čekati",
    ),
    "Serbian in capitals": ("ЉУБАВ И ЊЕН ЏЕП", "LJUBAV I NJEN DŽEP"),
    "Chinese, traditional and simplified": (
        "最後一班渡輪離開港口，警方說沒有人受傷",
        "最后一班渡轮离开港口，警方说没有人受伤",
    ),
    "Small capitals": ("ᴛʜᴇ ʟᴀꜱᴛ ꜰᴇʀʀʏ ʟᴇꜰᴛ", "the last ferry left"),
    "Letters of old computers": ("𜳩𜳝𜳚 𜳛𜳚𜳧𜳧𜳮 𜳱", "the ferry 1"),
    "Letters in dark circles and boxes": ("🅣🅗🅔 🅵🅴🆁🆁🆈", "the ferry"),
    "German sharp s": ("STRASSE", "Straße"),
    "Turkish capitals": ("İSTANBUL ILICA", "istanbul ılıca"),
    "Greek final sigma": ("ΠΛΟΙΟΣ", "πλοιος"),
    "Ukrainian apostrophes": ("п’ять пʼять", "п'ять п'ять"),
    "Korean, composed or not": (unicodedata.normalize("NFD", "항구"), "항구"),
    "Hindi with and without nukta": ("क़लम", "कलम"),
}
"""By language: the same words in two ways of writing them."""

APART = {
    "Arabic letters": ("قلب كلب", "كلب قلب"),
    "Arabic dotted letters": ("حرب", "خرب"),
    "Urdu yeh and yeh barree": ("کی", "کے"),
    "Urdu aspirates": ("بھائی", "بہائی"),
    "Pashto and Persian yeh": ("ې", "ی"),
    "Hebrew final letters": ("כן", "כנ"),
    "Russian hard and soft signs": ("мел", "мель"),
    "Russian yery": ("мыл", "мил"),
    "Ukrainian yi": ("є", "е"),
    "Greek letters": ("νηπιο", "νυπιο"),
    "Armenian letters": ("գիր", "քիր"),
    "Georgian letters": ("კარი", "ქარი"),
    "Thai vowels": ("กา", "กะ"),
    "Kana": ("かき", "カキ"),
    "Chinese characters of one sound": ("后天", "厚天"),
    "Korean letters": ("달", "탈"),
    "Hindi letters": ("कल", "खल"),
    "Danish and Norwegian": ("år", "aer"),
    "Serbian lj and l": ("љ", "л"),
    "Vietnamese letters": ("đo", "tho"),
    "Cherokee": ("Ꭰ", "Ꭱ"),
}
"""By language: words that are others, however like they look."""


@pytest.mark.parametrize(("one", "other"), ALIKE.values(), ids=ALIKE.keys())
def test_a_language_that_is_written_in_two_ways_has_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert len(words(one)) == len(one.split()) or any(tokenise(one).solo)


@pytest.mark.parametrize(("one", "other"), APART.values(), ids=APART.keys())
def test_no_other_letters_are_one(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_russian_hardly_loses_a_word_to_serbian() -> None:
    """Some letters of Russian are one in the Latin script of Serbian; its words stay apart nearly all."""
    text = (
        "Порт Халлам стоит второй день докеры не вышли на работу ночью сообщает агентство забастовка вызвала рост цен "
        "на зерно и уголь жители столицы ждут хлеба шестой час в очередях цены выросли вдвое чиновники обещают помощь "
        "но сроков не называют суда с грузом ждут на рейде или уходят в соседние порты где работают круглые сутки"
    )
    assert len(set(words(text))) == len(set(text.lower().split()))


def test_russian_reads_alike_in_either_case() -> None:
    text = "Порт Халлам стоит второй день: докеры не вышли на работу ночью, сообщает агентство."
    assert words(text) == words(text.upper()) == words(text.lower())
    assert words(text)[:4] == ["port", "haiiam", "stoit", "vtoroi"]
    assert slices(text)[-1] == "агентство"


def test_russian_reads_the_same_inside_an_english_page() -> None:
    russian = "Докеры бастуют второй день: забастовка в порту вызвала рост цен на зерно, сообщили экспортёры из столицы"
    english = "The harbor authority of Port Hallam put up a notice in two languages on the quay at noon"
    page = words(f"{english}. {russian}. {english}.")
    count = len(words(english))
    assert page[count:-count] == words(russian)


def test_a_latin_name_disguised_inside_a_russian_text() -> None:
    text = "Компания Неwlеtt сообщила о росте прибыли за прошлый год"
    assert words(text) == words("Компания Newlett".replace("N", "H") + " сообщила о росте прибыли за прошлый год")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("港口工人罢工。", ["港", "口", "工", "人", "罢", "工"]),
        ("港でストライキ", ["港", "て", "ス", "ト", "ラ", "イ", "キ"]),
        ("ท่าเรือ", ["ท", "า", "เ", "ร", "อ"]),
        ("MP通信社2001年", ["mp", "通", "信", "社", "2001", "年"]),
    ],
    ids=["Chinese", "Japanese", "Thai", "mixed"],
)
def test_scripts_without_spaces_have_one_word_a_character(text: str, expected: list[str]) -> None:
    tokens = tokenise(text)
    assert words(text) == expected
    assert "".join(slices(text)) == text.rstrip("。")
    assert tokens.solo.tolist() == [len(word) == 1 for word in expected]


def test_korean_is_written_in_words() -> None:
    text = "항구 노동자 파업"
    assert slices(text) == ["항구", "노동자", "파업"]
    assert words(text) == words(unicodedata.normalize("NFD", text))


def test_words_in_a_mixed_line_are_these() -> None:
    """A golden: whoever changes one of these words changes every key, and must change the specification's name."""
    line = "PORT HALLAM, April 3 (MP) -- “Some 1,400 dock\u00aders’ wives” — U.S.-born, naïve — s̷aw 🐕 "
    line += "paуpal at St0ck-\nholm’s 港口."
    assert words(line) == [
        *("port", "haiiam", "aprii", "3", "mp", "some", "1400", "dockers", "wives"),
        *("us", "born", "naive", "saw", "paypai", "at", "stockhoims", "港", "口"),
    ]
    assert slices(line) == [
        *("PORT", "HALLAM", "April", "3", "MP", "Some", "1,400", "dock\u00aders", "wives"),
        *("U.S", "born", "naïve", "s̷aw", "paуpal", "at", "St0ck-\nholm’s", "港", "口"),
    ]


@pytest.mark.parametrize("text", ["", " ", "\0", "\n\n", "\u200b", "\u0301", "--", "...", "🐕", "\ud800", "\u00ad"])
def test_text_without_words(text: str) -> None:
    assert len(tokenise(text)) == 0
    assert len(letter_places(text)) == 0


@given(ANY_TEXT)
@example("ヿ")
@example("ゟa")
@example("a\u0301\u200b")
@example("ƪ\udfff中\u00ad")
def test_a_word_is_a_piece_of_the_text(text: str) -> None:
    tokens = tokenise(text)
    assert (tokens.start < tokens.end).all()
    assert (tokens.end[:-1] <= tokens.start[1:]).all()
    if len(tokens):
        assert tokens.start[0] >= 0
        assert tokens.end[-1] <= len(text)
    assert (np.diff(tokens.offset) > 0).all()
    assert len(tokens.offset) == len(tokens.solo) + 1 == len(tokens) + 1


def test_every_character_there_is_stands_where_it_stands() -> None:
    every = [chr(code) for code in range(0x110000)]
    text = "".join(f"a{char}b\0" for char in every)
    tokens = tokenise(text)
    assert (tokens.start < tokens.end).all()
    assert (tokens.end[:-1] <= tokens.start[1:]).all()
    inside = tokens.start // 4 == (tokens.end - 1) // 4
    assert inside.all()
    assert len(np.unique(tokens.start // 4)) == len(every)


@given(ANY_TEXT, ANY_TEXT)
@example("break-", "water")
@example("thе pоrt", "Рост цен")
@example("U.S", ".A")
def test_nothing_reaches_across_a_nul(one: str, other: str) -> None:
    whole = columns(tokenise(f"{one}\0{other}"))
    assert whole == columns(tokenise(one)) + columns(tokenise(other), len(one) + 1)


@given(ANY_TEXT)
@example("\u1e9b\u0323")
@example("ᾳΐ")
@example("ʹ·")
@example("각")
def test_composed_and_decomposed_text_has_the_same_words(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert words(composed) == words(decomposed)


@given(st.text(st.sampled_from(LATIN_LETTERS + "ﬁﬂﬃẞẚḂＡｂ .,'-0\n"), max_size=60))
@example("Ɓƙ ŉ µ")
@example("ıİ")
def test_capitals_change_no_word(text: str) -> None:
    assert words(text.upper()) == words(text.lower()) == words(text)


@given(st.text(st.characters(max_codepoint=127), max_size=80))
@example("U.S. 10,000 break-\n water a@b st0ck")
@example("l1I|-'")
def test_plain_text_reads_the_same_beside_a_bullet(text: str) -> None:
    """ASCII takes a faster way through the tokeniser; a bullet sends the same text the general way."""
    assert columns(tokenise(text)) == columns(tokenise(f"{text}\0\u2022"))


@given(ANY_TEXT)
@example("10,000 naïve ﬃ 中 break-\nwater")
def test_letter_places_are_the_places_of_the_words(text: str) -> None:
    tokens = tokenise(text)
    places = letter_places(text)
    assert len(places) == int(tokens.offset[-1])
    assert (np.diff(places) >= 0).all()
    for i in range(len(tokens)):
        own = places[tokens.offset[i] : tokens.offset[i + 1]]
        assert own[0] == tokens.start[i]
        assert own[-1] < tokens.end[i]


def test_the_fold_table_is_the_one_that_maketables_makes() -> None:
    assert unicodedata2.unidata_version == TABLE_UNICODE
    made = make()
    with np.load(FOLD_FILE, allow_pickle=False) as stored:
        assert sorted(name for name in stored.files if name != "allow_pickle") == sorted(made)
        for name, column in made.items():
            assert stored[name].dtype == column.dtype, name
            assert np.array_equal(stored[name], column), f"{name}: run python -m fingerprints.maketables"
