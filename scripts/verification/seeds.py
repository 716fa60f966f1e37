"""Reading the eleven rule seeds of a folder."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from verification.instants import HOUR
from verification.problems import UsageProblem
from verification.rules import (
    LAYERS,
    ActivationStep,
    Condition,
    EventSignal,
    Metric,
    Model,
    Number,
    Pillar,
    Rule,
    Rules,
    Title,
    Trigger,
    Version,
    title_words,
)
from verification.settings import read_instant
from verification.sources import RawRow, read_csv

Record = TypeVar("Record")

_SEED_COLUMNS = {
    "activation_steps": (
        "activation_id signal min_count count_distinct exclude_self deadline_hours"
    ),
    "domains": "domain kind",
    "event_signals": (
        "event_name property_name property_value signal quantity_property credited_to"
    ),
    "exclusions": "model_id reason precedence is_active",
    "hot_triggers": (
        "model_id trigger_id entity_type metric_id lower hot_hours respond_hours rearm_quiet_hours"
        " lane"
    ),
    "industries": "industry icp_industry",
    "metrics": (
        "metric_id entity_type kind signal attribute window_hours within_hours_of_signup"
        " numerator_metric_id denominator_metric_id"
    ),
    "models": (
        "model_id model_version valid_from entity_type activation_id qualification pql_threshold"
        " hot_threshold activation_cap usage_cap fit_cap intent_cap"
    ),
    "pillars": "model_id model_version pillar alternative metric_id lower upper is_unknown",
    "rules": ("model_id model_version rule_id layer metric_id lower upper points next_step"),
    "titles": "keyword seniority_rank is_decision_maker",
}


def read_rules(path: Path, default_model: str) -> Rules:
    """The eleven rule seeds of a folder."""
    try:
        return _read_rules(path, default_model)
    except ValueError as error:
        raise UsageProblem(f"A rule seed in {path} has an unreadable value: {error}.") from error


def _read_rules(path: Path, default_model: str) -> Rules:
    models = tuple(_read_models(path))
    latest = [model.versions[-1] for model in models if model.model_id == default_model]
    return Rules(
        event_signals=_grouped(
            (str(row["event_name"]), _event_signal(row)) for row in _seed(path, "event_signals")
        ),
        activations=_grouped(
            (str(row["activation_id"]), _step(row)) for row in _seed(path, "activation_steps")
        ),
        metrics={str(row["metric_id"]): _metric(row) for row in _seed(path, "metrics")},
        models=models,
        domain_kinds={
            str(row["domain"]).lower(): str(row["kind"]) for row in _seed(path, "domains")
        },
        icp_industries=frozenset(
            str(row["industry"]).lower()
            for row in _seed(path, "industries")
            if row["icp_industry"] is not None
        ),
        titles=tuple(_title(row) for row in _seed(path, "titles")),
        default_activation=latest[0].activation_id if latest else None,
    )


def _seed(path: Path, name: str) -> list[RawRow]:
    file = path / f"pql_{name}.csv"
    if not file.is_file():
        raise UsageProblem(f"There is no rule seed {file}: --rules names a folder with all eleven.")
    return read_csv(file, tuple(_SEED_COLUMNS[name].split()))


def _grouped(pairs: Iterable[tuple[str, Record]]) -> dict[str, tuple[Record, ...]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for name, record in pairs:
        groups[name].append(record)
    return {name: tuple(records) for name, records in groups.items()}


def _event_signal(row: RawRow) -> EventSignal:
    return EventSignal(
        event_name=str(row["event_name"]),
        property_name=row["property_name"],
        property_value=row["property_value"],
        signal=str(row["signal"]),
        quantity_property=row["quantity_property"],
        credited_to=row["credited_to"] or "actor",
    )


def _step(row: RawRow) -> ActivationStep:
    return ActivationStep(
        signal=str(row["signal"]),
        min_count=_whole(row["min_count"]) or 1,
        count_distinct=row["count_distinct"] or "events",
        exclude_self=_is_true(row["exclude_self"]),
        deadline=_hours(row["deadline_hours"]),
    )


def _metric(row: RawRow) -> Metric:
    return Metric(
        metric_id=str(row["metric_id"]),
        entity_type=str(row["entity_type"]),
        kind=str(row["kind"]),
        signal=row["signal"],
        attribute=row["attribute"],
        window=_hours(row["window_hours"]),
        within_signup=_hours(row["within_hours_of_signup"]),
        numerator=row["numerator_metric_id"],
        denominator=row["denominator_metric_id"],
    )


def _title(row: RawRow) -> Title:
    return Title(
        words=title_words(str(row["keyword"])),
        seniority_rank=_whole(row["seniority_rank"]) or 1,
        is_decision_maker=_is_true(row["is_decision_maker"]),
    )


def _read_models(path: Path) -> Iterator[Model]:
    rules = _by_version(_seed(path, "rules"))
    pillars = _by_version(_seed(path, "pillars"))
    triggers = _grouped(
        (str(row["model_id"]), _trigger(row)) for row in _seed(path, "hot_triggers")
    )
    exclusions = _seed(path, "exclusions")
    versions = _grouped(
        (str(row["model_id"]), row) for row in _seed(path, "models") if row["entity_type"] == "user"
    )
    for model_id, rows in versions.items():
        of_model = []
        own_triggers = triggers.get(model_id, ())
        for row in rows:
            of_version = model_id, row["model_version"]
            of_model.append(_version(row, rules[of_version], pillars[of_version]))
        yield Model(
            model_id=model_id,
            versions=tuple(sorted(of_model, key=lambda version: version.valid_from)),
            user_triggers=tuple(t for t in own_triggers if t.entity_type == "user"),
            company_triggers=tuple(t for t in own_triggers if t.entity_type != "user"),
            exclusions=_active_reasons(exclusions, model_id),
        )


def _by_version(rows: list[RawRow]) -> dict[tuple[str, str | None], list[RawRow]]:
    groups: dict[tuple[str, str | None], list[RawRow]] = defaultdict(list)
    for row in rows:
        groups[str(row["model_id"]), row["model_version"]].append(row)
    return groups


def _version(row: RawRow, rules: list[RawRow], pillars: list[RawRow]) -> Version:
    caps = {layer: _whole(row.get(f"{layer}_cap")) for layer in LAYERS}
    return Version(
        model_version=str(row["model_version"]),
        valid_from=read_instant(row["valid_from"]),
        activation_id=row["activation_id"],
        qualification=str(row["qualification"]),
        pql_threshold=_whole(row["pql_threshold"]),
        hot_threshold=_whole(row["hot_threshold"]),
        caps={layer: cap for layer, cap in caps.items() if cap is not None},
        rules=tuple(_rules_of(rules)),
        pillars=tuple(_pillars_of(pillars)),
    )


def _rules_of(rows: list[RawRow]) -> Iterator[Rule]:
    for rule_id, of_rule in _grouped((str(row["rule_id"]), row) for row in rows).items():
        yield Rule(
            rule_id=rule_id,
            layer=str(of_rule[0]["layer"]),
            points=_whole(of_rule[0]["points"]) or 0,
            conditions=tuple(_condition(row) for row in of_rule),
            advised_metrics=tuple(str(row["metric_id"]) for row in of_rule if row["next_step"]),
        )


def _pillars_of(rows: list[RawRow]) -> Iterator[Pillar]:
    for name, of_pillar in _grouped((str(row["pillar"]), row) for row in rows).items():
        alternatives = _grouped((str(row["alternative"]), _condition(row)) for row in of_pillar)
        yield Pillar(name, tuple(alternatives.values()))


def _condition(row: RawRow) -> Condition:
    return Condition(
        metric_id=str(row["metric_id"]),
        lower=_number(row["lower"]),
        upper=_number(row["upper"]),
        is_unknown=_is_true(row.get("is_unknown")),
    )


def _trigger(row: RawRow) -> Trigger:
    return Trigger(
        trigger_id=str(row["trigger_id"]),
        entity_type=str(row["entity_type"]),
        metric_id=str(row["metric_id"]),
        lower=_number(row["lower"]),
        hot=_hours(row["hot_hours"]) or 0,
        respond=_hours(row["respond_hours"]) or 0,
        rearm=_hours(row["rearm_quiet_hours"]) or 0,
        lane=row["lane"],
    )


def _active_reasons(rows: list[RawRow], model_id: str) -> tuple[str, ...]:
    active = [row for row in rows if row["model_id"] == model_id and _is_true(row["is_active"])]
    active.sort(key=lambda row: _whole(row["precedence"]) or 0)
    return tuple(str(row["reason"]) for row in active)


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _number(text: str | None) -> Number | None:
    """A bound of a band, exactly; a whole number stays an int, which compares faster."""
    if text is None:
        return None
    exact = Fraction(text)
    return exact.numerator if exact.denominator == 1 else exact


def _hours(text: str | None) -> int | None:
    return None if text is None else int(text) * HOUR


def _is_true(text: str | None) -> bool:
    return (text or "").lower() in ("true", "t", "yes", "y", "1")
