"""The hidden rule: every day each user's behaviour, fit and luck give a chance to buy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.activity import Sessions
from simulator.catalogue import INTENT, Kind
from simulator.clock import DAY, HOUR, NEVER, Instants
from simulator.events import Events, Indices, Mask
from simulator.people import Cohort, Floats, People
from simulator.settings import HORIZON_DAYS, Settings
from simulator.worlds import HiddenRule

_SESSION_DAYS = 14
_INTENT_DAYS = 30


@dataclass(frozen=True)
class Behaviour:
    """What the hidden rule looks at: per user and day since signup, as the day begins."""

    sessions: NDArray[np.int32]
    has_intent: Mask
    has_invited: Mask
    is_activated: Mask


@dataclass(frozen=True)
class Outcome:
    activated_at: Instants
    moment_at: Instants  # when a sales team would look up
    contacted_at: Instants
    converted_at: Instants
    true_probability: Floats
    probability_if_contacted: Floats
    probability_if_left_alone: Floats


def decide(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    sessions: Sessions,
    events: Events,
) -> Outcome:
    """Who buys and when, and each user's chance to have bought within the horizon."""
    rule = settings.world.rule
    ages = max(settings.days, HORIZON_DAYS)
    activated_at = _first(people, events, (events.kind == Kind.TASK_ASSIGNED) & _is_other(events))
    intent_at = _first(people, events, np.isin(events.kind, INTENT))
    is_known_fit = people.is_fit & people.companies.is_size_known[people.company]
    moment_at = np.minimum(intent_at, np.where(is_known_fit, activated_at, NEVER))
    reply = (rng.uniform(1, 30, len(people)) * HOUR).astype(np.int64)
    may_call = (moment_at != NEVER) & (people.cohort == Cohort.FREE)
    call_at = np.where(may_call, np.minimum(moment_at, NEVER - reply) + reply, NEVER)
    contacted_at = np.where(people.may_be_contacted, call_at, NEVER)

    behaviour = _behaviour(people, sessions, events, activated_at, ages)
    log_odds = _log_odds(rule, people, behaviour)
    called = _age_between(people, call_at, ages, _INTENT_DAYS)
    left_alone = _chance(log_odds)
    if_contacted = _chance(log_odds + rule.contact * called)
    daily = np.where(people.may_be_contacted[:, np.newaxis], if_contacted, left_alone)

    buys = (rng.random(daily.shape) < daily) & _may_buy(people)[:, np.newaxis]
    age = buys.argmax(axis=1)
    bought_at = people.signed_up_at + age * DAY + (rng.random(len(people)) * DAY).astype(np.int64)
    converted_at = np.where(buys.any(axis=1) & (bought_at < settings.ends_at), bought_at, NEVER)
    free_until = np.minimum(converted_at, settings.ends_at)
    return Outcome(
        activated_at=np.where(activated_at < free_until, activated_at, NEVER),
        moment_at=np.where(moment_at < free_until, moment_at, NEVER),
        contacted_at=np.where(contacted_at < free_until, contacted_at, NEVER),
        converted_at=converted_at,
        true_probability=_within_horizon(daily) * _may_buy(people),
        probability_if_contacted=_within_horizon(if_contacted) * _may_buy(people),
        probability_if_left_alone=_within_horizon(left_alone) * _may_buy(people),
    )


def _may_buy(people: People) -> Mask:
    return (people.cohort == Cohort.FREE) | (people.cohort == Cohort.NO_CONSENT)


def _log_odds(rule: HiddenRule, people: People, behaviour: Behaviour) -> Floats:
    trait = rule.base + rule.need * people.need + rule.fit * people.is_fit
    return (
        trait[:, np.newaxis]
        + rule.activated * behaviour.is_activated
        + rule.usage * np.minimum(behaviour.sessions, 7)
        + rule.intent * behaviour.has_intent
        + rule.invites * behaviour.has_invited
    )


def _behaviour(
    people: People, sessions: Sessions, events: Events, activated_at: Instants, ages: int
) -> Behaviour:
    is_intent = np.isin(events.kind, INTENT)
    is_invitation = (events.kind == Kind.TEAMMATE_INVITED) & _is_other(events)
    return Behaviour(
        sessions=_recent(people, sessions.user, sessions.at, ages, _SESSION_DAYS),
        has_intent=_recent(people, *_who_when(events, is_intent), ages, _INTENT_DAYS) > 0,
        has_invited=_recent(people, *_who_when(events, is_invitation), ages, _INTENT_DAYS) > 1,
        is_activated=_age_between(people, activated_at, ages, ages),
    )


def _recent(
    people: People, user: Indices, at: Instants, ages: int, window: int
) -> NDArray[np.int32]:
    """How many facts the `window` days before each day of age hold."""
    age = (at - people.signed_up_at[user]) // DAY
    counted = (age >= 0) & (age < ages)
    cells = user[counted] * ages + age[counted]
    per_day = np.bincount(cells, minlength=len(people) * ages).astype(np.int32)
    total = np.zeros((len(people), ages + 1), dtype=np.int32)
    np.cumsum(per_day.reshape(len(people), ages), axis=1, out=total[:, 1:])
    before_window = np.zeros((len(people), ages), dtype=np.int32)
    before_window[:, window:] = total[:, : max(ages - window, 0)]
    return total[:, :ages] - before_window


def _age_between(people: People, at: Instants, ages: int, days: int) -> Mask:
    """The days of age that begin within `days` days after the instant."""
    age = np.where(at == NEVER, ages, (at - people.signed_up_at) // DAY + 1)[:, np.newaxis]
    every = np.arange(ages)[np.newaxis, :]
    return (every >= age) & (every < age + days)


def _chance(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds))


def _within_horizon(daily: Floats) -> Floats:
    return 1 - np.exp(np.log1p(-daily[:, :HORIZON_DAYS]).sum(axis=1))


def _first(people: People, events: Events, chosen: Mask) -> Instants:
    first = np.full(len(people), NEVER)
    np.minimum.at(first, events.user[chosen], events.at[chosen])
    return first


def _who_when(events: Events, chosen: Mask) -> tuple[Indices, Instants]:
    return events.user[chosen], events.at[chosen]


def _is_other(events: Events) -> Mask:
    return events.target != events.user
