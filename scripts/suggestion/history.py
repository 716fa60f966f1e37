"""What was known of users at the evaluated instants, as numbers to learn from."""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from pql.console import UserError
from pql.project import intermediate_schema, marts_schema

Mask = NDArray[np.bool_]

_VERSION = """
    select max(model_version) from {marts}.pql_model_verdicts where model_id = ?
"""

_NEEDED = """
    select max(conversions_needed) from {marts}.pql_model_verdicts
    where model_id = ? and model_version = ? and horizon_days = ? and period in ('earlier', 'later')
"""

_OBSERVATIONS = """
    select
        instants.period, observations.cluster_id, observations.score,
        coalesce(
            observations.converted_at > observations.evaluated_at
            and observations.converted_at
            <= observations.evaluated_at + to_hours(24 * instants.horizon_days), false
        ) as converts,
        coalesce(signals.rules, []) as rules
    from {intermediate}.int_pql__observations as observations
    inner join {intermediate}.int_pql__evaluation_instants as instants using (evaluated_at)
    left join (
        select user_id, evaluated_at, list(signal_id) as rules
        from {intermediate}.int_pql__signals_at_instants
        where model_id = $model and model_version = $version and signal_type = 'rule'
        group by user_id, evaluated_at
    ) as signals using (user_id, evaluated_at)
    where observations.model_id = $model and observations.model_version = $version
        and instants.horizon_days = $days and instants.period in ('earlier', 'later')
    order by observations.user_id, observations.evaluated_at
"""

_SUSPECTS = """
    select signal_id, any_value(may_know_the_future_because) as reason
    from {marts}.pql_signal_lift
    where model_id = ? and model_version = ? and signal_type = 'rule' and may_know_the_future
    group by signal_id
"""


@dataclass(frozen=True)
class Examples:
    """Observations: which rules held, what the score was, who converted within the horizon."""

    rules: list[str]
    held: NDArray[np.float64]  # a row an observation, a column a rule
    scores: NDArray[np.int64]
    converts: Mask
    clusters: NDArray[np.int64]

    def where(self, kept: Mask) -> "Examples":
        """Some of the observations."""
        return Examples(
            self.rules,
            self.held[kept],
            self.scores[kept],
            self.converts[kept],
            self.clusters[kept],
        )


@dataclass(frozen=True)
class History:
    """What a model version can learn from, and what it is tried on."""

    model_version: int
    earlier: Examples
    later: Examples
    suspects: dict[str, str]  # rule -> why it may know the future


def read_history(connection: duckdb.DuckDBPyConnection, model_id: str, days: int) -> History:
    """The newest observed version of a model; says what is missing where there is too little."""

    def ask(query: str, values: object) -> list[tuple]:
        named = query.format(marts=f'"{marts_schema()}"', intermediate=f'"{intermediate_schema()}"')
        return connection.execute(named, values).fetchall()

    try:
        ((version,),) = ask(_VERSION, [model_id])
        ((needed,),) = ask(_NEEDED, [model_id, version, days])
    except duckdb.CatalogException as error:
        raise UserError("Scores were not evaluated yet; run `make evaluate` first.") from error
    if needed is None:
        raise UserError(
            f"{model_id} was not evaluated over {days} days; pql_model_verdicts has the models of "
            "free users and the horizons there are."
        )
    if needed:
        raise UserError(
            f"Too few people converted within {days} days to suggest points for {model_id}: "
            f"it takes {needed} more; a shorter horizon (DAYS=) may have enough."
        )
    rows = ask(_OBSERVATIONS, {"model": model_id, "version": version, "days": days})
    periods, clusters, scores, converts, held = zip(*rows, strict=True)
    rules = sorted({rule for rules in held for rule in rules})
    column = {rule: number for number, rule in enumerate(rules)}
    matrix = np.zeros((len(rows), len(rules)))
    for number, names in enumerate(held):
        matrix[number, [column[name] for name in names]] = 1
    _, numbered = np.unique(clusters, return_inverse=True)
    examples = Examples(rules, matrix, np.array(scores), np.array(converts), numbered)
    is_earlier = np.array(periods) == "earlier"
    return History(
        version,
        examples.where(is_earlier),
        examples.where(~is_earlier),
        dict(ask(_SUSPECTS, [model_id, version])),
    )
