"""What the oracle says of a user: points, pillars, triggers, exclusions, history."""

from datetime import timedelta
from itertools import pairwise

import pytest
from rows_and_answers import (
    DAY,
    HOURS,
    MICROSECOND,
    MINUTE,
    NOW,
    SECOND,
    USER,
    activation,
    add_rows,
    at,
    event,
    invitations,
    rows_of,
    sessions,
    user,
    value,
    verdict,
)

from verification.changes import Changes
from verification.comparison import expected_rows
from verification.instants import HOUR

# -- Scores ----------------------------------------------------------------------------------------


def test_hero_is_hot_by_trigger(consult):
    agos = [HOURS + index * 14 * HOURS for index in range(12)]
    events = [event("board_opened", ago) for ago in agos]
    events += invitations(*agos[:3]) + [event("usage_limit_hit", ago) for ago in agos[:2]]
    oracle = consult(events=events)
    hero = verdict(oracle)
    assert (hero.score, hero.status, hero.qualified_by) == (45, "hot", "trigger")
    assert hero.pillar_names(held=False) == "activation, fit"
    (row,) = rows_of(oracle, "pql_scores")
    assert row["respond_by_at"] == at(agos[1]) + 4 * HOUR


def test_freelancer_is_a_candidate(consult):
    events = activation(98 * DAY) + sessions(10)
    events += [event("task_completed", HOURS) for _ in range(8)]
    oracle = consult(
        users=[user(account_id="self")],
        accounts=[{"account_id": "self", "employees": 1}],
        events=events,
    )
    freelancer = verdict(oracle)
    assert (freelancer.score, freelancer.status) == (60, "candidate")
    assert freelancer.pillars == {"activation": True, "usage": True, "fit": False}


def test_who_has_gone_quiet_is_no_pql(consult):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": 300, "industry": "Software"}],
        events=[*activation(97 * DAY), event("usage_limit_hit", 60 * DAY)],
    )
    quiet = verdict(oracle)
    assert (quiet.score, quiet.status) == (55, "candidate")
    assert quiet.pillar_names(held=False) == "usage"


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="signup alone"),
        pytest.param(["board_opened"], id="one session, then absent"),
        pytest.param(["heartbeat"] * 540, id="idle for nine hours"),
        pytest.param(["premium_feature_viewed"], id="viewed a premium page"),
    ],
)
def test_what_never_scores(consult, events):
    rows = [event(name, 9 * HOURS - index * MINUTE) for index, name in enumerate(events)]
    oracle = consult(users=[user()], events=rows)
    assert (verdict(oracle).score, verdict(oracle).status) == (0, "not_qualified")


@pytest.mark.parametrize(
    ("domain", "third", "spike"),
    [
        pytest.param("acme.example", 14 * DAY - SECOND, 3, id="days 1, 8, 15 less a second"),
        pytest.param("acme.example", 14 * DAY, 2, id="days 1, 8, 15"),
        pytest.param("gmail.com", 14 * DAY - SECOND, None, id="a mailbox provider"),
    ],
)
def test_activations_of_one_company(consult, domain, third, spike):
    names = {"a": timedelta(), "b": 7 * DAY, "c": third}
    oracle = consult(
        users=[user(name, email=f"{name}@{domain}") for name in names],
        events=[row for name, day in names.items() for row in activation(15 * DAY - day, name)],
    )
    assert value(oracle, "activated_users_14d", 15 * DAY - third, domain) == spike


@pytest.mark.parametrize(
    ("agos", "status"),
    [
        pytest.param([168 * HOURS - SECOND, 4, 3, 2, 0], "hot", id="a second less than a week"),
        pytest.param([168 * HOURS, 4, 3, 2, 0], "not_qualified", id="exactly a week"),
    ],
)
def test_the_fifth_invitation(consult, agos, status):
    agos = [ago if isinstance(ago, timedelta) else ago * HOURS for ago in agos]
    oracle = consult(users=[user()], events=invitations(*agos))
    assert verdict(oracle).status == status


def test_five_invitations_to_one_address_are_one(consult):
    rows = [event("teammate_invited", hours * HOURS, object_id="a@x.example") for hours in range(5)]
    assert verdict(consult(users=[user()], events=rows)).status == "not_qualified"


@pytest.mark.parametrize(
    ("employees", "points", "fit"),
    [(49, 0, False), (50, 10, True), (199, 10, True), (200, 20, True), ("", 0, None)],
)
def test_company_size(consult, employees, points, fit):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": employees}],
    )
    assert verdict(oracle).layer_points["fit"] == points
    assert verdict(oracle).pillars["fit"] is fit


@pytest.mark.parametrize(
    ("employees", "industry", "fit"),
    [
        pytest.param("", "Software", True, id="unknown size, right industry"),
        pytest.param("", "Retail", None, id="unknown size, other industry"),
        pytest.param("", "", None, id="nothing known"),
        pytest.param(10, "Software", False, id="small, right industry"),
        pytest.param(10, "", False, id="small, industry unknown"),
    ],
)
def test_the_fit_pillar_has_three_values(consult, employees, industry, fit):
    account = {"account_id": "acme", "employees": employees, "industry": industry}
    oracle = consult(users=[user(account_id="acme")], accounts=[account])
    assert verdict(oracle).pillars["fit"] is fit


def test_all_intent_rules_are_capped(consult):
    events = invitations(20 * DAY, 20 * DAY)
    events += [event(name, 20 * DAY) for name in ("usage_limit_hit", "audit_log_opened")]
    capped = verdict(consult(users=[user()], events=events))
    assert (capped.score, capped.layer_points["intent"], capped.adjustment_points) == (30, 40, -10)
    assert capped.lines["cap_intent"].points == -10


def test_rules_of_one_id_give_points_once(consult):
    events = [event(name, 20 * DAY) for name in ("audit_log_opened", "admin_settings_opened")]
    both = verdict(consult(users=[user()], events=events))
    assert both.score == 15
    assert both.lines["enterprise_access"].metric_ids == (
        "admin_accesses_30d",
        "enterprise_accesses_30d",
    )


def test_a_negative_total_is_raised_to_zero(consult, rules_folder):
    penalty = {"model_id": "pillars_003", "model_version": 1, "rule_id": "errors", "layer": "other"}
    add_rows(rules_folder, "rules", penalty | {"metric_id": "errors_30d", "lower": 1, "points": -7})
    oracle = consult(rules_folder, users=[user()], events=[event("error_shown", DAY)])
    low = verdict(oracle)
    assert (low.score, low.adjustment_points, low.lines["floor"].points) == (0, 7, 7)


@pytest.mark.parametrize(
    ("qualification", "is_complete", "has_points", "status"),
    [
        ("pillars_and_score", True, True, "pql"),
        ("pillars_and_score", True, False, "not_qualified"),
        ("pillars_and_score", False, True, "candidate"),
        ("score_only", False, True, "pql"),
        ("score_only", True, False, "not_qualified"),
        ("pillars_only", True, False, "pql"),
        ("pillars_only", False, True, "not_qualified"),
    ],
)
def test_status_by_qualification(
    consult, rules_folder, qualification, is_complete, has_points, status
):
    model = {"model_id": "m", "model_version": 1}
    add_rows(
        rules_folder,
        "models",
        model
        | {"valid_from": "2020-01-01", "entity_type": "user"}
        | {"qualification": qualification, "pql_threshold": 10},
    )
    rule = model | {"rule_id": "limit", "layer": "intent", "metric_id": "paywall_hits_30d"}
    add_rows(rules_folder, "rules", rule | {"lower": 1, "points": 10})
    pillar = model | {"pillar": "use", "alternative": 1, "metric_id": "sessions_14d", "lower": 3}
    add_rows(rules_folder, "pillars", pillar)
    events = sessions(3 if is_complete else 2)
    events += [event("usage_limit_hit", 20 * DAY)] if has_points else []
    oracle = consult(rules_folder, users=[user()], events=events)
    assert verdict(oracle, model_id="m").status == status


# -- Triggers --------------------------------------------------------------------------------------


def test_a_user_is_hot_until_a_week_after_the_latest_hit(consult):
    agos = [20 * DAY, 15 * DAY]
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    hot = {20 * DAY: True, 13 * DAY: True, 8 * DAY + MICROSECOND: True, 8 * DAY: False}
    assert {ago: verdict(oracle, ago).status == "hot" for ago in hot} == hot


@pytest.mark.parametrize(
    ("agos", "fired"),
    [
        pytest.param([3 * DAY], 3 * DAY, id="the first hit"),
        pytest.param([9 * DAY, 3 * DAY], 9 * DAY, id="silenced"),
        pytest.param([10 * DAY, 3 * DAY], 10 * DAY, id="exactly the quiet time is not enough"),
        pytest.param([10 * DAY + MICROSECOND, 3 * DAY], 3 * DAY, id="armed again"),
        pytest.param([15 * DAY, 9 * DAY, 3 * DAY], 15 * DAY, id="silenced hits keep it quiet"),
    ],
)
def test_firing(consult, agos, fired):
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert row["respond_by_at"] == at(fired) + 4 * HOUR


def test_a_raised_hand_fires_every_time(consult):
    agos = [2 * HOURS, HOURS]
    oracle = consult(users=[user()], events=[event("sales_contacted", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["hot_triggers"], row["respond_by_at"]) == ("hand_raise", at())


def test_hot_by_score_is_answered_within_a_day_of_becoming_hot(consult):
    oracle = consult(
        users=[user(account_id="acme", signed_up_at=(NOW - 50 * DAY).isoformat())],
        accounts=[{"account_id": "acme", "employees": 500, "industry": "Banking"}],
        events=activation(49 * DAY) + sessions(7, 2 * HOURS),
    )
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["score"], row["status"], row["qualified_by"]) == (75, "hot", "score")
    assert row["respond_by_at"] == at(2 * HOURS) + 24 * HOUR


# -- Exclusions ------------------------------------------------------------------------------------

LEAD = {"lead_id": "l", "entered_at": (NOW - 5 * DAY).isoformat()}
SUBSCRIPTION = {"started_at": (NOW - 5 * DAY).isoformat()}


@pytest.mark.parametrize(
    ("columns", "tables", "reason"),
    [
        pytest.param({"erased_at": NOW - DAY}, {}, "erased", id="erased"),
        pytest.param({"profiling_consent": "no"}, {}, "no_consent", id="objection"),
        pytest.param({"is_bot": "yes"}, {}, "bot", id="bot"),
        pytest.param({"email": "x@eu.ourcompany.example"}, {}, "internal", id="own domain"),
        pytest.param({"email": "x@rival.example"}, {}, "competitor", id="competitor"),
        pytest.param(
            {"account_id": "acme"},
            {"subscriptions": [SUBSCRIPTION | {"account_id": "acme", "is_paid": 1}]},
            "customer",
            id="customer",
        ),
        pytest.param(
            {"account_id": "acme"},
            {"subscriptions": [SUBSCRIPTION | {"account_id": "acme", "is_paid": 0}]},
            None,
            id="trial",
        ),
        pytest.param(
            {"email": "Ada@acme.example"},
            {"leads": [LEAD | {"email": "ada@ACME.example", "stage": "opportunity"}]},
            "open_opportunity",
            id="opportunity by e-mail",
        ),
        pytest.param(
            {},
            {
                "leads": [
                    LEAD | {"user_id": USER, "stage": "opportunity"},
                    LEAD | {"user_id": USER, "stage": "customer", "entered_at": NOW - DAY},
                ]
            },
            None,
            id="opportunity won",
        ),
        pytest.param(
            {},
            {"leads": [LEAD | {"user_id": USER, "stage": "disqualified"}]},
            "disqualified",
            id="disqualified",
        ),
        pytest.param({"email": "ada@gmail.com"}, {}, None, id="mailbox provider"),
        pytest.param(
            {"erased_at": NOW - DAY, "is_bot": 1, "email": "x@rival.example"},
            {},
            "erased",
            id="the first of several",
        ),
    ],
)
def test_who_is_left_out(consult, columns, tables, reason):
    oracle = consult(users=[user(**columns)], **tables)
    assert verdict(oracle).ineligibility_reason == reason
    assert (verdict(oracle).status == "excluded") is (reason is not None)


def test_a_disqualification_ends_after_thirty_days(consult):
    entered = (NOW - 40 * DAY).isoformat()
    lead = {"lead_id": "l", "user_id": USER, "stage": "disqualified", "entered_at": entered}
    oracle = consult(users=[user()], leads=[lead])
    assert verdict(oracle, 10 * DAY + MICROSECOND).ineligibility_reason == "disqualified"
    assert verdict(oracle, 10 * DAY).ineligibility_reason is None


def test_the_excluded_keep_their_rule_lines_and_score_nothing(consult):
    events = [event("usage_limit_hit", DAY), *sessions(3)]
    excluded = verdict(consult(users=[user(profiling_consent="false")], events=events))
    assert (excluded.score, excluded.status) == (0, "excluded")
    assert excluded.lines["exclusion"].points == -25
    assert excluded.layer_points["usage"] == 10


# -- History and scores ----------------------------------------------------------------------------


def test_history_is_gap_free_and_neighbours_differ(consult):
    events = [*sessions(7), event("usage_limit_hit", 20 * DAY), *activation(60 * DAY)]
    history = rows_of(consult(users=[user()], events=events), "pql_score_history")
    assert history[0]["valid_from"] == at(100 * DAY)
    assert history[-1]["valid_to"] is None
    for earlier, later in pairwise(history):
        assert earlier["valid_to"] == later["valid_from"]
        states = [
            {column: row[column] for column in row if not column.startswith("valid_")}
            for row in (earlier, later)
        ]
        assert states[0] != states[1]


def test_transitions_name_what_tipped_them(consult):
    erased = (NOW + 20 * DAY).isoformat()
    oracle = consult(
        users=[user(account_id="acme", erased_at=erased)],
        accounts=[{"account_id": "acme", "employees": 100}],
        events=activation(98 * DAY) + sessions(3, 3 * DAY) + [event("usage_limit_hit", DAY)],
    )
    steps = [
        (row["from_status"], row["to_status"], row["cause"])
        for row in rows_of(oracle, "pql_transitions")
    ]
    assert steps == [
        (None, "not_qualified", "start"),
        ("not_qualified", "pql", "pillar:usage"),
        ("pql", "hot", "trigger:paywall"),
        ("hot", "pql", "trigger:paywall"),
        ("pql", "candidate", "pillar:usage"),
        ("candidate", "excluded", "exclusion:erased"),
    ]


def test_a_new_version_counts_from_its_instant_on(consult, rules_folder):
    version_2 = {"model_id": "weighted_000", "model_version": 2, "valid_from": NOW - DAY}
    add_rows(
        rules_folder,
        "models",
        version_2 | {"entity_type": "user", "qualification": "score_only", "pql_threshold": 5},
    )
    rule = {"model_id": "weighted_000", "model_version": 2, "rule_id": "project_created"}
    rule |= {"layer": "activation", "metric_id": "projects_created_90d", "lower": 1, "points": 5}
    add_rows(rules_folder, "rules", rule)
    oracle = consult(rules_folder, users=[user()], events=[event("project_created", 9 * DAY)])
    before = verdict(oracle, DAY + MICROSECOND, "weighted_000")
    after = verdict(oracle, DAY, "weighted_000")
    assert [(v.model_version, v.score, v.status) for v in (before, after)] == [
        ("1", 20, "not_qualified"),
        ("2", 5, "pql"),
    ]
    rows, _ = expected_rows(oracle, Changes(oracle), USER, set())
    causes = [r["cause"] for r in rows["pql_transitions"] if r["model_id"] == "weighted_000"]
    assert causes == ["start", "version:2", "line:project_created"]


def test_entries_into_pql_are_counted(consult):
    agos = [90 * DAY, 60 * DAY, 58 * DAY, 5 * DAY]
    oracle = consult(users=[user()], events=[event("usage_limit_hit", ago) for ago in agos])
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["first_pql_at"], row["latest_pql_at"]) == (at(90 * DAY), at(5 * DAY))
    assert row["times_qualified"] == 3


@pytest.mark.parametrize(
    ("number", "has_next_step"),
    [
        pytest.param(2, True, id="one more session is enough"),
        pytest.param(3, False, id="pql already"),
    ],
)
def test_the_next_step_is_one_metric_that_alone_is_enough(consult, number, has_next_step):
    oracle = consult(
        users=[user(account_id="acme")],
        accounts=[{"account_id": "acme", "employees": 300}],
        events=activation(98 * DAY) + sessions(number),
    )
    (row,) = rows_of(oracle, "pql_scores")
    assert (row["has_next_step"], row["points_to_pql"]) == (has_next_step, 0)


def test_there_is_no_next_step_where_no_single_metric_is_enough(consult):
    (row,) = rows_of(consult(users=[user()], events=sessions(1)), "pql_scores")
    assert (row["has_next_step"], row["points_to_pql"]) == (False, 50)
