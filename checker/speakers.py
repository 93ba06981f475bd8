"""Whose words a quotation is, as the text around it says: "said the minister", "according to the police", "so Merz".

Verbs of saying in the languages of the large agencies. A name is what stands beside the verb; it is not looked up
anywhere. What a text does not say is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

WORD = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
AROUND = 240
"""Characters before and behind a quotation in which its speaker is looked for."""
REACH = 14
"""Words between a quotation and the verb, at most."""
NAME_WORDS = 8
SAYING = frozenset(
    """
    said says say saying reported reports told tells tell telling tweeted tweets wrote writes written posted posts
    added adds asked asks explained explains stated states declared declares announced announces insisted insists
    warned warns argued argues noted notes recalled recalls replied replies responded responds testified claimed
    claims admitted admits called calls joked quipped shouted cried remarked observed continued concluded commented
    urged demanded conceded quoted spokesman spokeswoman statement letter remarks comment
    sagte sagt sagten erklärte erklärt erklärten betonte betont kritisierte warnte fügte meinte mahnte schrieb schreibt
    äußerte berichtete forderte begründete teilte hieß
    dit disait déclaré déclare déclarait affirmé affirme affirmait expliqué explique ajouté ajoute assuré assure estimé
    estime indiqué indique souligné souligne écrit précisé raconté lancé
    dijo dice dijeron afirmó afirma declaró declara señaló señala explicó explica añadió añade aseguró asegura indicó
    indica manifestó sostuvo advirtió escribió recordó
    disse dice detto dichiarato affermato spiegato spiega aggiunto aggiunge scritto sottolineato commentato
    afirmou declarou explicou acrescentou contou escreveu
    zei zegt vertelde verklaarde stelde schreef sa säger sade fortalte sier siger sagde skrev
    """.split()  # noqa: SIM905
)
"""Verbs of saying, and the nouns in which a speech comes."""
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
    der die das dem den des ein eine am im in und le la les l' un une el los las il lo gli een de het
    """.split()  # noqa: SIM905
)
SENTENCE = re.compile(r"[.!?\u2026]['\"\u201d\u2019)\u00bb]*\s+(?=[^a-z])")
POSTED = re.compile(r"\W{0,4}[\u2014\u2013-]{1,2} ?([^\n@(]{2,60}?) ?\(? ?@ ?\w")
QUOTE = "\"\u201c\u201d\u201e\u201f\u00ab\u00bb`'\u2018\u2019"


def speaker(text: str, start: int, end: int) -> str:
    """Who says text[start:end], in the words of the text; "" where it does not say.

    Looked at, in this order: what follows in the paragraph, what leads to it there, and the paragraph before.
    """
    if posted := POSTED.match(text, end):
        return posted[1].strip()
    behind = text[end : end + AROUND].lstrip(QUOTE + ",.!?; \u2026").partition("\n")[0]
    if said := _behind(SENTENCE.split(behind, maxsplit=1)[0]):
        return said
    lead = text[max(0, start - AROUND) : start].rstrip(QUOTE + " ")
    before, line, here = lead.rpartition("\n")
    if said := _before(SENTENCE.split(here)[-1], right_before=True):
        return said
    earlier = SENTENCE.split(here)[:-1] or ([SENTENCE.split(before.rstrip())[-1]] if line else [])
    return _before(earlier[-1], right_before=False) if earlier else ""


def speakers(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Who says each of several quotations, in their order; one right behind another is the same voice's."""
    said: list[str] = []
    for number, (start, end) in enumerate(spans):
        name = speaker(text, start, end)
        if not name and number and not any(map(str.isalnum, text[spans[number - 1][1] : start])):
            name = said[-1]
        said.append(name)
    return said


def _words(text: str) -> list[str]:
    return [match.group() for match in WORD.finditer(text)]


def _behind(clause: str) -> str:
    """From the clause behind a quotation: "said Rosa Lund, the harbour master", "Lund said", "so die Ministerin"."""
    words = _words(re.split(r"[\"\u201c\u201e\u00ab]", clause, maxsplit=1)[0])
    low = [word.lower() for word in words[:REACH]]
    for phrase in ACCORDING:
        if tuple(low[: len(phrase)]) == phrase:
            return _name(words[len(phrase) :])
    for at, word in enumerate(low):
        if word in SAYING:
            return _name(words[:at]) or _name(words[at + 1 :]) if at <= NAME_WORDS else ""
    return ""


def _before(clause: str, *, right_before: bool) -> str:
    """From the clause that leads to a quotation: "Rosa Lund told reporters on Monday:"."""
    words = _words(re.split(f"[{QUOTE[:-3]}]", clause)[-1])
    low = [word.lower() for word in words]
    for phrase in ACCORDING[:3] + ACCORDING[4:]:
        for at in range(len(low) - len(phrase), -1, -1):
            if tuple(low[at : at + len(phrase)]) == phrase:
                return _name(words[at + len(phrase) :])
    for at in range(len(low) - 1, -1, -1):
        if right_before and len(low) - at > REACH * 2:
            break
        if low[at] in SAYING:
            return _name(words[:at], last=True) or _name(words[at + 1 :])
    return ""


def _name(words: Sequence[str], *, last: bool = False) -> str:
    """The name among a few words: a run of capitals, else a pronoun or noun that stands there."""
    near = list(words[-2 * NAME_WORDS :] if last else words[: 2 * NAME_WORDS])
    runs: list[list[str]] = [[]]
    for word in near:
        if word[:1].isupper() and word.lower() not in FILLERS:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    named = [run for run in runs if run and not (len(run) == 1 and run[0].lower() in PRONOUNS)]
    if named:
        return " ".join(named[-1 if last else 0][:NAME_WORDS])
    said = [word for word in near if word.lower() not in FILLERS]
    return " ".join(said[-2:] if last else said[:2])
