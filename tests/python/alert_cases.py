"""Episodes as the lane would find them, and a log to tell of them."""

from datetime import datetime, timedelta

from alerting.channels import Channel, Settings
from alerting.decisions import Decided, decide
from alerting.episodes import Episode, Findings, Lane
from alerting.log import AlertLog

NOON = datetime(2026, 3, 31, 12)
HOUR = timedelta(hours=1)
REARM_HOURS, HOT_HOURS, RESPOND_HOURS = 168, 168, 4
CHAT = Channel("chat", "slack", "http://localhost", frozenset({"sales"}))
SETTINGS = Settings((CHAT,), frozenset())


def episodes_of(
    hits: dict[str, datetime], who: str = "ada", rearm: int = REARM_HOURS, **changes
) -> list[Episode]:
    """The episodes of hits, each hit the event it rests on and its instant."""
    runs: list[list[tuple[datetime, str]]] = []
    for at, event in sorted((at, event) for event, at in hits.items()):
        if not runs or at - runs[-1][-1][0] > rearm * HOUR:
            runs.append([])
        runs[-1].append((at, event))
    return [_episode(run, who, rearm, changes) for run in runs]


def _episode(run: list[tuple[datetime, str]], who: str, rearm: int, changes: dict) -> Episode:
    fired_at, latest = run[0][0], run[-1][0]
    facts = {
        "episode_id": f"{who} {fired_at}",
        "model_id": "pillars_003",
        "trigger_id": "paywall",
        "subject_type": "user",
        "subject_id": who,
        "contact_user_id": who,
        "lane": "sales",
        "message": "Hit a limit",
        "first_evidence_id": max(event for at, event in run if at == fired_at),
        "fired_at": fired_at,
        "latest_hit_at": latest,
        "hot_until": latest + HOT_HOURS * HOUR,
        "respond_by_at": fired_at + RESPOND_HOURS * HOUR,
        "rearm_quiet_hours": rearm,
        "ineligibility_reason": None,
        "answered_at": None,
        "first_arrived_at": fired_at,
    }
    return Episode.of(facts | changes)


class Desk:
    """A log in memory, and the cycles that fill it."""

    def __init__(self, settings: Settings = SETTINGS, **lanes: Lane) -> None:
        """Nothing was told of yet."""
        self.log = AlertLog(None)
        self.settings = settings
        self.lanes = lanes

    def cycle(
        self, *episodes: list[Episode], now: datetime = NOON, broken: dict[str, str] | None = None
    ) -> Decided:
        """One look at the episodes."""
        found = [episode for some in episodes for episode in some]
        return decide(self.log, Findings(found, self.lanes, broken or {}), self.settings, now)

    def states(self) -> list[str]:
        """State and reason of every alert, in the order they were first seen."""
        rows = self.log.rows("select state, reason from alerts order by rowid")
        return [f"{row['state']} {row['reason'] or ''}".strip() for row in rows]
