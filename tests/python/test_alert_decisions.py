"""One alert an episode, whatever arrives late; and what holds one back."""

import string
from datetime import timedelta

import pytest
from alert_cases import HOUR, NOON, SETTINGS, Desk, episodes_of
from hypothesis import given
from hypothesis import strategies as st

from alerting.channels import Channel, Settings
from alerting.episodes import Lane
from alerting.messages import alert_message

DAY = 24 * HOUR


def told(*cycles, rearm: int = 168) -> list[int]:
    """How many messages each look at the hits brings; all of it within a few minutes."""
    desk = Desk()
    return [
        len(desk.cycle(episodes_of(hits, rearm=rearm), now=NOON + number * HOUR / 60).messages)
        for number, hits in enumerate(cycles)
    ]


@pytest.mark.parametrize(
    ("cycles", "rearm", "messages"),
    [
        pytest.param([{"a": NOON}, {"a": NOON}], 168, [1, 0], id="seen again"),
        pytest.param([{"a": NOON - DAY}, {"a": NOON - DAY, "b": NOON}], 168, [1, 0], id="next hit"),
        pytest.param(
            [{"b": NOON}, {"b": NOON, "a": NOON - 2 * DAY}], 168, [1, 0], id="late hit before"
        ),
        pytest.param(
            [{"a": NOON - 2 * DAY}, {"b": NOON - 2 * DAY + HOUR}], 168, [1, 0], id="corrected time"
        ),
        pytest.param(
            [{"a": NOON - 20 * HOUR, "b": NOON}, {"b": NOON}], 168, [1, 0], id="first hit deleted"
        ),
        pytest.param(
            [
                {"a": NOON - 3 * DAY, "c": NOON},
                {"a": NOON - 3 * DAY, "b": NOON - 2 * DAY, "c": NOON},
            ],
            48,
            [2, 0],
            id="late hit joins two that were told",
        ),
        pytest.param(
            [
                {"a": NOON - 3 * DAY, "b": NOON - 2 * DAY, "c": NOON},
                {"a": NOON - 3 * DAY, "c": NOON},
            ],
            48,
            [1, 0],
            id="a hit vanishes and splits one that was told",
        ),
        pytest.param([{"b": NOON}, {"a": NOON - HOUR}], 168, [1, 0], id="another, just before"),
        pytest.param([{"a": NOON}, {}, {"a": NOON}], 168, [1, 0, 0], id="deleted and back"),
        pytest.param([{"a": NOON - HOUR}, {"a": NOON - HOUR, "b": NOON}], 0, [1, 1], id="at once"),
        pytest.param([{"a": NOON - HOUR}, {"a": NOON - 2 * HOUR}], 0, [1, 0], id="same event"),
        pytest.param([{"a": NOON - 8 * DAY}], 168, [0], id="first seen when no longer hot"),
        pytest.param([{"a": NOON - 7 * DAY}], 168, [0], id="hot until now is over"),
        pytest.param([{"a": NOON - 7 * DAY + HOUR}], 168, [1], id="hot for another hour"),
    ],
)
def test_an_episode_is_told_of_once(cycles, rearm, messages):
    assert told(*cycles, rearm=rearm) == messages


def test_what_was_never_hot_when_seen_is_recorded():
    desk = Desk()
    desk.cycle(episodes_of({"a": NOON - 8 * DAY}))
    assert desk.states() == ["expired"]


def test_two_alerts_that_wait_become_one_when_a_late_hit_joins_them():
    desk = Desk(sales=Lane(quiet_from_hour=11, quiet_until_hour=13))
    hits = {"a": NOON - 3 * DAY, "c": NOON}
    desk.cycle(episodes_of(hits, rearm=48))
    assert desk.states() == ["held quiet_hours", "held quiet_hours"]
    desk.cycle(episodes_of(hits | {"b": NOON - 2 * DAY}, rearm=48), now=NOON + HOUR / 2)
    assert desk.states() == ["held quiet_hours", "discarded joined"]
    later = desk.cycle(episodes_of(hits | {"b": NOON - 2 * DAY}, rearm=48), now=NOON + HOUR)
    assert len(later.messages) == 1


def test_the_key_stays_when_the_start_moves():
    desk = Desk(sales=Lane(daily_budget=0))
    desk.cycle(episodes_of({"b": NOON}))
    before = desk.log.rows("select key from alerts")
    desk.cycle(episodes_of({"a": NOON - DAY, "b": NOON}))
    assert desk.log.rows("select key from alerts") == before
    assert desk.log.rows("select fired_at from alerts")[0]["fired_at"].startswith("2026-03-30")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ineligibility_reason": "customer"}, "held excluded:customer"),
        ({"answered_at": NOON}, "held answered"),
        ({"lane": "in_app"}, "held no_channel"),
        ({}, "sending"),
    ],
)
def test_what_a_row_says_holds_its_alert(changes, reason):
    desk = Desk()
    desk.cycle(episodes_of({"a": NOON}, **changes))
    assert desk.states() == [reason]


def test_an_alert_whose_hits_are_gone_is_held():
    desk = Desk(sales=Lane(daily_budget=0))
    desk.cycle(episodes_of({"a": NOON}))
    desk.cycle()
    assert desk.states() == ["held withdrawn"]


def test_a_broken_feed_holds_until_it_is_well_or_somebody_releases():
    desk, broken = Desk(), {"vanished": "no usage_limit_hit in 24 h"}
    ada, ben = episodes_of({"a": NOON}), episodes_of({"b": NOON}, who="ben")
    desk.cycle(ada, ben, broken=broken)
    assert desk.states() == ["held breaker:vanished"] * 2
    desk.log.write("update alerts set is_released = 1 where subject_id = 'ada'")
    assert len(desk.cycle(ada, ben, broken=broken).messages) == 1
    assert desk.states() == ["sending", "held breaker:vanished"]
    assert len(desk.cycle(ada, ben).messages) == 1


def test_the_budget_of_a_day_goes_to_whom_must_be_answered_first():
    desk = Desk(sales=Lane(daily_budget=1, time_zone="Europe/Berlin"))
    slow, urgent = episodes_of({"a": NOON}), episodes_of({"b": NOON - HOUR}, who="ben")
    desk.cycle(slow, urgent)
    assert desk.states() == ["held budget", "sending"]
    # midnight in Berlin, in summer, is 22:00 UTC
    assert len(desk.cycle(slow, urgent, now=NOON + 9.9 * HOUR).messages) == 0
    assert len(desk.cycle(slow, urgent, now=NOON + 10 * HOUR).messages) == 1


@pytest.mark.parametrize(
    ("begin", "end", "zone", "is_quiet"),
    [
        (12, 13, "UTC", True),
        (11, 12, "UTC", False),
        (20, 7, "UTC", False),
        (20, 13, "UTC", True),
        (14, 15, "Europe/Berlin", True),
        (None, None, "UTC", False),
        (5, 5, "UTC", False),
    ],
)
def test_quiet_hours(begin, end, zone, is_quiet):
    assert Lane(None, begin, end, zone).is_quiet(NOON) == is_quiet


def test_operators_hear_of_leads_only_if_they_name_lanes():
    night, chat = Channel("night", "slack", ""), Channel("chat", "slack", "")
    boss = Channel("boss", "slack", "", frozenset({"sales"}))
    settings = Settings((night, chat, boss), frozenset({"night", "boss"}))
    assert [channel.name for channel in settings.of_lane("sales")] == ["chat", "boss"]
    assert [channel.name for channel in settings.of_lane("email")] == ["chat"]


_HITS = st.dictionaries(
    st.sampled_from(string.ascii_lowercase[:8]),
    st.integers(0, 60).map(lambda hours: NOON - timedelta(hours=hours)),
    max_size=6,
)


@given(looks=st.lists(_HITS, min_size=1, max_size=6), rearm=st.sampled_from([0, 3, 12, 40]))
def test_no_hit_is_ever_told_of_twice(looks, rearm):
    """Hits come late, move and vanish between the looks; each hot episode has its one alert."""
    desk, told_hits = Desk(SETTINGS), set()
    for hits in looks:
        found = episodes_of(hits, rearm=rearm)
        decided = desk.cycle(found)
        told_episodes = {message.facts["episode_id"] for message in decided.messages}
        for episode in found:
            own = {at for at in hits.values() if episode.fired_at <= at <= episode.latest_hit_at}
            if episode.episode_id in told_episodes:
                assert not own & told_hits
            told_hits |= own
        assert len(told_episodes) == len(decided.messages)
        assert "held" not in {state.split()[0] for state in desk.states()}


def test_a_message_says_minutes_to_people_and_instants_to_programs():
    (episode,) = episodes_of({"e1": NOON + timedelta(seconds=5, microseconds=112)})
    message = alert_message("key", episode, {"default": "{fired_at}, score {score}, {account_id}."})
    assert message.title == "paywall: ada, answer by 2026-03-31 16:00 UTC"
    assert message.body == "2026-03-31 12:00, score , ."
    assert message.facts["fired_at"] == "2026-03-31 12:00:05.000112"
    assert message.facts["answered_at"] is None
