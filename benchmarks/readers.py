"""Our readers beside independent ones, on any folder of files: which words do others read that we do not?

    make readers ARGS="FOLDER [--explained FILE] [--json]"

Each file is read by ours and by another program: PDF by pdftotext, Word, OpenDocument, RTF and old Word by
LibreOffice, mail by the standard library, captions by pysubs2, pages by a browser (chromium without scripts and
network; lexbor where there is none), e-books by the standard library and lexbor. Of the five-word runs of the other
reader, the share is told that ours lacks. A file of which more than a twentieth is missing is listed, unless ours says
that it could not read all of it: then the verdict is `incomplete`, and nobody is misled. Nor is one listed that
`--explained` explains (TOML: a table by the file's SHA-256, with `why`).

A page has no one order: pdftotext itself gives three, by columns, as the file draws, and as it is laid out. A run is
missing where all three have it and ours has not, and where ours has one of its words fewer times than each of them. So
columns read line by line are no loss, and a line, a word or a letter that is gone is one, in whatever order.

Exit code: 0 nothing unexplained, 1 something is, 2 nothing could be compared.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import email.policy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from checker.readers import Document, read

RUN = 5
"""Words in a row that are looked for."""
MOST_MISSING = 0.05
LEAST_RUNS = 20
"""With fewer runs in the other's text a share says nothing."""
LONGEST_WAIT = 120
"""Seconds for one file and one program."""
WORD = re.compile(r"[^\W_]+")
HYPHENATED = re.compile(r"(\w)[-\u00ad\u2010]\n\s*(\w)")
LABEL = re.compile(r"^\s*(?:(?:\d+|[A-Za-z]|[ivxIVX]+)[.)]|[\u2022\u00b7\u25cf\u25e6\u2043*-])+\s+")
"""What LibreOffice writes before the points of a list; it counts them itself."""
NO_LETTERS = ("\N{REPLACEMENT CHARACTER}", "\0")
"""What stands in a text that was read in an encoding not its own."""
BATCH = 40
SHOWN = 3
PAGES = (".html", ".htm", ".xhtml")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

Blocks = Sequence[str]
"""Stretches of text between which no words belong together."""
Orders = Sequence[Blocks]
"""The same words in each order that the other reader knows for them; the first is the one that is looked for."""
PDF_ORDERS: tuple[tuple[str, ...], ...] = ((), ("-raw",), ("-layout",))
"""By columns, as the file draws them, as they are laid out."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One file: by whom else it was read, how many runs that one found, and the share of them that ours lacks (0..1).

    `incomplete` are ours' own doubts; `missing` are some of the runs that ours lacks, in the order of the file.
    """

    file: str
    digest: str
    other: str
    runs: int
    share: float
    incomplete: tuple[str, ...]
    missing: tuple[str, ...]
    why: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether words are missing, ours does not say so, and nobody has explained it."""
        return self.share > MOST_MISSING and not self.incomplete and not self.why


def find_words(block: str) -> list[str]:
    """The words of a block in order: letters and digits alone, compatibility forms and case folded."""
    folded = unicodedata.normalize("NFKD", HYPHENATED.sub(r"\1\2", block)).casefold().replace("\u00ad", "")
    return WORD.findall("".join(letter for letter in folded if not unicodedata.combining(letter)))


def find_runs(blocks: Iterable[str]) -> list[str]:
    """The five-word runs of each block in order."""
    runs: list[str] = []
    for words in map(find_words, blocks):
        runs += [" ".join(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]
    return runs


def find_missing(orders: Orders, texts: Sequence[str]) -> list[str]:
    """The runs of the first order that ours lacks: in any order, or with a word that is not there as often."""
    ours = set(find_runs(texts))
    missing = [run for run in find_runs(orders[0]) if run not in ours]
    if len(orders) == 1 or not missing:
        return missing
    sure = set.intersection(*(set(find_runs(blocks)) for blocks in orders[1:]))
    theirs = [_count(blocks) for blocks in orders]
    held: Counter[str] = Counter()
    for text in texts:
        held |= _count([text])  # each reading has the file's words once
    gone = {word for word in theirs[0] if held[word] < min(count[word] for count in theirs)}
    return [run for run in missing if run in sure or not gone.isdisjoint(run.split(" "))]


def _count(blocks: Blocks) -> Counter[str]:
    return Counter(word for block in blocks for word in find_words(block))


def read_ours(path: Path) -> tuple[list[str], tuple[str, ...]]:
    """All that ours reads of a file, every reading of it; and why it would be incomplete."""
    texts: list[str] = []
    doubts: list[str] = []
    with path.open("rb") as stream:
        for entry in read(path.name, stream):
            if not isinstance(entry, Document):
                doubts.append(entry.sentence)
                continue
            texts += [entry.title, entry.text, *(reading.document.text for reading in entry.readings)]
            doubts += entry.incomplete
            if not any(map(str.isalnum, entry.text)):
                doubts.append("no words were found in it")
    return texts, tuple(dict.fromkeys(doubts))


def read_pdfs(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """By pdftotext (poppler), a page a block."""
    for path in paths:
        commands = (["pdftotext", *order, "-enc", "UTF-8", str(path), "-"] for order in PDF_ORDERS)
        yield path, [_output(command).split("\f") for command in commands]


def read_office(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """By LibreOffice, with a profile of its own, a paragraph a block, without the labels of lists."""
    for number, start in enumerate(range(0, len(paths), BATCH)):
        with tempfile.TemporaryDirectory(prefix=f"readers-{number}-") as folder:
            # names that differ in their ending only would be written over each other
            copies = {path: Path(folder) / f"{at}{path.suffix}" for at, path in enumerate(paths[start : start + BATCH])}
            for path, copy in copies.items():
                shutil.copyfile(path, copy)
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--norestore", "--convert-to", "txt:Text (encoded):UTF8"]
            _output([*command, "--outdir", folder, *map(str, copies.values())], LONGEST_WAIT + 10 * len(copies))
            for path, copy in copies.items():
                made = copy.with_suffix(".txt")
                lines = made.read_text(encoding="utf-8", errors="replace").splitlines() if made.is_file() else []
                yield path, [[LABEL.sub("", line) for line in lines]]


def read_mails(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """By the standard library: subject, and every part that is text and no attachment."""
    for path in paths:
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        blocks = [str(message["subject"] or "")]
        for part in message.walk():
            if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
                continue
            try:
                text = part.get_content()
            except (LookupError, ValueError, AttributeError):
                continue
            blocks += _text_of_page(text).splitlines() if part.get_content_subtype() == "html" else [text]
        yield path, [blocks]


def read_captions(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """By pysubs2."""
    import pysubs2

    for path in paths:
        try:
            events = pysubs2.load(str(path), encoding="utf-8", errors="replace")
        except Exception:  # whatever it stumbles over
            yield path, [[]]
        else:
            yield path, [[event.plaintext for event in events if not event.is_comment]]


def read_pages(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """As a browser shows them, without scripts and without a network; by lexbor where there is no browser."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        for path in paths:
            yield path, [_text_of_page(path.read_text(encoding="utf-8", errors="replace")).splitlines()]
        return
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as started:
        running = started.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = running.new_context(java_script_enabled=False, offline=True)
        for path in paths:
            page = context.new_page()
            try:
                page.goto(path.resolve().as_uri(), wait_until="domcontentloaded", timeout=30_000)
                yield path, [page.locator("body").inner_text(timeout=30_000).splitlines()]
            except Error:
                yield path, [[]]
            page.close()
        running.close()


def read_books(paths: Sequence[Path]) -> Iterator[tuple[Path, Orders]]:
    """By the standard library and lexbor: every page in the package, in whatever order."""
    for path in paths:
        blocks: list[str] = []
        with contextlib.suppress(zipfile.BadZipFile, RuntimeError, OSError), zipfile.ZipFile(path) as book:
            for name in book.namelist():
                if name.lower().endswith(PAGES):
                    blocks += _text_of_page(book.read(name).decode("utf-8", "replace")).splitlines()
        yield path, [blocks]


def _text_of_page(source: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    page = LexborHTMLParser(source)
    page.strip_tags(["script", "style", "template", "noscript"])
    return page.body.text(separator="\n") if page.body else ""


def _output(command: list[str], wait: float = LONGEST_WAIT) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=wait, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Other:
    """Another reader: its name, the program that it needs ("" for none), how it reads, and which files."""

    name: str
    program: str
    read: Callable[[Sequence[Path]], Iterator[tuple[Path, Orders]]]
    endings: tuple[str, ...]


OTHERS = (
    Other("pdftotext", "pdftotext", read_pdfs, (".pdf",)),
    Other("LibreOffice", "soffice", read_office, (".docx", ".doc", ".odt", ".rtf", ".docm", ".dotx")),
    Other("email", "", read_mails, (".eml",)),
    Other("pysubs2", "", read_captions, (".srt", ".vtt", ".ass", ".ssa", ".ttml", ".sbv", ".smi")),
    Other("a browser", "", read_pages, PAGES),
    Other("lexbor", "", read_books, (".epub",)),
)


def compare(path: Path, other: str, orders: Orders, explained: Mapping[str, str]) -> Comparison | str:
    """One file by both; a sentence where it could not be compared."""
    theirs = find_runs(orders[0])
    if len(theirs) < LEAST_RUNS:
        return f"{other} finds hardly a word in it"
    read = "".join(orders[0])
    if sum(map(read.count, NO_LETTERS)) > len(theirs) / RUN:
        return f"{other} does not know its encoding"
    texts, doubts = read_ours(path)
    missing = find_missing(orders, texts)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    shown = tuple(missing[:: max(1, len(missing) // SHOWN)][:SHOWN])
    share = len(missing) / len(theirs)
    return Comparison(str(path), digest, other, len(theirs), share, doubts, shown, explained.get(digest, ""))


def compare_all(folder: Path, explained: Mapping[str, str]) -> Iterator[tuple[Path, Comparison | str]]:
    """Every file below a folder, by the readers in turn."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    for other in OTHERS:
        held = [path for path in files if path.suffix.lower() in other.endings]
        if held and other.program and shutil.which(other.program) is None:
            yield from ((path, f"{other.program} is not installed") for path in held)
            continue
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            waiting = [
                (path, pool.submit(compare, path, other.name, orders, explained)) for path, orders in other.read(held)
            ]
            yield from ((path, result.result()) for path, result in waiting)
    known = {ending for other in OTHERS for ending in other.endings}
    yield from ((path, "no other reader for it") for path in files if path.suffix.lower() not in known)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--explained", type=Path, help="TOML: [SHA-256 of a file] why = '...'")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    options = parser.parse_args()
    explained = {}
    if options.explained:
        table = tomllib.loads(options.explained.read_text(encoding="utf-8"))
        explained = {digest: row["why"] for digest, row in table.items()}
    results = list(compare_all(options.folder, explained))
    compared = [result for _, result in results if isinstance(result, Comparison)]
    silent = [one for one in compared if one.is_silent]
    said = sum(one.share > MOST_MISSING and bool(one.incomplete) for one in compared)
    why_not: dict[str, int] = {}
    for _, result in results:
        if isinstance(result, str):
            why_not[result] = why_not.get(result, 0) + 1
    if options.json:
        json.dump({"compared": len(compared), "silent": [asdict(one) for one in silent], "not": why_not}, sys.stdout)
        print()
    else:
        for one in silent:
            print(f"{one.share:6.1%} of {one.runs:,} runs of {one.other} missing, in silence: {one.file}")
            print("".join(f"        “{run}”\n" for run in one.missing), end="")
        for sentence, count in sorted(why_not.items()):
            print(f"{count:,} not compared: {sentence}")
        print(
            f"{len(compared):,} files compared; of {len(silent):,} more than {MOST_MISSING:.0%} is missing in silence, "
            f"of {said:,} it is said, {sum(bool(one.why) for one in compared):,} are explained."
        )
    return 2 if not compared else 1 if silent else 0


if __name__ == "__main__":
    sys.exit(main())
