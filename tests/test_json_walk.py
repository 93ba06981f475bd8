"""Text in JSON: pieces of a paragraph are joined, settings are passed over, and every text keeps its place."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.readers.json_walk import find_rows, find_texts, keep_once
from checker.readers.prose import is_prose

FIRST = "Ferry crews at Calder Sound ended a strike of eleven days on Friday."
SECOND = "Harbour master Oona Tveit said the first boat would sail at dawn, with a band on its deck."
STORY = [FIRST, SECOND]


def pieces(text: str) -> list[str]:
    """A paragraph cut up as an editor cuts it at its marks, also within a word."""
    return [text[at : at + 13] for at in range(0, len(text), 13)]


def texts(value: Any) -> list[str]:
    return [found.text for found in find_texts(value)]


EDITORS: dict[str, Any] = {
    "leaves without a kind": [{"type": "paragraph", "children": [{"text": p} for p in pieces(s)]} for s in STORY],
    "leaves of a kind": {
        "root": {
            "type": "root",
            "children": [
                {
                    "type": "paragraph",
                    "format": "",
                    "children": [{"type": "text", "text": p, "format": 1} for p in pieces(s)],
                }
                for s in STORY
            ],
        }
    },
    "marks": {
        "type": "doc",
        "content": [
            {
                "type": "paragraph",
                "content": [{"type": "text", "text": p, "marks": [{"type": "bold"}]} for p in pieces(s)],
            }
            for s in STORY
        ],
    },
    "operations": {"ops": [o for s in STORY for o in [*({"insert": p} for p in pieces(s)), {"insert": "\n"}]]},
    "operations in one": {"ops": [{"insert": f"{FIRST}\n{SECOND}\n"}]},
    "spans": [
        {"_type": "block", "_key": "a1", "children": [{"_type": "span", "_key": "b2", "text": p} for p in pieces(s)]}
        for s in STORY
    ],
    "values": {
        "nodeType": "document",
        "content": [
            {"nodeType": "paragraph", "data": {}, "content": [{"nodeType": "text", "value": p} for p in pieces(s)]}
            for s in STORY
        ],
    },
    "markers": {
        "version": "0.3.1",
        "markups": [["b"]],
        "atoms": [],
        "sections": [[1, "p", [[0, [0], 1, p] for p in pieces(s)]] for s in STORY],
    },
    "blocks": {
        "blocks": [{"key": "9a", "text": s, "type": "unstyled", "entityRanges": []} for s in STORY],
        "entityMap": {},
    },
    "data of blocks": {"time": 1, "blocks": [{"id": "x1", "type": "paragraph", "data": {"text": s}} for s in STORY]},
    "elements": {"type": "story", "content_elements": [{"type": "text", "_id": "Q4", "content": s} for s in STORY]},
    "components": {"components": [{"role": "body", "text": s, "layout": "bodyLayout"} for s in STORY]},
    "runs of a document": {
        "body": {
            "content": [
                {"paragraph": {"elements": [{"startIndex": 1, "textRun": {"content": p}} for p in [*pieces(s), "\n"]]}}
                for s in STORY
            ]
        }
    },
    "rich text with plain text beside it": {
        "results": [
            {
                "type": "paragraph",
                "paragraph": {
                    "rich_text": [
                        {"type": "text", "text": {"content": p, "link": None}, "plain_text": p} for p in pieces(s)
                    ]
                },
            }
            for s in STORY
        ]
    },
    "fragments below their paragraph": {
        "blocks": [
            {
                "type": "paragraph",
                "model": {"text": s, "blocks": [{"type": "fragment", "model": {"text": s, "attributes": []}}]},
            }
            for s in STORY
        ]
    },
    "elements of a page": [
        "$",
        "article",
        None,
        {"className": "story prose-lg", "children": [["$", "p", str(n), {"children": s}] for n, s in enumerate(STORY)]},
    ],
    "an array of paragraphs": {"paragraphs": STORY},
    "a tree of HTML": {
        "type": "root",
        "children": [
            {"type": "element", "tagName": "p", "properties": {}, "children": [{"type": "text", "value": s}]}
            for s in STORY
        ],
    },
}


@pytest.mark.parametrize("shape", EDITORS)
def test_paragraphs_are_whole_in_every_shape(shape: str) -> None:
    assert texts(EDITORS[shape]) == STORY


@pytest.mark.parametrize("shape", EDITORS)
def test_json_within_a_string_of_json_is_walked(shape: str) -> None:
    inner = json.dumps(EDITORS[shape])
    assert texts({"id": "p-1", "data": inner}) == STORY
    assert texts({"id": "p-1", "data": json.dumps(json.dumps({"draft": inner}))}) == STORY


@pytest.mark.parametrize("shape", EDITORS)
def test_every_pointer_leads_to_where_its_text_begins(shape: str) -> None:
    value = EDITORS[shape]
    for found in find_texts(value):
        here: Any = value
        for token in found.pointer.split("/")[1:]:
            here = here[int(token)] if isinstance(here, list) else here[token.replace("~1", "/").replace("~0", "~")]
        assert found.text[:5] in here


def test_a_pointer_writes_strokes_and_tildes_as_its_standard_asks() -> None:
    (found,) = find_texts({"a/b": {"~body": SECOND}})
    assert found.pointer == "/a~1b/~0body"


def test_a_link_and_bold_words_stay_in_their_sentence() -> None:
    children = [
        {"text": "Crews at "},
        {"type": "link", "url": "https://ferries.example/", "children": [{"text": "Calder Sound"}]},
        {"text": " ended a "},
        {"text": "strike", "bold": True},
        {"text": "."},
    ]
    assert texts([{"type": "paragraph", "children": children}]) == ["Crews at Calder Sound ended a strike."]
    streamed = ["$", "p", None, {"children": ["Crews at ", ["$", "b", None, {"children": "Calder"}], " ended it."]}]
    assert texts(streamed) == ["Crews at Calder ended it."]


def test_a_break_of_lines_ends_a_line() -> None:
    content = [{"type": "text", "text": "First line"}, {"type": "hardBreak"}, {"type": "text", "text": "second line"}]
    assert texts({"type": "paragraph", "content": content}) == ["First line", "second line"]


def test_html_is_said_to_be_html() -> None:
    (title, body) = find_texts({"title": {"rendered": "Ferries sail"}, "content": {"rendered": f"<p>{FIRST}</p>"}})
    assert (title.markup, body.markup, body.pointer) == (False, True, "/content/rendered")


@pytest.mark.parametrize(
    "settings",
    [
        {"compilerOptions": {"strict": True, "lib": ["dom", "es2022"]}, "include": ["src"], "level": 3},
        {"className": "btn btn-primary mt-4 flex items-center justify-between text-sm", "type": "button"},
        {"date": "Mon, 30 Nov 2026 22:34:32 GMT", "published_at": "2026-11-30T22:34:32Z"},
        {"image": "data:image/png;base64," + "iVBORw0KGgo" * 40, "src": "https://img.example/a b c d.png"},
        {"style": "font-family: Georgia, serif; margin: 0 auto; color: red", "id": "f3 9a 77 0c 12"},
        {"content": "width=device-width, initial-scale=1", "name": "viewport"},
        {"query": "query Story($id: ID!) { story(id: $id) { title body author { name } } }"},
        {"handler": "function(a){return a.b(c, d), e = f} var g = h[i]; if (j) { k() }"},
    ],
)
def test_settings_are_no_text(settings: dict[str, Any]) -> None:
    assert texts(settings) == []


@pytest.mark.parametrize("name", ["class", "style", "id", "url", "type", "zzz", "slug", "a/b", ""])
def test_a_story_under_any_name_is_text(name: str) -> None:
    assert texts({name: f"{FIRST} {SECOND}"}) == [f"{FIRST} {SECOND}"]


def test_words_between_signs_of_code_do_not_hide_a_story() -> None:
    mixed = " ".join(f"{word} {{{at}}}" for at, word in enumerate(f"{FIRST} {SECOND} {FIRST}".split()))
    assert texts({"payload": mixed}) == [mixed]


@pytest.mark.parametrize(
    "prose",
    [
        "港口负责人周二表示，第一艘渡轮将于黎明起航。",
        "เรือข้ามฟากลำแรกจะออกเดินทางตอนรุ่งสางวันเสาร์",
        "قال مدير الميناء إن أول عبارة ستبحر عند الفجر.",
        "बंदरगाह प्रमुख ने कहा कि पहली नाव भोर में रवाना होगी।",
        "Капитан порта сообщил, что первый паром выйдет на рассвете.",
    ],
)
def test_prose_is_told_in_any_script(prose: str) -> None:
    assert is_prose(prose)
    assert texts({"x": prose}) == [prose]


def test_a_text_that_stands_there_in_two_forms_is_kept_once() -> None:
    whole = "\n".join([*STORY, "No."])
    assert keep_once([FIRST, SECOND, "No.", whole]) == [3]
    assert keep_once([whole, whole]) == [0]
    assert keep_once([f"{FIRST} {SECOND[:50]} […]", f"{FIRST} {SECOND}"]) == [1]
    assert keep_once(["No.", FIRST, "No.", SECOND]) == [0, 1, 2, 3]
    assert keep_once([FIRST, FIRST.replace("eleven", "twelve")]) == [0, 1]


@pytest.mark.parametrize(
    "hostile",
    [
        json.loads("[" * 900 + json.dumps(FIRST) + "]" * 900),
        [{"children": [{"text": " "}] * 3} for _ in range(60_000)],
        {"a" * 100_000: [FIRST] * 2_000},
        {"ops": [{"insert": "\n"}] * 200_000},
        ["{" * 2_000 + "}" * 2_000] * 50,
    ],
    ids=["deep", "many", "long names", "line ends", "brackets"],
)
def test_hostile_values_cost_little(hostile: Any) -> None:
    begin = time.process_time()
    list(find_texts(hostile))
    assert time.process_time() - begin < 5


def test_a_text_far_down_is_found() -> None:
    value: Any = FIRST
    for _ in range(50_000):
        value = {"a": [value]}
    (found,) = find_texts(value)
    assert found.text == FIRST
    assert len(found.pointer) <= 1_000


NAMES = st.sampled_from(["text", "type", "children", "$", "x"])
STRINGS = st.text(max_size=20) | st.sampled_from([FIRST, SECOND, '{"text": "a b"}'])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | STRINGS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(NAMES, inner),
    max_leaves=30,
)


@given(JSON)
def test_any_value_is_walked(value: Any) -> None:
    for found in find_texts(value):
        assert found.text.strip() == found.text != ""


@given(JSON)
def test_a_story_is_found_wherever_it_stands(value: Any) -> None:
    assert SECOND in "\n".join(texts({"before": value, "deep": [{"body": SECOND}], "after": value}))


SAID = (
    "Nine goats that had been booked as passengers were led ashore at Skerrow, and the captain was found asleep. The "
    "harbour office said that the animals were unhurt. They will be sold at the autumn fair, to whoever comes first."
)
SPOKEN = SAID.split()


@pytest.mark.parametrize(
    "value",
    [
        SPOKEN,
        {"words": [{"word": word, "start": at, "speaker": "A"} for at, word in enumerate(SPOKEN)]},
        {"results": {"items": [{"alternatives": [{"content": word, "confidence": "0.9"}]} for word in SPOKEN]}},
        {"events": [{"segs": [{"utf8": f" {word}"} for word in SPOKEN[at : at + 5]]} for at in range(0, 50, 5)]},
        {"blocks": [{"t": "Para", "c": [x for word in SPOKEN for x in ({"t": "Str", "c": word}, {"t": "Space"})]}]},
        [[word, at] for at, word in enumerate(SPOKEN)],
    ],
)
def test_a_text_that_is_kept_word_by_word_is_put_together(value):
    (row,) = find_rows(value)
    assert row.text == " ".join(SPOKEN[: len(row.text.split())]) and len(row.text.split()) > 30


@pytest.mark.parametrize(
    "value",
    [
        {"keywords": [f"harbour {number}" for number in range(60)]},
        {"strings": {f"label{number}": word for number, word in enumerate(SPOKEN)}},
        SPOKEN[:20],
        [{"code": number, "unit": "km"} for number in range(99)],
    ],
)
def test_settings_and_keywords_are_no_text_word_by_word(value):
    assert list(find_rows(value)) == []
