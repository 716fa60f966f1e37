"""Every instant at which anything about a user might change, collected from the raw facts."""

from collections.abc import Iterator

from verification.instants import DAY, NEVER
from verification.metrics import leaves_at
from verification.oracle import Oracle
from verification.rules import Metric


class Changes:
    """Candidates for every user; those of accounts and domains are collected once."""

    def __init__(self, oracle: Oracle) -> None:
        """Collect from this oracle's facts."""
        self._oracle = oracle
        self._metrics = tuple(_metrics_in_use(oracle))
        self._moves: dict[tuple[str, str], list[int]] = {}

    def of_user(self, user_id: str) -> list[int]:
        """The user's start and every later candidate, in order; too many do no harm."""
        oracle = self._oracle
        person = oracle.entities.people[user_id]
        start = NEVER if person.start is None else person.start
        points = {start, *person.history.starts, *person.located_at}
        points |= {at for at in (person.erased_at, person.signup) if at is not None}
        points |= oracle.exclusions.change_points(user_id)
        points |= {v.valid_from for model in oracle.rules.models for v in model.versions}
        for metric in self._metrics:
            points.update(self._of_metric(metric, user_id))
        for model in oracle.rules.models:
            for trigger in model.user_triggers:
                hits = oracle.triggers.hits(trigger, user_id)
                points.update(hit + trigger.hot for hit in hits)
        return sorted(at for at in points if start <= at < NEVER)

    def _of_metric(self, metric: Metric, user_id: str) -> Iterator[int]:
        if metric.entity_type == "user":
            yield from _facts_and_leavings(self._oracle, metric, user_id)
            return
        entities = self._oracle.entities
        is_account = metric.entity_type == "account"
        for stay in (entities.account_stays if is_account else entities.domain_stays)[user_id]:
            yield stay.begin
            yield stay.end
            for at in self._moves_of(metric, stay.entity_id):
                if stay.begin <= at < stay.end:
                    yield at

    def _moves_of(self, metric: Metric, entity_id: str) -> list[int]:
        """Where the value of an account or a domain moves: all of its members share these."""
        name = metric.metric_id, entity_id
        if name not in self._moves:
            value = self._oracle.metrics.value
            self._moves[name] = [
                at
                for at in sorted(set(_facts_and_leavings(self._oracle, metric, entity_id)))
                if value(metric.metric_id, entity_id, at)
                != value(metric.metric_id, entity_id, at - 1)
            ]
        return self._moves[name]


def _metrics_in_use(oracle: Oracle) -> Iterator[Metric]:
    """The metrics that models read, with what ratios are made of."""
    metrics = oracle.rules.metrics
    for metric_id in sorted(set().union(*(model.metric_ids() for model in oracle.rules.models))):
        metric = metrics[metric_id]
        yield metric
        for part in (metric.numerator, metric.denominator):
            if part is not None:
                yield metrics[part]


def _facts_and_leavings(oracle: Oracle, metric: Metric, entity_id: str) -> Iterator[int]:
    if metric.kind == "attribute" and metric.entity_type == "account":
        timeline = oracle.entities.accounts.get(entity_id)
        yield from timeline.starts if timeline else ()
    series = oracle.signals.series(metric.entity_type, entity_id, metric.signal)
    for fact in series.facts:
        yield fact.at
        yield leaves_at(fact, metric.window)
        if metric.kind == "active_days" and metric.window is not None:
            yield fact.at // DAY * DAY + metric.window
