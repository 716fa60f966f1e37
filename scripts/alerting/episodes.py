"""What the hot lane has found: episodes, the health of the feed, and what the lanes allow."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from pql.console import UserError
from pql.project import intermediate_schema, marts_schema, seeds_schema

Facts = dict[str, Any]

# What a message can say: the row, and what the last build knows of its contact.
_EPISODES = """
    select
        episodes.*,
        triggers.rearm_quiet_hours,
        scores.score,
        scores.status,
        scores.top_reasons,
        arrivals.first_arrived_at
    from "{marts}".pql_hot_triggers as episodes
    inner join "{seeds}".pql_hot_triggers as triggers
        on episodes.model_id = triggers.model_id and episodes.trigger_id = triggers.trigger_id
    left join "{marts}".pql_scores as scores
        on episodes.model_id = scores.model_id and episodes.contact_user_id = scores.user_id
    left join (
        select event_key, min(arrived_at) as first_arrived_at
        from "{intermediate}".int_pql__arrived_events
        group by event_key
    ) as arrivals on episodes.first_evidence_id = arrivals.event_key
    order by episodes.fired_at, episodes.episode_id
"""

_OF_BUILDS = """
    select distinct triggers.trigger_id
    from "{seeds}".pql_hot_triggers as triggers
    inner join "{intermediate}".int_pql__hot_metrics as metrics
        on triggers.metric_id = metrics.metric_id
    where not metrics.is_in_lane
    order by triggers.trigger_id
"""


@dataclass(frozen=True)
class Episode:
    """One row of pql_hot_triggers, as far as decisions look at it; `facts` is all of it."""

    episode_id: str
    model_id: str
    trigger_id: str
    subject_type: str
    subject_id: str
    lane: str
    first_evidence_id: str | None
    fired_at: datetime
    latest_hit_at: datetime
    hot_until: datetime
    respond_by_at: datetime
    rearm_quiet_hours: int
    ineligibility_reason: str | None
    answered_at: datetime | None
    facts: Facts

    @classmethod
    def of(cls, facts: Facts) -> "Episode":
        """The episode of a row."""
        names = [name for name in cls.__dataclass_fields__ if name != "facts"]
        return cls(**{name: facts[name] for name in names}, facts=facts)

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """Whose hits these are, by which trigger."""
        return self.model_id, self.trigger_id, self.subject_type, self.subject_id


@dataclass(frozen=True)
class Lane:
    """What a lane takes, and when."""

    daily_budget: int | None = None
    quiet_from_hour: int | None = None
    quiet_until_hour: int | None = None
    time_zone: str = "UTC"

    def is_quiet(self, now: datetime) -> bool:
        """Is nothing sent at this instant? Quiet hours may reach over midnight."""
        begin, end = self.quiet_from_hour, self.quiet_until_hour
        if begin is None or end is None or begin == end:
            return False
        hour = self._local(now).hour
        return begin <= hour < end if begin < end else hour >= begin or hour < end

    def day(self, instant: datetime) -> str:
        """The lane's own date at an instant."""
        return self._local(instant).date().isoformat()

    def _local(self, instant: datetime) -> datetime:
        return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.time_zone))


@dataclass(frozen=True)
class Findings:
    """All that a cycle has to decide upon."""

    episodes: list[Episode]
    lanes: dict[str, Lane]
    # check -> what it found, of the checks that are broken
    broken: dict[str, str]
    # Triggers that the lane does not count itself: they fire with the next build.
    of_builds: tuple[str, ...] = ()


def read_findings(connection: duckdb.DuckDBPyConnection) -> Findings:
    """What the lane wrote into the working database."""
    marts, seeds = marts_schema(), seeds_schema()
    names = {"marts": marts, "seeds": seeds, "intermediate": intermediate_schema()}
    lanes = {
        row.pop("lane"): _lane(row)
        for row in _rows(connection, f'select * from "{seeds}".pql_lanes')
    }
    broken = _rows(
        connection,
        f'select check_id, findings from "{marts}".pql_feed_health where is_broken order by 1',
    )
    return Findings(
        episodes=[Episode.of(row) for row in _rows(connection, _EPISODES.format(**names))],
        lanes=lanes,
        broken={row["check_id"]: row["findings"] for row in broken},
        of_builds=tuple(row["trigger_id"] for row in _rows(connection, _OF_BUILDS.format(**names))),
    )


def _lane(row: Facts) -> Lane:
    try:
        ZoneInfo(row["time_zone"])
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UserError(
            f"pql_lanes names the time zone {row['time_zone']!r}; write one such as Europe/Berlin."
        ) from error
    return Lane(**row)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Facts]:
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
