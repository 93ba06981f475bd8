"""Where a text quotes, by the marks of every convention, and whose words they are, as the text says it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.quotations import MARKS, quotations
from checker.speakers import clauses, speaker, speakers

WORDS = "We could hear the eggs knocking"


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quotations(text)]


@pytest.mark.parametrize(
    "text",
    [
        f'"{WORDS}," the keeper said.',
        f"“{WORDS},” the keeper said.",
        f"``{WORDS},'' the keeper said.",
        f"„{WORDS},“ sagte der Wärter.",
        f"„{WORDS},” powiedział strażnik.",
        f"»{WORDS},« sagte der Wärter.",
        f"«{WORDS},» a dit le gardien.",
        f"”{WORDS},” sade vakten.",
        f"'{WORDS},' the keeper said.",
        f"‘{WORDS},’ the keeper said.",
        f"‚{WORDS},‘ sagte der Wärter.",
        f"＂{WORDS},＂ the keeper said.",
        f'The keeper said: "{WORDS},',
        f'She asked ("{WORDS},") and left.',
    ],
)
def test_speech_between_marks(text: str) -> None:
    assert quoted(text) == [WORDS + ","]


def test_marks_with_spaces_on_both_sides() -> None:
    assert quoted(f'He said : " {WORDS} , " and left . " Nobody pressed it , " he said .') == [
        f" {WORDS} , ",
        " Nobody pressed it , ",
    ]


@pytest.mark.parametrize(
    ("text", "speech", "name"),
    [
        (
            "Bron stod öppen.\n– Vi hörde äggen knacka i kugghjulet, säger Rosa Lund.",
            "Vi hörde äggen knacka i kugghjulet",
            "Rosa Lund",
        ),
        ("– Vi hørte eggene banke, sa Rosa Lund til avisen.\nBroen åpnet igjen.", "Vi hørte eggene banke", "Rosa Lund"),
        ("—Oímos los huevos golpear —dijo Rosa Lund—. El puente abrió.", "Oímos los huevos golpear", "Rosa Lund"),
        ("— On entendait les œufs frapper, explique Jean Moffat.", "On entendait les œufs frapper", "Jean Moffat"),
    ],
)
def test_speech_behind_a_dash(text: str, speech: str, name: str) -> None:
    assert quoted(text) == [speech]
    assert speaker(text, *quotations(text)[0]) == name


def test_a_list_behind_dashes_is_no_speech() -> None:
    assert (
        quoted(
            "- Three boats were hurt, police said.\n- The bridge opened, said Lund.\n– Bron stod öppen i sex timmar."
        )
        == []
    )


def test_corner_brackets() -> None:
    assert quoted("番人は「卵の音が聞こえた」と話した。") == ["卵の音が聞こえた"]


def test_a_quotation_over_paragraphs_opens_each_and_closes_the_last() -> None:
    text = f'Roke said: "{WORDS}.\n\n"After that nobody pressed the button.\n\n"It was a heron."\n\nPolice left.'
    assert quoted(text) == [f"{WORDS}.", "After that nobody pressed the button.", "It was a heron."]


def test_a_quotation_that_nobody_closes_ends_with_its_paragraph() -> None:
    text = f'Roke said: "{WORDS}.\nThe port denied this.\n"We oiled it," a spokeswoman said.'
    assert quoted(text) == [f"{WORDS}.", "We oiled it,"]


def test_a_quotation_within_one_is_part_of_it() -> None:
    assert quoted('"He told me: ‘Press it!’ and I pressed it," she said.') == [
        "He told me: ‘Press it!’ and I pressed it,"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The players' union and the museum's director didn't agree in '98, o'clock or no.",
        'The boards are 5\' 10" wide and 3" thick.',
        "A day's work; the dockers' pay; rock 'n' roll.",
    ],
)
def test_apostrophes_and_inches_quote_nobody(text: str) -> None:
    assert quoted(text) == []


def test_an_apostrophe_within_single_marks_closes_nothing() -> None:
    text = "'It's the dockers' right to strike, and they won't give it up,' said Lund."
    assert quoted(text) == ["It's the dockers' right to strike, and they won't give it up,"]


def test_a_post_is_quoted_up_to_the_line_of_its_author() -> None:
    text = "The port reacted.\nThe bridge is open again, heron and all — Port Hallam (@porthallam) April 3, 2001\nNo."
    assert quoted(text) == ["The bridge is open again, heron and all "]
    assert speaker(text, *quotations(text)[0]) == "Port Hallam"


def test_a_post_over_the_line_of_its_author() -> None:
    text = "The port reacted.\nThe bridge is open again, heron and all\n— Port Hallam (@porthallam)\nNobody saw it."
    assert quoted(text) == ["The bridge is open again, heron and all\n"]


@pytest.mark.parametrize(
    "text",
    [
        f"The bridge stuck for six hours, and the keeper — known to all as Roke (@roke) — {WORDS.lower()}.",
        "The bridge stuck for six hours, engineers said, and nobody was hurt. — Rosa Lund (@rosalund) April 3, 2001",
        "Write to the heron-watchers of Port Hallam (@heron) if you see it.",
    ],
)
def test_a_paragraph_that_names_an_account_is_no_post(text: str) -> None:
    assert quoted(text) == []


LETTER = "   Dear sir, the bridge was oiled in autumn.\n   We have the can."


def test_a_document_set_in_behind_a_colon_and_lines_of_a_mail() -> None:
    assert quoted(f"The port wrote:\n{LETTER}\nNobody saw it.") == [LETTER]
    assert quoted(f"The letter of the board reads:\n\n{LETTER}\n\nNobody saw it.") == [LETTER]
    assert quoted("He wrote:\n\n> The bridge was oiled.\n> We have the can.\n\nNobody saw it.") == [
        "> The bridge was oiled.\n> We have the can."
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"Key points for commuters:\n{LETTER}\nNobody saw it.",  # nobody wrote it
        f"The port wrote:\n{LETTER}",  # and no story around it
        f"   The port wrote:\n{LETTER}\n   Nobody saw it.",  # the story's own margin
        "The port wrote:\n   The bridge was oiled in autumn, engineers said.\n   Nobody was hurt.\nThat was all.",
        "The port wrote:\n" + "   The bridge was oiled in autumn.\n" * 40 + "Nobody saw it.",
        "Anna wrote:\n> The bridge was oiled, engineers said.\n> We have the can.\n\nBest, Anna",
    ],
)
def test_paragraphs_that_are_set_in_are_the_story_s_own(text: str) -> None:
    assert quoted(text) == []


PROSE = "The swing bridge at Port Hallam stuck open for six hours after a heron built its nest in the gearwheel"


def test_a_mark_that_nobody_closes_quotes_no_more_than_a_sentence_or_two() -> None:
    assert quoted(f'Roke said: "{WORDS}. {PROSE}.\nThe port denied this.') == [f"{WORDS}. {PROSE}."]
    assert (
        quoted(f'Roke said: "{WORDS}. {PROSE}, and {PROSE}, and {PROSE}, engineers said.\nThe port denied this.') == []
    )


def test_a_mark_that_nobody_closes_quotes_no_clause_of_the_reporter_s() -> None:
    assert quoted(f'"{WORDS}, Roke said. {PROSE}. "We oiled it," he said.') == [f"{WORDS},", "We oiled it,"]


def test_marks_the_wrong_way_round() -> None:
    assert quoted(f"The ”Most Wanted“ list was long. {PROSE}.") == ["Most Wanted"]


def test_a_story_on_one_line_has_its_prose_between_the_quotations() -> None:
    text = f'Roke said: "{WORDS}. "Nobody pressed it." {PROSE}. {PROSE}. "We oiled it," she said.'
    assert quoted(text) == [f"{WORDS}. ", "Nobody pressed it.", "We oiled it,"]


def test_a_mark_typed_the_wrong_way_round_closes_all_the_same() -> None:
    assert quoted(f"“{WORDS}.“\n{PROSE}. He said “no.”") == [f"{WORDS}.", "no."]


@given(st.text(st.sampled_from("ab \n.,\"'“”„‘’«»`()>-—@:"), max_size=400))
def test_spans_are_in_order_inside_the_text_and_apart(text: str) -> None:
    spans = quotations(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@given(st.text(max_size=300))
def test_any_text_will_do(text: str) -> None:
    spans = quotations(text)
    assert spans == [] or MARKS.search(text) or "@" in text or ">" in text or ":" in text
    assert len(speakers(text, spans)) == len(spans)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('"{}," bridge keeper Anselm Roke said.', "Anselm Roke"),
        ('"{}," said Rosa Lund, the harbor master.', "Rosa Lund"),
        ('"{}," said the Rev. A.J. Lund of the seamen\'s church.', "Rev A.J Lund"),
        (
            '"{}," Rosa Lund, a baker of 54 who had waited by the bridge all night, told us.',
            "Rosa Lund",
        ),
        ('"{}," Rosa Lund fumed.', "Rosa Lund"),
        ('"{}," read a statement sent to the Hallam Post by the ministry.', "ministry"),
        ('A letter to parents from the Rev. A. J. Lund said: "{}."', "Rev A J Lund"),
        ('"{}!" Lund shouted across the water.', "Lund"),
        ('"{}", she added.', "she"),
        ('"{}," the\nharbor master said.', "harbor master"),
        ('Rosa Lund told reporters on Monday: "{}."', "Rosa Lund"),
        ('The keeper called it loud and Rosa Lund confirmed that "{}."', "Rosa Lund"),
        ('Rosa Lund was blunt in a letter to the port: "{}."', "Rosa Lund"),
        ('ROSA LUND, HARBOR MASTER, PORT HALLAM "{}."', "ROSA LUND HARBOR MASTER PORT HALLAM"),
        ('In an e-mailed statement, the Port Authority said "{}."', "Port Authority"),
        ('The letter of the board reads: "{}."', "letter board"),
        ('LUND: "{}."', "LUND"),
        ('According to the Port Authority, "{}" when it turned.', "Port Authority"),
        ('Nobody slept because "{}" whenever it turned, Lund said.', "Lund"),
        ('"{}," according to the Port Authority.', "Port Authority"),
        ('"{}," she said.', "she"),
        ('Lund was there.\n\nShe said it was loud.\n"{}."', "She"),
        ('Rosa Lund, harbor master, on the bridge\n"{}."\nThe port denied this.', "Rosa Lund"),
        ('"{}."\n— Rosa Lund, harbor master\nThe port denied this.', "Rosa Lund"),
        ('"{}."\nShe added that the bridge is open.', "She"),
        ("Rosa Lund (@rosalund) wrote: ‘{}.’", "Rosa Lund @rosalund"),
        ("„{}“, sagte die Ministerin Helga Brandt am Montag.", "Ministerin Helga Brandt"),
        ("„{}“, so Ministerin Brandt.", "Ministerin Brandt"),
        ("Ministerin Helga Brandt bestätigte: „{}.“", "Ministerin Helga Brandt"),
        ("« {} », a déclaré Jean Moffat.", "Jean Moffat"),
        ("Selon Jean Moffat, « {} ».", "Jean Moffat"),
        ("«{}», dijo la ministra Rosa Lund.", "Rosa Lund"),
        ("”{}”, sade Rosa Lund i måndags.", "Rosa Lund"),
        ('"{}." The bridge opened again at noon.', ""),
        ('The bridge opened again at noon. "{}."', ""),
        ('Bridge Open Again After Heron\n"{}."\nThe bridge opened at noon.', ""),
    ],
)
def test_who_says_it(text: str, said: str) -> None:
    draft = text.format(WORDS)
    (span,) = quotations(draft)
    assert speaker(draft, *span) == said


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (f'"{WORDS}," Lund said. The motor is old. "Nobody pressed it after that."', "Lund"),
        (f'"{WORDS}," Lund said in a statement by the port.\n"Nobody pressed it after that."\nIt rained.', "Lund"),
        (f'The port said that it "{WORDS}." A bird was seen and "nobody pressed the button after that."', "port"),
    ],
)
def test_who_spoke_last_speaks_on(draft: str, said: str) -> None:
    assert speakers(draft, quotations(draft)) == [said, said]


def test_another_paragraph_is_another_matter() -> None:
    draft = f'"{WORDS}," Lund said.\nIt rained all day, and the ferry did not run. "Nobody pressed it after that."'
    assert speakers(draft, quotations(draft)) == ["Lund", ""]


def test_a_name_within_a_split_quotation_is_both_parts_s() -> None:
    draft = f'"{WORDS}," Lund said, "and after that nobody pressed the button."'
    assert speakers(draft, quotations(draft)) == ["Lund", "Lund"]


def test_a_second_voice_is_not_taken_for_the_first() -> None:
    draft = f'"{WORDS}," Anselm Roke said. "After that nobody pressed it," said Rosa Lund.'
    assert speakers(draft, quotations(draft)) == ["Anselm Roke", "Rosa Lund"]


def test_a_quotation_that_goes_on_is_the_same_voice_s() -> None:
    draft = f'Anselm Roke said: "{WORDS}.\n\n"After that nobody pressed it."\n\nThe port denied this.'
    assert speakers(draft, quotations(draft)) == ["Anselm Roke", "Anselm Roke"]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (f'"{WORDS}," Anselm Roke said. It rained.', "Anselm Roke said."),
        (f'"{WORDS}," he said, "and nobody pressed it."', "he said,"),
        (f'"{WORDS}," Roke told the Hallam Post.\nIt rained.', "Roke told the Hallam Post."),
        (f'"{WORDS}," said Rosa Lund, a baker, who had carried her mother over the bridge in the dark.', ""),
        (f'"{WORDS}." The heron had built its nest there.', ""),
    ],
)
def test_a_clause_that_says_no_more_than_whose_a_quotation_is(text: str, clause: str) -> None:
    assert [text[start:end] for start, end in clauses(text, quotations(text))] == [clause] * bool(clause)
