"""What the metrics say of one user at one instant."""

from verification.entities import Entities
from verification.metrics import Metrics, Value
from verification.rules import Rules


class Readings:
    """The metrics of one user at one instant; those of the account and domain are inherited."""

    def __init__(
        self, metrics: Metrics, rules: Rules, entities: Entities, user_id: str, at: int
    ) -> None:
        """Remember who and when; values are read when asked for."""
        self._metrics = metrics
        self._rules = rules
        self._entities = entities
        self._user_id = user_id
        self._at = at
        self._values: dict[str, Value] = {}

    def __getitem__(self, metric_id: str) -> Value:
        """The value of a metric, None if unknown."""
        if metric_id not in self._values:
            self._values[metric_id] = self._read(metric_id)
        return self._values[metric_id]

    def with_value(self, metric_id: str, value: Value) -> "Readings":
        """The same readings with one metric changed."""
        changed = Readings(self._metrics, self._rules, self._entities, self._user_id, self._at)
        changed._values = {**self._values, metric_id: value}
        return changed

    def _read(self, metric_id: str) -> Value:
        entity_type = self._rules.metrics[metric_id].entity_type
        entity_id: str | None = self._user_id
        if entity_type == "account":
            entity_id = self._entities.account_at(self._user_id, self._at)
        elif entity_type == "domain":
            entity_id = self._entities.domain_at(self._user_id, self._at)
        return None if entity_id is None else self._metrics.value(metric_id, entity_id, self._at)
