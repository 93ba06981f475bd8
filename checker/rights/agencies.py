"""The agencies that notices name, as data: `agencies.toml`, and what a newsroom adds to it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

OWN = Path(__file__).with_name("agencies.toml")
WORD = re.compile(r"[^\W_]+")
UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Letters of scripts that set no spaces between words, so that a name may stand anywhere."""


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency. `names` count in any capitals, `short` only as written, and only where nothing else fits."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """text[start:end] is a name of the agency `id`; `weak` when it is a short form, which others bear too."""

    start: int
    end: int
    id: str
    weak: bool


@dataclass(frozen=True, slots=True)
class _Form:
    pattern: re.Pattern[str]
    length: int
    id: str
    weak: bool


class Agencies:
    """Agencies, and where their names stand in a text. Raises ValueError for two of one id."""

    def __init__(self, agencies: tuple[Agency, ...]) -> None:
        self.all = agencies
        self.by_id: Mapping[str, Agency] = {agency.id: agency for agency in agencies}
        if len(self.by_id) != len(agencies):
            raise ValueError("two agencies have one id")
        forms = [_form(said, agency.id, False) for agency in agencies for said in (agency.name, *agency.names)]
        forms += [_form(said, agency.id, True) for agency in agencies for said in agency.short]
        starts: dict[str, list[_Form]] = {}
        self._unspaced: dict[str, list[_Form]] = {}
        for said, form in sorted(forms, key=lambda one: -one[1].length):
            if UNSPACED.match(said):
                self._unspaced.setdefault(said[0], []).append(form)
            elif first := WORD.search(said):
                starts.setdefault(first.group().lower(), []).append(form)
        self._starts: Mapping[str, list[_Form]] = starts

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Named]:
        """The names in text[start:end] from left to right, the longest of those that begin at one place."""
        end = len(text) if end is None else end
        reached = start
        for at, forms in self._places(text, start, end):
            if at < reached:
                continue
            for form in forms:
                if found := form.pattern.match(text, at, end):
                    yield Named(at, found.end(), form.id, form.weak)
                    reached = found.end()
                    break

    def whole(self, text: str) -> str:
        """The id of the agency that `text` names and nothing besides, but for an article; "" for none."""
        bare = text.strip(" .,;:*\u2022-")
        if bare[:4].lower() == "the ":
            bare = bare[4:]
        if not self.may_begin(bare):
            return ""
        first = next(self.find(bare[:120]), None)
        return first.id if first and (first.start, first.end) == (0, len(bare)) else ""

    def may_stand_in(self, text: str) -> bool:
        """Whether a name may stand anywhere in `text`; most lines are told apart by their words."""
        if not self._starts.keys().isdisjoint(map(str.lower, WORD.findall(text))):
            return True
        return not text.isascii() and UNSPACED.search(text) is not None

    def may_begin(self, text: str) -> bool:
        """Whether a name may stand at the very beginning of `text`; most texts are told apart by their first word."""
        first = WORD.match(text)
        return first is not None and (first.group().lower() in self._starts or not first.group().isascii())

    def _places(self, text: str, start: int, end: int) -> Iterator[tuple[int, list[_Form]]]:
        """Where a name may begin, and which may."""
        for word in WORD.finditer(text, start, end):
            forms = self._starts.get(word.group().lower())
            if forms and len(word.group()) < 40:
                yield word.start(), forms
            elif not word.group().isascii():
                for letter in UNSPACED.finditer(text, word.start(), word.end()):
                    if letter.group() in self._unspaced:
                        yield letter.start(), self._unspaced[letter.group()]


def _form(said: str, id: str, weak: bool) -> tuple[str, _Form]:
    words = [re.escape(word) for word in re.split(r"[ -]+", said) if word]
    pattern = "[ -]".join(words)
    if not UNSPACED.match(said):
        pattern = rf"(?<![^\W_]){pattern}(?![^\W_])"
    return said, _Form(re.compile(pattern, re.NOFLAG if weak else re.IGNORECASE), len(said), id, weak)


def read(path: Path) -> dict[str, Agency]:
    """The agencies of a file by their ids. Raises ValueError, which names the file, when it is not of this form."""
    known = {field.name for field in fields(Agency)} - {"id", "name"}
    try:
        tables: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        out = {}
        for id, table in tables.items():
            if _strange(table, known):
                raise ValueError(f"[{id}] needs a name, and lists of {', '.join(sorted(known))} and nothing else")
            out[id] = Agency(id, table["name"], **{key: tuple(map(str, table.get(key, ()))) for key in known})
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return out


def _strange(table: object, known: set[str]) -> bool:
    """Whether a table is not of the form that the head of `agencies.toml` describes."""
    if not isinstance(table, dict) or not isinstance(table.get("name"), str) or not table["name"].strip():
        return True
    lists = [value for key, value in table.items() if key in known]
    return len(lists) < len(table) - 1 or not all(isinstance(one, list) and all(one) for one in lists)


@lru_cache(maxsize=8)
def load(more: Path | None = None) -> Agencies:
    """Our agencies; those of the file `more` are added to them, or replace those of the same id.

    Raises OSError when the file cannot be read, ValueError when it is not of this form.
    """
    return Agencies(tuple((read(OWN) | (read(more) if more else {})).values()))
