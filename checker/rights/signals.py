"""What agencies say of an item in their own words: killed, withheld, corrected.

The words are common ones ("Storm kills 12", "Court corrects ruling"), so that their form and their place decide: a
word of command in capitals before a line or a note, a part of a slug or a signal on its own, a bracket around a
headline, or a sentence as editors are told it. Everything is looked at in stretches of limited length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checker.standing import State

KILLED = """KILL|KILLED|KILLS|MANDATORY KILL|BULLETIN KILL|STORY KILL|COPY KILL|LEGAL KILL|KILL STORY|KILL NOTICE
    KILL ADVISORY|KILL TAKEDOWN NOTICE|TAKEDOWN|TAKEDOWN NOTICE|ELIMINATION|MANDATORY ELIMINATION|STORY WITHDRAWN
    STORY KILLED|ITEM WITHDRAWN|WITHDRAWN|RECALLED|DISREGARD|PLEASE DISREGARD|STORY RETRACTED|RETRACTED|RETRACTION
    ANNULATION|ANNULE|ANNULEE|A ANNULER|ANNULER|DEPECHE ANNULEE|DEPECHE RETIREE|ZURUCKGEZOGEN|MELDUNG ZURUCKGEZOGEN
    RUCKZUG|ZURUCKZIEHUNG|ANNULLIERUNG|ANNULLIERT|ANULACION|ANULADA|ANULADO|ANULAR|ANULEN|NOTICIA ANULADA
    ANNULLARE|ANNULLAMENTO|ANNULLATO|ANNULLATA|ANULACAO|INGETROKKEN|VERVALLEN|VERVALT|ATERKALLAD|ATERKALLAS
    TRUKKET TILBAKE|TREKKES TILBAKE|TRUKKET TILBAGE|ANNULLERET|TILBAGEKALDT|PERUTTU|VEDETTY POIS|ANULOWANE
    ANULOWANIE|ANULACJA|WYCOFANE|АННУЛИРОВАНО|АННУЛИРОВАНИЕ|АННУЛИРУЕТСЯ|IPTAL|取消|配信取り消し|全文取り消し|撤稿"""
WITHHELD = """WITHHOLD|WITHHELD|STORY WITHHELD|MANDATORY WITHHOLD|HOLD|DO NOT USE|DO NOT PUBLISH|NOT FOR USE
    NOT FOR PUBLICATION|NICHT VERWENDEN|BITTE NICHT VERWENDEN|NICHT VEROFFENTLICHEN|ZURUCKHALTEN|NE PAS UTILISER
    NE PAS DIFFUSER|NE PAS PUBLIER|NO USAR|NO PUBLICAR|NO DIFUNDIR|NON UTILIZZARE|NON PUBBLICARE|NIET GEBRUIKEN
    NIET PUBLICEREN|NAO USAR|NAO PUBLICAR|FAR INTE ANVANDAS|IKKE TIL BRUK|SPERRVERMERK"""
CORRECTED = """CORRECTED|CORRECTION|CORRECTIONS|CORRECTIVE|CORRECTS|CORRECTING|CORR|CLARIFICATION|CLARIFIES|REFILE
    REFILED|REFILES|ERRATUM|ERRATA|ERRATA CORRIGE|RECTIFICATIF|RECTIFICATION|RECTIFIE|CORRECTIF|CORRIGE|CORRIGEE
    BERICHTIGUNG|BERICHTIGT|BERICHTIGTE FASSUNG|KORREKTUR|KORRIGIERT|KORRIGIERTE FASSUNG|CORRECCION|CORREGIDA
    CORREGIDO|FE DE ERRORES|FE DE ERRATAS|CORREZIONE|RETTIFICA|CORRETTO|CORRECAO|RETIFICACAO|CORRIGIDA|CORRECTIE
    RECTIFICATIE|GECORRIGEERD|RATTELSE|RATTAD|RATTAR|RETTELSE|RETTET|RETTER|KORJAUS|KORJATTU|OIKAISU|KOREKTA
    SPROSTOWANIE|ИСПРАВЛЕНИЕ|ИСПРАВЛЕНО|ПОПРАВКА|DUZELTME|訂正|更正"""
AMBIGUOUS = frozenset(
    """KILLED KILLS KILL WITHDRAWN WITHHELD WITHHOLD RECALLED RETRACTED DISREGARD HOLD ELIMINATION ANULADO ANULADA
    ANNULE ANNULEE ANNULER ANNULATO ANNULLATA ANNULLATO ANNULLERET RUCKZUG RETTER RETTET VERVALLEN PERUTTU IPTAL
    ANULAR TAKEDOWN CORRIGE CORRETTO CORR RETRACTION""".split()  # noqa: SIM905
)
"""Words that a headline or a slug may have of its own."""
NEUTRAL = re.compile(
    r"(?:[A-Z]{2,4} )?(?:\d+(?:ST|ND|RD|TH) (?:LD|LEAD|ADD|TAKE|UPDATE)(?: WRITETHRU)?|LEAD|WRITETHRU|UPDATE \d{1,2}"
    r"|UPDATE|URGENT|BULLETIN|FLASH|(?:MEDIA |EDITORIAL )?ADVISORY|ATTENTION|ACHTUNG|ATENCION|ATTENZIONE|ALERT|EDS"
    r"|EDITORS|REPEAT|[A-Z]{2,4})$"
)
"""What may stand before such a word and says nothing of it."""
PREFIX = re.compile(
    r"[\s(\[*+#^]*(?:attention,? |achtung,? )?(?:eds|editors|ed|editor's note|note to editors|editors' note"
    r"|an die redaktionen|note aux redactions|hinweis)\b[ :.,_–—-]{0,4}",
    re.IGNORECASE,
)
SPLIT = re.compile(r"[:;,/|()\[\]【】*+^\n–—_]|--| - ")
HYPHEN = re.compile(r"-(?=\S)")
SENTENCES = re.compile(r"[\n;^|]|(?<=[a-z0-9)\"'”]{2})[.!?:](?= )|(?<=[A-Z]{4})[.!:](?= )| [-–—_] ")
WORDS = re.compile(r"[^\W_]+")
PART = re.compile(
    r"\b(?:gra[fp]h?s?|paragraphs?|pars?|paras?|sentences?|lines?|headlines?|bylines?|references?|quotes?|words?"
    r"|datelines?|takes?|figures?|absatz|satz|überschrift|paragraphe|párrafo|titre|leads?|intro)\b",
    re.IGNORECASE,
)
MEDIA = re.compile(r"photos?|pictures?|captions?|graphics?|videos?|images?|laserphotos?|audio|bild\w*", re.IGNORECASE)
EARLIER = re.compile(r"\b(?:previous|earlier|prior|first|last|preceding|older|pvs|vorige|vorherige|précédente?)\b")
AGAIN = re.compile(r"[\s*(]*(?:eds:? *)?(?:retransmit|resend|repeat|retransmis|re-?sent)", re.IGNORECASE)
IN_CAPITALS = re.compile(r"\b(?:CORRECTS|CORRECTED|CORRECTING|CORRECTION|CORRECTs)\b|\b(?:to|TO) CORRECT\b")
TOLD = {
    State.KILLED: r"""
        (?:please|kindly|editors,?)[ ]kill\b | (?:please|kindly)[ ](?:disregard|delete|remove|recall|eliminate)\b
        | (?:story|item|it)[ ](?:must|should)[ ]be[ ](?:killed|eliminated)\b
        | (?:this|the|our|above)[ ](?:story|item|copy|article|version|dispatch|report|text)\b.{0,40}?
          \b(?:has[ ]been|have[ ]been|is|was|are|is[ ]being)[ ](?:killed|withdrawn|retracted|eliminated|recalled)
        | (?:meldung|text|beitrag).{0,40}?[ ](?:wird|wurde|ist)[ ](?:hiermit[ ])?(?:zurückgezogen|annulliert)
        | ziehen[ ]wir[ ](?:hiermit[ ])?zurück | (?:dépêche|article)[ ](?:est|a[ ]été)[ ](?:annulée?|retirée?)
        | (?:noticia|información|nota)[ ](?:queda|ha[ ]sido)[ ]anulada
        | (?:notizia|articolo)[ ](?:è|viene)[ ]annullat[ao]""",
    State.WITHHELD: r"""
        (?:please|kindly|editors,?)[ ](?:withhold|hold)\b | (?:story|item|it)[ ](?:must|should)[ ]be[ ]withheld\b
        | do[ ]not[ ](?:use|publish)[ ](?:this|the|it)\b | bitte[ ](?:vorerst[ ]|noch[ ])?nicht[ ](?:mehr[ ])?verwenden
        | (?:this|the)[ ](?:story|item|copy|article)\b.{0,40}?[ ](?:should|must|may)[ ]not[ ]be[ ](?:used|published)
        | (?:merci|prière)[ ]de[ ]ne[ ]pas[ ](?:utiliser|diffuser)""",
    State.CORRECTED: r"""
        (?:annule|annulle|anula|annulla)[ ](?:et|y|e)[ ](?:remplace|sustituye|sostituisce)
        | (?:replaces|supersedes)[ ](?:the[ ]|an[ ])?(?:earlier|previous|killed|withdrawn|incorrect)
        | subs\b.{0,80}?[ ]to[ ]correct\b | correct(?:ed)?[ ]version\b | (?:korrigierte|berichtigte)[ ]fassung""",
}
"""Sentences to editors, in any capitals."""
SAID = {state: re.compile(rf"(?<!\w)(?:{told})", re.IGNORECASE | re.VERBOSE) for state, told in TOLD.items()}
CUES = (
    "kill", "disregard", "withdraw", "withh", "retract", "eliminat", "recall", "zurück", "annul", "anul", "delete",
    "remove", "hold", "use", "publish", "verwend", "utilis", "diffus", "replac", "supersed", "correct", "fassung",
)  # fmt: skip
"""One of these is in every such sentence."""
INITIAL = frozenset(
    """corrects corrected correcting correction clarifies refiles korrigiert berichtigt korrektur korjattu rättar
    rättat retter rettet rectifie corrige corrigé corregge corrigir corrected""".split()  # noqa: SIM905
)
"""Words that tell of a correction at the beginning of a note, in small letters too."""
MOST = 4_000
LONGEST = 60
MOST_SENTENCES = 40


@dataclass(frozen=True, slots=True)
class Heard:
    """What an item says of itself somewhere, and in which words."""

    state: State
    said: str


def plain(said: str) -> str:
    """In capitals, without accents, one space between words."""
    folded = unicodedata.normalize("NFKD", said.upper())
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).replace("-", " ").split())


PHRASES = {
    plain(phrase): state
    for state, phrases in ((State.CORRECTED, CORRECTED), (State.WITHHELD, WITHHELD), (State.KILLED, KILLED))
    for line in phrases.splitlines()
    for phrase in line.strip().split("|")
}
STATUSES = {
    "canceled": State.KILLED,
    "cancelled": State.KILLED,
    "killed": State.KILLED,
    "kill": State.KILLED,
    "withdrawn": State.KILLED,
    "recalled": State.KILLED,
    "retracted": State.KILLED,
    "deleted": State.KILLED,
    "unpublished": State.KILLED,
    "withheld": State.WITHHELD,
    "withhold": State.WITHHELD,
    "hold": State.WITHHELD,
    "corrected": State.CORRECTED,
    "correction": State.CORRECTED,
    "usable": State.USABLE,
    "published": State.USABLE,
}
NAMED = {"killed": State.KILLED, "kill": State.KILLED, "deleted": State.KILLED, "canceled": State.KILLED}


def of_status(said: str) -> State | None:
    """What a status comes to; None when it is none that is known."""
    return STATUSES.get(said.rpartition(":")[2].strip().lower())


def of_signal(said: str) -> Heard | None:
    """Of signals, one beside the other: each on its own, in any capitals."""
    return _gravest(map(_signal, re.split(r"[,;\n]", said[:MOST])))


def _signal(word: str) -> Heard | None:
    code = word.rpartition(":")[2].strip(" ()[]*")
    state = NAMED.get(code.lower()) or PHRASES.get(plain(code[:LONGEST]))
    return Heard(state, code) if state else None


def of_slug(said: str) -> Heard | None:
    """Of a slug: a part of it behind a comma or in brackets, or all of it. "IRAQ-BOMB/KILLED" is a story's."""
    parts = re.split(r"[,()\[\]]", said[:MOST])
    found = [_whole(part) for part in parts[1:]]
    return _gravest([*found, _whole(parts[0]), of_line(said)])


def _whole(part: str) -> Heard | None:
    """A part that is nothing but one of the phrases; those that a story's slug might have only in capitals."""
    said = part.strip(" *-")
    state = PHRASES.get(plain(said[:LONGEST]))
    if state is None or (plain(said) in AMBIGUOUS - {"KILL", "WITHHOLD"} and said.upper() != said):
        return None
    return Heard(state, said)


def of_line(said: str) -> Heard | None:
    """Of a headline: the words of command before it, or one in brackets; a note to editors as what it is."""
    line = said[:MOST].strip()
    if PREFIX.match(line):
        return of_note(line)
    parts = SPLIT.split(line[:200])
    shouted = not any(map(str.islower, line))
    for number, part in enumerate(parts[:4]):
        bare = part.strip()
        if not bare:
            continue
        alone = not any(other.strip() for other in parts[number + 1 :])
        bracketed = line[: line.find(bare)].rstrip(" ").endswith(("(", "[", "【", "*", "+"))
        headed = line[len(bare) :].lstrip().startswith(":") if line.startswith(bare) else False
        if found := _command(bare, alone or bracketed, shouted, headed):
            return found
        if not NEUTRAL.match(plain(bare)) or bare.upper() != bare:
            break
    ending = re.search(r"[(\[]([^()\[\]]{3,40})[)\]]\s*$", line[-80:])
    return _command(ending[1], True, False) if ending else None


def _command(part: str, apart: bool, shouted: bool, headed: bool = False) -> Heard | None:
    """One of the phrases in capitals, all of a part, or set before the rest of it by a hyphen (CORRECTED-Storm).

    `headed`: a colon follows, as in "Correction: Mayor-Vote story".
    """
    before, hyphen, after = part.partition("-")
    if hyphen and NEUTRAL.match(plain(before)) and before.upper() == before:
        part = after
    for end in (*(match.start() for match in HYPHEN.finditer(part[:LONGEST])), len(part)):
        said = part[:end].strip()
        key = plain(said[:LONGEST])
        state = PHRASES.get(key)
        if state is None or (said.upper() != said and not (headed and state is State.CORRECTED)):
            continue
        doubtful = key in AMBIGUOUS and (key != "KILL" or shouted or end < len(part))
        if not doubtful or apart or (end < len(part) and key == "WITHDRAWN"):
            return Heard(state, said)
    return None


def of_note(said: str) -> Heard | None:
    """Of a note to editors, sentence by sentence."""
    note = said[:MOST]
    if AGAIN.match(note):
        return None
    sentences = [sentence for sentence in SENTENCES.split(note) if sentence.strip()][:MOST_SENTENCES]
    return _gravest(found for sentence in sentences for found in _sentence(sentence[:400]))


def of_message(said: str) -> Heard | None:
    """Of a note that is about another item: there "kill the earlier version" is a kill."""
    sentences = [sentence for sentence in SENTENCES.split(said[:MOST]) if sentence.strip()][:MOST_SENTENCES]
    return _gravest(found for sentence in sentences for found in _sentence(sentence[:400], about_others=True))


def _sentence(said: str, about_others: bool = False) -> Iterator[Heard]:
    prefix = PREFIX.match(said)
    bare = said[prefix.end() if prefix else 0 :].strip(" ()[]*+#-_\"'“”")
    words = bare.split()
    for count in range(min(4, len(words)), 0, -1):
        lead = " ".join(words[:count]).strip(" :,.!()[]*")
        rest = " ".join(words[count : count + 12])
        state = PHRASES.get(plain(lead[:LONGEST]))
        if state and lead.upper() == lead:
            yield from _of_what(state, lead, rest, about_others)
            break
    if words and words[0].strip(":,").lower() in INITIAL:
        yield Heard(State.CORRECTED, words[0].strip(":,"))
    lower = bare.lower()
    if any(cue in lower for cue in CUES):
        for state, pattern in SAID.items():
            if match := pattern.search(bare):
                yield from _of_what(state, match[0], bare[match.end() : match.end() + 80], about_others)
    if match := IN_CAPITALS.search(bare):
        yield Heard(State.CORRECTED, match[0])


def _of_what(state: State, said: str, rest: str, about_others: bool) -> Iterator[Heard]:
    """A kill of one paragraph corrects the story, a kill of a picture leaves it, one of an earlier version mends it."""
    near = rest[:60]
    if state in (State.KILLED, State.WITHHELD):
        if MEDIA.search(near):
            return
        if PART.search(near) or (not about_others and EARLIER.search(f"{said} {near}".lower())):
            state = State.CORRECTED
    yield Heard(state, said[:LONGEST])


GRAVITY = {State.USABLE: 0, State.CORRECTED: 1, State.WITHHELD: 2, State.KILLED: 3}


def graver(one: State, other: State) -> State:
    """The graver of two."""
    return max(one, other, key=lambda state: GRAVITY[state])


def _gravest(found: Iterable[Heard | None]) -> Heard | None:
    heard = [one for one in found if one]
    return max(heard, key=lambda one: GRAVITY[one.state], default=None)
