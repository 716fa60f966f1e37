"""People: what is on record about them, and what nobody can see."""

import hashlib
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from simulator.clock import DAY, HOUR, NEVER, Instants, rhythm
from simulator.companies import Companies, employers, founded, picked
from simulator.events import NOBODY, Indices, Mask
from simulator.settings import Settings

Floats = NDArray[np.float64]

_FREE_MAIL = ("gmail.com", "outlook.com", "yahoo.com", "proton.me", "icloud.com", "gmx.de")
_TITLES = (
    ("", 0.25),
    ("Software Engineer", 0.14),
    ("Designer", 0.07),
    ("Senior Analyst", 0.08),
    ("Team Lead", 0.08),
    ("Product Manager", 0.14),
    ("Project Manager, EMEA", 0.08),
    ("Head of Operations", 0.05),
    ("Director of Engineering", 0.05),
    ("VP Product", 0.03),
    ("CTO & Co-Founder", 0.03),
)
_FIRST_NAMES = ("ada", "ben", "chen", "dora", "emil", "fatima", "goran", "hana", "ivo", "jun")
_TIME_ZONES = np.array([-8, -6, -5, 0, 1, 1, 1, 2, 5, 8]) * HOUR

# Sales may call this share of the users; the others are left alone, so that calls can be judged.
CONTACT_SHARE = 0.5


class Cohort(IntEnum):
    """Why someone is, or is not, a free user whom sales might call."""

    FREE = 0
    CUSTOMER_ACCOUNT = 1  # joined a company that pays already
    BOT = 2
    INTERNAL = 3
    TEST = 4
    COMPETITOR = 5
    NO_CONSENT = 6
    ERASED = 7


_COHORT_SHARES = {
    Cohort.BOT: 0.003,
    Cohort.INTERNAL: 0.003,
    Cohort.TEST: 0.002,
    Cohort.COMPETITOR: 0.003,
    Cohort.NO_CONSENT: 0.012,
    Cohort.ERASED: 0.004,
}


@dataclass(frozen=True)
class People:
    ids: list[str]
    emails: list[str]
    titles: list[str]
    company: Indices  # NOBODY for a free mailbox
    next_company: Indices  # for who changes company
    moved_at: Instants
    signed_up_at: Instants
    time_zone: NDArray[np.int64]
    cohort: NDArray[np.int8]
    need: Floats
    drive: Floats
    is_fit: Mask
    is_engaged: Mask  # came back after a first look
    leaves_at: Instants  # loses interest
    sessions_per_day: Floats
    may_be_contacted: Mask
    companies: Companies

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def mailbox(self) -> list[str]:
        """The domain of everyone's address."""
        return [email.rpartition("@")[2] for email in self.emails]

    def company_at(self, user: Indices, at: Instants) -> Indices:
        return np.where(at >= self.moved_at[user], self.next_company[user], self.company[user])


def populate(rng: np.random.Generator, settings: Settings, first: int, size: int) -> People:
    """The people numbered from `first` on, with all their companies: chunks share nothing."""
    company = employers(rng, size)
    signed_up_at = _signups(rng, settings, company)
    cohort = _cohorts(rng, size)
    companies = founded(rng, first, company, signed_up_at)
    in_company = company != NOBODY
    cohort = np.where(
        in_company & companies.is_customer[company] & (cohort == Cohort.FREE),
        Cohort.CUSTOMER_ACCOUNT,
        cohort,
    ).astype(np.int8)
    ids = [f"u{number:07d}" for number in range(first, first + size)]
    drive = rng.normal(size=size)
    engaged = rng.random(size) < 1 / (1 + np.exp(-0.9 * drive))
    # Most lose interest within weeks, a few stay for months, the others were just looking.
    patience = np.where(rng.random(size) < 0.08, 60 * DAY, 15 * DAY)
    stay = np.where(engaged, 4 * DAY + rng.exponential(patience), rng.exponential(0.3 * DAY, size))
    next_company, moved_at = _moves(rng, company, companies, signed_up_at, cohort)
    arrived = np.bincount(next_company[next_company != company], minlength=len(companies))
    companies = replace(companies, members=companies.members + arrived)
    return People(
        ids=ids,
        emails=_emails(rng, first, company, companies, cohort),
        titles=picked(rng, _TITLES, size),
        company=company,
        next_company=next_company,
        moved_at=moved_at,
        signed_up_at=signed_up_at,
        time_zone=_TIME_ZONES[rng.integers(0, len(_TIME_ZONES), size)],
        cohort=cohort,
        need=rng.normal(size=size),
        drive=drive,
        is_fit=in_company & (companies.employees[company] >= 50),
        is_engaged=engaged,
        leaves_at=signed_up_at + stay.astype(np.int64),
        sessions_per_day=np.minimum(0.85 * np.exp(0.55 * drive), 3.0),
        may_be_contacted=np.array([contact_bucket(user) < CONTACT_SHARE for user in ids]),
        companies=companies,
    )


def contact_bucket(user_id: str) -> float:
    """A number in [0, 1) that any engine can compute from the user id."""
    return int(hashlib.md5(user_id.encode(), usedforsecurity=False).hexdigest()[:8], 16) / 2**32


def _signups(rng: np.random.Generator, settings: Settings, company: Indices) -> Instants:
    """Colleagues follow each other; wrapping around the period keeps every day as busy."""
    size = len(company)
    share = rng.random(size)
    employed = np.flatnonzero(company != NOBODY)
    anchor = rng.random(int(company.max(initial=0)) + 1)
    delay = rng.exponential(20 / settings.days, len(employed))
    share[employed] = (anchor[company[employed]] + delay) % 1
    hours = settings.starts_at + np.arange(settings.days * 24 + 1) * HOUR
    age = np.arange(settings.days * 24) / (30 * 24)
    busy = rhythm(hours[:-1]) * (1 + settings.growth) ** age
    passed = np.concatenate([[0.0], np.cumsum(busy) / busy.sum()])
    offset = np.interp(share, passed, (hours - settings.starts_at).astype(np.float64))
    return settings.starts_at + offset.astype(np.int64)


def _cohorts(rng: np.random.Generator, size: int) -> NDArray[np.int8]:
    edges = np.cumsum(list(_COHORT_SHARES.values()))
    drawn = np.searchsorted(edges, rng.random(size), side="right")
    return np.array([*_COHORT_SHARES, Cohort.FREE], dtype=np.int8)[drawn]


def _emails(
    rng: np.random.Generator,
    first: int,
    company: Indices,
    companies: Companies,
    cohort: NDArray[np.int8],
) -> list[str]:
    special = {
        Cohort.INTERNAL: "ourcompany.example",
        Cohort.TEST: "qa.example",
        Cohort.COMPETITOR: "rival.example",
    }
    free = rng.integers(0, len(_FREE_MAIL), len(company))
    names = rng.integers(0, len(_FIRST_NAMES), len(company))
    is_second = rng.random(len(company)) < 0.3
    emails = []
    for user, employer in enumerate(company):
        domain = special.get(Cohort(cohort[user]))
        if domain is None and employer == NOBODY:
            domain = _FREE_MAIL[free[user]]
        elif domain is None:
            second = companies.second_domains[employer] if is_second[user] else ""
            domain = second or companies.domains[employer]
        emails.append(f"{_FIRST_NAMES[names[user]]}{first + user}@{domain}")
    return emails


def _moves(
    rng: np.random.Generator,
    company: Indices,
    companies: Companies,
    signed_up_at: Instants,
    cohort: NDArray[np.int8],
) -> tuple[Indices, Instants]:
    """One in fifty employed people goes to another company, never to one that pays already."""
    size = len(company)
    moves = (company != NOBODY) & (cohort == Cohort.FREE) & (rng.random(size) < 0.02)
    target = rng.integers(0, len(companies), size)
    moves &= ~companies.is_customer[target] & (target != company)
    moved_at = signed_up_at + (rng.uniform(10, 60, size) * DAY).astype(np.int64)
    return np.where(moves, target, company), np.where(moves, moved_at, NEVER)
