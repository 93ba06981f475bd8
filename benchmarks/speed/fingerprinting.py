"""Text to fingerprints on one core: ours, datasketch's, rensa's, and the words merely counted."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.accuracy.looking import SECRET
from benchmarks.speed import rivals
from benchmarks.speed.clock import Line, in_turn, least, processor, program, ratio
from fingerprints.sketch import Sketcher
from fingerprints.spec import DEFAULT_SPEC

ROUNDS = 5
OURS, SIGNED, DATASKETCH, RENSA, WC = "passage keys", "passage keys and signature", "datasketch", "rensa", "wc -w"
CURLY = "passage keys, quotes set as typographers set them"
QUOTES = str.maketrans("'\"", "\u2019\u201d")
"""One character beyond ASCII takes a text out of the short way through the tokeniser; most texts have some."""


def run(texts: Sequence[str]) -> list[Line]:
    """Rates of all, and ours as a multiple of theirs."""
    size = sum(len(text.encode("utf-8")) for text in texts) / 1e6
    sketcher = Sketcher(DEFAULT_SPEC, SECRET)
    curly = [text.translate(QUOTES) for text in texts]
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "texts"
        file.write_text("\n".join(texts), encoding="utf-8")
        contenders: dict[str, Callable[[], float]] = {
            OURS: processor(lambda: sketcher.passages(texts)),
            DATASKETCH: processor(lambda: [rivals.datasketch(text) for text in texts]),
            SIGNED: processor(lambda: sketcher.fingerprints(texts)),
            CURLY: processor(lambda: sketcher.passages(curly)),
            RENSA: processor(lambda: [rivals.rensa(text) for text in texts]),
        }
        if shutil.which("wc"):
            contenders[WC] = lambda: program(["wc", "-w", str(file)])
        sketcher.fingerprints(texts[:100])
        sketcher.passages(curly[:100])
        taken = in_turn(contenders, ROUNDS)
    lines = [Line(f"{name}", f"{size / median(seconds):.1f} MB/s") for name, seconds in taken.items()]
    lines += [
        least("passage keys against datasketch", ratio(taken[DATASKETCH], taken[OURS]), 8),
        least("passage keys against rensa", ratio(taken[RENSA], taken[OURS]), 2),
        least("passage keys and signature against datasketch", ratio(taken[DATASKETCH], taken[SIGNED]), 4),
    ]
    if WC in taken:
        lines.append(least("passage keys against wc -w", ratio(taken[WC], taken[OURS]), 0.25))
    return lines
