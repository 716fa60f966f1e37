"""Raw rows that arrive in the worst way: hundreds of users, each with nasty histories.

A world is delivered in runs. Every run sees what came before and some rows more: late ones,
repeats, corrections of what, when, who and where, deletions, attributes that change the past.
"""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from input_states import write_raw_folder

START = datetime(2026, 1, 5)
BETWEEN_RUNS = timedelta(days=7)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# The smallest step of an instant: the nearest miss there is.
NEXT = timedelta(microseconds=1)

# Names of the demo's event map: sessions, all kinds of credit, quantities, idle, surface, unmapped.
SOUP = (
    *("signed_up", "page_viewed", "heartbeat", "board_opened", "project_created", "task_created"),
    *("task_assigned", "feature_used", "comment_added", "invite_accepted", "teammate_invited"),
    *("usage_limit_hit", "audit_log_opened", "api_called", "error_shown", "document_created"),
    *("document_shared", "funding_round_announced", "revenue_reported", "sales_contacted"),
)
PROPERTIES = (
    {"is_core": True},
    {"is_core": True, "tier": "premium"},
    {"calls": 150, "annual_revenue": 900_000},
    {"calls": "many"},
)
DOMAINS = ("one.example", "two.example", "three.example", "gmail.com", "mailinator.com")
TITLES = ("Vice President Sales", "Engineer", "Founder", "Team Lead", "", "Head of things")

Row = dict[str, object]


class NastyWorld:
    """Users, accounts and what they do, one delivery of raw rows a run; the same for a seed."""

    def __init__(self, seed: int, *, users: int, runs: int) -> None:
        self.random = random.Random(seed)
        self.runs = runs
        self.deliveries: list[dict[str, list[Row]]] = [defaultdict(list) for _ in range(runs)]
        self.users = [f"user_{number}" for number in range(users)]
        self.accounts = [f"account_{number}" for number in range(max(3, users // 8))]
        self.objects = [f"object_{number}" for number in range(max(4, users // 3))]
        # In one of the runs nothing arrives.
        self._empty_run = self.random.randrange(1, runs - 1) if runs > 2 else None
        self._event_count = 0
        self.event(self.users[0], "board_opened", START, run=0)
        for account in self.accounts:
            self.account_row(account)
        for user in self.users:
            self.soup(user)
            for recipe in self.random.sample(RECIPES, 2):
                recipe(self, user)
        self.two_companies("quiet")
        self.colleagues("early", "late")
        # Of no account and no company: no run but the first touches them.
        self.activates("alone", run=0)

    def write(self, folder: Path, run: int) -> Path:
        """Add what a run delivers to the raw folder, as further files of its tables."""
        for table, rows in self.deliveries[run].items():
            tables = {f"part_{run}": self.random.sample(rows, len(rows))}
            write_raw_folder(folder / table, tables)
        return folder

    # -- Chance -----------------------------------------------------------------------------------

    def some_run(self, first: int = 0) -> int:
        """A run that delivers something."""
        return self.random.choice(
            [run for run in range(first, self.runs) if run != self._empty_run] or [0]
        )

    def load_of(self, run: int) -> datetime:
        """The instant up to which a run has loaded."""
        return START + run * BETWEEN_RUNS

    def some_instant(self) -> datetime:
        """Anywhere in the time of the world, often at the edge of a run or of a day."""
        edge = self.load_of(self.random.randrange(self.runs + 6)) - 6 * BETWEEN_RUNS
        moved = self.random.choice(
            [timedelta(0), NEXT, -NEXT, self.random.randrange(2_000) * 7 * MINUTE]
        )
        return edge + moved

    # -- Rows -------------------------------------------------------------------------------------

    def add(self, table: str, run: int, **row: object) -> None:
        """A row of a run, loaded with it, long before or nobody knows when."""
        load = self.load_of(run)
        given = {
            key: value.isoformat(sep=" ") if isinstance(value, datetime) else value
            for key, value in row.items()
        }
        given.setdefault(
            "loaded_at",
            self.random.choices(
                [
                    load,
                    load - self.random.randrange(9_000) * MINUTE,
                    load - self.random.randrange(20, 90) * DAY,
                    "",
                ],
                weights=[8, 8, 3, 1],
            )[0],
        )
        self.deliveries[run][table].append(given)

    def event(
        self, user: str, name: str, occurred_at: datetime, run: int | None = None, **columns: object
    ) -> Row:
        """A new event in a run of its own; returned to be sent again."""
        self._event_count += 1
        row = {
            "event_id": columns.pop("event_id", f"event_{self._event_count}"),
            "user_id": user,
            "event_name": name,
            "occurred_at": occurred_at,
            "account_id": columns.get("account_id", ""),
            "object_id": columns.get("object_id", ""),
            "target_user_id": columns.get("target_user_id", ""),
            "properties": columns.get("properties", ""),
            "is_deleted": columns.get("is_deleted", ""),
        }
        self.add("events", self.some_run() if run is None else run, **row)
        return row

    def account_row(self, account: str, run: int | None = None, **columns: object) -> None:
        """What is known of an account, now or from some instant on."""
        some = {
            "employees": self.random.choice(["10", "51-200", "240", "1000+", ""]),
            "industry": self.random.choice(["Software", "Retail", "Financial services", ""]),
            "effective_at": self.random.choice(["", self.some_instant()]),
        }
        run = self.some_run() if run is None else run
        self.add("accounts", run, account_id=account, **some | columns)

    def user_row(self, user: str, run: int | None = None, **columns: object) -> None:
        """What is known of a user, now or from some instant on."""
        some = {
            "email": f"{user}@{self.random.choice(DOMAINS)}",
            "account_id": self.random.choice([*self.accounts, ""]),
            "signed_up_at": self.random.choice([self.some_instant(), ""]),
            "title": self.random.choice(TITLES),
            "is_bot": "",
            "is_internal": "",
            "profiling_consent": "",
            "erased_at": "",
            "effective_at": self.random.choice(["", self.some_instant()]),
        }
        self.add("users", self.some_run() if run is None else run, user_id=user, **some | columns)

    # -- Histories --------------------------------------------------------------------------------

    def soup(self, user: str) -> None:
        """Anything, at any time, with anybody's things."""
        if self.random.random() < 0.7:
            self.user_row(user)
        for _ in range(self.random.randrange(2, 12)):
            self.event(
                user,
                self.random.choice(SOUP),
                self.some_instant(),
                account_id=self.random.choice([*self.accounts, *[""] * len(self.accounts)]),
                object_id=self.random.choice([*self.objects, *[""] * len(self.objects)]),
                target_user_id=self.random.choice([*self.users, *[""] * 3 * len(self.users)]),
                properties=self.random.choice(["", json.dumps(self.random.choice(PROPERTIES))]),
            )

    def gaps_of_the_timeout(self, user: str) -> None:
        """Sessions that a microsecond or a late event holds together or tears apart."""
        instant = self.some_instant()
        for _ in range(6):
            self.event(user, self.random.choice(["board_opened", "page_viewed"]), instant)
            instant += 30 * MINUTE + self.random.choice([timedelta(0), NEXT, -NEXT])

    def windows_that_end_with_a_load(self, user: str) -> None:
        """Facts that leave their window exactly at, or just beside, the edge of a run."""
        load = self.load_of(self.some_run())
        for days in (7, 14, 30):
            near_miss = self.random.choice([timedelta(0), NEXT, -NEXT])
            self.event(user, "usage_limit_hit", load - days * DAY + near_miss)

    def future(self, user: str) -> None:
        """An event of a day to come, which is clamped to its load; some loads are unknown."""
        for days in (1, 400):
            run = self.some_run()
            self.event(user, "feature_used", self.load_of(run) + days * DAY, run)

    def sent_again(self, user: str) -> None:
        """Repeats, and corrections of when, who, where and what, across runs and within one."""
        changes: list[Row] = [
            {},
            {"occurred_at": self.some_instant()},
            {"user_id": self.random.choice(self.users)},
            {"account_id": self.random.choice(self.accounts)},
            {"object_id": self.random.choice(self.objects)},
            {"target_user_id": self.random.choice(self.users)},
            {"event_name": self.random.choice(SOUP)},
            {"is_deleted": "true"},
        ]
        for _ in range(3):
            sent = self.event(user, self.random.choice(SOUP), self.some_instant(), run=0)
            for _ in range(3):
                self.add("events", self.some_run(), **sent | self.random.choice(changes))

    def first_event_last(self, user: str) -> None:
        """The start of a user is known when all else is."""
        self.event(user, "signed_up", START - 40 * DAY, run=self.some_run(self.runs - 1))

    def days_without_a_pause(self, user: str) -> None:
        """A session of days, cut every 24 hours, whose middle comes later."""
        began, arrives = self.some_instant(), self.some_run()
        for number in range(60):
            run = arrives if 20 <= number < 40 else 0
            name = "page_viewed" if number % 7 == 0 else "board_opened"
            self.event(user, name, began + number * 29 * MINUTE, run)

    def activation_in_pieces(self, user: str) -> None:
        """The steps of the milestone arrive in any order, a deadline in sight."""
        began = self.some_instant()
        self.user_row(user, signed_up_at=began - self.random.choice([DAY, 7 * DAY, 8 * DAY]))
        self.event(user, "project_created", began)
        for number in range(4):
            self.event(user, "task_created", began + number * DAY, object_id=f"task_{number % 3}")
        self.event(
            user, "task_assigned", began + MINUTE, target_user_id=self.random.choice(self.users)
        )

    def things_with_owners(self, user: str) -> None:
        """Others comment on a thing whose owner, or first event, turns out to be another."""
        thing, began = f"thing of {user}", self.some_instant()
        self.event(user, "document_created", began, object_id=thing)
        for number in range(3):
            self.event(
                self.random.choice(self.users),
                "comment_added",
                began + number * DAY,
                object_id=thing,
                account_id=self.random.choice([*self.accounts, ""]),
            )
        another = self.random.choice(self.users)
        self.event(another, "board_opened", began - DAY, object_id=thing, run=self.some_run(1))
        self.event(
            user, "board_opened", began + DAY, object_id=thing,
            target_user_id=self.random.choice(self.users), run=self.some_run(1),
        )  # fmt: skip

    def invitations(self, user: str) -> None:
        """Addressees who are, or turn out to be, oneself or a member of the account."""
        account, began = self.random.choice(self.accounts), self.some_instant()
        for number in range(6):
            other = self.random.choice(self.users)
            addressee = self.random.choice([other, f"{other}@{DOMAINS[0]}", f"guest_{number}"])
            self.event(
                user, "teammate_invited", began + number * DAY, object_id=addressee.upper(),
                account_id=self.random.choice([account, ""]),
            )  # fmt: skip
        self.user_row(other, account_id=account, email=f"{other}@{DOMAINS[0]}", effective_at="")

    def moves(self, user: str) -> None:
        """From company to company, told in any order."""
        for _ in range(3):
            self.user_row(user, effective_at=self.some_instant())

    def two_companies(self, user: str) -> None:
        """Of the companies that nobody else was ever in, only the first turns out to be another."""
        for number, employees in enumerate(("10", "1000+")):
            company, since = f"company_{number}_of_{user}", START - (20 - 10 * number) * DAY
            self.event(user, "board_opened", since, run=0)
            self.user_row(user, run=0, email="", account_id=company, effective_at=since)
            self.account_row(company, run=0, employees=employees, effective_at="")
        self.account_row(f"company_0_of_{user}", run=self.runs - 1, employees="240")

    def activates(self, user: str, run: int) -> None:
        """All steps of the milestone, before the world begins to be told."""
        self.event(user, "project_created", START - DAY, run)
        for number in range(3):
            self.event(user, "task_created", START - DAY, run, object_id=f"{number} of {user}")
        self.event(user, "task_assigned", START, run, target_user_id="somebody else")

    def colleagues(self, early: str, late: str) -> None:
        """Their company counts who of them activates: one at once, the other in the last run."""
        for user, run in ((early, 0), (late, self.runs - 1)):
            email = f"{user}@quiet.example"
            self.user_row(user, run=0, email=email, account_id="", effective_at="")
            self.activates(user, run)

    def silenced(self, user: str) -> None:
        """A bot, an insider, an objection or an erasure that is known only later."""
        told = self.random.choice(
            [
                {"is_bot": "true"},
                {"is_internal": "true"},
                {"profiling_consent": "false"},
                {"erased_at": self.some_instant()},
            ]
        )
        self.user_row(user, self.some_run(1), effective_at=self.some_instant(), **told)

    def plans(self, user: str) -> None:
        """Paid from before the signup on, by the user or the account; ended in hindsight."""
        account = self.random.choice(self.accounts)
        payer = self.random.choice([{"user_id": user}, {"account_id": account}])
        for ended_at in ("", self.some_instant()):
            self.add(
                "subscriptions",
                self.some_run(),
                **{"user_id": "", "account_id": "", "plan": "team", "is_paid": "true"} | payer,
                started_at=START - 30 * DAY,
                ended_at=ended_at,
            )

    def sales(self, user: str) -> None:
        """Leads that name a person, an address or an account."""
        named = self.random.choice(
            [
                {"user_id": user},
                {"email": f"{user}@{DOMAINS[0]}"},
                {"email": "nobody@one.example", "account_id": self.random.choice(self.accounts)},
            ]
        )
        for stage in ("mql", "opportunity", "disqualified"):
            self.add(
                "leads",
                self.some_run(),
                lead_id=f"lead of {user}",
                **{"user_id": "", "email": "", "account_id": ""} | named,
                stage=stage,
                entered_at=self.some_instant(),
                left_at="",
            )

    def guest_elsewhere(self, user: str) -> None:
        """A session among strangers turns out to have begun at home."""
        home, other = self.random.sample(self.accounts, 2)
        began = self.some_instant()
        self.user_row(user, account_id=home, effective_at="")
        self.event(user, "board_opened", began + MINUTE, run=0, account_id=other)
        self.event(user, "board_opened", began, run=self.some_run(1), account_id=home)

    def faulty(self, user: str) -> None:
        """Rows that cannot be used, or not all of them, among repeats and a right one."""
        faults: list[Row] = [
            {"user_id": ""},
            {"occurred_at": "soon"},
            {"occurred_at": "1971-01-01"},
            {"properties": "core"},
            {"is_deleted": "perhaps"},
            {},
        ]
        sent = self.event(user, self.random.choice(SOUP), self.some_instant())
        for fault in self.random.choices(faults, k=4):
            self.add("events", self.some_run(), **sent | fault)


RECIPES: tuple[Callable[[NastyWorld, str], None], ...] = (
    NastyWorld.gaps_of_the_timeout,
    NastyWorld.windows_that_end_with_a_load,
    NastyWorld.future,
    NastyWorld.sent_again,
    NastyWorld.first_event_last,
    NastyWorld.days_without_a_pause,
    NastyWorld.activation_in_pieces,
    NastyWorld.things_with_owners,
    NastyWorld.invitations,
    NastyWorld.moves,
    NastyWorld.silenced,
    NastyWorld.plans,
    NastyWorld.sales,
    NastyWorld.guest_elsewhere,
    NastyWorld.faulty,
)
