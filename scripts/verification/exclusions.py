"""Who is left out at an instant, and why."""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from verification.entities import NOT_A_CUSTOMER, Entities
from verification.instants import NEVER
from verification.settings import Settings
from verification.staging import Row, Staged


@dataclass(frozen=True, slots=True)
class Period:
    """A subscription or a lead row: whom it names, and `[begin, end)`."""

    user_id: str | None
    email: str | None
    account_id: str | None
    begin: int
    end: int

    def holds_at(self, at: int) -> bool:
        """Whether the period is in force."""
        return self.begin <= at < self.end


class Exclusions:
    """Every reason that holds for a user at an instant."""

    def __init__(self, entities: Entities, staged: Staged, settings: Settings) -> None:
        """Read paid subscriptions, opportunities and disqualifications."""
        self._entities = entities
        stages = _lead_periods(staged.tables["leads"])
        disqualified = [
            Period(row.user_id, row.email, None, row.begin, row.begin + settings.disqualified)
            for row in stages["disqualified"]
        ]
        self._paid = _Index(_paid_periods(staged.tables["subscriptions"]))
        self._opportunities = _Index(stages["opportunity"])
        self._disqualified = _Index(disqualified)

    def reasons_at(self, user_id: str, at: int) -> set[str]:
        """The reasons that hold, whatever a model makes of them."""
        person = self._entities.people[user_id]
        row = person.history.at(at)
        kinds = self._entities.email_kinds_at(user_id, at)
        account_id = self._entities.account_at(user_id, at)
        email = self._entities.email_at(user_id, at)
        holds = {
            "erased": person.erased_at is not None and person.erased_at <= at,
            "no_consent": row.get("profiling_consent") is False,
            "bot": bool(row.get("is_bot")),
            "internal": bool(row.get("is_internal")) or bool(kinds & NOT_A_CUSTOMER),
            "competitor": "competitor" in kinds,
            "customer": self._paid.holds_at(at, user_id, None, account_id),
            "open_opportunity": self._opportunities.holds_at(at, user_id, email, account_id),
            "disqualified": self._disqualified.holds_at(at, user_id, email, None),
        }
        return {reason for reason, is_true in holds.items() if is_true}

    def change_points(self, user_id: str) -> set[int]:
        """Instants at which a subscription or a lead of the user begins or ends."""
        rows = self._entities.people[user_id].history.rows
        emails = {row.values["email"].lower() for row in rows if row.values["email"]}
        accounts = {stay.entity_id for stay in self._entities.account_stays[user_id]}
        periods = [
            period
            for index in (self._paid, self._opportunities, self._disqualified)
            for period in index.touching(user_id, emails, accounts)
        ]
        return {instant for period in periods for instant in (period.begin, period.end)}


class _Index:
    """Periods by whom they name."""

    def __init__(self, periods: list[Period]) -> None:
        self._of_user: dict[str, list[Period]] = defaultdict(list)
        self._of_email: dict[str, list[Period]] = defaultdict(list)
        self._of_account: dict[str, list[Period]] = defaultdict(list)
        for period in periods:
            if period.user_id is not None:
                self._of_user[period.user_id].append(period)
            elif period.email is not None:
                self._of_email[period.email.lower()].append(period)
            if period.account_id is not None:
                self._of_account[period.account_id].append(period)

    def touching(self, user_id: str, emails: set[str], accounts: set[str]) -> list[Period]:
        """Every period that names one of these."""
        found = list(self._of_user.get(user_id, ()))
        for email in emails:
            found += self._of_email.get(email, ())
        for account_id in accounts:
            found += self._of_account.get(account_id, ())
        return found

    def holds_at(self, at: int, user_id: str, email: str | None, account_id: str | None) -> bool:
        """Whether any period that names one of these is in force."""
        emails = {email} if email else set()
        accounts = {account_id} if account_id else set()
        return any(period.holds_at(at) for period in self.touching(user_id, emails, accounts))


def _paid_periods(rows: list[Row]) -> list[Period]:
    paid = (row.values for row in rows if row.values["is_paid"])
    return [
        Period(
            user_id=row["user_id"],
            email=None,
            account_id=row["account_id"],
            begin=row["started_at"],
            end=NEVER if row["ended_at"] is None else row["ended_at"],
        )
        for row in paid
    ]


def _lead_periods(rows: list[Row]) -> dict[str, list[Period]]:
    """Lead rows by stage, each until it was left or the lead entered its next stage."""
    entries: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        entries[row.values["lead_id"]].append(row.values["entered_at"])
    for of_lead in entries.values():
        of_lead.sort()
    periods: dict[str, list[Period]] = defaultdict(list)
    for row in (row.values for row in rows):
        of_lead = entries[row["lead_id"]]
        later = of_lead[bisect_right(of_lead, row["entered_at"]) :]
        ends = [at for at in (row["left_at"], *later[:1]) if at is not None]
        periods[row["stage"]].append(
            Period(
                user_id=row["user_id"],
                email=row["email"],
                account_id=row["account_id"],
                begin=row["entered_at"],
                end=min(ends, default=NEVER),
            )
        )
    return periods
