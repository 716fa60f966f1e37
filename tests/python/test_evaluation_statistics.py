"""The statistics that SQL computes, and those of statsmodels and scikit-learn on the same rows."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy.stats import quantile_test
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from statsmodels.stats.proportion import proportion_confint

FIRST, WEEK, HORIZON = datetime(2026, 1, 5), timedelta(days=7), 30
# Weeks of the two periods that nothing of the one knows of the other.
EARLIER, LATER = range(0, 6), range(10, 16)
USERS, CLUSTERS = 900, 300

Floats = NDArray[np.float64]


class Observed:
    """People of companies that differ, seen every week; who scores higher converts more."""

    def __init__(self) -> None:
        rng = np.random.default_rng(8)
        cluster_of = rng.integers(0, CLUSTERS, USERS)
        drive = rng.normal(0, 1, CLUSTERS)[cluster_of] + rng.normal(0, 0.5, USERS)
        weeks = np.array([*EARLIER, *LATER])
        self.user = np.repeat(np.arange(USERS), len(weeks))
        self.week = np.tile(weeks, USERS)
        self.cluster = cluster_of[self.user]
        noise = rng.normal(0, 1, len(self.user))
        score = 40 + 15 * drive[self.user] + 10 * noise
        self.score = (5 * np.clip(score, 0, 100) // 5).astype(int) // 5 * 5
        buys = rng.random(USERS) < 1 / (1 + np.exp(2 - drive))
        # The day counted from the first week; who does not buy gets one that never comes.
        self.day = np.where(buys, rng.uniform(0, 150, USERS), 10_000)[self.user]
        is_free = self.day > self.week * 7
        for name in ("user", "week", "cluster", "score", "day"):
            setattr(self, name, getattr(self, name)[is_free])
        self.converts = (self.day <= self.week * 7 + HORIZON).astype(int)
        self.is_pql = self.score >= 60

    def rows(self) -> pa.Table:
        never = self.day >= 10_000
        converted_at = [
            None if is_never else FIRST + timedelta(days=float(day))
            for day, is_never in zip(self.day, never, strict=True)
        ]
        return pa.table(
            {
                "model_id": ["pillars_003"] * len(self.user),
                "model_version": [1] * len(self.user),
                "user_id": [f"u{user}" for user in self.user],
                "cluster_id": [f"c{cluster}" for cluster in self.cluster],
                "status": np.where(self.is_pql, "pql", "not_qualified"),
                "score": self.score,
                "is_pql": self.is_pql,
                "evaluated_at": [FIRST + int(week) * WEEK for week in self.week],
                "converted_at": converted_at,
            }
        )

    def cases(self) -> pa.Table:
        """The same people as cases of three kinds of metrics; of the median, one a company."""
        first_of_cluster = np.unique(self.cluster, return_index=True)[1]
        every = np.arange(len(self.user))
        kinds = [
            ("rate", every, self.converts),
            ("per_subject", every, self.score),
            ("median", first_of_cluster, self.score + np.arange(len(self.score)) / 1e5),
        ]
        return pa.concat_tables(
            pa.table(
                {
                    "metric_id": [kind] * len(rows),
                    "kind": [kind] * len(rows),
                    "model_id": ["pillars_003"] * len(rows),
                    "segment": ["all"] * len(rows),
                    "period": ["month"] * len(rows),
                    "period_started_at": [FIRST] * len(rows),
                    "cluster_id": [f"c{cluster}" for cluster in self.cluster[rows]],
                    "amount": amounts[rows].astype(float),
                }
            )
            for kind, rows, amounts in kinds
        )

    def of(self, weeks: range) -> NDArray[np.bool_]:
        return np.isin(self.week, list(weeks))


@pytest.fixture(scope="module")
def observed() -> Observed:
    return Observed()


@pytest.fixture(scope="module")
def marts(
    observed: Observed,
    demo_database: Path,
    run_dbt: Callable[..., Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> duckdb.DuckDBPyConnection:
    """The evaluation of what was observed, in a copy of the demo."""
    database = tmp_path_factory.mktemp("statistics") / "warehouse.duckdb"
    shutil.copy(demo_database, database)
    with duckdb.connect(str(database)) as connection:
        connection.execute("use pql_intermediate")
        connection.register("given", observed.rows())
        connection.execute("create or replace table int_pql__observations as select * from given")
        periods = [("all", [*EARLIER, *LATER]), ("earlier", EARLIER), ("later", LATER)]
        instants = [(HORIZON, name, FIRST + w * WEEK) for name, weeks in periods for w in weeks]
        connection.execute("delete from int_pql__evaluation_instants")
        connection.executemany(
            "insert into int_pql__evaluation_instants values (?, ?, ?)", instants
        )
        connection.register("cases", observed.cases())
        connection.execute("create or replace table int_pql__metric_cases as select * from cases")
    run_dbt(database, "run", "--select", "int_pql__outcomes+", "int_pql__metric_values")
    return duckdb.connect(str(database), read_only=True)


def one(marts: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    cursor = marts.execute(query)
    (row,) = cursor.fetchall()
    return dict(zip([column[0] for column in cursor.description], row, strict=True))


def slice_of(marts: duckdb.DuckDBPyConnection, kind: str, name: str) -> dict[str, Any]:
    return one(
        marts,
        "from pql.pql_backtest where model_id = 'pillars_003' and horizon_days = 30 "
        f"and period = 'all' and slice_type = '{kind}' and slice = '{name}'",
    )


def wilson(rate: float, variance: float) -> tuple[float, float]:
    size = rate * (1 - rate) / variance
    return proportion_confint(rate * size, size, method="wilson")


def clustered(model: Any, groups: NDArray[np.int64]) -> Any:
    """A fitted model whose covariance is one over clusters, with the correction of our own."""
    count = len(np.unique(groups))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False})
    return fitted.params, fitted.cov_params() * count / (count - 1)


def test_the_conversion_rate_has_the_interval_of_clustered_least_squares(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    flagged = observed.is_pql
    converts, groups = observed.converts[flagged], observed.cluster[flagged]
    rate, covariance = clustered(sm.OLS(converts, np.ones(len(converts))), groups)
    found = slice_of(marts, "group", "pql")
    assert found["observations"] == flagged.sum()
    assert found["conversions"] == converts.sum()
    assert found["users"] == len(np.unique(observed.user[flagged]))
    assert found["conversion_rate"] == pytest.approx(rate[0], abs=1e-6)
    assert (found["conversion_rate_low"], found["conversion_rate_high"]) == pytest.approx(
        wilson(rate[0], covariance[0, 0]), abs=2e-6
    )
    # Wider than if each week of each colleague were evidence of its own.
    naive = proportion_confint(converts.sum(), len(converts), method="wilson")
    assert found["conversion_rate_high"] - found["conversion_rate_low"] > naive[1] - naive[0]


def test_recall_is_the_rate_of_flags_among_conversions(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    converting = observed.converts == 1
    flagged = observed.is_pql[converting].astype(int)
    rate, covariance = clustered(
        sm.OLS(flagged, np.ones(len(flagged))), observed.cluster[converting]
    )
    found = slice_of(marts, "group", "pql")
    assert (found["recall"], found["recall_low"], found["recall_high"]) == pytest.approx(
        (rate[0], *wilson(rate[0], covariance[0, 0])), abs=2e-6
    )


@pytest.mark.parametrize("base", ["lift", "lift_over_non_pqls"])
def test_lift_has_the_interval_of_a_clustered_poisson_regression(
    observed: Observed, marts: duckdb.DuckDBPyConnection, base: str
) -> None:
    """Of the slice's rows stacked on those it is compared with, which are of the same clusters."""
    others = np.ones(len(observed.user), bool) if base == "lift" else ~observed.is_pql
    picked = np.concatenate([np.flatnonzero(observed.is_pql), np.flatnonzero(others)])
    in_slice = np.concatenate([np.ones(observed.is_pql.sum()), np.zeros(others.sum())])
    model = sm.GLM(
        observed.converts[picked], sm.add_constant(in_slice), family=sm.families.Poisson()
    )
    logarithms, covariance = clustered(model, observed.cluster[picked])
    margin = 1.959963984540054 * np.sqrt(covariance[1, 1])
    found = slice_of(marts, "group", "pql")
    assert (found[base], found[f"{base}_low"], found[f"{base}_high"]) == pytest.approx(
        tuple(np.exp(logarithms[1] + np.array([0, -margin, margin]))), rel=1e-5
    )


def test_the_area_is_that_of_scikit_learn_and_its_error_that_of_a_jackknife(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    area = roc_auc_score(observed.converts, observed.score)
    without = []
    for cluster in np.unique(observed.cluster):
        kept = observed.cluster != cluster
        without.append(roc_auc_score(observed.converts[kept], observed.score[kept]))
    count = len(without)
    error = np.sqrt((count - 1) / count * np.sum((np.array(without) - np.mean(without)) ** 2))
    found = one(
        marts,
        "from pql.pql_model_verdicts where model_id = 'pillars_003' and horizon_days = 30 "
        "and period = 'all'",
    )
    assert found["auc"] == pytest.approx(area, abs=1e-6)
    width = np.log(found["auc_high"] / (1 - found["auc_high"])) - np.log(
        found["auc_low"] / (1 - found["auc_low"])
    )
    assert width * area * (1 - area) / 2 / 1.959963984540054 == pytest.approx(error, rel=0.03)
    assert (found["verdict"], found["pql_verdict"]) == ("predicts", "worth it")


def calibrated(observed: Observed) -> Floats:
    """The probability that scikit-learn gives each observation, from the earlier period."""
    earlier = observed.of(EARLIER)
    fitted = IsotonicRegression(out_of_bounds="clip").fit(
        observed.score[earlier], observed.converts[earlier]
    )
    # Between two scores it interpolates; ours are steps that begin at the score.
    known = np.unique(observed.score[earlier])
    below = np.maximum(np.searchsorted(known, observed.score, side="right") - 1, 0)
    return fitted.predict(known[below])


def test_calibration_is_isotonic_regression(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    steps = marts.execute(
        "select score_from, probability, verdict from pql.pql_calibration "
        "where model_id = 'pillars_003' and horizon_days = 30 order by step"
    ).fetchall()
    assert len(steps) > 3
    assert {verdict for *_, verdict in steps} == {"calibrated"}
    bounds, probabilities = (
        np.array(column, float) for column in list(zip(*steps, strict=True))[:2]
    )
    ours = probabilities[np.searchsorted(bounds, observed.score, side="right") - 1]
    assert ours == pytest.approx(calibrated(observed), abs=1e-6)


def test_errors_are_those_of_the_period_that_nothing_was_fitted_on(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    later = observed.of(LATER)
    expected, happened = calibrated(observed)[later], observed.converts[later]
    base = np.full(later.sum(), observed.converts[observed.of(EARLIER)].mean())
    off = sum(
        abs(probability - happened[expected == probability].mean())
        * (expected == probability).mean()
        for probability in np.unique(expected)
    )
    found = one(
        marts,
        "select distinct held_out_brier_score, held_out_brier_score_of_base_rate, "
        "held_out_brier_improvement, held_out_brier_improvement_low, held_out_calibration_error "
        "from pql.pql_calibration where model_id = 'pillars_003' and horizon_days = 30",
    )
    gains = (base - happened) ** 2 - (expected - happened) ** 2
    gain, covariance = clustered(sm.OLS(gains, np.ones(len(gains))), observed.cluster[later])
    assert tuple(found.values()) == pytest.approx(
        (
            brier_score_loss(happened, expected),
            brier_score_loss(happened, base),
            gain[0],
            gain[0] - 1.959963984540054 * np.sqrt(covariance[0, 0]),
            off,
        ),
        abs=2e-6,
    )


def test_a_model_without_observations_is_refused_with_the_number_needed(
    marts: duckdb.DuckDBPyConnection,
) -> None:
    refused = marts.execute(
        "select distinct verdict, pql_verdict, conversions_needed from pql.pql_model_verdicts "
        "where model_id <> 'pillars_003' or horizon_days <> 30"
    ).fetchall()
    assert refused == [("too little history", "too little history", 30)]


def metric(marts: duckdb.DuckDBPyConnection, kind: str) -> tuple[float, float, float]:
    found = one(marts, f"from pql_intermediate.int_pql__metric_values where kind = '{kind}'")
    return found["value"], found["value_low"], found["value_high"]


def test_metrics_of_the_business_have_intervals_over_clusters(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    ones = np.ones(len(observed.user))
    rate, covariance = clustered(sm.OLS(observed.converts, ones), observed.cluster)
    assert metric(marts, "rate") == pytest.approx(
        (rate[0], *wilson(rate[0], covariance[0, 0])), rel=1e-6
    )
    mean, covariance = clustered(sm.OLS(observed.score, ones), observed.cluster)
    margin = 1.959963984540054 * np.sqrt(covariance[0, 0])
    assert metric(marts, "per_subject") == pytest.approx(
        (mean[0], mean[0] - margin, mean[0] + margin), rel=1e-6
    )


def test_a_median_has_the_interval_of_a_sign_test(
    observed: Observed, marts: duckdb.DuckDBPyConnection
) -> None:
    of_cases = observed.cases().to_pandas()
    amounts = np.sort(of_cases[of_cases.kind == "median"].amount)
    exact = quantile_test(amounts, p=0.5).confidence_interval(0.95)
    value, low, high = metric(marts, "median")
    assert value == np.median(amounts)
    # Ours takes ranks from the normal distribution, scipy from the binomial: a rank apart at most.
    for ours, theirs in ((low, exact.low), (high, exact.high)):
        assert abs(np.searchsorted(amounts, ours) - np.searchsorted(amounts, theirs)) <= 1
