"""Users, accounts and their domains as the product's own database knows them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.clock import DAY, MINUTE, SECOND
from simulator.companies import Companies
from simulator.people import Cohort, People
from simulator.settings import Settings
from simulator.tables import chosen, instants, rows, table, texts

# Sizes arrive the way the enrichment tool of the month writes them.
_BANDS = (
    (1, "1-10"),
    (11, "11-50"),
    (51, "51-200"),
    (201, "201-500"),
    (501, "501-999"),
    (1000, "1000+"),
)


def users(rng: np.random.Generator, settings: Settings, people: People) -> pa.Table:
    """One row a user, some sent twice, and another one for who changes company."""
    size = len(people)
    account_ids = pa.array(people.companies.ids)
    has_date = rng.random(size) < 0.99
    consent = np.where(people.cohort == Cohort.NO_CONSENT, False, rng.random(size) < 2)
    was_asked = (people.cohort == Cohort.NO_CONSENT) | (rng.random(size) < 0.5)
    erased_at = people.signed_up_at + (rng.uniform(1, 60, size) * DAY).astype(np.int64)
    is_erased = (people.cohort == Cohort.ERASED) & (erased_at < settings.ends_at)
    first = table(
        "users",
        {
            "user_id": pa.array(people.ids),
            "email": texts(people.emails),
            "account_id": chosen(account_ids, people.company),
            "signed_up_at": instants(people.signed_up_at, has_date),
            "title": texts(people.titles),
            "is_bot": pa.array(people.cohort == Cohort.BOT),
            "is_internal": pa.array(people.cohort == Cohort.INTERNAL),
            "profiling_consent": pa.array(consent, mask=~was_asked),
            "erased_at": instants(erased_at, is_erased),
            "loaded_at": instants(people.signed_up_at + 20 * SECOND),
        },
    )
    moved = np.flatnonzero(people.moved_at < settings.ends_at)
    second = table(
        "users",
        {
            "user_id": texts([people.ids[user] for user in moved]),
            "email": texts(
                [
                    f"{people.ids[user]}@{people.companies.domains[people.next_company[user]]}"
                    for user in moved
                ]
            ),
            "account_id": chosen(account_ids, people.next_company[moved]),
            "signed_up_at": instants(people.signed_up_at[moved]),
            "title": texts([people.titles[user] for user in moved]),
            "is_bot": pa.array(np.zeros(len(moved), dtype=bool)),
            "is_internal": pa.array(np.zeros(len(moved), dtype=bool)),
            "effective_at": instants(people.moved_at[moved]),
            "loaded_at": instants(people.moved_at[moved] + MINUTE),
        },
    )
    # A few people are known by their events alone.
    first = first.filter(pa.array((rng.random(size) >= 0.003) | (people.cohort != Cohort.FREE)))
    again = first.filter(pa.array(rng.random(len(first)) < 0.004))
    sent_at = pc.add(again["loaded_at"], pa.scalar(DAY, pa.duration("us")))
    again = again.set_column(again.schema.get_field_index("loaded_at"), "loaded_at", sent_at)
    return pa.concat_tables([first, again, second])


def accounts(rng: np.random.Generator, settings: Settings, people: People) -> pa.Table:
    """Company data, looked up at the first signup; one company in thirty has grown since."""
    companies = people.companies
    looked_up_at = people.signed_up_at[companies.founder] + MINUTE
    written = [
        _size_as_written(rng, int(size)) if known else None
        for size, known in zip(companies.employees, companies.is_size_known, strict=True)
    ]
    owner = rng.integers(1, 9, len(companies))
    base = [
        {
            "account_id": companies.ids[index],
            "name": f"Company {companies.ids[index][1:].lstrip('0') or '0'}",
            "domain": companies.domains[index],
            "employees": written[index],
            "industry": companies.industries[index] or None,
            "owner_id": f"rep{owner[index]}",
            "loaded_at": int(looked_up_at[index]),
        }
        for index in range(len(companies))
    ]
    grown = np.flatnonzero((rng.random(len(companies)) < 0.03) & companies.is_size_known)
    remaining = np.maximum(settings.ends_at - looked_up_at[grown], 0)
    later = looked_up_at[grown] + (rng.random(len(grown)) * remaining).astype(np.int64)
    base += [
        base[index]
        | {
            "employees": str(int(companies.employees[index] * 1.2) + 1),
            "effective_at": int(at),
            "loaded_at": int(at) + MINUTE,
        }
        for index, at in zip(grown, later, strict=True)
    ]
    return rows("accounts", base)


def account_domains(companies: Companies) -> pa.Table:
    return rows(
        "account_domains",
        [
            {"account_id": account, "domain": domain}
            for account, domain in zip(companies.ids, companies.second_domains, strict=True)
            if domain
        ],
    )


def _size_as_written(rng: np.random.Generator, size: int) -> str:
    style = rng.random()
    if style < 0.01:
        return "a few"
    if style < 0.1:
        return f"{size:,}"
    if style < 0.5 or size >= 1000:
        return next(text for lower, text in reversed(_BANDS) if size >= lower)
    return str(size)
