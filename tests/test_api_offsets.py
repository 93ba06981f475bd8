"""Offsets in the unit a client counts in, for every span of a report, whatever the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.offsets import Ruler, in_unit
from checker.check import check
from checker.reports.json import to_dict
from fingerprints.index import Upsert, Work
from fingerprints.sketch import sketcher
from fingerprints.stores import open_index
from tests.serving import TAKEN

SIZE = {"codepoint": ("utf-32-le", 4), "utf16": ("utf-16-le", 2), "utf8": ("utf-8", 1)}


def test_the_browser_s_example() -> None:
    text = "Hello 🙂 world café"
    assert [Ruler(text, unit).at(len(text)) for unit in SIZE] == [18, 19, 22]
    assert [Ruler(text, unit).at(text.index("world")) for unit in SIZE] == [8, 9, 11]


@given(st.text(max_size=60), st.data())
def test_a_span_cuts_the_same_words_in_every_unit(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for unit, (encoding, width) in SIZE.items():
        ruler = Ruler(text, unit)
        coded = text.encode(encoding)
        assert coded[ruler.at(start) * width : ruler.at(end) * width].decode(encoding) == text[start:end]
        assert ruler.span([start, end]) == [ruler.at(start), ruler.at(end)]


def test_every_span_of_a_report_is_in_the_unit() -> None:
    """Draft and story both have emoji before and within the passage, so that a span left out would show."""
    passage = TAKEN.replace("carpenter", "carpenter 🔨").replace("scarf", "scarf 🧣")
    story = Work(
        "mp-bridge", f"🌉🌉🌉 PORT HALLAM (MP) -- The swing bridge stuck open.\n{passage}.", holder="Meridian Press"
    )
    draft = (
        f'🙂🙂 "We saw it", said the miller. That morning {passage.replace("bird", "heron 🐦")}. © 2026 Meridian Press'
    )
    store = open_index("memory:", create=True)
    store.apply([Upsert(story, sketcher(store.spec, store.secret).fingerprints([story.text])[0])])
    report = check(draft, store)
    for unit, (encoding, width) in SIZE.items():
        values = in_unit(to_dict(report), draft, unit, story=lambda _: story.text)
        assert values["offset_unit"] == unit

        def cut(text: str, start: int, end: int, encoding: str = encoding, width: int = width) -> str:
            return text.encode(encoding)[start * width : end * width].decode(encoding)

        (match,) = values["matches"]
        for side, text in (("submitted", draft), ("source", story.text)):
            assert cut(text, match[side]["start"], match[side]["end"]) == match[side]["text"]
        ours = "".join(cut(draft, *edit["submitted"]) for edit in match["edits"])
        theirs = "".join(cut(story.text, *edit["source"]) for edit in match["edits"])
        assert ours == match["submitted"]["text"]
        assert theirs == match["source"]["text"]
        (notice,) = values["notices"]
        assert cut(draft, notice["start"], notice["end"]) == notice["text"]


def test_the_source_of_an_expired_story_keeps_its_code_points() -> None:
    report = {
        "matches": [
            {
                "submitted": {"start": 1, "end": 3, "text": "ab"},
                "source": {"start": 5, "end": 7, "text": ""},
                "edits": [{"change": "equal", "submitted": [1, 3], "source": [5, 7]}],
                "quoted": [[1, 2]],
                "also": [{"start": 2, "end": 4, "text": ""}],
            }
        ],
        "dropped": [],
        "notices": [],
    }
    (match,) = in_unit(report, "🙂ab", "utf16", story=lambda _: None)["matches"]
    assert (match["submitted"]["start"], match["submitted"]["end"]) == (2, 4)
    assert (match["source"]["start"], match["also"][0]["end"]) == (5, 4)
    assert match["quoted"] == [[2, 3]]
    assert match["edits"][0] == {"change": "equal", "submitted": [2, 4], "source": [5, 7]}
