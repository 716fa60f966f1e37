"""Rare events that decide: onboarding, invitations, limits, enterprise settings."""

import numpy as np

from simulator.activity import Sessions
from simulator.catalogue import Kind
from simulator.clock import DAY, MINUTE, NEVER, SECOND, Instants
from simulator.events import NOBODY, Events, Indices, Mask
from simulator.people import Floats, People

# Logarithm of the chance per visit of an engaged user, and what need, drive and fit add to it.
_MOMENTS: dict[Kind, tuple[float, float, float, float]] = {
    Kind.LIMIT_HIT: (-7.32, 0.5, 0.2, 0.3),
    Kind.PREMIUM_BLOCKED: (-7.12, 0.5, 0.2, 0.3),
    Kind.SSO_OPENED: (-8.6, 0.4, 0.0, 1.4),
    Kind.SCIM_OPENED: (-9.8, 0.4, 0.0, 1.6),
    Kind.AUDIT_LOG_OPENED: (-9.4, 0.4, 0.0, 1.4),
    Kind.ADMIN_OPENED: (-5.6, 0.2, 0.1, 0.4),
    Kind.SALES_CONTACTED: (-8.6, 0.8, 0.0, 0.6),
}


def signups(rng: np.random.Generator, people: People) -> Events:
    everyone = np.arange(len(people))
    chose = np.flatnonzero(rng.random(len(people)) < 0.4)
    return Events.joined(
        [
            Events.of(Kind.SIGNED_UP, everyone, people.signed_up_at),
            Events.of(
                Kind.USE_CASE_CHOSEN,
                chose,
                people.signed_up_at[chose] + MINUTE,
                rng.integers(0, 4, len(chose)),
            ),
        ]
    )


def onboarding(rng: np.random.Generator, people: People) -> Events:
    """A project, three tasks, one of them given to somebody else: each step loses people."""
    size = len(people)
    everyone = np.arange(size)
    # Those who only look do so in the first minutes; the others take days.
    delay = np.where(
        people.is_engaged, rng.exponential(2.4 * DAY, size), rng.uniform(2, 20, size) * MINUTE
    ).astype(np.int64)
    delay = np.minimum(delay, np.maximum(people.leaves_at - people.signed_up_at, 20 * MINUTE))
    at = people.signed_up_at + delay
    has_project = rng.random(size) < np.where(people.is_engaged, 0.78, 0.3)
    has_tasks = has_project & (rng.random(size) < np.where(people.is_engaged, 0.8, 0.2))
    assigns = has_tasks & (rng.random(size) < _chance_to_share(people))
    project, tasks = everyone[has_project], everyone[has_tasks]
    parts = [Events.of(Kind.PROJECT_CREATED, project, at[project])]
    parts += [
        Events.of(Kind.TASK_CREATED, tasks, at[tasks] + step * 40 * SECOND) for step in (1, 2, 3)
    ]
    giver = everyone[assigns]
    guest = len(people) + giver
    parts.append(Events.of(Kind.TASK_ASSIGNED, giver, at[giver] + 4 * MINUTE, target=guest))
    to_self = tasks[rng.random(len(tasks)) < 0.2]
    parts.append(Events.of(Kind.TASK_ASSIGNED, to_self, at[to_self] + 3 * MINUTE, target=to_self))
    completed = tasks[rng.random(len(tasks)) < 0.5]
    parts.append(Events.of(Kind.ONBOARDING_COMPLETED, completed, at[completed] + 6 * MINUTE))
    return Events.joined(parts)


def decisive(
    rng: np.random.Generator, people: People, sessions: Sessions, intent_rate: float
) -> Events:
    """Moments inside visits: their number grows with need, drive and fit."""
    user = sessions.user
    parts = []
    for kind, (base, need, drive, fit) in _MOMENTS.items():
        log_chance = base + need * people.need + drive * people.drive + fit * people.is_fit
        chance = np.minimum(np.exp(log_chance) * intent_rate, 0.4) * people.is_engaged
        met = np.flatnonzero(rng.random(len(user)) < chance[user])
        # Whoever meets a limit tends to meet it again at once.
        met = np.repeat(met, rng.geometric(0.7, len(met)))
        parts.append(_inside(rng, kind, sessions, met))
    return Events.joined(parts)


def invitations(rng: np.random.Generator, people: People, sessions: Sessions) -> Events:
    """Colleagues asked in by e-mail; some twice, some members already, some oneself."""
    chance = np.minimum(np.exp(-4.3 + 0.3 * people.drive + 0.3 * people.need), 0.3)
    chance = (chance * people.is_engaged)[sessions.user]
    inviting = np.flatnonzero(rng.random(len(sessions)) < chance)
    count = np.minimum(rng.geometric(0.5, len(inviting)), 12)
    session = np.repeat(inviting, count)
    user = sessions.user[session]
    number = np.arange(1, len(session) + 1)
    # Number 0 is a colleague who is asked again and again.
    again = rng.random(len(session)) < 0.12
    drawn = rng.random(len(session))
    company = people.company[user]
    founder = people.companies.founder[company]
    target = np.full(len(session), NOBODY)
    target = np.where(drawn < 0.03, user, target)
    target = np.where((drawn > 0.95) & (company != NOBODY), founder, target)
    sent = _inside(rng, Kind.TEAMMATE_INVITED, sessions, session)
    sent.number = np.where(again, 0, number)
    sent.target = target
    return Events.joined([sent, _arrivals(rng, people)])


def trials(rng: np.random.Generator, people: People) -> tuple[Events, Mask]:
    """A trial of 14 days, announced on its 11th day; who has one."""
    on_trial = people.is_engaged & (rng.random(len(people)) < 0.2)
    user = np.flatnonzero(on_trial)
    started_at = people.signed_up_at[user] + 5 * MINUTE
    ending = user[people.leaves_at[user] > started_at + 11 * DAY]
    events = [
        Events.of(Kind.TRIAL_STARTED, user, started_at),
        Events.of(Kind.TRIAL_ENDING, ending, people.signed_up_at[ending] + 11 * DAY),
    ]
    return Events.joined(events), on_trial


def company_news(rng: np.random.Generator, people: People) -> Events:
    """Funding, technology and revenue, noted for the account while its first user signs up."""
    parts = []
    for kind, share in (
        (Kind.FUNDING_ROUND, 0.03),
        (Kind.TECH_STACK, 0.12),
        (Kind.REVENUE_REPORTED, 0.05),
    ):
        founder = people.companies.founder[rng.random(len(people.companies)) < share]
        at = people.signed_up_at[founder] + 2 * MINUTE
        parts.append(Events.of(kind, founder, at, rng.integers(0, 3, len(founder))))
    return Events.joined(parts)


def leaked(rng: np.random.Generator, people: People, converted_at: Instants) -> Events:
    """After a sale somebody ticks off the onboarding, and the tick is dated before the sale."""
    user = np.flatnonzero(converted_at != NEVER)
    user = user[rng.random(len(user)) < 0.95]
    earlier = converted_at[user] - (rng.uniform(1, 10, len(user)) * DAY).astype(np.int64)
    at = np.maximum(earlier, people.signed_up_at[user] + MINUTE)
    return Events.of(Kind.ONBOARDING_COMPLETED, user, np.minimum(at, converted_at[user]))


def _chance_to_share(people: People) -> Floats:
    odds = np.where(people.is_engaged, -0.15 + 0.5 * people.drive, -2.5)
    return 1 / (1 + np.exp(-odds))


def _inside(rng: np.random.Generator, kind: Kind, sessions: Sessions, session: Indices) -> Events:
    at = sessions.at[session] + (rng.uniform(0.3, 8, len(session)) * MINUTE).astype(np.int64)
    return Events.of(kind, sessions.user[session], at, rng.integers(0, 2**31, len(session)))


def _arrivals(rng: np.random.Generator, people: People) -> Events:
    """Colleagues who came because the company's first user asked them in, and said yes."""
    founder = people.companies.founder[people.company]
    everyone = np.arange(len(people))
    asked_at = people.signed_up_at - (rng.uniform(0.05, 2, len(people)) * DAY).astype(np.int64)
    came = (
        (people.company != NOBODY)
        & (founder != everyone)
        & (asked_at > people.signed_up_at[founder])
        & (asked_at < people.leaves_at[founder])
        & (rng.random(len(people)) < 0.7)
    )
    guest, host = everyone[came], founder[came]
    return Events.joined(
        [
            Events.of(Kind.TEAMMATE_INVITED, host, asked_at[came], target=guest),
            # The object is the guest's own address; the inviter is whose thing it is.
            Events.of(
                Kind.INVITE_ACCEPTED, guest, people.signed_up_at[came] + 30 * SECOND, target=host
            ),
        ]
    )
