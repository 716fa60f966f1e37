"""What billing and the CRM know: subscriptions, leads, and what reps did about them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.catalogue import Kind
from simulator.clock import DAY, HOUR, MINUTE, NEVER, Instants
from simulator.conversion import Outcome
from simulator.events import NOBODY, Events, Mask
from simulator.people import People
from simulator.settings import Settings
from simulator.tables import rows

_TRIAL_DAYS = 14
_PRICES = {"starter": 900, "team": 2900, "business": 9900}
_REASONS = ("not in charge", "no budget", "student", "already talking to us")

# The trigger a rep has on the screen when the user's first intent is of this kind.
_TRIGGERS = {
    Kind.LIMIT_HIT: "paywall",
    Kind.PREMIUM_BLOCKED: "paywall",
    Kind.SSO_OPENED: "enterprise_access",
    Kind.SCIM_OPENED: "enterprise_access",
    Kind.AUDIT_LOG_OPENED: "enterprise_access",
    Kind.SALES_CONTACTED: "hand_raise",
}


@dataclass(frozen=True)
class Sales:
    subscriptions: pa.Table
    leads: pa.Table
    dispositions: pa.Table


def churn(rng: np.random.Generator, people: People, outcome: Outcome) -> Instants:
    """When customers leave again: later if they were deep in the product before they paid."""
    was_ready = outcome.moment_at != NEVER
    months = rng.exponential(np.where(was_ready, 22.0, 10.0), len(people))
    stay = ((1 + months) * 30 * DAY).astype(np.int64)
    return np.where(outcome.converted_at == NEVER, NEVER, outcome.converted_at) + np.where(
        outcome.converted_at == NEVER, 0, stay
    )


def sell(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    events: Events,
    outcome: Outcome,
    churned_at: Instants,
    on_trial: Mask,
) -> Sales:
    leads, dispositions = _pipeline(rng, settings, people, events, outcome)
    return Sales(
        subscriptions=_subscriptions(rng, settings, people, outcome, churned_at, on_trial),
        leads=leads,
        dispositions=dispositions,
    )


def _subscriptions(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    outcome: Outcome,
    churned_at: Instants,
    on_trial: Mask,
) -> pa.Table:
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


def _pipeline(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    events: Events,
    outcome: Outcome,
) -> tuple[pa.Table, pa.Table]:
    """Marketing finds leads by itself; sales works through the moments it may look at."""
    leads: list[dict[str, object]] = []
    dispositions: list[dict[str, object]] = []
    trigger = _first_trigger(people, events, outcome)
    is_marketed = rng.random(len(people)) < 1 / (1 + np.exp(2.3 - 0.4 * people.need))
    contacted = outcome.contacted_at != NEVER
    for user in np.flatnonzero(is_marketed | contacted):
        lead = _lead(people, int(user), by_email=rng.random() < 0.3)
        stages: list[tuple[str, int]] = []
        if is_marketed[user]:
            delay = int(rng.uniform(0, 20 * DAY))
            stages.append(("mql", int(people.signed_up_at[user]) + delay))
        if contacted[user]:
            at = int(outcome.contacted_at[user])
            accepted = rng.random() < 0.25 + 0.1 * people.is_fit[user]
            for disposition in ("contacted", "accepted" if accepted else "rejected"):
                dispositions.append(
                    {
                        "disposition_id": f"{people.ids[user]}-{disposition}",
                        "user_id": people.ids[user],
                        "model_id": "pillars_003",
                        "trigger_id": trigger[user],
                        "disposed_at": at,
                        "disposition": disposition,
                        "reason": str(rng.choice(_REASONS)) if disposition == "rejected" else None,
                        "rep_id": lead["owner_id"],
                        "loaded_at": at + 5 * MINUTE,
                    }
                )
                at += int(rng.uniform(1, 40) * HOUR)
            stages += _stages(rng, at, accepted)
        leads += _dated(lead, stages, int(outcome.converted_at[user]), settings)
    return rows("leads", leads), rows(
        "dispositions", [row for row in dispositions if row["disposed_at"] < settings.ends_at]
    )


def _lead(people: People, user: int, by_email: bool) -> dict[str, object]:
    company = people.company[user]
    return {
        "lead_id": f"l{people.ids[user][1:]}",
        "user_id": None if by_email else people.ids[user],
        "email": people.emails[user] if by_email else None,
        "account_id": None,
        "owner_id": f"rep{1 + company % 8}" if company != NOBODY else "rep9",
    }


def _stages(rng: np.random.Generator, at: int, accepted: bool) -> list[tuple[str, int]]:
    if not accepted:
        return [("disqualified", at)] if rng.random() < 0.2 else []
    stages = [("sql", at)]
    if rng.random() < 0.5:
        stages.append(("opportunity", at + int(rng.uniform(2, 8) * DAY)))
    return stages


def _dated(
    lead: dict[str, object], stages: list[tuple[str, int]], converted_at: int, settings: Settings
) -> list[dict[str, object]]:
    """Each stage until the next; whoever buys is a customer and nothing else any more."""
    reached = sorted((stage for stage in stages if stage[1] < converted_at), key=lambda s: s[1])
    if converted_at != NEVER:
        reached.append(("customer", converted_at))
    listed = []
    for index, (stage, entered_at) in enumerate(reached):
        left_at = reached[index + 1][1] if index + 1 < len(reached) else None
        if left_at is None and stage == "opportunity":
            left_at = entered_at + 45 * DAY
        if entered_at < settings.ends_at:
            listed.append(
                lead
                | {
                    "stage": stage,
                    "entered_at": entered_at,
                    "left_at": left_at if (left_at or NEVER) < settings.ends_at else None,
                    "loaded_at": entered_at + 10 * MINUTE,
                }
            )
    return listed


def _first_trigger(people: People, events: Events, outcome: Outcome) -> list[str | None]:
    trigger: list[str | None] = [None] * len(people)
    for kind, trigger_id in _TRIGGERS.items():
        of_kind = events.where(events.kind == kind)
        for user in of_kind.user[of_kind.at == outcome.moment_at[of_kind.user]]:
            trigger[user] = trigger_id
    return trigger
