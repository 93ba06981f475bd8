"""Whose words a quotation is, as the text around it says: "said the minister", "according to the police", "so Merz".

Verbs of saying in the languages of the large agencies. A name is what stands beside the verb; it is not looked up
anywhere. What a text does not say is not guessed, but what newsrooms write is understood: the speaker before, behind or
within the quotation, in the sentence before, in the next one ("He added ..."), in the line over or under it, and who
spoke last in a paragraph speaks on in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

WORD = re.compile(r"(?<!\w)@\w+|[^\W_]+(?:['\u2019.-][^\W_]+)*")
AROUND = 300
"""Characters before and behind a quotation in which its speaker is looked for."""
REACH = 14
"""Words between a quotation and the verb, at most; twice as many before it, and where a speaker is described."""
NAME_WORDS = 8
CLAUSE_WORDS = 9
SHORT = 4
"""Words of a sentence of its own behind a quotation that does nothing else: "Rosa Lund said."."""
CLAUSE = 90
"""Words and characters of a clause that does nothing but say whose a quotation is, at most."""
CARRIED = 300
"""Characters between two quotations of one voice, at most."""


def _forms(verbs: str) -> Iterator[str]:
    """The forms of regular English verbs: "confirm" gives confirms, confirmed, confirming."""
    for verb in verbs.split():
        stem = verb.removesuffix("e")
        if verb.endswith("y") and verb[-2] not in "aeiou":
            yield from (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
        else:
            yield from (verb, verb + ("es" if verb.endswith(("s", "sh", "ch")) else "s"), stem + "ed", stem + "ing")


SAYING = frozenset(
    """
    said says say saying told tells tell telling wrote writes written writing quoted admitted admits admitting quipped
    spokesman spokeswoman spokesperson statement letter remarks comment email e-mail tweet memo interview
    sagte sagt sagten erklärte erklärt erklärten betonte betont kritisierte warnte fügte meinte mahnte schrieb schreibt
    äußerte berichtete forderte begründete teilte hieß bestätigte ergänzte beklagte versicherte räumte twitterte
    dit disait déclaré déclare déclarait affirmé affirme affirmait expliqué explique ajouté ajoute assuré assure estimé
    estime indiqué indique souligné souligne écrit précisé raconté lancé confirmé regretté rappelé
    dijo dice dijeron afirmó afirma declaró declara señaló señala explicó explica añadió añade aseguró asegura indicó
    indica manifestó sostuvo advirtió escribió recordó confirmó subrayó comentó denunció lamentó
    disse dice detto dichiarato affermato spiegato spiega aggiunto aggiunge scritto sottolineato commentato confermato
    afirmou declarou explicou acrescentou contou escreveu
    zei zegt vertelde verklaarde stelde schreef sa säger sade fortalte sier siger sagde skrev berättar berättade
    förklarar uppger skriver
    """.split()  # noqa: SIM905
) | frozenset(
    _forms(
        """
        report tweet post add ask explain state declare announce insist warn argue note recall reply respond testify
        claim call joke shout cry remark observe continue conclude comment urge demand concede confirm reiterate
        emphasize emphasise acknowledge maintain contend complain counter retort exclaim repeat
        """
    )
)
"""Verbs of saying, and the nouns in which a speech comes."""
TELLING = (
    SAYING
    | frozenset(
        """
    put puts read reads reading cited citing cites began begins spoke speaks speaking thought thinks felt feels swore
    swears gave gives giving went saw sees heard known dubbed
    lobte kündigte nannte nennt bezeichnete heißt lautete lautet annoncé dénoncé anunció expresó
    """.split()  # noqa: SIM905
    )
    | frozenset(
        _forms(
            """
        reveal describe deny suggest stress predict promise agree allege assert lament boast propose recount relate
        denounce condemn apologize apologise vow pledge plead accuse blast slam hail welcome praise criticize criticise
        mention believe hope express issue muse caution whisper scream groan laugh advise recommend estimate expect
        opine reason question wonder answer clarify disclose indicate signal proclaim protest reassure remember
        summarize point release publish outline speculate blame thank label brand characterize characterise
        """
        )
    )
)
"""Other verbs that tell whose words these are, where the sentence is the quotation's own."""
ACCORDING = (
    ("according", "to"),
    ("laut",),
    ("nach", "angaben"),
    ("so",),
    ("selon",),
    ("d'après",),
    ("según",),
    ("secondo",),
    ("segundo",),
    ("volgens",),
    ("enligt",),
    ("ifølge",),
    ("ifølgje",),
)
"""What stands before the speaker instead of a verb; the short "so" only right behind a quotation."""
PRONOUNS = frozenset(
    """
    he she they it i we who er sie es il elle ils elles él ella ellos egli lei lui hij zij ze han hon hun
    """.split()  # noqa: SIM905
)
FILLERS = frozenset(
    """
    the a an and but in on at of to for from by with as that this later also then when while after before monday tuesday
    wednesday thursday friday saturday sunday his her their its not been has have had was were is are be would could
    may might must can cannot shall should will do does did
    der die das dem den des ein eine am im in und le la les l' un une el los las il lo gli een de het
    """.split()  # noqa: SIM905
)
STOP = re.compile(r"[.!?\u2026]['\"\u201d\u2019)\u00bb]*\s+(?=[^a-z])")
ABBREVIATED = re.compile(
    r"(?:\b(?:\w\.)*[^\W\d_]|\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Gen|Sen|Rep|Gov|Sgt|Lt|Col|Capt|Cmdr|Adm|Maj|Hon|St|Jr|Sr"
    r"|Inc|Corp|Co|Ltd|No|Det|Insp|Supt|Pres|Atty|Mt|Ft|Jan|Feb|Aug|Sept|Oct|Nov|Dec|Calif|Fla|Mass|Conn|Ariz|Penn?|Wash"
    r"|Minn|Mich|Wis|Ill|Ind|Va|Ga|Tenn|Colo|Ore|Sra?|Dra?|Abg|Nr))$"
)
"""What a stop shortens, so that it ends no sentence: titles, initials, firms, months, states."""
POSTED = re.compile(r"\W{0,4}[\u2014\u2013-]{1,2} ?([^\n@(]{2,60}?) ?\(? ?@ ?\w")
SIGNED = re.compile(
    r"\W{0,4}\n?[ \t]{0,9}[\u2014\u2013-]{1,2}[ \t]?"
    r"([^\W\d_a-z][\w.'\u2019-]{0,30}(?:[ \t][\w.'\u2019-]{1,30}){0,4})(?=[,\n(]|$)"
)
"""The name under a quotation that is set apart: "- Rosa Lund, harbor master"."""
QUOTE = "\"\u201c\u201d\u201e\u201f\u00ab\u00bb`'\u2018\u2019"
ENDED = (".", "!", "?", "\u2026")
WRAPPED = re.compile(
    r"(?<=[^.!?:\u2026\"\u201d\u2019'\n])\n(?=[^\s\"\u201c\u201e\u00ab\u2018`'])|(?<=\b[MD][rs]\.)\n(?=\S)|(?<=\b(?:Rev|Sen|Gen|Gov|Mrs|Col)\.)\n(?=\S)"
)
"""A line's end within a sentence."""
DOCUMENTS = frozenset(
    "statement letter email e-mail tweet memo note message release post communiqué comunicado".split()  # noqa: SIM905
)
AUTHORED = frozenset(("by", "from"))
"""What leads to the author of a document: "a statement sent to reporters by the ministry"."""
LINKING = frozenset(
    """
    which that who whom whose but and or as while because than when where of in to for with by on at from is was are
    were had has have
    """.split()  # noqa: SIM905
)
"""What goes on with the sentence that a quoted phrase is part of."""


def speaker(text: str, start: int, end: int, *, near: bool = False) -> str:
    """Who says text[start:end], in the words of the text; "" where it does not say.

    Looked at, in this order: what follows in the paragraph, what leads to it there, the lines over and under it, the
    sentence before, and the next paragraph, where that goes on with what he or she said. With `near` only what belongs
    to the quotation itself is: its own sentence, a clause behind it, and the lines over and under it.
    """
    if posted := POSTED.match(text, end):
        return posted[1].strip()
    behind = WRAPPED.sub(" ", text[end : end + AROUND])
    rest = behind.lstrip(QUOTE + ",.!?; \u2026").partition("\n")[0]
    closing = text[end - 3 : end].rstrip()[-1:] + behind.lstrip(QUOTE + " ")[:1]
    bound, comma = closing[:1] not in ".\u2026" or closing[1:] == ",", "," in closing
    following = _sentences(rest)[0]
    if (not near or bound or len(_words(following)) <= SHORT) and (
        said := _behind(following, bound=bound, comma=comma)
    ):
        return said
    lead = WRAPPED.sub(" ", text[max(0, start - AROUND) : start]).rstrip(QUOTE + " ")
    before, line, here = lead.rpartition("\n")
    *earlier, clause = _sentences(here)
    if near and clause.rstrip()[-1:] in ENDED:
        clause = ""  # a sentence that is whole leads to nothing
    if said := _before(clause, right_before=True) or _led(clause):
        return said
    if not here.strip() and (signed := SIGNED.match(text, end)):
        return signed[1].strip()
    if line and not here.strip():
        over = before.rstrip().rpartition("\n")[2].strip()
        if said := _named_over(over):
            return said
        if near and over.endswith(":"):
            return _before(over, right_before=True) or _led(over)
        earlier = _sentences(over)
    if near:
        return ""
    if earlier and (said := _before(earlier[-1], right_before=False) or (line and _led(earlier[-1]))):
        return said
    return _goes_on(behind) if not here.strip() else ""


def speakers(text: str, spans: Sequence[tuple[int, int]], *, near: bool = False) -> list[str]:
    """Who says each of several quotations, in their order.

    Who spoke last speaks on: in the same paragraph, and in the next one when that begins with the quotation; not with
    `near` (see `speaker`).
    """
    said: list[str] = []
    for number, (start, end) in enumerate(spans):
        name = speaker(text, start, end, near=near)
        if not name and number and not near:
            gap = text[spans[number - 1][1] : start]
            rest, line, opening = gap.partition("\n")
            if len(rest) <= CARRIED and not (line and any(map(str.isalnum, opening))):
                name = said[-1]
        said.append(name)
    return said


def clauses(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where the short clauses stand that say whose the quotations are, behind them or between two parts: "Lund said".

    `spans` are the quotations of the text, in order.
    """
    out: list[tuple[int, int]] = []
    for number, (_, end) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else len(text)
        behind = text[end : min(following, end + CLAUSE)]
        inner = behind.lstrip(QUOTE + ", ")
        begin = end + len(behind) - len(inner)
        clause = _sentences(inner.partition("\n")[0])[0].rstrip(QUOTE + " \n")
        closed = len(clause) < len(inner) or following < end + CLAUSE
        words = _words(clause)
        if closed and 1 < len(words) <= CLAUSE_WORDS and SAYING.intersection(word.lower() for word in words):
            out.append((begin, begin + len(clause)))
    return out


def _sentences(text: str) -> list[str]:
    """The sentences of a few lines; a title, an initial or a month that is shortened ends none."""
    out, begin = [], 0
    for stop in STOP.finditer(text):
        if text[stop.start()] == "." and ABBREVIATED.search(text[begin : stop.start()][-12:]):
            continue
        out.append(text[begin : stop.end()])
        begin = stop.end()
    return [*out, text[begin:]]


def _words(text: str) -> list[str]:
    return [match.group() for match in WORD.finditer(text)]


def _behind(clause: str, *, bound: bool, comma: bool) -> str:
    """From the clause behind a quotation: "said Rosa Lund, the harbour master", "Lund said", "so die Ministerin".

    `bound`: the quotation does not end with a stop, so that the clause belongs to it; else it is a sentence of its own,
    and must begin with who says something. `comma`: it ends with a comma, so that a clause must say whose it is,
    whatever its verb.
    """
    words = _words(re.split(r"[\"\u201c\u201e\u00ab]", clause, maxsplit=1)[0])
    low = [word.lower() for word in words[: 2 * REACH if bound else REACH]]
    if author := _author(words):
        return author
    for phrase in ACCORDING:
        if tuple(low[: len(phrase)]) == phrase:
            return _name(words[len(phrase) :])
    for verbs in (SAYING, TELLING) if bound else (SAYING,):
        for at, word in enumerate(low):
            if at and low[at - 1] == "be":  # "may not be published": nobody says it
                continue
            if word in verbs and (at <= NAME_WORDS or comma):
                adding = not at and word.endswith("ing")  # whose voice that is was told before
                return "" if adding else _name(words[:at]) or _name(words[at + 1 :])
    tail = _words(clause.rpartition(",")[2]) if bound and "," in clause else []  # "..., Lund said."
    if len(tail) <= NAME_WORDS and SAYING.intersection(word.lower() for word in tail):
        return _name([word for word in tail if word.lower() not in SAYING])
    return _name(words[:REACH]) if comma and len(words) > 1 and low[0] not in LINKING else ""


def _before(clause: str, *, right_before: bool) -> str:
    """From the clause that leads to a quotation: "Rosa Lund told reporters on Monday:"; or the sentence before it."""
    words = _words(re.split(f"[{QUOTE[:-3]}]", clause)[-1])
    low = [word.lower() for word in words]
    if author := _author(words):
        return author
    for phrase in ACCORDING[:3] + ACCORDING[4:]:
        for at in range(len(low) - len(phrase), -1, -1):
            if tuple(low[at : at + len(phrase)]) == phrase:
                return _name(words[at + len(phrase) :])
    for at in range(len(low) - 1, -1, -1):
        if right_before and len(low) - at > REACH * 2:
            break
        if low[at] in (TELLING if right_before else SAYING):
            return _name(words[:at], last=True) or _name(words[at + 1 :])
    return ""


def _author(words: Sequence[str]) -> str:
    """Whose statement or letter a clause speaks of: "a statement sent to the Hallam Post by the ministry"."""
    low = [word.lower() for word in words]
    for at, word in enumerate(low):
        if at and word in SAYING and word not in DOCUMENTS:
            return ""
        if word in DOCUMENTS:
            by = next((at + step for step, one in enumerate(low[at : at + NAME_WORDS]) if one in AUTHORED), None)
            return _name(words[by + 1 :]) if by is not None else ""
    return ""


def _led(clause: str) -> str:
    """From a clause that ends with a colon, or a line in capitals: "The judge had advice for the guards:"."""
    bare = clause.strip()
    words = _words(bare)
    capitals = len(words) > 1 and bare.isupper() and not any(map(str.isdigit, bare))
    return _name(words) if words and (bare.endswith(":") or capitals) else ""


def _named_over(line: str) -> str:
    """From a short line over a quotation that is a name, or a name and what somebody is: "Rosa Lund, harbor master"."""
    name = re.match(r"(?:[^\W\d_a-z][\w.'\u2019-]{0,30}[ \t]){1,3}[^\W\d_a-z][\w.'\u2019-]{0,30}(?=,|$)", line)
    return name[0] if name and len(line) <= 100 and line[-1:] not in ".!?" else ""


def _goes_on(behind: str) -> str:
    """From the paragraph behind a quotation that stands alone: "He added that ..."."""
    words = _words(behind.lstrip(QUOTE + ",.!? \u2026").lstrip("\n")[:80])
    low = [word.lower() for word in words[:4]]
    return words[0] if low and low[0] in PRONOUNS and SAYING.intersection(low[1:]) else ""


def _name(words: Sequence[str], *, last: bool = False) -> str:
    """The name among a few words: a run of capitals, else a pronoun or noun that stands there."""
    near = list(words[-2 * NAME_WORDS :] if last else words[: 2 * NAME_WORDS])
    runs: list[list[str]] = [[]]
    for word in near:
        initial = bool(runs[-1]) and len(word) == 1 and word.isupper()
        if initial or ((word[:1].isupper() or word[:1] == "@") and word.lower() not in FILLERS):
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    named = [run for run in runs if run and not (len(run) == 1 and run[0].lower() in PRONOUNS)]
    if named:
        return " ".join(named[-1 if last else 0][:NAME_WORDS])
    said = [word for word in near if word.lower() not in FILLERS]
    return " ".join(said[-2:] if last else said[:2])
