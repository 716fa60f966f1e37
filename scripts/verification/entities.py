"""Users, accounts and domains: when they start, and what is true of them at an instant."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verification.events import Event, read_event
from verification.instants import NEVER
from verification.people import Person, Timeline, read_person
from verification.rules import Rules
from verification.staging import Row, Staged
from verification.suffixes import registrable_domain
from verification.titles import read_title

NOT_A_COMPANY = frozenset({"free_mail", "relay", "disposable"})
NOT_A_CUSTOMER = frozenset({"internal", "test"})

# (user_id, instant) -> the account or domain the user is in.
BelongsTo = Callable[[str, int], str | None]


@dataclass(frozen=True, slots=True)
class Stay:
    """A user's time in one account or one domain, `[begin, end)`."""

    user_id: str
    entity_id: str
    begin: int
    end: int


class Entities:
    """Everyone and everything that can be scored, readable at any instant."""

    def __init__(self, staged: Staged, rules: Rules) -> None:
        """Read users, accounts and events from the accepted rows."""
        self._rules = rules
        self._titles: dict[str, tuple[int, int]] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        self.events = sorted(
            (read_event(row, rules) for row in staged.tables["events"]),
            key=lambda event: (event.at, event.key),
        )
        self.accounts = {
            account_id: Timeline(rows)
            for account_id, rows in _rows_by(staged.tables["accounts"], "account_id").items()
        }
        self.people = self._read_people(staged.tables["users"])
        self.user_ids = sorted(u for u, person in self.people.items() if person.start is not None)
        self.account_stays = self._stays(self.account_at)
        self.domain_stays = self._stays(self.domain_at)
        self._users_of_email = self._read_emails()
        self._ids: dict[str, list[str]] = defaultdict(list)
        for user_id in self.people:
            self._ids[user_id.lower()].append(user_id)
        self.account_starts = self._first_begins(self.account_stays)
        self.domain_starts = self._first_begins(self.domain_stays)
        for event in self.events:
            account_id = self.account_of_event(event)
            if account_id is not None:
                first = self.account_starts.get(account_id, NEVER)
                self.account_starts[account_id] = min(first, event.at)

    # -- Users -------------------------------------------------------------------------------------

    def account_at(self, user_id: str, at: int) -> str | None:
        """The account of a user: the row in force, else the latest event that names one."""
        person = self.people.get(user_id)
        if person is None or person.start is None or at < person.start:
            return None
        account_id = person.history.at(at).get("account_id")
        if account_id is not None:
            return account_id
        index = bisect_right(person.located_at, at)
        return person.located[index - 1].account_id if index else None

    def email_at(self, user_id: str, at: int) -> str | None:
        """The e-mail in force, in lower case."""
        person = self.people.get(user_id)
        email = person.history.at(at).get("email") if person else None
        return email.lower() if email else None

    def email_kinds_at(self, user_id: str, at: int) -> frozenset[str]:
        """What is listed about the domain of the e-mail in force."""
        return self._kinds_of(_domain_of(self.email_at(user_id, at)))

    def domain_at(self, user_id: str, at: int) -> str | None:
        """The company domain of a user; mailbox providers are no company."""
        person = self.people.get(user_id)
        if person is None or person.start is None or at < person.start:
            return None
        host = _domain_of(self.email_at(user_id, at))
        if host is None or self._kinds_of(host) & NOT_A_COMPANY:
            return None
        return registrable_domain(host)

    def is_silent_at(self, user_id: str, at: int) -> bool:
        """Whether what the user does at this instant is no activity and no signal."""
        person = self.people.get(user_id)
        row = person.history.at(at) if person else {}
        if row.get("is_bot") or row.get("is_internal"):
            return True
        return bool(self.email_kinds_at(user_id, at) & NOT_A_CUSTOMER)

    def users_with_id(self, user_id: str) -> list[str]:
        """Users with this id, whatever the case (lower case given)."""
        return self._ids.get(user_id, [])

    def users_with_email(self, email: str, at: int) -> list[str]:
        """Users whose e-mail in force is this one (lower case)."""
        return [
            user_id
            for user_id in self._users_of_email.get(email, ())
            if self.email_at(user_id, at) == email
        ]

    def user_attribute(self, user_id: str, attribute: str, at: int) -> int | None:
        """`seniority_rank` or `is_decision_maker` of the title in force."""
        title = self.people[user_id].history.at(at).get("title")
        if title is None:
            return None
        if title not in self._titles:
            self._titles[title] = read_title(title, self._rules.titles)
        rank, is_decision_maker = self._titles[title]
        return rank if attribute == "seniority_rank" else is_decision_maker

    # -- Accounts ----------------------------------------------------------------------------------

    def account_of_event(self, event: Event) -> str | None:
        """The account written on an event, else that of its user at that instant."""
        return event.account_id or self.account_at(event.user_id, event.at)

    def account_row(self, account_id: str | None, at: int) -> dict[str, Any]:
        """The row of an account in force."""
        timeline = self.accounts.get(account_id or "")
        return timeline.at(at) if timeline else {}

    def account_attribute(self, account_id: str, attribute: str, at: int) -> int | None:
        """`employees`, or whether the industry is one the product is made for."""
        row = self.account_row(account_id, at)
        if attribute == "employees":
            return row.get("employees")
        industry = row.get("industry")
        return None if industry is None else int(industry.lower() in self._rules.icp_industries)

    # -- Reading -----------------------------------------------------------------------------------

    def _read_people(self, user_rows: list[Row]) -> dict[str, Person]:
        rows_of = _rows_by(user_rows, "user_id")
        events_of: dict[str, list[Event]] = defaultdict(list)
        for event in self.events:
            events_of[event.user_id].append(event)
        return {
            user_id: read_person(user_id, rows_of.get(user_id, []), events_of.get(user_id, []))
            for user_id in rows_of.keys() | events_of.keys()
        }

    def _read_emails(self) -> dict[str, set[str]]:
        users: dict[str, set[str]] = defaultdict(set)
        for person in self.people.values():
            for row in person.history.rows:
                if row.values["email"]:
                    users[row.values["email"].lower()].add(person.user_id)
        return users

    def _stays(self, belongs_to: BelongsTo) -> dict[str, list[Stay]]:
        """Each user's stays in what `belongs_to(user, instant)` names, in order."""
        return {user_id: self._stays_of(user_id, belongs_to) for user_id in self.user_ids}

    def _stays_of(self, user_id: str, belongs_to: BelongsTo) -> list[Stay]:
        person = self.people[user_id]
        moves = {person.start, *person.history.starts, *person.located_at}
        stays: list[Stay] = []
        for at in sorted(at for at in moves if at >= person.start):
            entity_id = belongs_to(user_id, at)
            if stays and stays[-1].end == NEVER:
                if stays[-1].entity_id == entity_id:
                    continue
                last = stays.pop()
                stays.append(Stay(user_id, last.entity_id, last.begin, at))
            if entity_id is not None:
                stays.append(Stay(user_id, entity_id, at, NEVER))
        return stays

    def _kinds_of(self, domain: str | None) -> frozenset[str]:
        """The kinds a domain is listed under; a listed domain covers its subdomains."""
        if domain is None:
            return frozenset()
        if domain not in self._kinds:
            labels = domain.split(".")
            parents = (".".join(labels[index:]) for index in range(len(labels)))
            listed = self._rules.domain_kinds
            self._kinds[domain] = frozenset(listed[name] for name in parents if name in listed)
        return self._kinds[domain]

    @staticmethod
    def _first_begins(stays: dict[str, list[Stay]]) -> dict[str, int]:
        starts: dict[str, int] = {}
        for stay in (stay for of_user in stays.values() for stay in of_user):
            starts[stay.entity_id] = min(stay.begin, starts.get(stay.entity_id, NEVER))
        return starts


def _rows_by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.values[column]].append(row)
    return groups


def _domain_of(email: str | None) -> str | None:
    """What follows the last @, if there is one and it contains a dot."""
    if email is None or "@" not in email:
        return None
    domain = email.rpartition("@")[2]
    return domain if "." in domain else None
