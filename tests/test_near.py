"""Near-duplicates among the pages of an audit, and the map that is made of them."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace

import pyarrow as pa
import pytest

from checker.audit.folder import write_results
from checker.audit.map_pages import write_map
from checker.audit.near import COMMON, Role, containment, near_duplicates
from checker.audit.nouns import Outcome, Result
from checker.audit.problems import AuditProblem
from checker.audit.schema import results_batch
from checker.reports.map import COLUMNS, map_csv, map_html
from fingerprints.sketch import Sketcher
from fingerprints.stores.memory import MemoryStore
from tests.test_families import LATER, LEAD, MORE, OTHER, THIRD

STORE = MemoryStore(secret=bytes(range(32)))
SKETCH = Sketcher(STORE.spec, STORE.secret)
BRIDGE = LEAD + MORE + LATER


def page(number, text, site="lantern.example", seen="", **facts):
    """The result of a page, with what a map is made of."""
    made = SKETCH.fingerprints([text])[0]
    keys, bands = tuple(sorted(set(made.keys.tolist()))), tuple(made.bands.tolist())
    url = f"https://{site}/{number}"
    told = {"id": url, "url": url, "site": site, "title": f"Page {number}", "digest": f"{hash(text):x}"} | facts
    return Result(
        number, 0, Outcome.JUDGED, "site.warc.gz", f"site.warc.gz, record {number}", url, date=seen, words=made.words,
        keys=keys, bands=bands, **told,
    )  # fmt: skip


def copies(results):
    """Of each cluster the number and the role of every page."""
    return [[(one.number, one.role) for one in cluster.copies] for cluster in near_duplicates(results)]


def test_a_text_on_three_sites_is_one_cluster_and_the_first_published_leads_it():
    results = [
        page(0, BRIDGE, "orrin.example", "2026-04-05T08:00:00+00:00"),
        page(1, OTHER + THIRD, seen="2026-04-01T08:00:00+00:00"),
        page(
            2, BRIDGE + OTHER[:80], "quay.example", "2026-04-04T08:00:00+00:00", published="2026-04-03T12:00:00+00:00"
        ),
        page(3, BRIDGE.upper(), "orrin.example", "2026-04-06T08:00:00+00:00"),
    ]
    (cluster,) = near_duplicates(results)
    assert [(one.number, one.role) for one in cluster.copies] == [
        (2, Role.FIRST),
        (0, Role.REPRINT),
        (3, Role.REPRINT),
    ]
    first, again, shouted = cluster.copies
    assert (first.of_it, first.of_first) == (1.0, 1.0)
    assert again.of_it > 0.95
    assert 0.8 < again.of_first < 1.0
    assert (shouted.of_it, shouted.of_first) == (again.of_it, again.of_first)
    assert (cluster.number, cluster.outlets) == (1, 2)


def test_a_later_version_on_the_same_outlet():
    results = [
        page(0, BRIDGE, "www.lantern.example", "2026-04-03T08:00:00+00:00"),
        page(1, BRIDGE + OTHER[:80], "news.lantern.example", "2026-04-04T08:00:00+00:00"),
    ]
    assert copies(results) == [[(0, Role.FIRST), (1, Role.VERSION)]]


def test_a_page_without_a_date_comes_after_all_that_have_one():
    assert copies([page(0, BRIDGE), page(1, BRIDGE + OTHER[:60], seen="2026-04-03T08:00:00+00:00")]) == [
        [(1, Role.FIRST), (0, Role.VERSION)]
    ]


def test_the_same_bytes_at_another_address():
    first = page(0, BRIDGE, seen="2026-04-03T08:00:00+00:00")
    again = replace(page(1, BRIDGE, "orrin.example"), same_as=0)
    assert copies([first, again]) == [[(0, Role.FIRST), (1, Role.DUPLICATE)]]
    assert near_duplicates([first, again])[0].copies[1].of_it == 1.0


def test_an_item_in_a_page_about_more_is_no_near_duplicate():
    assert copies([page(0, LEAD), page(1, LEAD + MORE + LATER + OTHER + THIRD)]) == []


def test_no_chains():
    # each text shares two of its three parts with the one before, the third only one with the first
    parts = [LEAD, MORE, LATER, OTHER, THIRD]
    results = [page(n, "".join(parts[n : n + 3]), seen=f"2026-04-0{n + 1}T08:00:00+00:00") for n in range(3)]
    assert copies(results) == [[(0, Role.FIRST), (1, Role.VERSION)]]


def test_texts_that_share_bands_and_rare_keys_but_few_words_are_strangers():
    one, other = page(0, BRIDGE), page(1, OTHER + THIRD)
    sampled = [key for key in one.keys if key % 16 == 0]
    forged = replace(other, keys=tuple(sorted({*other.keys, *sampled})), bands=one.bands)
    assert copies([one, forged]) == []
    assert copies([one, replace(one, number=2)]) != []


def test_a_page_of_several_texts_is_told_apart_by_its_parts():
    results = [page(0, BRIDGE), replace(page(0, OTHER + THIRD), part=1), page(1, BRIDGE)]
    (cluster,) = near_duplicates(results)
    assert [(one.number, one.part) for one in cluster.copies] == [(0, 0), (1, 0)]


def test_short_texts_and_unjudged_pages_are_in_no_cluster():
    short = page(0, "The ferry is late.")
    unjudged = Result(1, 0, Outcome.UNJUDGED, "a", "a, record 1", "a", "a")
    assert copies([short, replace(short, number=2), unjudged]) == []
    assert copies([]) == []


def test_a_line_that_every_page_has_joins_nothing_and_hides_nothing():
    words = ["ferry", "harbour", "lamp", "quay", "heron", "bridge", "scarf", "goat", "minutes", "bandstand", "drums"]
    rng = random.Random(6)

    def text():
        return " ".join(rng.choice(words) + rng.choice(("", "s", "ed", "ing")) for _ in range(120))

    texts = [text() for _ in range(COMMON + 20)]
    results = [page(n, LEAD + one) for n, one in enumerate(texts)] + [page(1000, LEAD + texts[-1] + " At last.")]
    assert copies(results) == [[(COMMON + 19, Role.FIRST), (1000, Role.VERSION)]]


def test_the_order_of_results_decides_nothing_where_there_are_dates():
    results = [page(n, BRIDGE + OTHER[: 20 * n], seen=f"2026-04-1{n}T08:00:00+00:00") for n in range(4)]
    assert near_duplicates(results) == near_duplicates(results[::-1])


@pytest.mark.parametrize(("one", "other", "shares"), [((), (1,), (0, 0)), ((1, 2), (2, 3, 4, 5), (0.5, 0.25))])
def test_containment(one, other, shares):
    import numpy as np

    assert containment(np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)) == shares


def report(*matches):
    """A report as a result carries it, as far as the map reads it."""
    told = [
        {"status": status, "words": words, "source": {"id": id, "holder": "Meridian Press"}}
        for id, status, words in matches
    ]
    return json.dumps({"matches": told})


def mapped():
    """Two clusters, with all that a page may be called."""
    carried = report(("mp-1", "copied", 40), ("mp-2", "stock", 9), ("mp-1", "copied", 12), ("=mp-3", "licensed", 60))
    return near_duplicates(
        [
            page(0, BRIDGE, seen="2026-04-03T08:00:00+00:00", title='=HYPERLINK("x")', report=carried),
            page(1, BRIDGE, "orrin.example", "2026-05-03T08:00:00+00:00", title="<script>alert(1)</script>\u202e"),
            page(2, BRIDGE, "quay.example", url="javascript:alert(1)"),
            page(3, OTHER + THIRD, title="<b>Goat</b>"),
            page(4, OTHER + THIRD, "quay.example"),
        ]
    )


def test_the_table_has_a_row_a_page_and_no_formula():
    rows = list(csv.DictReader(io.StringIO("".join(map_csv(mapped())))))
    assert list(rows[0]) == list(COLUMNS)
    assert [(row["cluster"], row["number"], row["role"]) for row in rows] == [
        ("1", "0", "first"),
        ("1", "1", "duplicate"),
        ("1", "2", "duplicate"),
        ("2", "3", "first"),
        ("2", "4", "duplicate"),
    ]
    assert rows[0]["title"] == '\'=HYPERLINK("x")'
    assert rows[0]["stories"] == "'=mp-3; mp-1"
    assert rows[0]["holders"] == "Meridian Press"
    assert rows[1]["first"] == "https://lantern.example/0"


def test_the_page_escapes_what_it_shows_and_links_only_to_the_web():
    told = "".join(map_html(mapped()))
    assert "<script" not in told
    assert "&lt;b&gt;Goat" in told
    assert "\u202e" not in told
    assert 'href="javascript' not in told
    assert 'href="https://orrin.example/1"' in told
    assert "<svg" in told
    assert told.count("<circle") == 1  # of three pages one is the first, and one has no date
    assert "=mp-3 (60 words), mp-1 (52 words)" in told


def test_a_map_of_nothing_says_so():
    assert "No two pages of this audit" in "".join(map_html([]))
    assert "".join(map_csv([])).count("\r\n") == 1


def test_the_map_of_a_folder(tmp_path):
    results = [page(0, BRIDGE), page(1, BRIDGE, "orrin.example"), page(2, OTHER + THIRD)]
    batch = results_batch(results)
    write_results(tmp_path, 0, pa.Table.from_batches([batch]), "digest")
    assert write_map(tmp_path) == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "map.csv").read_bytes().decode())))
    assert [(row["number"], row["role"]) for row in rows] == [("0", "first"), ("1", "duplicate")]
    first = {name: (tmp_path / name).read_bytes() for name in ("map.csv", "map.html")}
    assert write_map(tmp_path) == 1
    assert {name: (tmp_path / name).read_bytes() for name in first} == first
    assert not list(tmp_path.glob(".*"))


def test_a_folder_without_results_has_no_map(tmp_path):
    with pytest.raises(AuditProblem, match="There are no results in"):
        write_map(tmp_path)
