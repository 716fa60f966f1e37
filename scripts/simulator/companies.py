"""Companies: how many people of a chunk they have, and what is on record about them."""

from dataclasses import dataclass

import numpy as np

from simulator.clock import Instants
from simulator.events import NOBODY, Indices, Mask

# Share of people who come with a company address; the others use a free mailbox.
_COMPANY_SHARE = 0.6
_INDUSTRIES = (
    ("software", 0.12),
    ("fintech", 0.06),
    ("consulting", 0.07),
    ("Marketing Agency", 0.05),
    ("manufacturing", 0.18),
    ("retail", 0.16),
    ("education", 0.12),
    ("healthcare", 0.1),
    ("", 0.14),
)


@dataclass(frozen=True)
class Companies:
    ids: list[str]
    domains: list[str]
    second_domains: list[str]  # empty: none
    employees: Indices
    is_size_known: Mask
    industries: list[str]
    founder: Indices  # whoever signed up first
    members: Indices  # how many people of the chunk work there, sooner or later
    is_customer: Mask

    def __len__(self) -> int:
        return len(self.ids)


def employers(rng: np.random.Generator, size: int) -> Indices:
    """Companies bring 1 to 12 people, mostly one or two."""
    company = np.full(size, NOBODY, dtype=np.int64)
    employed = np.flatnonzero(rng.random(size) < _COMPANY_SHARE)
    members = np.minimum(rng.geometric(0.55, len(employed) + 1), 12)
    company[employed] = np.repeat(np.arange(len(members)), members)[: len(employed)]
    return company


def founded(
    rng: np.random.Generator, first: int, company: Indices, signed_up_at: Instants
) -> Companies:
    size = int(company.max(initial=0)) + 1
    number = [first + index for index in range(size)]
    by_signup = np.argsort(signed_up_at, kind="stable")[::-1]
    by_signup = by_signup[company[by_signup] != NOBODY]
    founder = np.zeros(size, dtype=np.int64)
    founder[company[by_signup]] = by_signup
    has_second = rng.random(size) < 0.04
    return Companies(
        ids=[f"a{index:07d}" for index in number],
        domains=[f"company{index}.example" for index in number],
        second_domains=[
            f"company{index}-labs.example" if second else ""
            for index, second in zip(number, has_second, strict=True)
        ],
        employees=np.clip(np.exp(rng.normal(3.6, 1.5, size)), 1, 90_000).astype(np.int64),
        is_size_known=rng.random(size) < 0.75,
        industries=picked(rng, _INDUSTRIES, size),
        founder=founder,
        members=np.bincount(company[company != NOBODY], minlength=size),
        is_customer=rng.random(size) < 0.03,
    )


def picked(rng: np.random.Generator, shares: tuple[tuple[str, float], ...], size: int) -> list[str]:
    values, weights = zip(*shares, strict=True)
    total = np.array(weights) / sum(weights)
    return [values[index] for index in rng.choice(len(values), size, p=total)]
