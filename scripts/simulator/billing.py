"""What billing knows: who pays for what, and until when."""

import numpy as np
import pyarrow as pa

from simulator.clock import DAY, MINUTE, NEVER, Instants
from simulator.conversion import Outcome
from simulator.events import NOBODY, Mask
from simulator.people import People
from simulator.settings import Settings
from simulator.tables import rows

_TRIAL_DAYS = 14
_PRICES = {"starter": 900, "team": 2900, "business": 9900}


def churn(rng: np.random.Generator, people: People, outcome: Outcome) -> Instants:
    """When customers leave again: later if they were deep in the product before they paid."""
    was_ready = outcome.moment_at != NEVER
    months = rng.exponential(np.where(was_ready, 22.0, 10.0), len(people))
    stay = ((1 + months) * 30 * DAY).astype(np.int64)
    return np.where(outcome.converted_at == NEVER, NEVER, outcome.converted_at) + np.where(
        outcome.converted_at == NEVER, 0, stay
    )


def subscriptions(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    outcome: Outcome,
    churned_at: Instants,
    on_trial: Mask,
) -> pa.Table:
    """Of customers from before, of trials, and of those who buy."""
    listed: list[dict[str, object]] = []
    for company in np.flatnonzero(people.companies.is_customer):
        started_at = settings.starts_at - int(rng.integers(30, 700)) * DAY
        listed.append(
            _subscription("business", started_at, None)
            | {"account_id": people.companies.ids[company]}
        )
    for user in np.flatnonzero(on_trial):
        started_at = int(people.signed_up_at[user]) + 5 * MINUTE
        listed.append(
            _subscription("trial", started_at, started_at + _TRIAL_DAYS * DAY)
            | {"user_id": people.ids[user], "is_paid": False, "amount_cents": 0}
        )
    for user in np.flatnonzero(outcome.converted_at != NEVER):
        started_at = int(outcome.converted_at[user])
        ends_at = int(churned_at[user]) if churned_at[user] < settings.ends_at else None
        plan = str(rng.choice(list(_PRICES), p=[0.45, 0.4, 0.15]))
        buyer = _buyer(people, int(user))
        upgraded_at = started_at + 60 * DAY
        upgrades = plan == "starter" and rng.random() < 0.2
        if upgrades and upgraded_at < min(ends_at or NEVER, settings.ends_at):
            listed.append(_subscription(plan, started_at, upgraded_at) | buyer)
            listed.append(_subscription("team", upgraded_at, ends_at) | buyer)
        else:
            listed.append(_subscription(plan, started_at, ends_at) | buyer)
    return rows("subscriptions", listed)


def _subscription(plan: str, started_at: int, ended_at: int | None) -> dict[str, object]:
    return {
        "plan": plan,
        "is_paid": True,
        "started_at": started_at,
        "ended_at": ended_at,
        "amount_cents": _PRICES.get(plan),
        "loaded_at": started_at + MINUTE,
    }


def _buyer(people: People, user: int) -> dict[str, object]:
    """The company pays where it has one user; a seat is bought where it has more.

    So nobody becomes a customer by what a colleague does, and the truth is one of users.
    """
    company = people.company[user]
    stays = people.next_company[user] == company
    if company != NOBODY and stays and people.companies.members[company] == 1:
        return {"account_id": people.companies.ids[company]}
    return {"user_id": people.ids[user]}
