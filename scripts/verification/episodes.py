"""What pql_hot_triggers has to contain: every episode up to as_of, whom to call, who has called."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from math import inf

from verification.entities import Stay
from verification.expectation import TableRow
from verification.facts import Fact
from verification.instants import NEVER
from verification.oracle import Oracle
from verification.rules import Model, Trigger

_IDS_SHOWN = 10


def expected_episodes(oracle: Oracle) -> list[TableRow]:
    """Every episode of every model and trigger; none where as_of is no instant."""
    return [] if oracle.as_of is None else list(Episodes(oracle, oracle.as_of).rows())


class Episodes:
    """The episodes of one oracle, seen from one instant."""

    def __init__(self, oracle: Oracle, as_of: int) -> None:
        """Find whose stays and dispositions belong to whom."""
        self._oracle = oracle
        self._as_of = as_of
        self._stays: dict[tuple[str, str], list[Stay]] = defaultdict(list)
        entities = oracle.entities
        for entity_type, stays in (
            ("account", entities.account_stays),
            ("domain", entities.domain_stays),
        ):
            for stay in (stay for of_user in stays.values() for stay in of_user):
                self._stays[entity_type, stay.entity_id].append(stay)
        # By the user they name; those that name none, by the account.
        self._dispositions: dict[tuple[str, str], list[TableRow]] = defaultdict(list)
        for values in (row.values for row in oracle.staged.tables["dispositions"]):
            column = "account_id" if values["user_id"] is None else "user_id"
            self._dispositions[column, values[column]].append(values)

    def rows(self) -> Iterator[TableRow]:
        """One row an episode."""
        triggers = self._oracle.triggers
        for model in self._oracle.rules.models:
            for trigger in (*model.user_triggers, *model.company_triggers):
                for entity_id in triggers.entity_ids(trigger):
                    episodes = triggers.episodes(trigger, entity_id, self._as_of)
                    firings = [hits[0] for hits in episodes]
                    for hits, next_firing in zip(episodes, [*firings[1:], NEVER], strict=False):
                        yield self._row(model, trigger, entity_id, hits, next_firing)

    def _row(
        self, model: Model, trigger: Trigger, entity_id: str, hits: list[int], next_firing: int
    ) -> TableRow:
        hot_until = hits[-1] + trigger.hot
        seen = min(self._as_of, hot_until)
        contact = self._contact(model, trigger, entity_id, seen)
        row = {
            "model_id": model.model_id,
            "trigger_id": trigger.trigger_id,
            "subject_type": trigger.entity_type,
            "subject_id": entity_id,
            "fired_at": hits[0],
            "latest_hit_at": hits[-1],
            "hit_count": len(hits),
            "hot_until": hot_until,
            "is_hot": self._as_of < hot_until,
            "respond_by_at": hits[0] + trigger.respond,
            "value": self._oracle.metrics.value(trigger.metric_id, entity_id, hits[-1]),
            "contact_user_id": contact,
            "account_id": self._account(trigger, entity_id, contact, seen),
            "ineligibility_reason": self._exclusion(model, contact, seen),
            "lane": self._lane(model, trigger, contact, seen),
            "as_of": self._as_of,
        }
        return row | self._evidence(trigger, entity_id, hits) | self._answer(row, next_firing)

    # -- Evidence ----------------------------------------------------------------------------------

    def _evidence(self, trigger: Trigger, entity_id: str, hits: list[int]) -> TableRow:
        """The facts at the hits, latest first; of one instant the highest id first."""
        metric = self._oracle.rules.metrics[trigger.metric_id]
        instants = set(hits)
        facts = sorted(
            (
                fact
                for fact in self._oracle.metrics.countable(metric, entity_id)
                if fact.at in instants
            ),
            key=_by_time_and_id,
            reverse=True,
        )
        latest = [fact.evidence_id for fact in facts[:_IDS_SHOWN] if fact.evidence_id is not None]
        first = next(fact for fact in facts if fact.at == hits[0])
        return {
            "fact_count": len(facts),
            "evidence_ids": ", ".join(latest) or None,
            "first_evidence_id": first.evidence_id,
        }

    # -- Whom to call ------------------------------------------------------------------------------

    def _contact(self, model: Model, trigger: Trigger, entity_id: str, at: int) -> str | None:
        """The user who is hot, or the best person of the account or domain at this instant."""
        if trigger.entity_type == "user":
            return entity_id
        stays = self._stays[trigger.entity_type, entity_id]
        members = (stay.user_id for stay in stays if stay.begin <= at < stay.end)
        return min(members, key=lambda user_id: self._rank(model, user_id, at), default=None)

    def _rank(self, model: Model, user_id: str, at: int) -> tuple[bool, float, float, str]:
        """Lower is better: eligible, senior, recently active."""
        seniority = self._oracle.entities.user_attribute(user_id, "seniority_rank", at)
        events = self._oracle.entities.people[user_id].events
        past = bisect_right(events, at, key=lambda event: event.at)
        return (
            self._exclusion(model, user_id, at) is not None,
            inf if seniority is None else -seniority,
            -events[past - 1].at if past else inf,
            user_id,
        )

    def _account(
        self, trigger: Trigger, entity_id: str, contact: str | None, at: int
    ) -> str | None:
        if trigger.entity_type == "account":
            return entity_id
        return None if contact is None else self._oracle.entities.account_at(contact, at)

    def _exclusion(self, model: Model, contact: str | None, at: int) -> str | None:
        if contact is None:
            return None
        return model.exclusion_among(self._oracle.exclusions.reasons_at(contact, at))

    def _lane(self, model: Model, trigger: Trigger, contact: str | None, at: int) -> str | None:
        """The trigger's, but self-service for who is known not to fit."""
        verdicts = {} if contact is None else self._oracle.scoring.verdicts(contact, at)
        verdict = verdicts.get(model.model_id)
        pillar = self._oracle.settings.self_serve_pillar
        has_failed = verdict is not None and verdict.pillars.get(pillar) is False
        return "self_serve" if has_failed else trigger.lane

    # -- Who has called ----------------------------------------------------------------------------

    def _answer(self, row: TableRow, next_firing: int) -> TableRow:
        """What the dispositions from the firing to the next one say."""
        candidates = (
            self._dispositions["user_id", row["contact_user_id"]]
            + self._dispositions["account_id", row["account_id"]]
        )
        answers = sorted(
            (
                values
                for values in candidates
                if row["fired_at"] <= values["disposed_at"] < next_firing
                and values["disposed_at"] <= self._as_of
                and values["model_id"] in (None, row["model_id"])
                and values["trigger_id"] in (None, row["trigger_id"])
            ),
            key=lambda values: (values["disposed_at"], values["disposition_id"]),
        )
        answered_at = answers[0]["disposed_at"] if answers else None
        return {
            "answered_at": answered_at,
            "disposition": answers[-1]["disposition"] if answers else None,
            "answer_state": self._answer_state(answered_at, row["respond_by_at"]),
        }

    def _answer_state(self, answered_at: int | None, respond_by_at: int) -> str:
        if answered_at is not None:
            return "met" if answered_at <= respond_by_at else "late"
        return "pending" if self._as_of <= respond_by_at else "never_touched"


def _by_time_and_id(fact: Fact) -> tuple[int, str]:
    return fact.at, fact.evidence_id or ""
