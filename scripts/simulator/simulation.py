"""Chunk by chunk: people, what they do, whether they buy, and the rows that tell of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from simulator import (
    activity,
    billing,
    conversion,
    deliveries,
    moments,
    raw_events,
    registers,
    sales,
)
from simulator.clock import DAY, HOUR, NEVER, Instants
from simulator.conversion import Outcome
from simulator.deliveries import Rows
from simulator.events import NOBODY, Events
from simulator.people import Cohort, Floats, People, populate
from simulator.settings import CHUNK_USERS, HORIZON_DAYS, Settings
from simulator.tables import TRUTH, instants

# Identities of a chunk's events start at a multiple of this: chunks never meet.
_IDENTITIES = 100_000_000

# Work becomes routine: customers come less often than people who are finding out.
_PAID_PACE = 0.35
_BOT_PACE = 6.0


@dataclass(frozen=True)
class Chunk:
    tables: dict[str, pa.Table]
    truth: pa.Table


def chunks(settings: Settings) -> Iterator[Chunk]:
    """Every chunk has random numbers of its own, so its rows depend on nothing but the seed."""
    starts = range(0, settings.users, CHUNK_USERS)
    seeds = np.random.SeedSequence(settings.seed).spawn(len(starts))
    for index, (first, seed) in enumerate(zip(starts, seeds, strict=True)):
        size = min(CHUNK_USERS, settings.users - first)
        yield _chunk(np.random.default_rng(seed), settings, index, first, size)


def filler_for(settings: Settings, wanted_events: int) -> float:
    """The ordinary events a session needs for about this many events in all.

    Measured on the first chunk with two fillings: the total is linear between them.
    """
    size = min(CHUNK_USERS, settings.users)
    low, high = 1.0, 8.0

    def events_with(filler: float) -> int:
        seed = np.random.SeedSequence(settings.seed).spawn(1)[0]
        tried = replace(settings, filler=filler)
        chunk = _chunk(np.random.default_rng(seed), tried, 0, 0, size)
        return chunk.tables["events"].num_rows

    fewest = events_with(low)
    each = (events_with(high) - fewest) / (high - low)
    return max(low, low + (wanted_events * size / settings.users - fewest) / each)


def _chunk(
    rng: np.random.Generator, settings: Settings, index: int, first: int, size: int
) -> Chunk:
    people = populate(rng, settings, first, size)
    sessions = _free_visits(rng, settings, people)
    trials, on_trial = moments.trials(rng, people)
    deciding = Events.joined(
        [
            moments.signups(rng, people),
            moments.onboarding(rng, people),
            moments.decisive(rng, people, sessions, settings.world.intent_rate),
            moments.invitations(rng, people, sessions),
        ]
    )
    outcome = conversion.decide(
        rng, settings, people, activity.with_signups(sessions, people), deciding
    )
    churned_at = billing.churn(rng, people, outcome)

    # Everything so far is how people act while they do not pay: buying cuts it off.
    sessions = sessions.where(sessions.at < outcome.converted_at[sessions.user])
    deciding = _until_sale(deciding, outcome)
    sessions = sessions.followed_by(_paid_visits(rng, settings, people, outcome, churned_at))
    events = Events.joined(
        [
            deciding,
            _until_sale(trials, outcome),
            moments.company_news(rng, people),
            activity.filled(rng, people, sessions, settings.filler),
            activity.idle_tabs(rng, sessions),
        ]
    )
    rows = _received(rng, settings, people, outcome, events, (index + 1) * _IDENTITIES)
    leads, dispositions = sales.pipeline(rng, settings, people, deciding, outcome)
    subscriptions = billing.subscriptions(rng, settings, people, outcome, churned_at, on_trial)
    return Chunk(
        tables={
            "events": raw_events.written(people, rows),
            "users": registers.users(rng, settings, people),
            "accounts": registers.accounts(rng, settings, people),
            "account_domains": registers.account_domains(people.companies),
            "subscriptions": subscriptions,
            "leads": leads,
            "dispositions": dispositions,
        },
        truth=_truth(people, outcome),
    )


def _free_visits(rng: np.random.Generator, settings: Settings, people: People) -> activity.Sessions:
    """As if nobody bought, and beyond the last day where the horizon asks for it."""
    horizon = people.signed_up_at + HORIZON_DAYS * DAY
    followed_until = np.maximum(horizon, np.int64(settings.ends_at))
    return activity.visits(
        rng,
        people,
        np.where(people.cohort == Cohort.BOT, _BOT_PACE, people.sessions_per_day),
        people.signed_up_at + HOUR,
        np.minimum(people.leaves_at, followed_until),
    )


def _paid_visits(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    outcome: Outcome,
    churned_at: Instants,
) -> activity.Sessions:
    return activity.visits(
        rng,
        people,
        _PAID_PACE * people.sessions_per_day,
        np.minimum(outcome.converted_at, settings.ends_at),
        np.minimum(churned_at, settings.ends_at),
    )


def _until_sale(events: Events, outcome: Outcome) -> Events:
    return events.where(events.at < outcome.converted_at[events.user])


def _received(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    outcome: Outcome,
    events: Events,
    first_identity: int,
) -> Rows:
    """What has reached the warehouse when the data ends."""
    happened = events.where(events.at < settings.ends_at)
    rows = deliveries.received(rng, happened, first_identity)
    if settings.world.has_leak:
        rows = Rows.joined([rows, _leak(rng, people, outcome, rows)])
    rows = deliveries.spoiled(rng, rows)
    return rows.where(rows.loaded_at < settings.ends_at)


def _leak(rng: np.random.Generator, people: People, outcome: Outcome, rows: Rows) -> Rows:
    """Written a day after the sale, dated before it."""
    leaked = moments.leaked(rng, people, outcome.converted_at)
    loaded_at = outcome.converted_at[leaked.user] + DAY
    first = int(rows.identity.max(initial=0)) + 1
    return deliveries.received(rng, leaked, first, loaded_at)


def _truth(people: People, outcome: Outcome) -> pa.Table:
    def known(values: Instants) -> pa.Array:
        return instants(values, values != NEVER)

    def rounded(values: Floats) -> pa.Array:
        """Without the last digits, in which processors differ."""
        return pa.array(values.round(9))

    columns = {
        "user_id": pa.array(people.ids),
        "cohort": pa.array([Cohort(cohort).name.lower() for cohort in people.cohort]),
        "signed_up_at": instants(people.signed_up_at),
        "activated_at": known(outcome.activated_at),
        "moment_at": known(outcome.moment_at),
        "contacted_at": known(outcome.contacted_at),
        "converted_at": known(outcome.converted_at),
        "is_fit": pa.array(people.is_fit & (people.company != NOBODY)),
        "is_engaged": pa.array(people.is_engaged),
        "may_be_contacted": pa.array(people.may_be_contacted),
        "need": rounded(people.need),
        "drive": rounded(people.drive),
        "true_probability": rounded(outcome.true_probability),
        "probability_if_contacted": rounded(outcome.probability_if_contacted),
        "probability_if_left_alone": rounded(outcome.probability_if_left_alone),
    }
    return pa.table([columns[field.name] for field in TRUTH], schema=TRUTH)
