"""What the page is made of: rows of the published marts, asked once."""

from dataclasses import dataclass
from datetime import datetime

from pql.leads import hottest
from pql.marts import Marts, Record
from pql.rulebook import Rulebook, read_published
from pql.subject import Subject

LEADS = 5
# The steps of the funnel, each the share of the same signups that came so far.
FUNNEL = {
    "activation_rate": "Activated",
    "pql_rate": "Became a PQL",
    "customer_rate": "Paid",
}


@dataclass(frozen=True)
class Lead:
    """A lead and the lines that its score is the sum of."""

    score: Record
    lines: list[tuple[Record, str]]


@dataclass(frozen=True)
class Facts:
    """Everything about one model that the page shows; rows are those of the marts."""

    model_id: str
    horizon_days: int
    as_of: datetime
    metrics: list[Record]
    stages: list[Record]
    verdicts: list[Record]
    bands: list[Record]
    calibration: list[Record]
    signals: list[Record]
    leads: list[Lead]
    rulebook: Rulebook

    def metric(self, metric_id: str, period: str = "month", segment: str = "all") -> list[Record]:
        """The complete periods of a metric that counted anything, the oldest first."""
        return [
            row
            for row in self.metrics
            if row["metric_id"] == metric_id
            and row["period"] == period
            and row["segment"] == segment
            and row["is_complete"]
            and row["value"] is not None
        ]

    def verdict(self) -> Record | None:
        """What is said of the score over all instants, within the shown horizon."""
        for row in self.verdicts:
            if row["horizon_days"] == self.horizon_days and row["period"] == "all":
                return row
        return None

    def metric_label(self, metric_id: str) -> str:
        """A metric of the rules in words."""
        return self.rulebook.metric(metric_id)["label"] or metric_id


def read_facts(marts: Marts, model_id: str) -> Facts:
    """Asks the marts about a model, within the shortest horizon, which has most to say."""

    def rows(mart: str, where: str = "true", order: str = "1") -> list[Record]:
        sql = f"select * from marts.{mart} where model_id = ? and {where} order by {order}"
        return marts.rows(sql, model_id)

    verdicts = rows("pql_model_verdicts", order="model_version, horizon_days, period")
    verdicts = [row for row in verdicts if row["model_version"] == verdicts[-1]["model_version"]]
    horizon = min((row["horizon_days"] for row in verdicts), default=0)
    version = verdicts[0]["model_version"] if verdicts else 0
    shown = f"horizon_days = {horizon} and model_version = {version}"
    rulebook = read_published(marts.connection)
    as_of = marts.as_of()
    assert as_of is not None
    return Facts(
        model_id=model_id,
        horizon_days=horizon,
        as_of=as_of,
        metrics=marts.rows(
            "select * from marts.pql_metrics where model_id = ? or model_id is null "
            "order by metric_id, segment, period_started_at",
            model_id,
        ),
        stages=rows("pql_lead_stage_comparison", order="lead_stage"),
        verdicts=verdicts,
        bands=rows(
            "pql_backtest", f"{shown} and period = 'all' and slice_type = 'band'", "score_from"
        ),
        calibration=rows("pql_calibration", shown, "step"),
        signals=rows("pql_signal_lift", f"{shown} and signal_type = 'metric'", "lift desc"),
        leads=[
            Lead(score, Subject(marts, rulebook, model_id, score["user_id"], as_of).ledger())
            for score in hottest(marts, model_id, LEADS)
        ],
        rulebook=rulebook,
    )
