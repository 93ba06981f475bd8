"""Evidence of files of many formats, and of packages that strangers made."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from checker.bundle.packing import unpacked
from checker.bundle.written import written
from tests.commandline import BRIDGE, TAKEN, wirecheck
from tests.docx_by_hand import docx, paragraph
from tests.docx_by_hand import run as words
from tests.evidence_by_hand import AT, checks, first_wrong, must, resealed, run
from tests.pdfs_by_hand import lines, pdf

SUBTITLES = "1\n00:00:01,000 --> 00:00:05,000\nFrom the quay.\n\n2\n00:00:05,000 --> 00:00:09,000\n{}\n"
MAIL = (
    "From: desk@wick.example\nSubject: The heron\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{}.\n"
)
HTML = '<html><head><meta charset="iso-8859-1"><title>Café</title></head><body><p>{}.</p></body></html>'
FILES = {
    "a.html": HTML.format(TAKEN).encode("latin-1"),
    "a.eml": MAIL.format(TAKEN).encode(),
    "a.srt": SUBTITLES.format(TAKEN).encode(),
    "a.md": f"# The *heron*\n\n{TAKEN.replace('carpenter', '**carpenter**')}.\n".encode(),
    "a.txt": f"\ufeff{TAKEN}\r\n".encode("utf-16"),
    "a.docx": docx(paragraph(words("From the quay.")) + paragraph(words(TAKEN[:60]), words(TAKEN[60:]))),
    "a.pdf": pdf(lines(TAKEN[:57].rstrip(), TAKEN[57:].strip())),
    "odd.txt": f"{TAKEN} \x00 \x1b \u202e \ufffe".encode(),
}
ODD: tuple[Any, ...] = (None, -1, 10**14, 0.5, "", "x", [], [1], {}, True)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("legal")
    (folder / "bridge.txt").write_text(BRIDGE)
    assert wirecheck(folder, "add", "bridge.txt", "--holder", "Meridian Press", "--index", "wire.index").code == 0
    for name, raw in FILES.items():
        (folder / name).write_bytes(raw)
    return folder


@pytest.mark.parametrize("name", FILES)
def test_every_format_comes_out_again(home, name):
    must(run(home, "check", name, "--index", "wire.index", *AT, "--out", "e.zip"))
    raw = (home / "e.zip").read_bytes()
    assert [one.sentence for one in checks(raw) if not one.ok] == []
    parts = unpacked(raw)
    assert parts["pages/1/original"] == FILES[name]
    (pair,) = json.loads(parts["pairs.json"])["pairs"]
    assert (pair["again"], pair["words"]) == ("same", 21)
    assert bool(pair["submitted"].get("places")) == (name in ("a.docx", "a.eml", "a.pdf", "a.srt"))


def test_a_package_takes_the_place_of_nothing_that_it_is_made_from(home):
    done = must(run(home, "check", "a.html", "--index", "wire.index", *AT, "--out", "a.html"), 2)
    assert "a.html would take the place of what it is made from; give it another name." in done.err
    assert (home / "a.html").read_bytes() == FILES["a.html"]
    done = must(run(home, "check", "a.html", "--index", "wire.index", *AT, "--out", "x", "--pdf", "./x"), 2)
    assert "--out and --pdf name the same file; give them two names." in done.err


def places(values: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within."""
    yield path
    inner = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    for key, one in inner:
        yield from places(one, (*path, key))


def changed(values: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same with another value in one place."""
    if not path:
        return value
    out = values.copy()
    out[path[0]] = changed(values[path[0]], path[1:], value)
    return out


@pytest.mark.parametrize(
    "name", ["manifest.json", "pages/1/page.json", "pages/1/report.json", "stories/1/story.json", "pairs.json"]
)
def test_values_that_make_no_sense_are_told_in_a_sentence(home, name, tmp_path):
    must(run(home, "check", "a.html", "--index", "wire.index", *AT, "--out", "e.zip"))
    raw = (home / "e.zip").read_bytes()
    values = json.loads(unpacked(raw)[name])
    chance = random.Random(name)
    for path in places(values):
        value = chance.choice(ODD)
        forged = changed(values, path, value)
        if not isinstance(forged, dict):
            continue
        indented = (json.dumps(forged, indent=1) + "\n").encode()
        held = indented if name.endswith("report.json") else written(forged)
        said = first_wrong(resealed(raw, {name: held}), tmp_path)  # raises nothing
        assert "Traceback" not in said
        assert len(said) < 300


def test_a_story_that_is_made_to_cost_much_is_told_of_soon(home):
    must(run(home, "check", "a.html", "--index", "wire.index", *AT, "--out", "e.zip"))
    raw = (home / "e.zip").read_bytes()
    long = (BRIDGE + "heron heron bridge " * 200_000).encode()
    begun = time.monotonic()
    first_wrong(resealed(raw, {"stories/1/text.txt": long}))
    assert time.monotonic() - begun < 60


def test_json_without_bottom_is_told_of(home):
    must(run(home, "check", "a.html", "--index", "wire.index", *AT, "--out", "e.zip"))
    raw = (home / "e.zip").read_bytes()
    deep = b"[" * 50_000 + b"]" * 50_000
    for name in ("pages/1/report.json", "pages/1/page.json", "stories/1/story.json", "pairs.json"):
        assert first_wrong(resealed(raw, {name: deep}))
