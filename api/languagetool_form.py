"""The form that LanguageTool's clients send to POST /v2/check: what of it says something here, read strictly.

What asks for grammar (motherTongue, level of style, dictionaries, modes, ...) is accepted and means nothing. The draft
and the key are taken from the body alone, never from the address, which ends up in logs.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from api.bodies import media_type
from api.languages import Language, language_of
from api.languagetool import Wanted
from api.problems import Problem, unsupported

FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 200
MOST_NAMES = 2_000
"""Rules that one request may name; LanguageTool's clients list what their users have switched off."""
KEY = re.compile(r"wck_[A-Za-z0-9_-]{1,100}")
ON = ("true", "yes")
NO_LANGUAGE = "Missing 'language' parameter, e.g. 'language=en-US' for American English or 'language=fr' for French."


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the draft, as the plain text of the field `text` or the JSON of the field `data`, and the rest."""

    field: str
    draft: str
    language: Language
    wanted: Wanted
    key: str = ""


def read_form(content_type: str, raw: bytes) -> Asked:
    """The request. Where a field stands twice the last counts. Raises Problem 400 and 415."""
    if media_type(content_type)[0] not in ("", FORM):
        raise unsupported(FORM)
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Problem(400, f"There are more than {MOST_FIELDS} fields in the form.") from None
    given = dict(pairs)
    language = given.get("language", "")
    if not language:
        raise Problem(400, NO_LANGUAGE)
    known = language_of(language, given.get("preferredVariants", ""))
    if known is None:
        raise Problem(400, "The 'language' parameter is no language code; GET /v2/languages lists what is known.")
    drafts = [name for name in ("text", "data") if name in given]
    if len(drafts) > 1:
        raise Problem(400, "Set only 'text' or 'data' parameter, not both.")
    if not drafts:
        raise Problem(400, "Missing 'text' or 'data' parameter.")
    (field,) = drafts
    return Asked(field, given[field], known, wanted_of(given), key_of(given))


def wanted_of(given: Mapping[str, str]) -> Wanted:
    """Which findings the client asks for. Raises Problem 400 as LanguageTool does."""
    enabled = _names(given, "enabledRules", "enabledCategories")
    disabled = _names(given, "disabledRules", "disabledCategories")
    only = given.get("enabledOnly", "").lower() in ON
    if only and not enabled:
        raise Problem(400, "You must specify enabled rules or categories when using enabledOnly=true.")
    if only and disabled:
        raise Problem(400, "You cannot specify disabled rules or categories when using enabledOnly=true.")
    return Wanted(given.get("level", "").lower() == "picky", disabled, enabled, only)


def _names(given: Mapping[str, str], *fields: str) -> frozenset[str]:
    listed = [given.get(field, "") for field in fields]
    if sum(names.count(",") for names in listed) >= MOST_NAMES:
        raise Problem(400, f"There are more than {MOST_NAMES:,} names of rules in the form.")
    return frozenset(name.strip() for names in listed for name in names.split(",") if name.strip())


def key_of(given: Mapping[str, str]) -> str:
    """The key in the form: `apiKey`, or `username` for a client that has but one field for both; "" for none."""
    fields = [given.get(name, "").strip() for name in ("apiKey", "username")]
    return _key_among(fields)


def key_in_header(authorization: str) -> str:
    """The key in an Authorization header, as a bearer's or as password or name of basic authentication; "" for none."""
    scheme, _, rest = authorization.strip().partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return ""
    return _key_among([password, name])


def _key_among(values: list[str]) -> str:
    """The first that has the form of a key, else the first that is anything: it will be told that it is none."""
    return next((one for one in values if KEY.fullmatch(one)), next(filter(None, values), ""))
