"""The languages that clients of LanguageTool may ask for, as its GET /v2/languages lists them.

Wirecheck compares words and knows no grammar, so that the language of a text changes nothing; the list is what clients
fill their menus from, and what they refuse a language by that is not in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LISTED = """\
ar Arabic
ast-ES Asturian
be-BY Belarusian
bg-BG Bulgarian
br-FR Breton
ca-ES Catalan
ca-ES-valencia Catalan (Valencian)
ca-ES-balear Catalan (Balearic)
cs-CZ Czech
cy-GB Welsh
da-DK Danish
de German
de-AT German (Austria)
de-CH German (Swiss)
de-DE German (Germany)
el-GR Greek
en English
en-AU English (Australian)
en-CA English (Canadian)
en-GB English (GB)
en-NZ English (New Zealand)
en-US English (US)
en-ZA English (South African)
eo Esperanto
es Spanish
es-AR Spanish (voseo)
et-EE Estonian
eu-ES Basque
fa Persian
fi-FI Finnish
fr French
fr-BE French (Belgium)
fr-CA French (Canada)
fr-CH French (Switzerland)
ga-IE Irish
gl-ES Galician
he-IL Hebrew
hi-IN Hindi
hr-HR Croatian
hu-HU Hungarian
id-ID Indonesian
is-IS Icelandic
it Italian
ja-JP Japanese
km-KH Khmer
ko-KR Korean
lt-LT Lithuanian
lv-LV Latvian
nb Norwegian (Bokmål)
nl Dutch
nl-BE Dutch (Belgium)
nn Norwegian (Nynorsk)
no Norwegian
pl-PL Polish
pt Portuguese
pt-AO Portuguese (Angola)
pt-BR Portuguese (Brazil)
pt-MZ Portuguese (Moçambique)
pt-PT Portuguese (Portugal)
ro-RO Romanian
ru-RU Russian
sk-SK Slovak
sl-SI Slovenian
sr-RS Serbian
sv Swedish
ta-IN Tamil
th-TH Thai
tl-PH Tagalog
tr-TR Turkish
uk-UA Ukrainian
vi-VN Vietnamese
zh-CN Chinese
"""
AUTO = "auto"
USUAL = "en-US"
"""What `auto` comes to where the client prefers no variant: nothing is detected."""
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,5}")
"""The shape of a language tag (RFC 5646), with the underscore of POSIX besides."""
PATTERN = f"^({AUTO}|{TAG.pattern})$"
"""What a client may ask for, for OpenAPI."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its long code ("en-US"); `code` is its first part, as LanguageTool has it."""

    long_code: str
    name: str
    asked: bool = True
    """Whether the client named it, or left the choice to the server."""

    @property
    def code(self) -> str:
        """The language without country and variant."""
        return self.long_code.partition("-")[0]


LANGUAGES = tuple(Language(tag, name) for tag, _, name in (line.partition(" ") for line in LISTED.splitlines()))
KNOWN = {language.long_code.lower(): language for language in LANGUAGES}


def language_of(tag: str, preferred: str = "") -> Language | None:
    """The language that a client asks for; None for what is no language tag.

    `auto` comes to the first of the `preferred` variants ("en-GB,de-AT") that is a tag. A tag that is not in the list
    is its own name.
    """
    if tag.lower() == AUTO:
        variants = (language_of(variant.strip()) for variant in preferred.split(",")[:20] if variant.strip() != AUTO)
        found = next((variant for variant in variants if variant), KNOWN[USUAL.lower()])
        return Language(found.long_code, found.name, asked=False)
    if not TAG.fullmatch(tag):
        return None
    tag = tag.replace("_", "-")
    return KNOWN.get(tag.lower(), Language(tag, tag))
