"""Points are suggested where the past supports them, and nowhere else."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.metrics import roc_auc_score

from suggest_weights import suggest_weights
from suggestion.history import Examples, History
from suggestion.proposal import Suggestion, suggest, try_out

RULES = [
    {"rule_id": rule, "layer": layer, "points": points}
    for rule, layer, points in (
        ("strong", "intent", "10"),
        ("weak", "intent", "20"),
        ("vain", "usage", "30"),
        ("leaking", "fit", "15"),
        ("never_met", "fit", "5"),
    )
]
CAPS = {"intent": 35}
MET = ["leaking", "strong", "vain", "weak"]


def observed(seed: int) -> Examples:
    """A strong rule, a weak one and a vain one; a fourth that is written after the sale."""
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(800), 5)
    held = (rng.random((4_000, 4)) < 0.3).astype(float)
    log_odds = -3 + 2 * held[:, 1] + 1 * held[:, 3]
    converts = rng.random(4_000) < 1 / (1 + np.exp(-log_odds))
    held[:, 0] = converts
    scores = (held @ np.array([15, 10, 30, 20])).astype(int)
    return Examples(MET, held, scores, converts, clusters)


@pytest.fixture(scope="module")
def history() -> History:
    return History(1, observed(1), observed(2), {"leaking": "known afterwards"})


@pytest.fixture(scope="module")
def suggested(history: History) -> dict[str, Suggestion]:
    found = suggest(history, RULES, CAPS, lambda done, of: None)
    return {suggestion.rule_id: suggestion for suggestion in found}


def test_points_are_in_the_proportion_of_what_rules_tell(suggested: dict[str, Suggestion]) -> None:
    """60 points to share by log-odds of 2 and 1; no rule gets more than the cap of its layer."""
    points = {rule: suggestion.suggested for rule, suggestion in suggested.items()}
    assert points == {"strong": 35, "weak": 20, "vain": 0, "leaking": 15, "never_met": 5}
    assert suggested["strong"].low < 2 < suggested["strong"].high
    assert suggested["vain"].low < 0 < suggested["vain"].high


def test_what_may_know_the_future_keeps_its_points(suggested: dict[str, Suggestion]) -> None:
    assert suggested["leaking"].log_odds is None
    assert suggested["leaking"].remark == "kept: known afterwards"


def test_they_are_tried_on_later_instants(
    history: History, suggested: dict[str, Suggestion]
) -> None:
    known = [suggestion for rule, suggestion in suggested.items() if rule != "leaking"]
    trial = try_out(history, known, {})
    planted = history.later.held @ np.array([0, 2, 0, 1])
    best = roc_auc_score(history.later.converts, planted)
    assert best - 0.02 < trial.auc_suggested <= best
    assert trial.converting_suggested > 2 * history.later.converts.mean()


def test_too_few_conversions_are_refused_with_the_number_needed(
    demo_database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PQL_DB", str(demo_database))
    refused = CliRunner().invoke(suggest_weights, ["--days", "90", "--out", str(tmp_path)])
    assert refused.exit_code == 2
    assert "it takes 30 more" in refused.output
    assert list(tmp_path.iterdir()) == []
