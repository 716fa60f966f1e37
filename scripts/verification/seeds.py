"""Reading the eleven rule seeds of a folder."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from verification.problems import UsageProblem
from verification.rules import (
    LAYERS,
    ActivationStep,
    Condition,
    EventSignal,
    Metric,
    Model,
    Pillar,
    Rule,
    Rules,
    Title,
    Trigger,
    Version,
    title_words,
)
from verification.seed_rows import grouped, hours, is_true, number, seed_rows, whole
from verification.settings import read_instant
from verification.sources import RawRow


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
        event_signals=grouped(
            (str(row["event_name"]), _event_signal(row)) for row in seed_rows(path, "event_signals")
        ),
        activations=grouped(
            (str(row["activation_id"]), _step(row)) for row in seed_rows(path, "activation_steps")
        ),
        metrics={str(row["metric_id"]): _metric(row) for row in seed_rows(path, "metrics")},
        models=models,
        domain_kinds={
            str(row["domain"]).lower(): str(row["kind"]) for row in seed_rows(path, "domains")
        },
        icp_industries=frozenset(
            str(row["industry"]).lower()
            for row in seed_rows(path, "industries")
            if row["icp_industry"] is not None
        ),
        titles=tuple(_title(row) for row in seed_rows(path, "titles")),
        default_activation=latest[0].activation_id if latest else None,
    )


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
        min_count=whole(row["min_count"]) or 1,
        count_distinct=row["count_distinct"] or "events",
        exclude_self=is_true(row["exclude_self"]),
        deadline=hours(row["deadline_hours"]),
    )


def _metric(row: RawRow) -> Metric:
    return Metric(
        metric_id=str(row["metric_id"]),
        entity_type=str(row["entity_type"]),
        kind=str(row["kind"]),
        signal=row["signal"],
        attribute=row["attribute"],
        window=hours(row["window_hours"]),
        within_signup=hours(row["within_hours_of_signup"]),
        numerator=row["numerator_metric_id"],
        denominator=row["denominator_metric_id"],
    )


def _title(row: RawRow) -> Title:
    return Title(
        words=title_words(str(row["keyword"])),
        seniority_rank=whole(row["seniority_rank"]) or 1,
        is_decision_maker=is_true(row["is_decision_maker"]),
    )


def _read_models(path: Path) -> Iterator[Model]:
    rules = _by_version(seed_rows(path, "rules"))
    pillars = _by_version(seed_rows(path, "pillars"))
    triggers = grouped(
        (str(row["model_id"]), _trigger(row)) for row in seed_rows(path, "hot_triggers")
    )
    exclusions = seed_rows(path, "exclusions")
    of_users = (row for row in seed_rows(path, "models") if row["entity_type"] == "user")
    versions = grouped((str(row["model_id"]), row) for row in of_users)
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
    caps = {layer: whole(row.get(f"{layer}_cap")) for layer in LAYERS}
    return Version(
        model_version=str(row["model_version"]),
        valid_from=read_instant(row["valid_from"]),
        activation_id=row["activation_id"],
        qualification=str(row["qualification"]),
        pql_threshold=whole(row["pql_threshold"]),
        hot_threshold=whole(row["hot_threshold"]),
        caps={layer: cap for layer, cap in caps.items() if cap is not None},
        rules=tuple(_rules_of(rules)),
        pillars=tuple(_pillars_of(pillars)),
    )


def _rules_of(rows: list[RawRow]) -> Iterator[Rule]:
    for rule_id, of_rule in grouped((str(row["rule_id"]), row) for row in rows).items():
        yield Rule(
            rule_id=rule_id,
            layer=str(of_rule[0]["layer"]),
            points=whole(of_rule[0]["points"]) or 0,
            conditions=tuple(_condition(row) for row in of_rule),
            advised_metrics=tuple(str(row["metric_id"]) for row in of_rule if row["next_step"]),
        )


def _pillars_of(rows: list[RawRow]) -> Iterator[Pillar]:
    for name, of_pillar in grouped((str(row["pillar"]), row) for row in rows).items():
        alternatives = grouped((str(row["alternative"]), _condition(row)) for row in of_pillar)
        yield Pillar(name, tuple(alternatives.values()))


def _condition(row: RawRow) -> Condition:
    return Condition(
        metric_id=str(row["metric_id"]),
        lower=number(row["lower"]),
        upper=number(row["upper"]),
        is_unknown=is_true(row.get("is_unknown")),
    )


def _trigger(row: RawRow) -> Trigger:
    return Trigger(
        trigger_id=str(row["trigger_id"]),
        entity_type=str(row["entity_type"]),
        metric_id=str(row["metric_id"]),
        lower=number(row["lower"]),
        hot=hours(row["hot_hours"]) or 0,
        respond=hours(row["respond_hours"]) or 0,
        rearm=hours(row["rearm_quiet_hours"]) or 0,
        lane=row["lane"],
    )


def _active_reasons(rows: list[RawRow], model_id: str) -> tuple[str, ...]:
    active = [row for row in rows if row["model_id"] == model_id and is_true(row["is_active"])]
    active.sort(key=lambda row: whole(row["precedence"]) or 0)
    return tuple(str(row["reason"]) for row in active)
