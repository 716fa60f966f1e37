"""The rules of a folder of CSV files, or of the published run, with their conditions in words."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from pql import words
from pql.console import UserError
from pql.project import seeds_schema
from pql.rule_files import read_rules, seed_columns
from pql.words import Row

LAYERS = ("activation", "usage", "fit", "intent", "other")


@dataclass(frozen=True)
class Rulebook:
    """All rule seeds, row by row, every value as text and null as None."""

    seeds: dict[str, list[Row]]

    def model_ids(self) -> list[str]:
        """The models, in the order of the seed."""
        return list(dict.fromkeys(row["model_id"] or "" for row in self.seeds["pql_models"]))

    def choose_models(self, asked: str | None) -> list[str]:
        """The model asked for, else all."""
        known = self.model_ids()
        if asked and asked not in known:
            raise UserError(f"There is no model {asked!r}; the models are {', '.join(known)}.")
        return [asked] if asked else known

    def versions(self, model_id: str) -> list[Row]:
        """The versions of a model, the oldest first."""
        rows = [row for row in self.seeds["pql_models"] if row["model_id"] == model_id]
        return sorted(rows, key=lambda row: row["valid_from"] or "")

    def of_model(self, seed: str, model_id: str, version: str | None = None) -> list[Row]:
        """A seed's rows of one model, and of one version where the seed has versions."""
        return [
            row
            for row in self.seeds[seed]
            if row["model_id"] == model_id and (version is None or row["model_version"] == version)
        ]

    def metric(self, metric_id: str | None) -> Row:
        """A metric; one that the seeds lack speaks by its id."""
        for row in self.seeds["pql_metrics"]:
            if row["metric_id"] == metric_id:
                return row
        return {**dict.fromkeys(seed_columns()["pql_metrics"]), "metric_id": metric_id}

    def statement(self, condition: Row) -> str:
        """A row with metric_id, lower and upper as a line of its own."""
        metric = self.metric(condition["metric_id"])
        return words.statement(metric, condition["lower"], condition.get("upper"))

    def phrase(self, condition: Row) -> str:
        """The same inside a sentence; pillars may also ask that a value is unknown."""
        metric = self.metric(condition["metric_id"])
        if condition.get("is_unknown") == "true":
            return words.unknown(metric)
        return words.phrase(metric, condition["lower"], condition.get("upper"))

    def topic(self, condition: Row) -> str:
        """What the row is about, in a list."""
        metric = self.metric(condition["metric_id"])
        return words.topic(metric, condition["lower"], condition["upper"])

    def pillar(self, conditions: list[Row]) -> str:
        """A pillar in words: conditions of one alternative all hold, one alternative is enough."""
        alternatives: dict[str | None, list[str]] = {}
        for condition in conditions:
            alternatives.setdefault(condition["alternative"], []).append(self.phrase(condition))
        return "; or ".join(" and ".join(phrases) for phrases in alternatives.values())

    def step(self, step: Row) -> str:
        """A step of an activation sequence in words."""
        text = words.spaced(step["signal"] or "")
        count = int(step["min_count"] or 1)
        if count > 1:
            text += {
                "objects": f" for {count} different things",
                "users": f" with {count} different people",
            }.get(step["count_distinct"] or "", f" {count} times")
        if step["exclude_self"] == "true":
            text += " with someone else"
        if step["deadline_hours"]:
            text += f" within {words.period(int(step['deadline_hours']))} of signup"
        return text


def read_folder(folder: Path) -> Rulebook:
    """The rules of a folder of CSV files."""
    return Rulebook(read_rules(folder))


def read_published(connection: duckdb.DuckDBPyConnection) -> Rulebook:
    """The rules that the published run was scored with."""
    seeds: dict[str, list[Row]] = {}
    for name, columns in seed_columns().items():
        cursor = connection.execute(f'select columns(*)::varchar from "{seeds_schema()}"."{name}"')
        seeds[name] = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return Rulebook(seeds)
