"""How much characters look like words of a language: by the letters that are common in the script they could be in.

A wrong encoding gives letters too, but not the common ones: Russian in KOI8-R read as Windows-1251 has its letters in
the other case, Chinese in Big5 read as GB 18030 has characters that hardly anybody writes.
"""

from __future__ import annotations

import re
from collections import Counter

LEAST = 8
"""With fewer letters beyond ASCII nothing can be said of their language."""
HAN = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小"
    "么心多天而能好都然没日于起还发成事只作当想看文无开手用主行方又如前所本见经头面公同三已老从动两長時國"
    "來個們為這說對會過後還發沒當無開東現進問與關業產電實點應員議報總統政府市部新聞者社"
)
"""Characters that are common in Chinese, simplified and traditional."""
OTHERS = (
    # Russian, Ukrainian, Belarusian, Bulgarian, Serbian and Macedonian
    (0.72, "оеаинтсрвлкмдпіј"),
    (0.72, "αοιετσνηρπκμλυςάίόέήύ"),
    (0.70, "יוהלאתרשבמנדםעחק"),
    (0.72, "اليمونرتبعدفهكسقحیک"),
    (0.55, "านรอกเงมยลวดท่้ีั"),
    # Japanese: its syllables, and the characters that Chinese has too
    (0.40, "".join(map(chr, range(0x3041, 0x3097))) + "".join(map(chr, range(0x30A1, 0x30FD)))),
    (0.26, HAN),
    (0.30, "이다는을의에가하고를한지도로사어은기서자인대나그리정아시스수해일들부있보전제원구주장라조관"),
    (0.60, "क र ा े ि ी न स ह त म य प ल व द ् ं ो ब ग ज".replace(" ", "")),
)
"""(share of a text in the script that these make at least, letters), by scripts that have no ASCII letters."""
ALPHABETS = (
    (0.9, "áéíóúýčďěňřšťůžäľĺŕôô"),
    (0.9, "ąćęłńóśźż"),
    (0.9, "áéíóöőúüű"),
    (0.9, "ăâîșțşţ"),
    (0.9, "çğıöşüâîİ"),
    (0.9, "ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự\u0300\u0301\u0303\u0309\u0323"),
    (0.9, "éèêàçùûôîâëïœ"),
    (0.9, "äöüßåøæéõšž"),
    (0.9, "áéíóúñüç"),
    (0.9, "ãáçéíóõâêôàú"),
    (0.9, "àèéìòù"),
    (0.9, "āčēģīķļņšūž"),
    (0.9, "ąčęėįšųūž"),
    (0.9, "čćđšž"),
    (0.9, "áðéíóúýþæö"),
)
"""The same by languages in Latin letters, their capitals left out."""
OTHER = tuple((share, frozenset(letters)) for share, letters in OTHERS)
LATIN = tuple((share, frozenset(letters + letters.upper())) for share, letters in ALPHABETS)
BESIDE = re.compile(r"[A-Za-z](?=[^\x00-\xbf])|[^\x00-\xbf](?=[A-Za-z])")
BEHIND = re.compile(r"[a-z][^\x00-\xbf]")
CAPITALS = 0.8
"""Capitals of scripts beyond Latin count so much: a headline is in capitals, a wrong reading is mostly so."""


def weigh_words(text: str) -> float:
    """How much of the letters beyond ASCII are common ones of a language: about 1 for words, about 0 for none.

    1 where there are hardly any such letters. A letter of another script beside an ASCII letter is no word, and a
    capital behind a small letter is none.
    """
    letters = Counter(char for char in text if _is_telling(char))
    total = letters.total()
    if total < LEAST:
        return 1.0
    mixed = 1 - min(1.0, sum(1 for _ in BESIDE.finditer(text)) / total)
    raised = 1 - min(1.0, sum(1 for pair in BEHIND.finditer(text) if pair[0][1].isupper()) / total)
    raised *= min(1.0, 1.5 * sum(1 for char in text if "a" <= char.lower() <= "z") / total)
    best = 0.0
    for share, common in LATIN:
        found = sum(count for char, count in letters.items() if char in common)
        best = max(best, raised * found / total / share)
    for share, common in OTHER:
        small = sum(count for char, count in letters.items() if char in common)
        large = sum(count for char, count in letters.items() if char not in common and char.lower() in common)
        best = max(best, mixed * (small + CAPITALS * large) / total / share)
    return best


def _is_telling(char: str) -> bool:
    """Whether a character beyond ASCII tells of a language: signs of writing that all share do not."""
    if char <= "\x7f":
        return False
    if (
        "\u2000" <= char <= "\u201f"
        or "\u2026" <= char <= "\u202f"
        or "\u3000" <= char <= "\u3002"
        or "\uff00" <= char <= "\uff0f"
    ):
        return False
    return char not in "\xa0«»§©®°·–—„“”‘’…€£•‹›"
