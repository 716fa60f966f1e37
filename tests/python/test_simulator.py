"""The simulated world: reproducible, complete in what it promises, and true to its truth."""

import csv
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from scipy.stats import binomtest, chisquare, linregress

from generate_seed_data import main
from simulator.tables import SCHEMAS

USERS = 2_000
DAYS = 120
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PERSONAS, DEMO = SEEDS / "personas", SEEDS / "demo"


def simulate(folder: Path, *options: str) -> Path:
    arguments = ["--users", str(USERS), "--days", str(DAYS), "--out", str(folder), *options]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return folder


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """The raw tables and the truth as views."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    for table in SCHEMAS:
        files = "events/*.parquet" if table == "events" else f"{table}.parquet"
        connection.execute(f"create view {table} as select * from '{folder}/{files}'")
    connection.execute(f"create view truth as select * from '{folder}/truth/truth.parquet'")
    return connection


def figure(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(tmp_path_factory.mktemp("world") / "raw")


@pytest.fixture(scope="module")
def world(folder: Path) -> duckdb.DuckDBPyConnection:
    return opened(folder)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """Enough users to measure rates by."""
    folder = tmp_path_factory.mktemp("large") / "raw"
    return opened(simulate(folder, "--users", "20000", "--days", "180"))


def test_the_same_seed_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    assert bytes_of(simulate(tmp_path / "again")) == bytes_of(folder)


def test_another_seed_is_another_world(folder: Path, tmp_path: Path) -> None:
    here, there = bytes_of(folder), bytes_of(simulate(tmp_path / "other", "--seed", "2"))
    assert here.keys() == there.keys()
    assert all(here[name] != there[name] for name in here)


def test_a_larger_world_begins_with_the_same_people(tmp_path: Path) -> None:
    """Chunks share no random numbers, so memory and machine do not matter."""
    small = bytes_of(simulate(tmp_path / "small", "--users", "4000"))
    large = bytes_of(simulate(tmp_path / "large", "--users", "4001"))
    assert large["events/part-00001.parquet"] == small["events/part-00001.parquet"]
    assert "events/part-00002.parquet" in large


@pytest.mark.parametrize("table", SCHEMAS)
def test_tables_have_the_columns_of_the_contract(
    world: duckdb.DuckDBPyConnection, table: str
) -> None:
    columns = [row[0] for row in world.execute(f"describe {table}").fetchall()]
    assert columns == SCHEMAS[table].names
    assert figure(world, f"select count(*) from {table}") > 0


def test_every_user_is_in_the_truth(world: duckdb.DuckDBPyConnection) -> None:
    assert figure(world, "select count(distinct user_id) from truth") == USERS
    assert figure(world, "select count(*) from events anti join truth using (user_id)") == figure(
        world, "select count(*) from events where user_id is null"
    )


VERSIONS = """
    (
        select
            event_id,
            count(*) as versions,
            count(distinct loaded_at) as loads,
            count(distinct occurred_at) as instants,
            count(distinct coalesce(properties, '')) as contents,
            bool_or(is_deleted) as is_deleted
        from events
        group by event_id
    )
"""

PROMISED = {
    "late rows": "events where loaded_at > occurred_at + interval 1 day",
    "duplicates": f"{VERSIONS} where versions > 1 and loads > 1 and instants = 1 and contents = 1",
    "corrections": f"{VERSIONS} where instants > 1",
    "deletions": f"{VERSIONS} where is_deleted and versions > 1",
    "conflicts": f"{VERSIONS} where versions > loads and contents > 1",
    "future-dated rows": "events where occurred_at > loaded_at + interval 1 day",
    "rows without a user": "events where user_id is null",
    "rows without a name": "events where event_name is null",
    "rows before all history": "events where occurred_at < timestamptz '2000-01-01'",
    "broken properties": "events where properties is not null and not json_valid(properties)",
    "events mapped to nothing": "events where event_name = 'theme_changed'",
    "idle tabs": "events where event_name = 'heartbeat'",
    "users sent twice": "(select user_id from users where effective_at is null"
    " group by user_id having count(*) > 1)",
    "bots": "users where is_bot",
    "employees": "users where is_internal",
    "testers": "users where email like '%@qa.example'",
    "competitors": "users where email like '%@rival.example'",
    "objections to profiling": "users where not profiling_consent",
    "people never asked": "users where profiling_consent is null",
    "erased people": "users where erased_at is not null",
    "unknown signups": "users where signed_up_at is null",
    "unknown titles": "users where title is null",
    "users known by events alone": "truth anti join users using (user_id)",
    "free mailboxes": "users where email like '%@gmail.com'",
    "people who change company": "users where effective_at is not null",
    "companies of several users": "(select account_id from users group by 1 having count(*) > 2)",
    "bands of employees": "accounts where employees like '%-%'",
    "open bands": "accounts where employees = '1000+'",
    "unreadable sizes": "accounts where employees = 'a few'",
    "unknown sizes": "accounts where employees is null",
    "unknown industries": "accounts where industry is null",
    "companies that grow": "accounts where effective_at is not null",
    "second domains": "account_domains",
    "trials": "subscriptions where plan = 'trial' and not is_paid",
    "accounts that pay": "subscriptions where is_paid and account_id is not null",
    "seats": "subscriptions where is_paid and user_id is not null",
    "churn": "subscriptions where is_paid and ended_at is not null",
    "marketing leads": "leads where stage = 'mql'",
    "sales leads": "leads where stage = 'sql'",
    "opportunities": "leads where stage = 'opportunity'",
    "disqualified leads": "leads where stage = 'disqualified'",
    "leads that bought": "leads where stage = 'customer'",
    "leads known by e-mail": "leads where user_id is null",
    "calls": "dispositions where disposition = 'contacted'",
    "acceptances": "dispositions where disposition = 'accepted'",
    "rejections": "dispositions where disposition = 'rejected' and reason is not null",
    "invitations repeated": """(
        select user_id, object_id from events
        where event_name = 'teammate_invited' group by all having count(distinct event_id) > 1
    )""",
    "invitations to oneself": """
        events inner join users using (user_id)
        where event_name = 'teammate_invited' and object_id = email
    """,
    "invitations to members": """
        events inner join users on object_id = users.email and events.account_id = users.account_id
        where event_name = 'teammate_invited' and signed_up_at < occurred_at
            and events.user_id <> users.user_id
    """,
    "invitations accepted": """
        events as accepted inner join events as sent
            on accepted.object_id = sent.object_id and accepted.target_user_id = sent.user_id
        where accepted.event_name = 'invite_accepted' and sent.event_name = 'teammate_invited'
    """,
    "comments by others": """
        events where event_name = 'comment_added' and target_user_id <> user_id
    """,
    "tasks given to oneself": """
        events where event_name = 'task_assigned' and target_user_id = user_id
    """,
    "tasks given to others": """
        events where event_name = 'task_assigned' and target_user_id <> user_id
    """,
    "limits": "events where event_name = 'usage_limit_hit'",
    "blocked features": "events where event_name = 'premium_feature_blocked'",
    "enterprise settings": "events where event_name in ('sso_settings_opened', 'audit_log_opened')",
    "admin settings": "events where event_name = 'admin_settings_opened'",
    "premium features looked at": "events where event_name = 'premium_feature_viewed'",
    "pricing views": "events where event_name = 'pricing_viewed'",
    "errors": "events where event_name = 'error_shown'",
    "funding rounds": "events where event_name = 'funding_round_announced'",
}


@pytest.mark.parametrize("what", PROMISED)
def test_the_world_holds(world: duckdb.DuckDBPyConnection, what: str) -> None:
    assert figure(world, f"select count(*) from {PROMISED[what]}") > 0


def test_only_the_harmless_goes_wrong(world: duckdb.DuckDBPyConnection) -> None:
    """Damage must not move the truth: what decides is never deleted, redated or in conflict."""
    spoiled = f"""
        select distinct event_name from events inner join {VERSIONS} using (event_id)
        where event_name is not null and (instants > 1 or contents > 1 or events.is_deleted)
    """
    names = {row[0] for row in world.execute(spoiled).fetchall()}
    assert names <= {"page_viewed", "menu_opened", "feature_used", "task_completed"}


def test_nothing_happens_outside_the_days(world: duckdb.DuckDBPyConnection) -> None:
    """Apart from rows that are wrong on purpose: redated ones."""
    first, last = "timestamptz '2026-01-05'", f"timestamptz '2026-01-05' + interval {DAYS} day"
    assert (
        figure(world, f"select count(*) from events where loaded_at not between {first} and {last}")
        == 0
    )
    assert (
        figure(
            world, f"select count(*) from truth where signed_up_at not between {first} and {last}"
        )
        == 0
    )


def test_events_per_user(large: duckdb.DuckDBPyConnection) -> None:
    rows = figure(large, "select count(*) from events")
    assert rows / 20_000 == pytest.approx(115, rel=0.06)


def test_the_number_of_events_can_be_asked_for(tmp_path: Path) -> None:
    wanted = 60_000
    asked = opened(simulate(tmp_path / "asked", "--events", str(wanted)))
    assert figure(asked, "select count(*) from events") == pytest.approx(wanted, rel=0.05)


def test_signups_are_as_many_in_every_week(large: duckdb.DuckDBPyConnection) -> None:
    weeks = large.execute(
        """
        select count(*)
        from truth
        where signed_up_at < timestamptz '2026-01-05' + interval 175 day
        group by date_diff('week', timestamptz '2026-01-05', signed_up_at)
        """
    ).fetchall()
    assert len(weeks) == 25
    assert chisquare([count for (count,) in weeks]).pvalue > 0.001


def test_what_users_do_does_not_depend_on_when_they_come(large: duckdb.DuckDBPyConnection) -> None:
    """The first two weeks of users of every week of signup hold as much."""
    cohorts = large.execute(
        """
        with per_user as (
            select signed_up_at, count(events.event_id) as events
            from truth
            left join events
                on truth.user_id = events.user_id
                and events.occurred_at < signed_up_at + interval 14 day
            where signed_up_at < timestamptz '2026-01-05' + interval 161 day
                and cohort = 'free'
            group by truth.user_id, signed_up_at
        )

        select date_diff('week', timestamptz '2026-01-05', signed_up_at) as week, avg(events)
        from per_user
        group by week
        order by week
        """
    ).fetchall()
    weeks, events = zip(*cohorts, strict=True)
    assert linregress(weeks, events).pvalue > 0.001


def test_signups_grow_if_asked(tmp_path: Path) -> None:
    growing = opened(simulate(tmp_path / "growing", "--growth", "0.5"))
    first, last = (
        figure(
            growing,
            "select count(*) from truth where signed_up_at - timestamptz '2026-01-05'"
            f" between interval {day} day and interval {day + 30} day",
        )
        for day in (0, 90)
    )
    share = 1.5**3 / (1 + 1.5**3)
    assert binomtest(int(last), int(first + last), share).pvalue > 0.001
    assert last > 2 * first


def test_sales_in_the_truth_are_paid_subscriptions(world: duckdb.DuckDBPyConnection) -> None:
    """A user's first paid subscription, or that of a company with no other user, is the sale."""
    wrong = figure(
        world,
        """
        with started as (
            select truth.user_id, min(started_at) as started_at
            from truth
            left join users on truth.user_id = users.user_id and users.effective_at is null
            inner join subscriptions
                on truth.user_id = subscriptions.user_id
                or users.account_id = subscriptions.account_id
            where is_paid and cohort <> 'customer_account'
            group by truth.user_id
        )

        select count(*)
        from truth
        full join started using (user_id)
        left join users on truth.user_id = users.user_id and users.effective_at is null
        where cohort in ('free', 'no_consent')
            and users.user_id is not null
            and converted_at is distinct from started_at
        """,
    )
    assert wrong == 0
    assert figure(world, "select count(converted_at) from truth") > 20


def test_nobody_becomes_a_customer_by_what_a_colleague_buys(
    large: duckdb.DuckDBPyConnection,
) -> None:
    shared = """
        select count(*)
        from (
            select account_id, count(distinct user_id) as members from users group by account_id
        )
        inner join subscriptions using (account_id)
        inner join users using (account_id)
        inner join truth on users.user_id = truth.user_id
        where is_paid and members > 1 and cohort = 'free'
    """
    assert figure(large, shared) == 0


def test_true_probabilities_are_what_happens(large: duckdb.DuckDBPyConnection) -> None:
    """Calibrated overall and in every tenth of the users."""
    tenths = large.execute(
        """
        with mature as (
            select
                true_probability,
                coalesce(converted_at < signed_up_at + interval 90 day, false) as is_converted,
                ntile(10) over (order by true_probability) as tenth
            from truth
            where cohort = 'free'
                and signed_up_at < timestamptz '2026-01-05' + interval 90 day
        )

        select count(*), count(*) filter (is_converted), avg(true_probability)
        from mature
        group by tenth
        order by tenth
        """
    ).fetchall()
    for users, converted, probability in tenths:
        assert binomtest(converted, users, probability).pvalue > 0.001
    assert tenths[-1][1] > 10 * tenths[0][1]


def test_the_truth_knows_what_a_call_is_worth(large: duckdb.DuckDBPyConnection) -> None:
    wrong = """
        select count(*) from truth
        where true_probability
            <> if(may_be_contacted, probability_if_contacted, probability_if_left_alone)
    """
    assert figure(large, wrong) == 0
    called = "select avg(probability_if_contacted - probability_if_left_alone) from truth"
    assert figure(large, f"{called} where moment_at is not null and cohort = 'free'") > 0.03


def test_a_call_is_worth_nothing_where_nothing_helps(tmp_path: Path) -> None:
    world = opened(simulate(tmp_path / "zero", "--world", "zero_effect"))
    assert figure(world, "select count(*) from dispositions") > 0
    wrong = "select count(*) from truth where probability_if_contacted <> probability_if_left_alone"
    assert figure(world, wrong) == 0


def test_a_leak_is_dated_before_the_sale_and_loaded_after_it(tmp_path: Path) -> None:
    leaking = opened(simulate(tmp_path / "leak", "--world", "planted_leak"))
    known_ahead = """
        select count(distinct user_id) / (select count(converted_at) from truth)
        from events inner join truth using (user_id)
        where event_name = 'onboarding_completed'
            and occurred_at <= converted_at and loaded_at > converted_at
    """
    assert figure(leaking, known_ahead) > 0.7


def test_a_world_without_signal_gives_everyone_the_same_chance(tmp_path: Path) -> None:
    world = opened(simulate(tmp_path / "no_signal", "--world", "no_signal"))
    chances = "select count(distinct round(true_probability, 9)) from truth where cohort = 'free'"
    assert figure(world, chances) == 1
    assert figure(world, "select max(true_probability) from truth") == pytest.approx(0.04, abs=1e-4)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "--out is missing"),
        (("--out", "x", "--days", "3"), "3 is not in the range 14<=x<=730"),
        (("--out", "x", "--users", "0"), "0 is not in the range"),
        (("--out", "x", "--world", "perfect"), "'perfect' is not one of"),
        (("--out", "x", "--personas", "."), "--personas cannot be used here"),
        (("--demo", "--users", "10"), "--users cannot be used here"),
        (("--demo", "--world", "loose"), "--world cannot be used here"),
        (("--out", "/proc/nowhere"), "cannot be written"),
    ],
)
def test_a_wrong_wish_is_one_sentence(arguments: tuple[str, ...], says: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_nothing_is_overwritten(folder: Path) -> None:
    result = run("--out", str(folder))
    assert result.exit_code == 2
    assert "is not empty" in result.stderr


HANDWRITTEN = {
    "events": {
        "event_id": "by_hand",
        "user_id": "hero",
        "event_name": "signed_up",
        "occurred_at": "2026-03-31T12:00:00Z",
        "loaded_at": "2026-03-31T12:15:00Z",
    },
    "users": {"user_id": "hero", "email": "hero@hero.example"},
}


def write_personas(folder: Path, **rows: dict[str, str]) -> Path:
    folder.mkdir()
    for table, schema in SCHEMAS.items():
        written = StringIO()
        writer = csv.DictWriter(written, schema.names, lineterminator="\n")
        writer.writeheader()
        if table in rows:
            writer.writerow(rows[table])
        (folder / f"pql_demo_{table}.csv").write_text(written.getvalue())
    return folder


def test_the_demo_holds_the_personas_unchanged_and_a_crowd(tmp_path: Path) -> None:
    personas = write_personas(tmp_path / "personas", **HANDWRITTEN)
    result = run("--demo", "--personas", str(personas), "--out", str(tmp_path / "demo"))
    assert result.exit_code == 0, result.output
    for table in SCHEMAS:
        text = (tmp_path / "demo" / f"pql_demo_{table}.csv").read_text()
        by_hand = (personas / f"pql_demo_{table}.csv").read_text()
        assert text.startswith(by_hand)
        assert len(text) > len(by_hand)
    users = list(csv.DictReader((tmp_path / "demo" / "pql_demo_users.csv").open()))
    assert len({row["user_id"] for row in users}) > 280
    events = list(csv.DictReader((tmp_path / "demo" / "pql_demo_events.csv").open()))
    assert max(row["loaded_at"] for row in events[1:]) < "2026-03-31T00:00:00Z"
    subscriptions = csv.DictReader((tmp_path / "demo" / "pql_demo_subscriptions.csv").open())
    assert {row["is_paid"] for row in subscriptions} == {"true", "false"}


def test_a_persona_must_not_have_the_name_of_a_simulated_user(tmp_path: Path) -> None:
    rows = HANDWRITTEN | {"users": {"user_id": "u0000007"}}
    personas = write_personas(tmp_path / "personas", **rows)
    result = run("--demo", "--personas", str(personas), "--out", str(tmp_path / "demo"))
    assert result.exit_code == 2
    assert "u0000007" in result.stderr
    assert not (tmp_path / "demo").exists()


def test_the_demo_is_what_the_simulator_writes_today(tmp_path: Path) -> None:
    """Same bytes: after a change of personas or simulator, make demo-data."""
    result = run("--demo", "--out", str(tmp_path))
    assert result.exit_code == 0, result.output
    committed = {path.name: path.read_bytes() for path in DEMO.iterdir()}
    assert committed == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert sum(map(len, committed.values())) < 3_000_000
    for personas in PERSONAS.iterdir():
        assert committed[personas.name].startswith(personas.read_bytes())
