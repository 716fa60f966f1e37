"""The vars that carry meaning: the project's defaults, then the rules folder's, then the call's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from verification.instants import DAY, HOUR, MINUTE, SECOND, parse_instant
from verification.problems import UsageProblem

_READABLE_UNTIL = parse_instant("2200-01-01")


@dataclass(frozen=True)
class Settings:
    """The vars that carry meaning, durations in microseconds."""

    event_key: tuple[str, ...]
    history_start: int
    as_of: str
    known_at: int | None
    default_model: str
    session_timeout: int
    session_max: int
    active_gap: int
    hot_score_respond: int
    disqualified: int
    self_serve_pillar: str

    def is_in_range(self, at: int) -> bool:
        """Whether a readable instant is one the project accepts."""
        return self.history_start <= at < _READABLE_UNTIL


def read_settings(project_file: Path, rules_path: Path, overrides: dict[str, Any]) -> Settings:
    """Vars of dbt_project.yml, then of the rules folder's vars.yml, then the overrides."""
    values = _read_yaml(project_file).get("vars") or {}
    own_file = rules_path / "vars.yml"
    if own_file.is_file():
        own = _read_yaml(own_file)
        values |= own.get("vars", own)
    values |= overrides
    try:
        return _to_settings(values)
    except (KeyError, ValueError) as error:
        raise UsageProblem(f"A var is missing or has no readable value: {error}.") from error


def _to_settings(values: dict[str, Any]) -> Settings:
    event_key = values["pql_event_key"]
    if isinstance(event_key, str):
        event_key = [column.strip(" []\"'") for column in event_key.split(",")]
    return Settings(
        event_key=tuple(event_key),
        history_start=read_instant(values["pql_history_start"]),
        as_of=str(values["pql_as_of"] or "latest"),
        known_at=read_instant(values["pql_known_at"]) if values["pql_known_at"] else None,
        default_model=values["pql_default_model"],
        session_timeout=int(values["pql_session_timeout_minutes"]) * MINUTE,
        session_max=int(values["pql_session_max_hours"]) * HOUR,
        active_gap=int(values["pql_active_gap_seconds"]) * SECOND,
        hot_score_respond=int(values["pql_hot_score_respond_hours"]) * HOUR,
        disqualified=int(values["pql_disqualified_days"]) * DAY,
        self_serve_pillar=str(values["pql_self_serve_pillar"]),
    )


def _read_yaml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise UsageProblem(f"There is no {file}: run this from the project, or name the file.")
    return yaml.safe_load(file.read_text(encoding="utf-8")) or {}


def read_instant(value: Any) -> int:
    """An instant that has to be there; ValueError, in words, if it is none."""
    instant = parse_instant(str(value))
    if instant is None:
        raise ValueError(f"{value} is no instant (write it like 2026-01-31T00:00:00Z)")
    return instant
