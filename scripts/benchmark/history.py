"""A raw folder that grows: rows of a simulated world, as the warehouse learns of them."""

from datetime import datetime
from pathlib import Path

import duckdb

_DATED = ("users", "accounts", "subscriptions", "leads", "dispositions")
_EVER = datetime(1, 1, 1)


class History:
    """What was loaded up to some instant, in a folder of its own."""

    def __init__(self, world: Path, raw: Path) -> None:
        self._world, self._raw = world, raw
        self._loaded_until, self._loads = _EVER, 0
        (raw / "events").mkdir(parents=True)
        self._connection = duckdb.connect()
        self._connection.execute("set TimeZone = 'UTC'")
        self._connection.execute(
            "create view loads as select loaded_at::timestamp as loaded_at from "
            f"read_parquet({_quoted(world / 'events' / '*.parquet')})"
        )

    def first_and_last_load(self) -> tuple[datetime, datetime]:
        """When the first and the last row of events were loaded in the whole world."""
        query = "select min(loaded_at), max(loaded_at) from loads"
        return self._connection.execute(query).fetchall()[0]

    def load_more(self, rows: int) -> int:
        """Adds the next rows of events, and what else was loaded meanwhile."""
        query = "select loaded_at from loads where loaded_at > ? order by 1 limit 1 offset ?"
        (instant,) = self._connection.execute(query, [self._loaded_until, rows - 1]).fetchall()[0]
        return self.load_until(instant)

    def load_until(self, instant: datetime) -> int:
        """Adds all that was loaded up to an instant; returns how many rows of events that is."""
        self._loads += 1
        events = self._raw / "events" / f"load_{self._loads}.parquet"
        self._copy(self._world / "events" / "*.parquet", events, self._loaded_until, instant)
        for table in _DATED:
            file = f"{table}.parquet"
            self._copy(self._world / file, self._raw / file, _EVER, instant)
        self._loaded_until = instant
        return self._connection.read_parquet(str(events)).shape[0]

    def _copy(self, source: Path, target: Path, since: datetime, until: datetime) -> None:
        loaded = duckdb.ColumnExpression("loaded_at").cast("timestamp")
        rows = self._connection.read_parquet(str(source))
        rows = rows.filter((loaded > since) & (loaded <= until)).order("loaded_at")
        rows.write_parquet(str(target))


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
