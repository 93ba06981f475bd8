"""What editors and publishing systems save: an article each, whole, once, with its title, dates and places."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from checker.check import check_document
from checker.locate import located
from checker.readers import Document, Label, Unreadable, read
from checker.readers.wire import ninjs, otherjson
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores.memory import MemoryStore
from tests.test_json_walk import EDITORS, FIRST, SECOND, STORY

LAMP = [
    "The lighthouse on Skarn Rock will burn oil again from Monday because its lamp has no spare parts left.",
    "Keeper Ruth Anvil found forty barrels in the cellar and a manual in Danish.",
]


def html(lines: list[str]) -> str:
    return "".join(f"<p>{line}</p>\n" for line in lines)


def draft(lines: list[str]) -> str:
    """A draft as editors keep it in a string."""
    return json.dumps({"root": {"children": [{"type": "p", "children": [{"text": line}]} for line in lines]}})


def entries(value: Any, name: str = "draft.json") -> list[Document | Unreadable]:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return list(read(name, io.BytesIO(raw)))


def told(value: Any, name: str = "draft.json") -> list[tuple[str, str, str]]:
    """Id, title and text of each document."""
    return [(one.id, one.title, one.text) for one in entries(value, name) if isinstance(one, Document)]


@pytest.mark.parametrize("shape", EDITORS)
def test_a_draft_of_any_editor_is_one_document(shape: str) -> None:
    (found,) = entries(EDITORS[shape])
    assert isinstance(found, Document)
    assert found.text == "\n".join(STORY)
    assert [(part.label, found.text[part.start : part.end]) for part in found.parts] == [
        (Label.BODY, FIRST),
        (Label.BODY, SECOND),
    ]


def test_a_passage_leads_to_its_paragraph() -> None:
    store = MemoryStore()
    maker = sketcher(store.spec, store.secret)
    work = Work("mp-1", "\n".join(STORY))
    store.apply([Upsert(work, maker.fingerprints([work.text])[0])])
    (found,) = entries(EDITORS["blocks"])
    assert isinstance(found, Document)
    report = located(check_document(found, store), found)
    (match,) = report.matches
    assert [place.paragraph for place in match.submitted.places] == [1, 2]
    assert match.submitted.text == "\n".join(STORY).rstrip(".")


TWO = ("Ferries sail again", "Oil for the lamp")
COLLECTIONS: dict[str, Any] = {
    "an array of posts": [
        {
            "id": number,
            "date": "2026-05-01T10:00:00",
            "link": f"https://paper.example/{number}",
            "title": {"rendered": title},
            "content": {"rendered": html(lines), "protected": False},
            "excerpt": {"rendered": f"<p>{lines[0][:50]} [&hellip;]</p>"},
        }
        for number, (title, lines) in enumerate(zip(TWO, (STORY, LAMP), strict=True), 1)
    ],
    "an outbox": {
        "type": "OrderedCollection",
        "orderedItems": [
            {
                "id": f"https://paper.example/{number}",
                "type": "Create",
                "published": "2026-05-01T10:00:00Z",
                "object": {"type": "Article", "name": title, "content": html(lines), "contentMap": {"en": html(lines)}},
                "name": title,
            }
            for number, (title, lines) in enumerate(zip(TWO, (STORY, LAMP), strict=True), 1)
        ],
    },
    "edges and nodes": {
        "data": {
            "posts": {
                "edges": [
                    {
                        "cursor": "x",
                        "node": {
                            "uri": f"https://paper.example/{number}",
                            "title": title,
                            "lexical": draft(lines),
                            "html": html(lines),
                            "plaintext": "\n\n".join(lines),
                        },
                    }
                    for number, (title, lines) in enumerate(zip(TWO, (STORY, LAMP), strict=True), 1)
                ]
            }
        }
    },
    "entries with fields": {
        "total": 2,
        "items": [
            {
                "sys": {"id": f"https://paper.example/{number}", "type": "Entry", "createdAt": "2026-05-01"},
                "fields": {"title": {"en-GB": title}, "body": {"en-GB": {"content": [{"value": x} for x in lines]}}},
            }
            for number, (title, lines) in enumerate(zip(TWO, (STORY, LAMP), strict=True), 1)
        ],
    },
    "by their ids": {
        "articles": {
            f"a{number}": {
                "url": f"https://paper.example/{number}",
                "headline": title,
                "body": [{"kind": "paragraph", "text": line} for line in lines],
            }
            for number, (title, lines) in enumerate(zip(TWO, (STORY, LAMP), strict=True), 1)
        }
    },
}


@pytest.mark.parametrize("shape", COLLECTIONS)
def test_each_article_of_a_collection_is_a_document_whole_and_once(shape: str) -> None:
    assert told(COLLECTIONS[shape]) == [
        ("https://paper.example/1", TWO[0], "\n".join(STORY)),
        ("https://paper.example/2", TWO[1], "\n".join(LAMP)),
    ]


def test_text_around_the_articles_is_not_lost() -> None:
    value = {"items": COLLECTIONS["an array of posts"], "footer": " ".join(LAMP[::-1])}
    last = told(value)[-1]
    assert last[2] == " ".join(LAMP[::-1])


def test_what_a_block_keeps_in_its_delimiter_is_read() -> None:
    raw = f"<!-- wp:house/story {json.dumps({'data': {'body': FIRST + ' ' + SECOND}})} /-->"
    ((_, _, text),) = told({"title": {"raw": "Ferries"}, "link": "https://a.example/", "content": {"raw": raw}})
    assert text == f"{FIRST} {SECOND}"


def test_what_an_article_says_of_itself_is_kept() -> None:
    value = {
        "type": "story",
        "headlines": {"basic": TWO[0]},
        "canonical_url": "https://paper.example/ferries/",
        "display_date": "2026-05-01T10:00:00Z",
        "published": "2026-05-01T10:00:00Z",
        "credits": {"by": [{"name": "Ann Eel"}]},
        "content_elements": [{"type": "text", "content": line} for line in [*STORY, *LAMP]],
    }
    (found,) = entries(value)
    assert isinstance(found, Document)
    assert (found.id, found.title) == ("https://paper.example/ferries/", TWO[0])
    assert found.metadata["created"].startswith("2026-05-01")
    assert found.text == "\n".join([*STORY, *LAMP])


def test_a_hidden_line_of_html_is_said_to_be_hidden() -> None:
    (found,) = entries({"body": {"type": "html", "html": f"<p>{FIRST}</p><p hidden>{SECOND}</p>"}, "n": 1})
    assert isinstance(found, Document)
    assert [part.label for part in found.parts if found.text[part.start : part.end].strip()] == [
        Label.BODY,
        Label.CLOAKED,
    ]


def test_lines_of_json_without_a_text_are_read_as_what_they_are() -> None:
    lines = [{"id": 7, "headline": TWO[0], "body": html(STORY)}, {"id": 8, "text": LAMP[0]}, {"id": 9, "level": 3}]
    found = entries("\n".join(map(json.dumps, lines)).encode(), "posts.jsonl")
    assert [(one.id, one.text) for one in found if isinstance(one, Document)] == [
        ("7", "\n".join(STORY)),
        ("8", LAMP[0]),
    ]
    assert [one.sentence for one in found if isinstance(one, Unreadable)] == ['It has no "text".']


@pytest.mark.parametrize(
    "settings",
    [
        {"compilerOptions": {"strict": True}, "include": ["src"], "level": 3},
        {"name": "paper", "version": "1.2.0", "scripts": {"build": "tsc -p . && node out/main.js"}},
        {"theme": {"colors": ["#fff", "#000"], "fontFamily": "Georgia, Times New Roman, serif"}},
        [{"key": "a1", "type": "unstyled", "depth": 0}],
    ],
)
def test_settings_are_refused_as_ever(settings: Any) -> None:
    (found,) = entries(settings)
    assert isinstance(found, Unreadable)
    assert found.sentence == otherjson.UNKNOWN


def test_an_item_without_a_body_is_still_refused() -> None:
    (found,) = entries(
        {"uri": "u", "headline": "Only this", "pubstatus": "usable", "usageterms": "Ask the desk first."}
    )
    assert isinstance(found, Unreadable)
    assert found.sentence == ninjs.NO_TEXT


def readings(value: Any, name: str = "draft.json") -> list[str]:
    """The texts of the other readings of the first document."""
    first = entries(value, name)[0]
    assert isinstance(first, Document)
    return [one.document.text for one in first.readings]


NOTE = "Barley soup wants an hour on a low flame and a patient cook."


def test_a_story_beside_the_body_of_an_item_is_read_in_another_reading() -> None:
    item = {"uri": "u", "type": "text", "headline": "Soup", "pubstatus": "usable", "body_html": f"<p>{NOTE}</p>"}
    whole = " ".join([*STORY, *LAMP])
    assert readings({**item, "extra": {"sidebar": f"<p>{whole}</p>"}}) == [f"{NOTE}\n{whole}"]
    assert readings({**item, "usageterms": whole, "ednote": whole}) == []
    assert readings({**item, "body_text": NOTE}) == []
    line = {"id": "a", "text": NOTE, "blocks": [{"type": "p", "text": x} for x in [*STORY, *LAMP]]}
    assert readings(json.dumps(line).encode(), "a.jsonl") == ["\n".join([NOTE, *STORY, *LAMP])]
    assert readings(json.dumps({**line, "blocks": [NOTE] * 30}).encode(), "a.jsonl") == []


def test_a_story_beside_the_body_is_found_by_a_check() -> None:
    store = MemoryStore()
    maker = sketcher(store.spec, store.secret)
    work = Work("mp-1", "\n".join(LAMP))
    store.apply([Upsert(work, maker.fingerprints([work.text])[0])])
    item = {"uri": "u", "type": "text", "headline": "Soup", "pubstatus": "usable", "body_html": f"<p>{NOTE}</p>"}
    (found,) = entries({**item, "extra": {"sidebar": "\n\n".join([*STORY, *LAMP])}})
    assert isinstance(found, Document)
    report = check_document(found, store)
    assert report.verdict == "flagged"
    assert report.submitted.reading == "with the text in its other members"
