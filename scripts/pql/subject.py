"""One person under one model at one instant, and in words what the marts say of them."""

from dataclasses import dataclass
from datetime import datetime

from pql import words
from pql.marts import Marts, Record
from pql.rulebook import LAYERS, Rulebook
from pql.words import Row

_RANKS = ("excluded", "not_qualified", "candidate", "pql", "hot")
_LINES = {
    "cap": "Cap of the layer {layer}",
    "floor": "No score is below 0",
    "exclusion": "Left out: nothing counts",
}


@dataclass(frozen=True)
class Subject:
    """Whom and when an explanation is about."""

    marts: Marts
    rulebook: Rulebook
    model_id: str
    user_id: str
    instant: datetime

    def rows(self, sql: str, *parameters: object) -> list[Record]:
        """Rows of a mart about this person under this model: `sql` goes on after the filter."""
        return self.marts.rows(sql, self.model_id, self.user_id, *parameters)

    def ledger(self) -> list[tuple[Record, str]]:
        """The lines that count at the instant, the layers in order, each with what it is for."""
        lines = self.rows(
            f"""
            select *
            from marts.pql_score_ledger
            where model_id = ? and user_id = ? and valid_from <= ? and coalesce(valid_to > ?, true)
            order by
                list_position(['rule', 'cap', 'floor', 'exclusion'], line_type),
                list_position({list(LAYERS)}, layer),
                points desc,
                line_id
            """,
            self.instant,
            self.instant,
        )
        return [(line, self._line(line)) for line in lines]

    def _line(self, line: Record) -> str:
        if line["line_type"] == "rule":
            return self._rule(line["model_version"], line["line_id"], line["metric_id"])
        return _LINES[line["line_type"]].format(layer=line["layer"])

    def cause(self, transition: Record) -> str:
        """What tipped a change of status: a kind of cause, for most with a name behind a colon."""
        kind, _, name = transition["cause"].partition(":")
        version, status = transition["model_version"], transition["to_status"]
        if kind == "start":
            return "First known"
        if kind == "version":
            return f"Version {name} of the model came into force"
        if kind == "exclusion":
            what = "Left out" if status == "excluded" else "No longer left out"
            return f"{what}: {self.exclusion(name)}"
        if kind == "trigger":
            return f"{'Trigger' if status == 'hot' else 'Trigger over'}: {self.trigger(name)}"
        if kind == "pillar":
            is_gained = _RANKS.index(status) > _RANKS.index(transition["from_status"])
            rows = [row for row in self.pillar_rows(version) if row["pillar"] == name]
            return f"Pillar {name} {'held' if is_gained else 'lost'}: {self.rulebook.pillar(rows)}"
        is_gained = transition["score_after"] > (transition["score_before"] or 0)
        return ("" if is_gained else "No longer: ") + self._rule(version, name, None)

    def pillar_rows(self, version: int) -> list[Row]:
        """What the pillars of a version ask for."""
        return self.rulebook.of_model("pql_pillars", self.model_id, str(version))

    def exclusion(self, reason: str) -> str:
        """A reason to leave somebody out, in words."""
        for row in self.rulebook.of_model("pql_exclusions", self.model_id):
            if row["reason"] == reason and row["label"]:
                return row["label"]
        return words.spaced(reason)

    def trigger(self, trigger_id: str) -> str:
        """A hot trigger in words."""
        for row in self.rulebook.of_model("pql_hot_triggers", self.model_id):
            if row["trigger_id"] == trigger_id:
                return self.rulebook.statement(row)
        return words.spaced(trigger_id)

    def _rule(self, version: int, rule_id: str, metric_id: str | None) -> str:
        """A rule in words; of its alternatives the one on the metric, where that is known."""
        rules = self.rulebook.of_model("pql_rules", self.model_id, str(version))
        rows = [row for row in rules if row["rule_id"] == rule_id]
        own = [row for row in rows if row["metric_id"] == metric_id] or rows
        return " or ".join(self.rulebook.statement(row) for row in own) or words.spaced(rule_id)
