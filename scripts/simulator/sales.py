"""What the CRM knows: leads, and what reps did about them."""

import numpy as np
import pyarrow as pa

from simulator.catalogue import Kind
from simulator.clock import DAY, HOUR, MINUTE, NEVER
from simulator.conversion import Outcome
from simulator.events import NOBODY, Events
from simulator.people import People
from simulator.settings import Settings
from simulator.tables import rows

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


def pipeline(
    rng: np.random.Generator,
    settings: Settings,
    people: People,
    events: Events,
    outcome: Outcome,
) -> tuple[pa.Table, pa.Table]:
    """Leads and dispositions: marketing finds leads by itself, sales looks where it may."""
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
