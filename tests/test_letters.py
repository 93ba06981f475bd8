"""Whether letters make words: ordinary languages do, and alphabets that were exchanged mostly do not."""

from __future__ import annotations

import random
import string

import pytest

from checker.readers.letters import makes_no_sense

ENGLISH = (
    "The harbour council said on Monday that the old ferry would sail again before the winter, with a new crew and a "
    "timetable that nobody on the island had asked for. Two shops closed in protest."
)
LANGUAGES = (
    (
        "Der Rat der Hafenstadt teilte am Montag mit, dass die alte Fähre noch vor dem Winter wieder fahren soll, mit "
        "neuer Besatzung und einem Fahrplan, den auf der Insel niemand verlangt hatte."
    ),
    (
        "Rada portu ogłosiła w poniedziałek, że stary prom wróci na morze przed zimą, z nową załogą i rozkładem jazdy, "
        "o który nikt na wyspie nie prosił. Dwa sklepy zamknięto w proteście."
    ),
    (
        "Sataman neuvosto kertoi maanantaina, että vanha lautta lähtee jälleen merelle ennen talvea uuden miehistön "
        "kanssa ja aikataululla, jota kukaan saarella ei ollut pyytänyt."
    ),
    (
        "Liman meclisi pazartesi günü eski vapurun kıştan önce yeni bir mürettebatla ve adada kimsenin istemediği bir "
        "tarifeyle yeniden sefere çıkacağını açıkladı. İki dükkân protesto için kapandı."
    ),
    (
        "Hội đồng cảng cho biết hôm thứ hai rằng chiếc phà cũ sẽ lại ra khơi trước mùa đông, với một thủy thủ đoàn "
        "mới và một lịch trình mà không ai trên đảo yêu cầu. Hai cửa hàng đã đóng cửa."
    ),
    (
        "Dywedodd cyngor yr harbwr ddydd Llun y byddai'r hen fferi yn hwylio eto cyn y gaeaf, gyda chriw newydd ac "
        "amserlen nad oedd neb ar yr ynys wedi gofyn amdani. Caeodd dwy siop mewn protest."
    ),
    (
        "Baraza la bandari lilisema Jumatatu kwamba kivuko cha zamani kitasafiri tena kabla ya majira ya baridi, "
        "kikiwa na wafanyakazi wapya na ratiba ambayo hakuna mtu kisiwani aliyeiomba."
    ),
)


@pytest.mark.parametrize("text", [*LANGUAGES, ENGLISH], ids=lambda text: text[:12])
def test_ordinary_languages_make_sense_and_most_ciphers_do_not(text: str) -> None:
    assert not makes_no_sense(text * 4)
    chance = random.Random(5)
    caught = 0
    for _ in range(100):
        shuffled = "".join(chance.sample(string.ascii_lowercase, 26))
        caught += makes_no_sense((text * 4).lower().translate(str.maketrans(string.ascii_lowercase, shuffled)))
    assert caught >= 45


def test_a_short_text_and_another_script_are_not_judged() -> None:
    assert not makes_no_sense("xkcd qwrt zzz")
    assert not makes_no_sense("Старый паром вышел из порта на рассвете. " * 40)
