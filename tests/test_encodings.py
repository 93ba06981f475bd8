"""A text is read in the encoding that it is in: as declared, or as its letters show, or both ways; never as garbage."""

from __future__ import annotations

import io

import pytest

from checker.check import check_document
from checker.model import Verdict
from checker.readers import Document, Start, read
from checker.readers.encoding import WORDLESS, decode, find_codec
from checker.readers.scripts import weigh_words
from fingerprints.index import Store, Upsert, Work
from fingerprints.sketch import Sketcher
from fingerprints.stores import open_index

RUSSIAN = (
    "Последний паром вышел из Халлама без капитана, и к утру его нашли у дальнего причала. Полиция сообщила, что никто "
    "из сорока пассажиров не пострадал, а судовладелец обещал вернуть деньги за билеты до конца недели. "
)
UKRAINIAN = (
    "Останній пором вийшов із Галлама без капітана, і вранці його знайшли біля далекого причалу. Поліція повідомила, "
    "що ніхто з сорока пасажирів не постраждав, а власник судна обіцяв повернути гроші за квитки до кінця тижня. "
)
GREEK = "Το τελευταίο πλοίο έφυγε χωρίς τον καπετάνιο του και βρέθηκε το πρωί στη μακρινή αποβάθρα του νησιού. "
HEBREW = "המעבורת האחרונה יצאה בלי רב החובל ונמצאה בבוקר ליד המזח הרחוק. המשטרה מסרה כי אין נפגעים. "
ARABIC = "غادرت العبارة الأخيرة الميناء من دون قبطانها وعثر عليها في الصباح عند الرصيف البعيد. وقالت الشرطة. "
THAI = "เรือข้ามฟากลำสุดท้ายออกจากท่าโดยไม่มีกัปตันและพบในตอนเช้าที่ท่าเรือไกลออกไป ตำรวจกล่าวว่าไม่มีผู้ได้รับบาดเจ็บ "
JAPANESE = "最後のフェリーは船長を乗せずに出港し、朝になって遠い桟橋で見つかった。警察によると乗客は全員無事だった。"
CHINESE = "最后一班渡轮在没有船长的情况下离开港口，早上在远处的码头被发现。警方说没有人受伤，公司表示将进行调查。"
TAIWANESE = "最後一班渡輪在沒有船長的情況下離開港口，早上在遠處的碼頭被發現。警方說沒有人受傷，公司表示將進行調查。"
KOREAN = "마지막 여객선이 선장 없이 항구를 떠났고 아침에 먼 부두에서 발견되었다. 경찰은 다친 사람이 없다고 말했다. "
HINDI = "आखिरी नौका अपने कप्तान के बिना रवाना हुई और सुबह दूर के घाट पर मिली। पुलिस ने कहा कि कोई घायल नहीं हुआ। "
GEORGIAN = "ბოლო ბორანი კაპიტნის გარეშე გავიდა და დილით შორეულ ნავმისადგომთან იპოვეს. "
CZECH = "Poslední trajekt vyplul bez kapitána a ráno ho našli u vzdáleného mola. Policie uvedla, že jsou všichni živi. "
ENGLISH = "The last ferry left without its captain and was found in the morning at the far pier. Nobody was hurt. "
IN_EIGHT_BITS = [
    *((RUSSIAN, name) for name in ("cp1251", "koi8-r", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic")),
    *((UKRAINIAN, name) for name in ("cp1251", "koi8-u", "cp1125", "iso8859-5")),
    *((GREEK, name) for name in ("cp1253", "iso8859-7", "cp737")),
    *((HEBREW, name) for name in ("cp1255", "iso8859-8", "cp862")),
    *((ARABIC, name) for name in ("cp1256", "iso8859-6")),
    *((THAI, name) for name in ("cp874", "tis-620")),
    *((CHINESE, name) for name in ("gb18030", "gbk", "hz")),
    *((JAPANESE, name) for name in ("shift_jis", "euc_jp", "iso2022_jp")),
    *((KOREAN, name) for name in ("cp949", "iso2022_kr", "johab")),
    *((CZECH, name) for name in ("cp1250", "iso8859-2", "cp852")),
    (TAIWANESE, "big5"),
    (ENGLISH, "cp500"),
    (RUSSIAN, "utf-7"),
]


@pytest.mark.parametrize(("text", "encoding"), IN_EIGHT_BITS)
def test_a_text_that_declares_nothing_is_read_as_it_is_or_both_ways(text: str, encoding: str) -> None:
    raw = (text * 2).encode(encoding, "ignore")
    found = decode(raw)
    assert raw.decode(encoding) in (found.text, *(other.text for other in found.others))


@pytest.mark.parametrize(("text", "encoding"), IN_EIGHT_BITS)
def test_a_text_is_read_as_it_declares(text: str, encoding: str) -> None:
    raw = text.encode(encoding, "ignore")
    assert decode(raw, encoding).text == raw.decode(encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
@pytest.mark.parametrize(
    "text", [RUSSIAN, GREEK, HEBREW, ARABIC, THAI, JAPANESE, CHINESE, KOREAN, HINDI, GEORGIAN, CZECH, ENGLISH]
)
def test_two_bytes_a_character_need_no_mark_in_any_script(text: str, encoding: str) -> None:
    raw = text.encode(encoding)
    for declared in ("", encoding.removesuffix("-le").removesuffix("-be"), "utf-8"):
        assert decode(raw, declared).text == text


@pytest.mark.parametrize(("text", "encoding"), [(RUSSIAN, "cp1251"), (JAPANESE, "shift_jis"), (ENGLISH, "ascii")])
def test_a_declared_utf_16_that_is_none_is_read_as_what_it_is(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "utf-16").text == text


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, ARABIC, THAI, JAPANESE, CHINESE, KOREAN, CZECH, ENGLISH])
@pytest.mark.parametrize("declared", ["", "utf-8", "windows-1252", "koi8-r", "big5", "no-such-name"])
def test_honest_text_has_one_reading(text: str, declared: str) -> None:
    found = decode(text.encode(), declared)
    assert (found.text, found.others, found.doubt) == (text, (), "")


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "windows-874", "shift_jis", "gb18030", "windows-1253"])
def test_a_text_that_declares_itself_truly_has_one_reading(encoding: str) -> None:
    texts = {"windows-874": THAI, "shift_jis": JAPANESE, "gb18030": CHINESE, "windows-1253": GREEK}
    text = texts.get(encoding, RUSSIAN)
    found = decode(text.encode(find_codec(encoding)), encoding)
    assert (found.text, found.others, found.doubt) == (text, (), "")


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("windows-874", "cp874"),
        ("dos-874", "cp874"),
        ("koi8-ru", "koi8-u"),
        ("x-sjis", "cp932"),
        ("x-x-big5", "big5hkscs"),
        ("ks_c_5601-1987", "cp949"),
        ("csisolatinarabic", "iso8859-6"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("x-cp1258", "cp1258"),
        ("Latin1", "cp1252"),
        (" 'UTF8' ", "utf-8"),
        ("unicode", "utf-16-le"),
        ("IBM866", "cp866"),
        ("rot13", ""),
        ("idna", ""),
        ("x-user-defined", ""),
        ("no-such-name", ""),
    ],
)
def test_names_mean_what_they_mean_to_browsers(label: str, codec: str) -> None:
    assert find_codec(label) == codec


def test_every_name_of_the_standard_is_known() -> None:
    from webencodings.labels import LABELS

    unknown = {label for label in LABELS if not find_codec(label)}
    assert unknown <= {"x-user-defined", "replacement", "iso-2022-cn", "iso-2022-cn-ext"}


def test_a_few_accents_that_are_utf_8_are_nothing_else() -> None:
    raw = f"{ENGLISH} Señor Müller’s café.".encode()
    for declared in ("windows-1252", "windows-1251", "gb18030"):
        assert decode(raw, declared).others == ()


def test_what_no_language_writes_is_not_clear() -> None:
    raw = bytes(ord(char) if char < "\x80" else ord(char) - 0x10D0 + 0xC0 for char in GEORGIAN)  # "Georgian Academy"
    assert decode(raw).doubt == WORDLESS
    assert "is in ISO-2022-CN, which is not read" in decode(b"\x1b$)A\x0eNDUB\x0f", "ISO-2022-CN").doubt


def index(text: str) -> Store:
    store = open_index("memory:", create=True)
    (made,) = Sketcher(store.spec, store.secret).fingerprints([text])
    store.apply([Upsert(Work("ferry", text, "Ferry", "Meridian Press"), made)])
    return store


def read_one(name: str, raw: bytes) -> Document:
    (entry,) = read(name, io.BytesIO(raw))
    assert isinstance(entry, Document)
    return entry


PAGE = '<html><head><meta charset="{}"></head><body><p>{}</p></body></html>'


@pytest.mark.parametrize("declared", ["iso-2022-jp", "utf-8", "shift_jis"])
def test_a_page_in_shifts_of_seven_bits_is_found_both_ways(declared: str) -> None:
    store = index(JAPANESE)
    raw = PAGE.format(declared, JAPANESE).encode("iso2022_jp")
    report = check_document(read_one("page.html", raw), store)
    assert report.verdict is Verdict.FLAGGED


def test_a_false_declaration_hides_no_plain_text() -> None:
    """The words are plain; the shifts between them make Chinese of some to who believes the page."""
    words = ENGLISH.replace(" ", " ~{~} ") * 3
    page = read_one("page.html", PAGE.format("hz-gb-2312", f"~{{{ENGLISH.replace(' ', '')}~}} {words}").encode())
    report = check_document(page, index(ENGLISH))
    assert report.verdict is not Verdict.CLEAR


def test_a_page_that_declares_two_encodings_is_read_in_both() -> None:
    raw = f'<meta charset="windows-1251"><meta charset="koi8-r"><p>{RUSSIAN}</p>'.encode("koi8-r")
    assert check_document(read_one("page.html", raw), index(RUSSIAN)).verdict is Verdict.FLAGGED


def test_a_page_in_utf_16_is_a_page() -> None:
    raw = PAGE.format("utf-16", RUSSIAN).encode("utf-16-be")
    assert Start("x", raw).root == "html"
    page = read_one("x", raw)
    assert (page.format, page.encoding, page.text.strip()) == ("html", "utf-16-be", RUSSIAN.strip())


def test_a_reading_that_is_reported_is_named() -> None:
    raw = RUSSIAN.encode("mac-cyrillic")
    report = check_document(read_one("draft.txt", raw), index(RUSSIAN))
    assert report.verdict is Verdict.FLAGGED
    assert report.disguises == ()


def test_weights() -> None:
    assert weigh_words("plain words") == 1
    assert weigh_words(RUSSIAN) > 1
    assert weigh_words(RUSSIAN.encode("koi8-r").decode("cp1251")) < 0.8
    assert weigh_words(GREEK.encode("utf-8").decode("latin-1")) < 0.8
