from __future__ import annotations

import ctypes
import importlib.util
import os
import subprocess
import sys
from io import BytesIO

import pikepdf
import pypdfium2
import pytest

from checker.bundle import pdf_child
from checker.bundle.packing import unpacked
from checker.bundle.pdf_text import bdi, direction, escape
from checker.readers import child
from tests.commandline import BRIDGE, TAKEN, wirecheck
from tests.evidence_by_hand import AT, must, run

SLY = "<script>alert(1)</script><img src='file:///etc/passwd'><style>body{display:none}</style>\u202e\x1b[31m"
ARABIC = (
    "أعلنت بلدية تامسل يوم الثلاثاء أن الجسر المتحرك بقي مفتوحا ست ساعات بعد أن بنت مالك الحزين عشها في التروس وانتظر "
    "ثلاثمئة راكب على الضفتين حتى جاء نجار وحمل الطائر والعش على صينية مبطنة بوشاحه"
)
RUSSIAN = (
    "Разводной мост в Порт-Халламе во вторник шесть часов простоял открытым после того как цапля свила гнездо в "
    "зубчатом колесе и около трёхсот пассажиров ждали на обоих берегах пока плотник не унёс птицу вместе с гнездом"
)
CHINESE = (
    "霍勒姆港的开合桥星期二敞开了六个小时因为一只苍鹭在齿轮里筑了巢大约三百名"
    "乘客在两岸等候直到木匠用自己的围巾垫着托盘把鸟和巢一起抬走"
)
JAPANESE = (
    "ハラム港の跳ね橋は火曜日サギが歯車に巣を作ったため六時間開いたままとなり"
    "約三百人の乗客が両岸で待ったが大工が鳥と巣を盆にのせて運び去った"
)
KOREAN = (
    "할럼 항구의 도개교는 화요일 왜가리가 톱니바퀴에 둥지를 틀어 여섯 시간 동안 열려 있었고 "
    "승객 삼백 명가량이 양쪽 강가에서 기다렸으며 "
    "목수가 새와 둥지를 쟁반에 담아 옮겼다"
)
HEBREW = "הגשר הנפתח בנמל האלם נשאר פתוח ביום שלישי שש שעות לאחר שאנפה בנתה קן בגלגלי השיניים וכשלוש מאות נוסעים חיכו"
MIXED = f"{CHINESE}。{JAPANESE}。{KOREAN}. {HEBREW} 🚢😀 at 14:30 on April 3"
EDITED = TAKEN.replace("carpenter", "joiner").replace("his own scarf", "his own wool scarf")


def can_print() -> bool:
    """Whether WeasyPrint and its Pango are here."""
    if importlib.util.find_spec("weasyprint") is None:
        return False
    return subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(
    not os.environ.get("CI") and not can_print(), reason="WeasyPrint or its Pango is not here"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("legal")
    (folder / "wire").mkdir()
    (folder / "wire" / "bridge.txt").write_text(BRIDGE)
    (folder / "wire" / "sly.txt").write_text(f"{SLY} {RUSSIAN}.\n")
    (folder / "wire" / "arabic.txt").write_text(f"{ARABIC}.\n")
    assert wirecheck(folder, "add", "wire", "--holder", f"Meridian {SLY}", "--index", "wire.index").code == 0
    (folder / "page.txt").write_text(f"From the quay. {EDITED}.\n\n{RUSSIAN}. {SLY}\n\n{ARABIC}.\n")
    args = ("check", "page.txt", "--index", "wire.index", *AT)
    must(run(folder, *args, "--out", "a.zip", "--pdf", "a.pdf"))
    return folder


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """A report of one passage in many scripts, and what was said of it."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "story.txt").write_text(f"{BRIDGE}\n{MIXED}.\n")
    (folder / "page.txt").write_text(f"{TAKEN}\n{MIXED}.\n")
    assert wirecheck(folder, "add", "story.txt", "--holder", "Meridian Press", "--index", "wire.index").code == 0
    args = ("check", "page.txt", "--index", "wire.index", *AT)
    said = must(run(folder, *args, "--out", "a.zip", "--pdf", "a.pdf")).err
    must(run(folder, *args, "--out", "b.zip", "--pdf", "b.pdf"))
    return folder, said


@pytest.fixture(scope="module")
def words(home):
    """The words of the report, page by page."""
    with pypdfium2.PdfDocument(home / "a.pdf") as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_it_is_pdf_a_3b(home):
    with pikepdf.open(home / "a.pdf") as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.trailer.ID
        assert "/Encrypt" not in pdf.trailer


def test_the_data_is_attached_as_it_lies_in_the_package(home):
    parts = unpacked((home / "a.zip").read_bytes())
    with pikepdf.open(home / "a.pdf") as pdf:
        held = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        assert {str(one.AFRelationship) for one in pdf.Root.AF} == {"/Data"}
    assert held == {
        "manifest.json": parts["manifest.json"],
        "pairs.json": parts["pairs.json"],
        "pages-1-report.json": parts["pages/1/report.json"],
    }


def test_all_fonts_are_embedded(home):
    found = 0
    with pikepdf.open(home / "a.pdf") as pdf:
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor":
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(one.keys())
                found += 1
    assert found


def test_it_starts_nothing_and_leads_nowhere(home):
    raw = (home / "a.pdf").read_bytes()
    with pikepdf.open(BytesIO(raw)) as pdf:
        assert "/OpenAction" not in pdf.Root
        assert "/JavaScript" not in pdf.Root.get("/Names", {})
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary):
                assert one.get("/S") not in ("/JavaScript", "/URI", "/Launch", "/SubmitForm")


def test_pages_are_numbered_and_carry_the_seal(home, words):
    seal = unpacked((home / "a.zip").read_bytes())["seal.txt"].decode().strip()
    for number, text in enumerate(words, 1):
        assert f"Page {number} of {len(words)}" in text
        assert seal in text
        assert "Wirecheck reports text overlap." in text


def test_facts_come_first(words):
    first = words[0]
    places = [first.index(part) for part in ("Where page.txt", "Whose copy", "Made by R. Lindqvist", "Contents")]
    assert places == sorted(places)
    assert "3 passages on 1 page also stand in 3 stories." in first


def test_it_speaks_of_overlap(words):
    assert "infring" not in " ".join(words).lower()


def test_differences_are_marked_on_both_sides_in_brackets(words):
    text = " ".join(words)
    assert "[joiner]" in text
    assert "[carpenter]" in text
    assert "[wool]" in text


def test_other_scripts_are_there(words):
    text = " ".join(words)
    assert "Разводной мост в Порт-Халламе" in text
    assert text.count("плотник") >= 2


def fonts_of(path):
    """Of every character that is shown the fonts that it is drawn in."""
    found = {}
    with pypdfium2.PdfDocument(path) as document:
        for page in document:
            text = page.get_textpage()
            for place in range(text.count_chars()):
                name = ctypes.create_string_buffer(200)
                pypdfium2.raw.FPDFText_GetFontInfo(text, place, name, 200, None)
                found.setdefault(chr(pypdfium2.raw.FPDFText_GetUnicode(text, place)), set()).add(name.value.decode())
    return found


def has_font(family):
    return bool(subprocess.run(["fc-list", family], capture_output=True, check=False).stdout)


@pytest.mark.skipif(
    not os.environ.get("CI") and not (has_font("Noto Sans CJK SC") and has_font("Noto Color Emoji")),
    reason="the fonts of fonts-noto-cjk and fonts-noto-color-emoji are not here",
)
def test_a_passage_in_many_scripts_is_shown_and_figures_are_not_drawn_as_emoji(mixed):
    folder, said = mixed
    assert "No font here has" not in said
    fonts = fonts_of(folder / "a.pdf")
    assert set(CHINESE + JAPANESE + KOREAN.replace(" ", "")) <= fonts.keys()
    assert set(HEBREW) <= fonts.keys()
    assert all("CJK" in name for letter in CHINESE for name in fonts[letter])
    assert not [name for figure in "0123456789#*" for name in fonts.get(figure, ()) if "Emoji" in name]
    assert any("Emoji" in name for names in fonts.values() for name in names)


def test_two_runs_in_many_scripts_give_the_same_bytes(mixed):
    folder, _ = mixed
    assert (folder / "a.pdf").read_bytes() == (folder / "b.pdf").read_bytes()


def test_hostile_text_is_text(words):
    text = " ".join(words)
    assert "<script>alert(1)</script>" in text
    assert "\x1b" not in text
    assert "root:" not in text


def test_two_runs_give_the_same_bytes(home):
    args = ("check", "page.txt", "--index", "wire.index", *AT)
    must(run(home, *args, "--out", "b.zip", "--pdf", "b.pdf"))
    assert (home / "b.pdf").read_bytes() == (home / "a.pdf").read_bytes()


def test_whoever_has_the_package_can_print_it(home, tmp_path):
    raw = (home / "a.zip").read_bytes()
    (tmp_path / "sent.zip").write_bytes(raw)
    must(run(tmp_path, "report", "sent.zip", "--pdf", "sent.pdf"))
    assert (tmp_path / "sent.pdf").read_bytes() == (home / "a.pdf").read_bytes()
    (tmp_path / "sent.zip").write_bytes(raw[:-1] + b"x")
    done = must(run(tmp_path, "report", "sent.zip", "--pdf", "other.pdf"), 2)
    assert "sent.zip does not hold together, so no report is made of it." in done.err
    assert not (tmp_path / "other.pdf").exists()


def test_what_no_font_has_is_said(home):
    private = "\U000f1234 " + TAKEN
    (home / "private.txt").write_text(private)
    done = must(run(home, "check", "private.txt", "--index", "wire.index", *AT, "--out", "p.zip", "--pdf", "p.pdf"))
    assert "No font here has" not in done.err  # it is outside of the passage
    (home / "private.txt").write_text(TAKEN.replace("carpenter", "carpenter \U000f1234"))
    done = must(run(home, "check", "private.txt", "--index", "wire.index", *AT, "--out", "p.zip", "--pdf", "p.pdf"))
    assert "No font here has U+F1234; the report shows U+FFFD in their place" in done.err


def test_without_pango_the_package_is_there_all_the_same(home, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    assert pdf_child.answer({}, b"") == ({"unloaded": True}, [])
    stub = tmp_path / "stub.py"
    stub.write_text('def answer(request, data):\n    return {"unloaded": True}, []\n')
    monkeypatch.setattr("checker.bundle.pdf.PARSER", stub)
    done = must(run(home, "check", "page.txt", "--index", "wire.index", *AT, "--out", "c.zip", "--pdf", "c.pdf"), 2)
    assert "No PDF was written: WeasyPrint needs Pango, and it is not here. Install" in done.err
    assert (home / "c.zip").read_bytes() == (home / "a.zip").read_bytes()
    assert not (home / "c.pdf").exists()


def test_a_page_that_takes_too_long_to_set_is_ended(home, monkeypatch):
    monkeypatch.setattr("checker.bundle.pdf.LIMITS", child.Limits(waiting=0.05, shut=False))
    done = must(run(home, "check", "page.txt", "--index", "wire.index", *AT, "--out", "d.zip", "--pdf", "d.pdf"), 2)
    assert "No PDF was written: Reading it took more than 0.05 seconds, and was ended." in done.err
    assert (home / "d.zip").exists()


def test_the_direction_is_that_of_the_first_letter():
    assert direction("12 أعلنت") == "rtl"
    assert direction("12 Goats أعلنت") == "ltr"
    assert direction("") == "ltr"
    assert bdi("a\u202eb\n<c>") == '<bdi dir="ltr">a\ufffdb &lt;c&gt;</bdi>'
    assert escape("\x07") == "\u2407"
