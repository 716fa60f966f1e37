"""What the watch publishes, into published/hot/: the tables of the lane and of the log.

Each file is written under another name and renamed over the old one.
"""

from pathlib import Path

import duckdb

from alerting.log import AlertLog
from pql.database import quoted
from pql.project import marts_schema, published_folder

_LANE_TABLES = ("pql_hot_triggers", "pql_feed_health")
_INSTANTS = (
    *("fired_at", "latest_hit_at", "hot_until", "respond_by_at"),
    *("first_arrived_at", "first_seen_at", "sending_since", "sent_at"),
)

# Only what arrived while somebody watched says how long finding it takes.
_DELAYS = """
    select
        cast(first_seen_at as date) as detected_on,
        trigger_id,
        count(*) as alerts,
        {median} as p50_seconds,
        {high} as p95_seconds,
        {median_of_hits} as p50_seconds_since_hit,
        {high_of_hits} as p95_seconds_since_hit
    from alerts
    where first_arrived_at >= $began_at
    group by all
    order by all
"""


def publish_lane(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables of the lane, while the working database is open."""
    for table in _LANE_TABLES:
        _replace(connection, f'select * from "{marts_schema()}".{table}', table)


def publish_log(log: AlertLog, began_at: str) -> None:
    """The alerts, and how long it took to find them."""
    rows = log.rows("select * from alerts order by first_seen_at, key")
    names = [row["name"] for row in log.rows("select name from pragma_table_info('alerts')")]
    with duckdb.connect() as connection:
        types = ", ".join(f"{name} {_type_of(name)}" for name in names)
        connection.execute(f"create table alerts ({types})")
        # Column by column: row by row DuckDB takes a millisecond for each.
        columns = ", ".join(f"unnest(${name})" for name in names)
        connection.execute(
            f"insert into alerts select {columns}",
            {name: [row[name] for row in rows] for name in names},
        )
        _replace(connection, "select * from alerts", "pql_alerts")
        connection.execute(
            "create table delays as " + _DELAYS.format(
                median=_quantile(0.5, "first_arrived_at"),
                high=_quantile(0.95, "first_arrived_at"),
                median_of_hits=_quantile(0.5, "fired_at"),
                high_of_hits=_quantile(0.95, "fired_at"),
            ),
            {"began_at": began_at},
        )  # fmt: skip
        _replace(connection, "select * from delays", "pql_detection_delay")


def _type_of(column: str) -> str:
    if column in _INSTANTS:
        return "timestamp"
    return {"is_released": "boolean", "rearm_quiet_hours": "bigint"}.get(column, "varchar")


def _quantile(share: float, since: str) -> str:
    seconds = f"epoch(first_seen_at) - epoch({since})"
    return f"round(quantile_cont({seconds}, {share}), 3)"


def _replace(connection: duckdb.DuckDBPyConnection, query: str, name: str) -> Path:
    folder = published_folder() / "hot"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    following = folder / f".{name}.next"
    connection.execute(f"copy ({query}) to {quoted(following)} (format parquet)")
    following.replace(path)
    return path
