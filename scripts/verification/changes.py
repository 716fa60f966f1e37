"""Every instant at which anything about a user might change, collected from the raw facts."""

from collections.abc import Iterable, Iterator

from verification.instants import DAY, EVER, NEVER
from verification.metrics import leaves_at
from verification.oracle import Oracle
from verification.rules import Metric


def change_points(oracle: Oracle, user_id: str) -> list[int]:
    """The user's start and every later candidate, in order; more than really change is fine."""
    person = oracle.entities.people[user_id]
    start = NEVER if person.start is None else person.start
    points = {start, *person.history.starts, *person.located_at}
    points |= {EVER if at is None else at for at in (person.erased_at, person.signup)}
    points |= oracle.exclusions.change_points(user_id)
    points |= {version.valid_from for model in oracle.rules.models for version in model.versions}
    for metric in _metrics_in_use(oracle):
        points.update(_points_of_metric(oracle, metric, user_id))
    for model in oracle.rules.models:
        for trigger in model.triggers:
            hits = oracle.scoring.hits(model, trigger, user_id)
            points.update(hit + trigger.hot for hit in hits)
    return sorted(at for at in points if start <= at < NEVER)


def _metrics_in_use(oracle: Oracle) -> Iterator[Metric]:
    """The metrics that models read, with what ratios are made of."""
    metrics = oracle.rules.metrics
    for metric_id in sorted(set().union(*(model.metric_ids() for model in oracle.rules.models))):
        metric = metrics[metric_id]
        yield metric
        for part in (metric.numerator, metric.denominator):
            if part is not None:
                yield metrics[part]


def _points_of_metric(oracle: Oracle, metric: Metric, user_id: str) -> Iterable[int]:
    if metric.entity_type == "user":
        yield from _points_of_entity(oracle, metric, user_id)
        return
    is_account = metric.entity_type == "account"
    entities = oracle.entities
    for stay in (entities.account_stays if is_account else entities.domain_stays)[user_id]:
        yield stay.begin
        yield stay.end
        for at in _points_of_entity(oracle, metric, stay.entity_id):
            if stay.begin <= at < stay.end:
                yield at


def _points_of_entity(oracle: Oracle, metric: Metric, entity_id: str) -> Iterable[int]:
    if metric.kind == "attribute" and metric.entity_type == "account":
        timeline = oracle.entities.accounts.get(entity_id)
        yield from timeline.starts if timeline else ()
    series = oracle.signals.series(metric.entity_type, entity_id, metric.signal)
    for fact in series.facts:
        yield fact.at
        yield leaves_at(fact, metric.window)
        if metric.kind == "active_days" and metric.window is not None:
            yield fact.at // DAY * DAY + metric.window
