"""Hot triggers of users, accounts and domains: their hits, and which of them fire."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from verification.metrics import Metrics
from verification.rules import Rules, Trigger
from verification.signals import Signals


class Triggers:
    """Hits of any trigger and entity."""

    def __init__(self, signals: Signals, metrics: Metrics, rules: Rules) -> None:
        """Keep what hits are made from."""
        self._signals = signals
        self._metrics = metrics
        self._rules = rules
        self._hits: dict[tuple[str, object, str], list[int]] = {}

    def hits(self, trigger: Trigger, entity_id: str) -> list[int]:
        """Instants of facts that its metric counts, at which the metric reaches the bound."""
        name = trigger.metric_id, trigger.lower, entity_id
        if name not in self._hits:
            self._hits[name] = list(self._read_hits(trigger, entity_id))
        return self._hits[name]

    def is_hot(self, trigger: Trigger, entity_id: str, at: int) -> bool:
        """Whether the latest hit is less than the trigger's hot time ago."""
        hits = self.hits(trigger, entity_id)
        past = bisect_right(hits, at)
        return past > 0 and at < hits[past - 1] + trigger.hot

    def episodes(self, trigger: Trigger, entity_id: str, until: int) -> list[list[int]]:
        """The hits up to an instant, each firing with those it silences."""
        hits = self.hits(trigger, entity_id)
        return list(runs(hits[: bisect_right(hits, until)], trigger.rearm))

    def entity_ids(self, trigger: Trigger) -> list[str]:
        """Everyone with a fact the trigger looks at."""
        metric = self._rules.metrics[trigger.metric_id]
        return self._signals.entity_ids(metric.entity_type, metric.signal)

    def _read_hits(self, trigger: Trigger, entity_id: str) -> Iterator[int]:
        metric = self._rules.metrics[trigger.metric_id]
        until = self._metrics.latest_counted(metric, entity_id)
        facts = self._metrics.countable(metric, entity_id)
        for at in sorted({fact.at for fact in facts}):
            if until is None or at > until:
                return
            value = self._metrics.value(trigger.metric_id, entity_id, at)
            if value is not None and (trigger.lower is None or value >= trigger.lower):
                yield at


def runs(hits: Sequence[int], quiet: int) -> Iterator[list[int]]:
    """Hits in order, apart where one comes more than the quiet time after the one before."""
    run: list[int] = []
    for hit in hits:
        if run and hit - run[-1] > quiet:
            yield run
            run = []
        run.append(hit)
    if run:
        yield run
