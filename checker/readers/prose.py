"""Whether a string out of a program's data is prose: words that somebody wrote to be read, and not a setting.

Told by its shape alone, in any language: words with blanks between them, without the signs that code, addresses,
style rules, dates and encoded data are made of.
"""

from __future__ import annotations

import re

TAGS = re.compile(r"<(?!!--)[^<>]*>")
"""Tags; a comment may hold the text of a block."""
MARKUP = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:-]{0,30}(?:\s[^<>]*)?/?>|<!--|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,30});"
)
"""A tag, a comment or a reference of HTML (or XML)."""
UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Letters of scripts that set no blanks between words (Thai, Lao, Burmese, Khmer, Japanese, Chinese)."""
LETTERS_PER_WORD = 2
"""Of such a script, about."""
LETTER = re.compile(r"[^\W\d_]")
CODE = re.compile(r"[{}=<>\\_$@|~^\[\]`]|://|[A-Za-z]\d|\d[A-Za-z]|[a-z][A-Z]|\w[:;(]\w|\(\)|^--|^[#./]\w|;$")
"""Signs within or around a word that prose hardly has."""
COMPOUND = re.compile(r"\w[-:/]\w")
ENDING = re.compile(r"[.!?…。！？।؟][\"'”’»)\]]*$")
LONGEST_WORD = 40
SHARE = 0.7
"""What share of the tokens of prose are words; numbers count for neither side."""
STYLED = 0.3
"""The share of words with signs within above which a row of lower-case words is a list of names of styles."""
MANY = 30
FEW_AMONG = 0.3
"""So many words are prose although only this share of the tokens are words: signs between words do not hide a story."""
FEWEST = 4
"""Words below which nothing counts as prose by its shape alone."""


def count_words(text: str) -> int:
    """The words of a string if it is prose, else 0; HTML counts without its tags. Linear in its length."""
    bare = TAGS.sub(" ", text) if "<" in text else text
    if is_token(bare):
        return 0
    words = other = compound = marked = 0
    plain = bare.isascii()
    spaced = plain or UNSPACED.search(bare) is None
    for token in bare.split():
        core = token.rstrip(".,!?")
        # nearly all of prose, and no expression is needed
        if core.isalpha() and (
            (plain and len(core) <= LONGEST_WORD) or (spaced and 1 < len(token) <= LONGEST_WORD and _is_cased(core))
        ):
            words += len(token) > 1
            marked += token[-1] in ".!?" or not core[0].islower()
        elif not LETTER.search(token):
            other += len(token) > 1 and not token.strip(".,;:()%").isnumeric()
        elif not spaced and (unspaced := len(UNSPACED.findall(token))):
            words += max(1, unspaced // LETTERS_PER_WORD)
            marked += 1
        elif not is_word(token):
            other += 1
        elif len(token) > 1:
            words += 1
            compound += COMPOUND.search(token) is not None
            marked += ENDING.search(token) is not None or not token[0].islower()
    if words < (FEW_AMONG if words >= MANY else SHARE) * (words + other) or (compound > STYLED * words and not marked):
        return 0
    return words


def _is_cased(word: str) -> bool:
    """Whether the capitals of a word are those of prose: none, the first, or all."""
    return word.islower() or word.istitle() or word.isupper()


def is_token(text: str) -> bool:
    """Whether a string has no white space within, and is of a script that would have some if it were several words."""
    return len(text.split(None, 1)) < 2 and text.isascii()


def is_word(token: str) -> bool:
    """Whether a token, what stands between blanks, has letters and none of the signs of code."""
    if len(token) > LONGEST_WORD or not LETTER.search(token):
        return False
    return not CODE.search(token.rstrip(";") if "&" in token else token)


def is_prose(text: str, fewest: int = FEWEST) -> bool:
    """Whether a string is prose of at least `fewest` words."""
    return count_words(text) >= fewest
