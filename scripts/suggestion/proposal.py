"""Points for each rule, from a regularised logistic regression of who converted."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, GroupKFold

from pql.console import UserError
from pql.words import Row
from suggestion.history import Examples, History

# Points come in fives, as people write them.
_ROUND_TO = 5
_RESAMPLES = 40
_SEED = 1
_ITERATIONS = 500

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Suggestion:
    """What a rule gives today, what it would, and on which evidence."""

    rule_id: str
    layer: str
    points: int
    suggested: int
    log_odds: float | None
    low: float | None
    high: float | None
    remark: str


@dataclass(frozen=True)
class Trial:
    """How well points order people on instants that nothing was fitted on."""

    auc_today: float
    auc_suggested: float
    converting_today: float  # share of those who would be on top, as many as are PQLs today
    converting_suggested: float


def suggest(
    history: History,
    rules: list[Row],
    caps: dict[str, int],
    report: Callable[[int, int], None],
) -> list[Suggestion]:
    """Points that add up to those of today, in the proportions of the log-odds of conversion.

    No rule gets more than the cap of its layer. Rules that may know the future are not learned from
    and keep their points. A rule whose 90 % interval over resampled clusters reaches 0 gets none.
    """
    by_rule = {str(rule["rule_id"]): rule for rule in rules}
    learned = [
        number
        for number, rule in enumerate(history.earlier.rules)
        if rule in by_rule and rule not in history.suspects
    ]
    if not learned:
        raise UserError("Nobody who was observed met a rule that could be learned from.")
    strength, log_odds = _fit(history.earlier, learned)
    lows, highs = _interval(history.earlier, learned, strength, report)
    names = [history.earlier.rules[number] for number in learned]
    found = dict(zip(names, zip(log_odds, lows, highs, strict=True), strict=True))
    counted = {name: odds for name, (odds, low, _) in found.items() if low > 0}
    to_share = sum(max(int(by_rule[name]["points"] or 0), 0) for name in names)
    unit = to_share / sum(counted.values()) if counted else 0
    worth = {
        name: min(odds * unit, caps.get(str(by_rule[name]["layer"]), np.inf))
        for name, odds in counted.items()
    }
    return [
        _suggestion(rule, found.get(name), worth.get(name, 0), history.suspects.get(name))
        for name, rule in by_rule.items()
    ]


def _suggestion(
    rule: Row, evidence: tuple[float, float, float] | None, worth: float, suspect: str | None
) -> Suggestion:
    points = int(rule["points"] or 0)
    if suspect:
        suggested, remark = points, f"kept: {suspect}"
    elif evidence is None:
        suggested, remark = points, "kept: nobody had it"
    else:
        suggested = int(_ROUND_TO * round(worth / _ROUND_TO))
        remark = "" if evidence[1] > 0 else "adds nothing for sure"
    odds, low, high = evidence or (None, None, None)
    return Suggestion(
        str(rule["rule_id"]), str(rule["layer"]), points, suggested, odds, low, high, remark
    )


def try_out(history: History, suggestions: list[Suggestion], caps: dict[str, int]) -> Trial:
    """Today's scores and the suggested ones, on the period that is held out."""
    later = history.later
    suggested = _scores(later, suggestions, caps)
    flagged = max(int(later.converts.sum()), 1)
    return Trial(
        auc_today=roc_auc_score(later.converts, later.scores),
        auc_suggested=roc_auc_score(later.converts, suggested),
        converting_today=_converting_on_top(later, later.scores, flagged),
        converting_suggested=_converting_on_top(later, suggested, flagged),
    )


def _fit(examples: Examples, columns: list[int]) -> tuple[float, Floats]:
    """The strength of the penalty that predicts unseen clusters best, and the log-odds with it."""
    search = GridSearchCV(
        LogisticRegression(max_iter=_ITERATIONS),
        {"C": [0.003, 0.03, 0.3, 3]},
        cv=GroupKFold(5),
        scoring="neg_log_loss",
    ).fit(examples.held[:, columns], examples.converts, groups=examples.clusters)
    return search.best_params_["C"], search.best_estimator_.coef_[0]


def _interval(
    examples: Examples, columns: list[int], strength: float, report: Callable[[int, int], None]
) -> tuple[Floats, Floats]:
    """The middle 90 % of the log-odds when whole clusters are drawn again."""
    rng = np.random.default_rng(_SEED)
    members = np.argsort(examples.clusters, kind="stable")
    bounds = np.searchsorted(examples.clusters[members], np.arange(examples.clusters.max() + 2))
    present = np.unique(examples.clusters)
    drawn = []
    for number in range(_RESAMPLES):
        chosen = rng.choice(present, len(present))
        rows = np.concatenate(
            [members[bounds[cluster] : bounds[cluster + 1]] for cluster in chosen]
        )
        model = LogisticRegression(C=strength, max_iter=_ITERATIONS)
        drawn.append(model.fit(examples.held[rows][:, columns], examples.converts[rows]).coef_[0])
        report(number + 1, _RESAMPLES)
    low, high = np.percentile(drawn, [5, 95], axis=0)
    return low, high


def _scores(examples: Examples, suggestions: list[Suggestion], caps: dict[str, int]) -> Floats:
    """The score each observation would have: layers are summed, then capped."""
    points = {suggestion.rule_id: suggestion for suggestion in suggestions}
    total = np.zeros(len(examples.held))
    for layer in {suggestion.layer for suggestion in suggestions}:
        worth = [
            points[rule].suggested if rule in points and points[rule].layer == layer else 0
            for rule in examples.rules
        ]
        total += np.minimum(examples.held @ np.array(worth, float), caps.get(layer, np.inf))
    return np.maximum(total, 0)


def _converting_on_top(examples: Examples, scores: NDArray, count: int) -> float:
    """The share that converts of the `count` highest scores; ties at the edge count in part."""
    edge = np.sort(scores)[-count]
    above, at_edge = scores > edge, scores == edge
    expected = examples.converts[above].sum()
    expected += (count - above.sum()) * examples.converts[at_edge].mean()
    return float(expected / count)
