"""The watch on a demo that is built: what it tells, publishes and survives."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
import yaml
from click.testing import CliRunner

from alerting.channels import DRY, read_settings
from alerting.log import AlertLog, sole_watcher
from alerting.watching import Watch
from alerts import alerts
from pql.console import UserError, open_console
from pql.dbt_run import Run, Trouble
from pql.instants import parse_instant
from watch import watch

PROJECT = Path(__file__).resolve().parents[2]
AS_OF = "2026-03-31T12:00:00Z"
NOW = parse_instant(AS_OF, "AS_OF")

# A process that watches the demo once, with the lane as the build has left it.
CHILD = """
import sys
from pathlib import Path
from alerting.channels import read_settings
from alerting.log import AlertLog, log_path
from alerting.watching import Watch
from pql.console import open_console
from pql.dbt_run import Run, Trouble
from pql.instants import parse_instant
now = parse_instant(sys.argv[1], "AS_OF")
settings = read_settings(Path(sys.argv[2]))
log = AlertLog(log_path())
Watch(open_console(), log, settings, lambda _: Run(True), lambda: now, False, 60).cycle()
"""


class Hook:
    """A web server that notes the keys of what comes, and may kill who sent it."""

    def __init__(self) -> None:
        """Starts on a free port."""
        self.keys: list[str] = []
        self.kills: subprocess.Popen | None = None
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                hook.keys.append(self.headers["Idempotency-Key"])
                if hook.kills is not None and len(hook.keys) == 3:
                    hook.kills.send_signal(signal.SIGKILL)
                    hook.kills.wait()
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def settings(self, folder: Path) -> Path:
        """A file that sends everything here."""
        url = f"http://127.0.0.1:{self.server.server_port}"
        path = folder / "alerts.yml"
        path.write_text(
            yaml.safe_dump({"channels": [{"name": "x", "kind": "webhook", "url": url}]})
        )
        return path


@pytest.fixture
def place(tmp_path: Path, demo_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built demo of its own, at an instant of many hot leads, without quiet hours."""
    database = shutil.copy(demo_database, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("update pql_seeds.pql_lanes set daily_budget = null")
    monkeypatch.setenv("PQL_DB", str(database))
    monkeypatch.setenv("PQL_SCHEMA", "pql")
    monkeypatch.setenv("PQL_PUBLISHED", str(tmp_path / "published"))
    monkeypatch.setenv("PQL_ALERT_LOG", str(tmp_path / "log.sqlite"))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT / "scripts"))
    return tmp_path


@pytest.fixture
def hook():
    server = Hook()
    yield server
    server.server.shutdown()
    server.server.server_close()


def waiting(place: Path) -> set[str]:
    """The keys of alerts that are not yet sent."""
    log = AlertLog(place / "log.sqlite")
    rows = log.rows("select key from alerts where state = 'sending'")
    log.close()
    return {row["key"] for row in rows}


def cycle(place: Path, settings, lane=lambda _: Run(True)) -> None:
    log = AlertLog(place / "log.sqlite")
    Watch(open_console(), log, settings, lane, lambda: NOW, False, 60).cycle()
    log.close()


def dry_watch(run: Run) -> Watch:
    """A watch that only prints, of a lane that ends like this."""
    return Watch(open_console(), AlertLog(None), DRY, lambda _: run, lambda: NOW, True, 60)


def test_every_hot_episode_of_the_demo_is_told_of_once_and_published(place, hook):
    settings = read_settings(hook.settings(place))
    cycle(place, settings)
    cycle(place, settings)
    with duckdb.connect() as connection:
        published = place / "published/hot"
        hot = connection.sql(
            f"select count(*) from '{published}/pql_hot_triggers.parquet'"
            " where is_hot and answered_at is null and ineligibility_reason is null"
        ).fetchone()
        states = dict(
            connection.sql(
                f"select state, count(*) from '{published}/pql_alerts.parquet' group by state"
            ).fetchall()
        )
        delays = connection.sql(f"from '{published}/pql_detection_delay.parquet'").columns
    assert len(hook.keys) == len(set(hook.keys)) == hot[0] == states["sent"]
    assert states["expired"] > 0
    assert {"trigger_id", "p50_seconds", "p95_seconds"} <= set(delays)


def test_a_watch_killed_between_sending_and_recording_repeats_that_key_only(place, hook):
    """The receiver has the message, the log does not know: the same key comes again."""
    command = [sys.executable, "-c", CHILD, AS_OF, str(hook.settings(place))]
    hook.kills = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL)
    assert hook.kills.wait(60) == -signal.SIGKILL
    assert len(waiting(place)) > 3
    hook.kills = None
    subprocess.run(command, env=os.environ, check=True, stdout=subprocess.DEVNULL, timeout=60)
    assert waiting(place) == set()
    repeated = [key for key in set(hook.keys) if hook.keys.count(key) > 1]
    assert repeated == [hook.keys[2]]
    assert hook.keys.count(repeated[0]) == 2


def test_a_lane_that_fails_is_said_and_what_waits_is_sent(place, hook, capsys):
    settings = read_settings(hook.settings(place))
    cycle(place, settings, lambda _: Run(sentences=["var pql_as_of is odd."]))
    assert "var pql_as_of is odd." in capsys.readouterr().out
    assert hook.keys == []
    cycle(place, settings)
    assert hook.keys


def test_a_failure_is_said_with_its_cause(place, capsys):
    trouble = Trouble("base_pql__events", "Runtime Error in model base\n\n  Binder Error: types")
    dry_watch(Run(failures=[trouble])).cycle()
    assert "base_pql__events failed: Runtime Error in model base Binder Error: types" in " ".join(
        capsys.readouterr().out.split()
    )


def test_a_lane_in_no_time_zone_is_said(place, hook, capsys):
    with duckdb.connect(os.environ["PQL_DB"]) as connection:
        connection.execute("update pql_seeds.pql_lanes set time_zone = 'Europe/Bonn'")
    cycle(place, read_settings(hook.settings(place)))
    assert "'Europe/Bonn'" in capsys.readouterr().out


def test_an_alert_is_first_seen_when_the_lane_has_found_it(place):
    instants = [NOW]

    def lane(as_of: datetime) -> Run:
        instants.append(as_of + timedelta(seconds=4))
        return Run(True)

    log = AlertLog(None)
    Watch(open_console(), log, DRY, lane, lambda: instants[-1], True, 60).cycle()
    seen = {row["first_seen_at"] for row in log.rows("select first_seen_at from alerts")}
    assert seen == {"2026-03-31 12:00:04.000000"}


def test_a_dry_run_prints_and_leaves_nothing(place, capsys):
    dry_watch(Run(True)).cycle()
    assert "Would send: paywall: hero" in capsys.readouterr().out
    assert not (place / "published").exists()
    assert not (place / "log.sqlite").exists()


def test_a_trigger_that_only_builds_count_is_named_once(place, capsys):
    with duckdb.connect(os.environ["PQL_DB"]) as connection:
        connection.execute(
            "update pql_seeds.pql_hot_triggers set metric_id = 'sessions_14d'"
            " where trigger_id = 'hand_raise'"
        )
    watching = dry_watch(Run(True))
    watching.cycle()
    watching.cycle()
    assert capsys.readouterr().out.count("hand_raise: as fresh as the last build") == 1


def test_a_broken_feed_holds_alerts_tells_the_operator_once_and_is_released(place, hook):
    path = hook.settings(place)
    url = yaml.safe_load(path.read_text())["channels"][0]["url"]
    channels = [{"name": name, "kind": "webhook", "url": url} for name in ("x", "night")]
    path.write_text(yaml.safe_dump({"channels": channels, "operators": ["night"]}))
    settings = read_settings(path)
    with duckdb.connect(os.environ["PQL_DB"]) as connection:
        connection.execute(
            "update pql.pql_feed_health set is_broken = true, findings = 'no usage_limit_hit'"
            " where check_id = 'vanished'"
        )
    cycle(place, settings)
    cycle(place, settings)
    assert len(hook.keys) == 1
    listed = CliRunner().invoke(alerts, [])
    assert "breaker:vanished" in listed.output
    assert "no usage_limit_hit" in listed.output
    assert CliRunner().invoke(alerts, ["--release", "all"]).exit_code == 0
    cycle(place, settings)
    assert len(hook.keys) > 5


def test_what_is_discarded_is_never_sent(place, hook):
    settings = read_settings(hook.settings(place))
    with duckdb.connect(os.environ["PQL_DB"]) as connection:
        connection.execute("update pql_seeds.pql_lanes set daily_budget = 0")
    cycle(place, settings)
    assert CliRunner().invoke(alerts, ["--discard", "all"]).exit_code == 0
    with duckdb.connect(os.environ["PQL_DB"]) as connection:
        connection.execute("update pql_seeds.pql_lanes set daily_budget = null")
    cycle(place, settings)
    assert hook.keys == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("channels: []", "needs channels"),
        ("- a", "must hold channels"),
        ("channels: [{name: a, kind: fax, url: b}]", "of kind 'fax'"),
        ("channels: [{name: a, kind: email, url: b}]", "say from and to"),
        ("channels: [{name: a, kind: slack}]", "lacks name, kind or url"),
        ("channels: [{name: a, kind: slack, url: b, lane: sales}]", "unknown lane"),
        ("channels: [{name: a, kind: slack, url: '${NOT_THERE}'}]", "NOT_THERE"),
        ("channels: [{name: a, kind: slack, url: b}]\noperators: [c]", "no such channel"),
        ("channels: [{name: a, kind: slack, url: b}]\ntemplates: {x: '{'}", "template of x"),
        ("channels: [", "is no YAML"),
    ],
)
def test_a_mistake_in_the_settings_is_named(tmp_path, content, words):
    path = tmp_path / "alerts.yml"
    path.write_text(content)
    with pytest.raises(UserError, match=words):
        read_settings(path)


def test_the_example_can_be_read(monkeypatch):
    for name in ("PQL_SLACK_URL", "PQL_SMTP_PASSWORD", "PQL_TEAMS_TOKENS"):
        monkeypatch.setenv(name, "secret")
    settings = read_settings(PROJECT / "examples/alerts.yml")
    assert [channel.name for channel in settings.of_lane("in_app")] == ["crm"]


def test_a_second_watch_says_why_it_stops(place):
    log = place / "log.sqlite"
    with (
        sole_watcher(log),
        pytest.raises(UserError, match="Another watch"),
        sole_watcher(log),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "yesterday"], "AS_OF is 'yesterday'"),
        (["--raw", "/nowhere"], "There is no folder"),
        ([], "There is no"),
    ],
)
def test_a_mistake_of_the_caller_ends_the_watch_with_a_sentence(
    place, monkeypatch, arguments, words
):
    monkeypatch.setenv("PQL_ALERTS", str(place / "none.yml"))
    result = CliRunner().invoke(watch, arguments)
    assert result.exit_code == 2
    assert words in result.output
