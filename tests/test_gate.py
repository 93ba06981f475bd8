"""The evaluation gate holds every measure, on the data it was measured on, and lets no floor sink."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.accuracy import __main__ as gate
from benchmarks.accuracy import data, floors, wire
from benchmarks.accuracy.looking import Passage, Seen
from benchmarks.accuracy.measure import Measure, Outcome, counted
from benchmarks.accuracy.sets import SETS
from benchmarks.accuracy.spans import Score

HELD = floors.read(floors.FLOORS)
RECALL = Measure("recall", target=0.98)
SPANS = Measure("spans", rising=False, target=1.1, slack=0.02)


@pytest.mark.parametrize("name", SETS)
def test_every_measure_has_a_limit_and_every_limit_a_measure(name: str) -> None:
    declared = [measure.name for measure in SETS[name].MEASURES]
    assert len(set(declared)) == len(declared)
    assert set(declared) == set(HELD.limits[name]), "run the gate with --raise-floors"


def test_every_file_has_a_digest() -> None:
    assert {file for module in SETS.values() for file in module.FILES} == set(HELD.digests)
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in HELD.digests.values())
    assert 0 < HELD.reuse_share < 1


def test_floors_survive_writing(tmp_path: Path) -> None:
    floors.write(tmp_path / "floors.toml", HELD)
    assert floors.read(tmp_path / "floors.toml") == HELD


@pytest.mark.parametrize("value", [0.0, 0.5, 0.97, 0.98, 0.984, 0.99, 1.0])
@pytest.mark.parametrize("limit", [0.0, 0.6, 0.98, 0.995])
def test_raising_never_lowers(value: float, limit: float) -> None:
    assert floors.raised(RECALL, value, limit) >= limit
    assert floors.raised(SPANS, value, limit) <= limit


def test_a_limit_lies_a_slack_beside_the_value_but_not_beyond_a_target_met() -> None:
    assert floors.raised(RECALL, 0.999, None) == 0.994
    assert floors.raised(RECALL, 0.982, None) == 0.98
    assert floors.raised(RECALL, 0.971, None) == 0.966
    assert floors.raised(SPANS, 1.0, None) == 1.02
    assert floors.raised(SPANS, 1.09, None) == 1.1
    assert floors.raised(counted("found", target=30), 30, None) == 30


def test_a_value_below_its_floor_fails() -> None:
    assert floors.faults(RECALL, 0.979, 0.98) == "WORSE"
    assert floors.faults(SPANS, 1.11, 1.1) == "WORSE"
    assert not floors.faults(RECALL, 0.98, 0.98)
    assert floors.faults(RECALL, 0.98, None) == "no limit"
    assert floors.faults(RECALL, None, 0.98) == "not measured"


def test_the_gate_counts_what_is_worse(capsys: pytest.CaptureFixture[str]) -> None:
    limits = dict(HELD.limits["ocr"])
    assert gate.judge({"ocr": Outcome(limits)}, HELD) == 0
    assert gate.judge({"ocr": Outcome({**limits, "own first": limits["own first"] - 1})}, HELD) == 1
    assert gate.judge({"ocr": Outcome(limits, faults=["One is flagged and not explained."])}, HELD) == 1
    assert "WORSE" in capsys.readouterr().out


def test_raising_all_keeps_sets_that_were_not_measured() -> None:
    best = {"ocr": Outcome({measure.name: 480 if measure.rising else 0 for measure in SETS["ocr"].MEASURES})}
    after = gate.raise_all(HELD, best).limits
    assert after["ocr"]["own first"] == 480
    assert after["wire"] == HELD.limits["wire"]


def test_a_run_that_is_worse_somewhere_raises_nothing_but_adds_what_is_new() -> None:
    values = {measure.name: 480 if measure.rising else 0 for measure in SETS["ocr"].MEASURES}
    limits = {"own first": 478.0, "others named": 3.0}
    held = replace(HELD, limits={"ocr": limits})
    after = gate.raise_all(held, {"ocr": Outcome({**values, "own first": 470})}).limits["ocr"]
    assert after == {**limits, "own named": 479}


def test_other_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "known").write_text("known")
    (tmp_path / "changed").write_text("changed")
    digests = {"known": data.digest(tmp_path / "known"), "changed": "0" * 64, "gone": "0" * 64}
    changed, gone = data.strangers(tmp_path, ["known", "changed", "gone"], digests)
    assert "changed is other data" in changed
    assert "gone is missing" in gone
    kept = gate.with_digests(replace(HELD, digests=digests), tmp_path, ["known", "changed"])
    assert kept.digests == digests, "a digest is never replaced"


def test_no_data_is_no_failure_unless_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(data.VARIABLE, str(tmp_path / "none"))
    assert gate.main([]) == 0
    assert "nothing was measured" in capsys.readouterr().out
    assert gate.main(["--eval", str(tmp_path / "none")]) == 2


def test_a_flagged_text_needs_an_explanation_for_its_story() -> None:
    passage = Passage(0, 9, "story-1", 0, 9, 3, 1.0, "copied", "error", (), (), ())
    seen = Seen("text", True, 0.1, "story-1", (passage,))
    because = {"text": {"stories": ["story-1"], "why": "A template."}}
    assert wire.unexplained([seen], because) == []
    assert len(wire.unexplained([seen], {})) == 1
    other = replace(seen, passages=(replace(passage, source="story-2"),))
    assert len(wire.unexplained([other], because)) == 1


def test_scoring_counts_characters() -> None:
    score = Score()
    passages = tuple(
        Passage(start, end, source, 0, 10, 3, 1.0, "copied", "error", (), (), (source,))
        for start, end, source in ((10, 20, "a"), (50, 60, "b"))
    )
    score.add([("a", 10, 25, 0, 15)], Seen("draft", True, 0.1, "a", passages))
    values = score.values()
    assert values["found"] == 1
    assert values["source"] == 1
    assert values["recall"] == pytest.approx(10 / 15)
    assert values["precision"] == pytest.approx(10 / 20)
    assert values["source recall"] == pytest.approx(10 / 15)
    assert values["spans"] == 1
