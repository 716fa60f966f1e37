"""Sessions in the rhythm of the week, and the ordinary events that fill them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.catalogue import Kind
from simulator.clock import BUSIEST, DAY, MINUTE, SECOND, Instants, rhythm
from simulator.events import NOBODY, Events, Indices, Mask
from simulator.people import Floats, People

# What people do when they look around, and when they work. Shares of the events of a session.
_BROWSING = {
    Kind.PAGE_VIEWED: 0.46,
    Kind.MENU_OPENED: 0.16,
    Kind.HEARTBEAT: 0.12,
    Kind.FEATURE_USED: 0.1,
    Kind.CORE_FEATURE_USED: 0.04,
    Kind.TASK_CREATED: 0.04,
    Kind.PRICING_VIEWED: 0.02,
    Kind.PREMIUM_VIEWED: 0.02,
    Kind.THEME_CHANGED: 0.02,
    Kind.ERROR_SHOWN: 0.02,
}
_WORKING = {
    Kind.PAGE_VIEWED: 0.26,
    Kind.MENU_OPENED: 0.05,
    Kind.HEARTBEAT: 0.1,
    Kind.TASK_CREATED: 0.11,
    Kind.TASK_COMPLETED: 0.13,
    Kind.CORE_FEATURE_USED: 0.1,
    Kind.FEATURE_USED: 0.08,
    Kind.COMMENT_ADDED: 0.05,
    Kind.DOCUMENT_CREATED: 0.025,
    Kind.DOCUMENT_SHARED: 0.01,
    Kind.API_CALLED: 0.02,
    Kind.ERROR_SHOWN: 0.012,
    Kind.UPGRADE_PROMPT: 0.01,
    Kind.PREMIUM_VIEWED: 0.008,
    Kind.PRICING_VIEWED: 0.008,
    Kind.PREMIUM_FEATURE_USED: 0.006,
    Kind.LIMIT_WARNING: 0.005,
    Kind.INTEGRATION_CONNECTED: 0.004,
    Kind.REPORT_CREATED: 0.004,
    Kind.SOURCE_CONNECTED: 0.002,
    Kind.THEME_CHANGED: 0.006,
}

# Longest pause between two events of one visit: safely under the 30 minutes that end a session.
_LONGEST_PAUSE = 20 * MINUTE


@dataclass
class Sessions:
    user: Indices
    at: Instants

    def where(self, chosen: Mask) -> "Sessions":
        return Sessions(self.user[chosen], self.at[chosen])

    def followed_by(self, others: "Sessions") -> "Sessions":
        return Sessions(
            np.concatenate([self.user, others.user]), np.concatenate([self.at, others.at])
        )

    def __len__(self) -> int:
        return len(self.user)


def visits(
    rng: np.random.Generator,
    people: People,
    per_day: Floats,
    begins_at: Instants,
    ends_at: Instants,
) -> Sessions:
    """Visits at random instants: a Poisson process thinned by the rhythm of each time zone."""
    length = np.maximum(ends_at - begins_at, 0)
    candidates = rng.poisson(per_day * BUSIEST * length / DAY)
    user = np.repeat(np.arange(len(people)), candidates)
    at = begins_at[user] + (rng.random(len(user)) * length[user]).astype(np.int64)
    busy = rhythm(at + people.time_zone[user])
    kept = rng.random(len(user)) * BUSIEST < busy
    return Sessions(user[kept], at[kept])


def with_signups(sessions: Sessions, people: People) -> Sessions:
    """Signing up is the first visit."""
    return Sessions(np.arange(len(people)), people.signed_up_at).followed_by(sessions)


def filled(rng: np.random.Generator, people: People, sessions: Sessions, filler: float) -> Events:
    """Ordinary events: at least one a session, `filler` on average."""
    count = rng.geometric(1 / max(filler, 1.0), len(sessions))
    owner = np.repeat(np.arange(len(sessions)), count)
    pause = np.minimum(rng.exponential(75 * SECOND, len(owner)) + SECOND, _LONGEST_PAUSE)
    passed = np.cumsum(pause.astype(np.int64))
    before_session = np.concatenate([[0], passed])[np.cumsum(count) - count]
    user = sessions.user[owner]
    at = sessions.at[owner] + passed - before_session[owner]
    kind = np.where(
        people.is_engaged[user],
        _drawn(rng, _WORKING, len(user)),
        _drawn(rng, _BROWSING, len(user)),
    )
    number = rng.integers(0, 2**31, len(user))
    return Events.of(kind, user, at, number, _targets(rng, people, user, kind))


def idle_tabs(rng: np.random.Generator, sessions: Sessions) -> Events:
    """A tab left open: nine hours of heartbeats, which are no activity."""
    left_open = np.flatnonzero(rng.random(len(sessions)) < 0.002)
    beats = 54
    minute = np.tile(np.arange(1, beats + 1) * 10 * MINUTE, len(left_open))
    session = np.repeat(left_open, beats)
    return Events.of(Kind.HEARTBEAT, sessions.user[session], sessions.at[session] + minute)


def _drawn(rng: np.random.Generator, shares: dict[Kind, float], size: int) -> NDArray[np.int8]:
    edges = np.cumsum(list(shares.values()))
    drawn = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.array(list(shares), dtype=np.int8)[drawn]


def _targets(
    rng: np.random.Generator, people: People, user: Indices, kind: NDArray[np.int8]
) -> Indices:
    """Comments go to the project of the company's first user, where there is a colleague."""
    company = people.company[user]
    founder = people.companies.founder[company]
    shared = (kind == Kind.COMMENT_ADDED) & (company != NOBODY) & (rng.random(len(user)) < 0.7)
    return np.where(shared, founder, NOBODY)
