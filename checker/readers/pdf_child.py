"""The words of a PDF (ISO 32000) as PDFium reads them, with the box of every character.

Runs only as `readers.child` runs it, in a process of its own: PDFium is C++ and reads what strangers write.
It imports no more of ours than it has to. What it finds is judged by `readers.pdf`.
"""

from __future__ import annotations

import codecs
import ctypes
import math
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Set
from typing import Any

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfiumError

from checker.readers.pdf_fonts import misname
from checker.readers.pdf_joints import NOTHING, join
from checker.readers.pdf_objects import (
    Box,
    Cells,
    actual_texts,
    address,
    any_drawn,
    bounds,
    drop_actual_texts,
    inner,
    is_drawn,
    is_painted,
    objects,
    outlined,
    paint,
    survey,
    utf16,
)
from checker.readers.pdf_streams import draw_words

PASSWORD, DAMAGED = "password", "damaged"
PAGE, CLOAKED, COMMENT, BOX = "page", "cloaked", "comment", "text-box"
"""What a stretch of text is; the names are those of `document.Label`."""
GAPS = (10, 13, 32)
HYPHENS = (0x02, 0xFFFE)
"""What PDFium gives for a hyphen that ends a line; no line break follows it."""
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
UNSEEN_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
TINY = 1.5
"""Points; nobody reads letters of this size or less."""
FEW_WORDS = 200
"""A page with fewer characters is looked at for pictures of words."""
FEW_TURNED = 20
"""Letters that run another way than the page: as many as stand in a margin, and are read with the rest."""
MOST_ANNOTATIONS = 2_000
MOST_BARE = 0.5
"""The share of a page that pictures without any text in them may take."""
FEW_UNLIKE = 60
"""Runs of letters that may differ between words and what is said for them: a few ligatures, or a sentence."""
LEAST_LOST = 3
"""Pieces of text that give no letters."""
LEAST_SILENT = 20
"""Pieces of text in a font that is not in the file and that has no form for any of them; a few may be spaces."""
SILENT = 4
"""Times as many of them as there are pieces of text that were read."""
LEAST_OUTLINED = 60
"""Outlines in rows; as many letters as ten words have."""
LEAST_WIDE = 5
WIDE = 3.0
"""Heights; no letter is so wide, and one that is draws words."""
LEAST_PATTERN = 0.01
"""The share of a page that is filled with patterns from which on they may hold words."""
BUTTONS = (
    pdfium.FPDF_FORMFIELD_PUSHBUTTON,
    pdfium.FPDF_FORMFIELD_CHECKBOX,
    pdfium.FPDF_FORMFIELD_RADIOBUTTON,
    pdfium.FPDF_FORMFIELD_SIGNATURE,
)
"""Fields whose value ("Off") nobody sees."""
NO_COMMENTS = (pdfium.FPDF_ANNOT_POPUP, pdfium.FPDF_ANNOT_LINK)

for _codec in ("utf-16-le", "utf-16-be", "utf-32-le"):
    codecs.lookup(_codec)  # now, for no file can be opened once the doors are shut

Facts = dict[str, Any]


def answer(request: Facts, data: bytes) -> tuple[Facts, list[bytes]]:
    """What the file says: facts, the text in UTF-32, and four 32-bit floats a character.

    facts["problem"] says why there is nothing; facts["parts"] are [page, what, characters] in the order of the text.
    """
    # pointers as plain numbers: these are called for every character
    pdfium.FPDFText_GetTextObject.restype = ctypes.c_void_p
    pdfium.FPDFTextObj_GetFont.restype = ctypes.c_void_p
    for name in (
        "FPDFTextObj_GetTextRenderMode",
        "FPDFPageObj_GetFillColor",
        "FPDFTextObj_GetFont",
        "FPDFPageObj_CountMarks",
        "FPDFPageObj_GetMark",
        "FPDFFont_GetIsEmbedded",
        "FPDFFont_GetFontData",
    ):
        function = getattr(pdfium, name)
        function.argtypes = [ctypes.c_void_p, *function.argtypes[1:]]
    try:
        document = PdfDocument(data)
        count = len(document)
    except PdfiumError as error:
        password = getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD
        return {"problem": PASSWORD if password else DAMAGED}, [b"", b""]
    reader = _Reader(document, request)
    read = 0
    for number in range(min(count, request["pages"])):
        if reader.cut or time.process_time() > request["seconds"]:
            break
        reader.page(number)
        read += 1
    if reader.patterned or reader.type3:
        pattern, glyph = draw_words(data)
        reader.found["shapes"] += (reader.patterned if pattern else []) + (reader.type3 if glyph else [])
    facts = {
        "problem": "",
        "pages": count,
        "read": read,
        "cut": reader.cut,
        "misnamed": misname(data),
        "parts": reader.parts,
        **reader.found,
        **_about(document),
    }
    return facts, ["".join(reader.texts).encode("utf-32-le", "replace"), reader.boxes.tobytes()]


class _Reader:
    """Takes the pages in order; `found` lists the numbers of pages about which something has to be said."""

    def __init__(self, document: PdfDocument, request: Facts) -> None:
        self._document = document
        self._most = request["characters"]
        self._forms = None
        if document.get_formtype() != pdfium.FORMTYPE_NONE:
            document.init_forms()
            self._forms = document.formenv
        self.characters = 0
        self.cut = False
        self.texts: list[str] = []
        self.boxes = array("f")
        self.parts: list[tuple[int, str, int]] = []
        self.found: dict[str, list[int]] = {
            what: [] for what in ("pictures", "drawn", "broken", "stamps", "shapes", "spoken", "lost", "unmapped")
        }
        self.patterned: list[int] = []
        self.type3: list[int] = []

    def page(self, number: int) -> None:
        """Read one page; numbers count from 0 here, from 1 in what is found."""
        try:
            page = self._document[number]
            letters = _read_letters(page, self._most - self.characters)
        except PdfiumError:
            self.found["broken"].append(number + 1)
            return
        self.cut |= letters.cut
        self._add(number + 1, PAGE, letters.seen)
        self._add(number + 1, CLOAKED, letters.unseen)
        if letters.unmapped:
            self.found["unmapped"] += [number + 1, letters.unmapped, letters.count]
        known = "".join(letter for letter, _ in letters.seen)
        for what, text, box in self._annotations(page):
            known += text
            self._add(number + 1, what, [(letter, box) for letter in text])
        drawn = self._read_beneath(page, letters, number + 1) if letters.spoken else letters
        if self._is_lost(page, drawn):
            self.found["lost"].append(number + 1)
        seen = page
        if any_drawn(page):
            seen = self._read_appearances(page, number, letters, known)
        self._look(seen, letters, number + 1)
        page.close()

    def _is_lost(self, page: Any, letters: _Letters) -> bool:
        """Whether text of a page gave no letters and stands where no others were read (vertical, or without a font)."""
        left, bottom, right, top = page.get_bbox()
        lost: list[tuple[float, float]] = []
        silent: Counter[int] = Counter()
        sound: set[int] = set()
        for item in objects(page):
            for text in inner(item):
                if pdfium.FPDFPageObj_GetType(text) != pdfium.FPDF_PAGEOBJ_TEXT:
                    continue
                box, met = bounds(text), address(text) in letters.met
                drawn = box[3] - box[1] > 0.5
                font = pdfium.FPDFTextObj_GetFont(address(text))
                if met or drawn:
                    sound.update({font} if drawn else ())
                elif pdfium.FPDFFont_GetIsEmbedded(font) == 0:
                    silent[font] += 1
                x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
                # spaces have no extent
                if not met and box[3] - box[1] > 1 and left < x < right and bottom < y < top:
                    lost.append((x, y))
        most = max(LEAST_SILENT, SILENT * len(letters.met))
        if any(count >= most and font not in sound for font, count in silent.items()):
            return True
        if len(lost) < LEAST_LOST:
            return False
        read = Cells(page.get_bbox())
        for _, box in (*letters.seen, *letters.unseen):
            if box is not NOTHING:
                read.mark(box)
        return sum(not read.holds(x, y) for x, y in lost) >= LEAST_LOST

    def _read_beneath(self, page: Any, letters: _Letters, number: int) -> _Letters:
        """The words that are drawn where the file gives other words for them; ligatures and hyphens make no others."""
        for item in objects(page):
            for text in inner(item):
                drop_actual_texts(text)
        beneath = _read_letters(page, self._most - self.characters)
        said = _bare("".join(letter for letter, _ in letters.seen))
        drawn = _bare("".join(letter for letter, _ in beneath.seen))
        if _differ(said, drawn):
            self.found["spoken"].append(number)
            self._add(number, BOX, beneath.seen)
        return beneath

    def _read_appearances(self, page: Any, number: int, letters: _Letters, known: str) -> Any:
        """The words that annotations draw and nothing else of them says; returns the page with all they draw on it."""
        before = pdfium.FPDFPage_CountObjects(page)
        if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_FAIL:
            self.found["stamps"].append(number + 1)
            return page
        page = self._document[number]
        drawn = list(objects(page))[before:]
        said = _bare(known)
        for form in drawn:
            owners = {address(item) for item in inner(form)}
            words = _Letters(page, self._most - self.characters, only=owners)
            words.read()
            text = _bare("".join(letter for letter, _ in words.seen))
            if text and text not in said:
                self._add(number + 1, BOX, words.seen)
            letters.marked += words.seen
            letters.count += words.count
        return page

    def _add(self, number: int, what: str, letters: list[tuple[str, Box]]) -> None:
        while letters and letters[-1][0].isspace():
            letters.pop()
        if not letters:
            return
        self.texts.append("".join(letter for letter, _ in letters))
        for _, box in letters:
            self.boxes.extend(box)
        self.parts.append((number, what, len(letters)))
        self.characters += len(letters)

    def _look(self, page: Any, letters: _Letters, number: int) -> None:
        """Find words that are no text: pictures, outlines, patterns, and letters that are none."""
        found = survey(page)
        left, bottom, right, top = page.get_bbox()
        scarce = letters.count < FEW_WORDS
        if found.covered > 0.5 or found.outlines:
            read = Cells(page.get_bbox())
            for _, box in (*letters.seen, *letters.marked):
                if box is not NOTHING:
                    read.mark(box, 1)
            bare = found.cells.share(read)
            if (found.covered > 0.7 and scarce) or (bare > MOST_BARE and letters.behind < FEW_WORDS):
                self.found["pictures"].append(number)
            elif outlined(found.outlines, read) >= LEAST_OUTLINED:
                self.found["shapes"].append(number)
        if found.covered and not letters.count:
            self.found["pictures"].append(number)
        elif found.others > 20 and not letters.count:
            self.found["drawn"].append(number)
        if letters.wide >= LEAST_WIDE:
            self.found["shapes"].append(number)
        if found.patterned > LEAST_PATTERN * (right - left) * (top - bottom):
            self.patterned.append(number)
        if letters.drawn:
            self.type3.append(number)

    def _annotations(self, page: Any) -> Iterator[tuple[str, str, Box]]:
        """The words of annotations and of fields of forms, with the rectangle in which they stand."""
        for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_ANNOTATIONS)):
            annotation = pdfium.FPDFPage_GetAnnot(page, index)
            if not annotation:
                continue
            kind = pdfium.FPDFAnnot_GetSubtype(annotation)
            text = ""
            if kind == pdfium.FPDF_ANNOT_WIDGET:
                shows = self._forms and pdfium.FPDFAnnot_GetFormFieldType(self._forms, annotation) not in BUTTONS
                text = "" if not shows else utf16(pdfium.FPDFAnnot_GetFormFieldValue, self._forms, annotation)
            elif kind not in NO_COMMENTS:
                text = utf16(pdfium.FPDFAnnot_GetStringValue, annotation, b"Contents")
            rect = pdfium.FS_RECTF()
            pdfium.FPDFAnnot_GetRect(annotation, rect)
            pdfium.FPDFPage_CloseAnnot(annotation)
            inside = kind in (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT)
            if text.strip():
                yield BOX if inside else COMMENT, text, (rect.left, rect.bottom, rect.right, rect.top)


def _read_letters(page: Any, most: int) -> _Letters:
    """The characters of a page, at most so many, in the order in which they are read, whichever way they are turned.

    PDFium finds lines on a page as it is displayed. Words that run another way than the page is turned (a scan that
    was fed upside down, a table on its side) are read from the page turned their way.
    """
    letters = _Letters(page, most)
    letters.read()
    display = page.get_rotation() // 90 % 4
    turns = sorted(letters.turns, key=lambda turn: -letters.turns[turn])
    main, others = next(iter(turns), display), {turn for turn in turns[1:] if letters.turns[turn] >= FEW_TURNED}
    if main == display and not others:
        return letters
    page.set_rotation(90 * main)
    whole = _Letters(page, most, but=others)
    whole.read()
    for turn in sorted(others):
        page.set_rotation(90 * turn)
        more = _Letters(page, most, but={0, 1, 2, 3} - {turn})
        more.read()
        whole.add(more)
    return whole


class _Letters:
    """The characters of a page but for those turned in some ways: `seen` and `unseen`, each with its box.

    `turns` counts the letters by the quarter turns, against the clock, in which they run on the page before it is
    turned itself; `count` letters were met, `unmapped` of them mean nothing, `behind` stand behind a scan, `wide` are
    wider than letters are. `drawn`: letters of a Type 3 font were met, which may be drawings of anything. `spoken`: the
    file gives other words for some that it draws (ActualText). `marked` are other letters on the page that were read
    besides. `only` names the text objects that are read, by their addresses.
    """

    def __init__(self, page: Any, most: int, but: Set[int] = frozenset(), only: Set[int] | None = None) -> None:
        self._only = only
        self._page, self._text, self._most, self._but = page, page.get_textpage(), most, but
        self._owner = 0
        self._hidden = self._white = False
        self._turn = 0
        self._marks: list[Box] | None = None
        self._scanned: bool | None = None
        self._rect, self._matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        self._inside = page.get_bbox()
        self.turns: Counter[int] = Counter()
        self.met: set[int] = set()
        self.seen: list[tuple[str, Box]] = []
        self.unseen: list[tuple[str, Box]] = []
        self.marked: list[tuple[str, Box]] = []
        self.count = self.unmapped = self.behind = self.wide = 0
        self.cut = self.drawn = self.spoken = False
        self._behind = False
        self._fonts: dict[int, bool] = {}

    def read(self) -> None:
        """Take every character to the seen or to the unseen; the white space that PDFium puts in, to both."""
        get, owner = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
        generated = pdfium.FPDFText_IsGenerated
        high, last, count = 0, 0, pdfium.FPDFText_CountChars(self._text)
        self.cut = count > self._most
        for index in range(min(count, self._most)):
            code = get(self._text, index)
            if code in GAPS and generated(self._text, index) == 1:
                # a gap that the file sets by moving on, without a space; some have an owner, none has a box
                self._separate("\n" if code in (10, 13) else " ")
                continue
            owned = owner(self._text, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0xFFFD
            high = 0
            if self._only is not None and owned not in self._only:
                continue
            if not owned:
                self._separate("\n" if code in (10, 13) else " " if code == 32 else "")
                continue
            if owned != self._owner:
                self._meet(owned, index)
            if self._turn in self._but:
                self._separate("\n")
                continue
            box = self._box(index)
            letters = self.unseen if self._is_unseen(box) else self.seen
            if code in HYPHENS and pdfium.FPDFText_IsHyphen(self._text, index):
                letters += (("-", box), ("\n", NOTHING))
                continue
            letter = self._meant(code, index)
            if owned != last and letters and letters[-1][0] == letter and _overlap(letters[-1][1], box):
                continue  # drawn twice, a little apart, for its weight or its shadow
            last = owned
            if letter.isalnum():
                self.behind += self._behind
                self.wide += _is_wide(box, self._turn)
            join(letters, letter, box, self._turn)

    def add(self, more: _Letters) -> None:
        """Put the letters of another reading of the page behind these, on lines of their own."""
        for mine, theirs in ((self.seen, more.seen), (self.unseen, more.unseen)):
            if mine and theirs:
                mine.append(("\n", NOTHING))
            mine += theirs
        self.count += more.count
        self.unmapped += more.unmapped
        self.behind += more.behind
        self.wide += more.wide
        self.met |= more.met
        self.drawn |= more.drawn
        self.spoken |= more.spoken
        self.cut |= more.cut

    def _meet(self, owner: int, index: int) -> None:
        """What is the same for all letters of the text object that begins here: its ink, and which way it runs."""
        self._owner = owner
        self.met.add(owner)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(owner)
        clear, self._white = paint(owner)
        unseen = mode in UNSEEN_MODES
        self._behind = unseen and self._is_scanned()
        self._hidden = clear or (unseen and not self._behind)
        font = pdfium.FPDFTextObj_GetFont(owner)
        if font not in self._fonts:
            self._fonts[font] = is_drawn(font)
        self.drawn |= self._fonts[font]
        self.spoken = self.spoken or any(actual_texts(owner))
        self._turn = 0
        if pdfium.FPDFText_GetMatrix(self._text, index, self._matrix):
            back = math.copysign(1.0, pdfium.FPDFText_GetFontSize(self._text, index))
            angle = math.atan2(self._matrix.b * back, self._matrix.a * back)
            self._turn = round(angle / (math.pi / 2)) % 4

    def _meant(self, code: int, index: int) -> str:
        """The character; a replacement where the file gives its shape no meaning."""
        if code in (9, 10, 13, 32, 160):
            return " "
        self.count += 1
        self.turns[self._turn] += 1
        private = 0xE000 <= code < 0xF900 or code >= 0xF0000
        if private or code < 32 or 127 <= code < 160 or code in (0xFFFD, 0xFFFE, 0xFFFF):
            self.unmapped += 1
            return chr(code) if private else REPLACEMENT
        if pdfium.FPDFText_HasUnicodeMapError(self._text, index) == 1:
            self.unmapped += 1
        return chr(code)

    def _separate(self, space: str) -> None:
        for letters in (self.seen, self.unseen):
            if space and letters and letters[-1][0] != "\n" and letters[-1][0] != space:
                letters.append((space, NOTHING))

    def _box(self, index: int) -> Box:
        rect = self._rect
        if not pdfium.FPDFText_GetLooseCharBox(self._text, index, rect):
            return NOTHING
        return rect.left, rect.bottom, rect.right, rect.top

    def _is_unseen(self, box: Box) -> bool:
        """Invisible by its mode (but for the words behind a scan), clear or white on white, tiny, or off the page."""
        if self._hidden:
            return True
        left, bottom, right, top = box
        inside = self._inside
        away = right < inside[0] - 1 or left > inside[2] + 1 or top < inside[1] - 1 or bottom > inside[3] + 1
        tiny = right - left < TINY and top - bottom < TINY
        return away or tiny or (self._white and self._on_paper(box))

    def _is_scanned(self) -> bool:
        if self._scanned is None:
            self._scanned = survey(self._page).covered > 0.5
        return self._scanned

    def _on_paper(self, box: Box) -> bool:
        """Whether nothing is painted around the middle of a box."""
        if self._marks is None:
            self._marks = [bounds(item) for item in objects(self._page) if is_painted(item)]
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        return not any(left <= x <= right and bottom <= y <= top for left, bottom, right, top in self._marks)


def _differ(said: str, drawn: str) -> bool:
    """Whether two texts of letters tell different things: by the runs of eight that one has and the other has not."""
    runs = [{text[at : at + 8] for at in range(len(text) - 7)} for text in (said, drawn)]
    return any(len(mine - theirs) > max(FEW_UNLIKE, len(mine) / 20) for mine, theirs in (runs, runs[::-1]))


def _is_wide(box: Box, turn: int) -> bool:
    across, upward = box[2] - box[0], box[3] - box[1]
    if turn % 2:
        across, upward = upward, across
    return across > WIDE * upward > 0


def _bare(text: str) -> str:
    """Its letters and digits, by which two spellings of one text are alike."""
    return "".join(filter(str.isalnum, text.casefold()))


def _overlap(first: Box, second: Box) -> bool:
    """Whether two letters stand in one place, as no two letters of a word do."""
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    return (
        width > 0.6 * min(first[2] - first[0], second[2] - second[0]) > 0
        and height > 0.6 * min(first[3] - first[1], second[3] - second[1]) > 0
    )


def _about(document: PdfDocument) -> Facts:
    """What the file says of itself, and what it holds besides pages."""
    said = document.get_metadata_dict(skip_empty=True)
    forms = document.get_formtype()
    return {
        "title": said.get("Title", ""),
        "author": said.get("Author", ""),
        "created": said.get("CreationDate", ""),
        "updated": said.get("ModDate", ""),
        "attachments": document.count_attachments(),
        "xfa": forms in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND),
    }
