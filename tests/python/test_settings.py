"""Settings and raw tables that cannot be meant are refused in one sentence, with the remedy."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt_builds import invoke_dbt
from rows_and_answers import PROJECT

DEFAULTS = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]

# What is set, and how the sentence that answers it begins and ends.
CONTRADICTIONS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"pql_session_timeout_minutes": 0},
        "var pql_session_timeout_minutes is 0;",
        "write a whole number of minutes, 1 or more.",
    ),
    (
        {"pql_disqualified_days": -1},
        "var pql_disqualified_days is -1;",
        "write a whole number of days, 0 or more.",
    ),
    (
        {"pql_hot_score_respond_hours": "two days"},
        "var pql_hot_score_respond_hours is two days;",
        "write a whole number of hours, 1 or more.",
    ),
    (
        {"pql_session_timeout_minutes": 1441},
        "var pql_session_timeout_minutes is 1441, a pause longer than the longest session",
        "write at most 1440.",
    ),
    (
        {"pql_active_gap_seconds": 1801},
        "var pql_active_gap_seconds is 1801, longer than any pause",
        "write at most 1800.",
    ),
    (
        {"pql_as_of": "1999-12-31T23:59:59Z"},
        "var pql_as_of is '1999-12-31T23:59:59Z', before all that is read",
        "write a later instant or begin earlier.",
    ),
    (
        {"pql_known_at": "2000-01-01T00:00:00+01:00"},
        "var pql_known_at is '2000-01-01T00:00:00+01:00', before all that is read",
        "write a later instant or begin earlier.",
    ),
    ({"pql_source": "files"}, "var pql_source is 'files', but no folder", "(make build RAW=)."),
    (
        {"pql_source": "demo", "raw_folder": "/data"},
        "var pql_source is 'demo', but PQL_RAW_DIR names the folder /data;",
        "unset the one that is not meant.",
    ),
    (
        {"pql_sources": {"events": "raw.events"}},
        "vars pql_sources and pql_columns are about tables of a warehouse,",
        "or remove them (files have a columns.csv).",
    ),
    (
        {"pql_source": "warehouse", "pql_sources": {"evnts": "raw.events"}},
        "var pql_sources names a table evnts, which does not exist; choose from: events, users",
        "dispositions.",
    ),
    (
        {"pql_source": "warehouse", "pql_columns": {"events": {"time": "at"}}},
        "var pql_columns names a column events.time, which does not exist; choose from: event_id",
        "is_deleted.",
    ),
    ({"pql_event_key": []}, "var pql_event_key is [];", "such as [event_id]."),
    ({"pql_event_key": "event_id"}, "var pql_event_key is event_id;", "such as [event_id]."),
    ({"pql_event_key": ["id"]}, "var pql_event_key is ['id'];", "such as [event_id]."),
]


@pytest.fixture(scope="module")
def answers(dbt_scratch: Path) -> list[list[str]]:
    """What the defaults are answered with, then each of the contradictions: all in one run."""
    given = [DEFAULTS | {"raw_folder": ""} | case for case, *_ in [({},), *CONTRADICTIONS]]
    inline = (
        "{% set answers = [] %}"
        f"{{% for settings in {json.dumps(given)} %}}"
        "{% do answers.append(pql_contradictions(settings)) %}{% endfor %}{{ tojson(answers) }}"
    )
    (result,) = invoke_dbt(PROJECT, dbt_scratch, "compile", "--inline", inline)
    return json.loads(result.node.compiled_code)


def test_the_defaults_do_not_contradict_each_other(answers: list[list[str]]) -> None:
    assert answers[0] == []


@pytest.mark.parametrize("number", range(len(CONTRADICTIONS)))
def test_a_contradiction_is_one_sentence(answers: list[list[str]], number: int) -> None:
    _, begin, end = CONTRADICTIONS[number]
    (sentence,) = answers[number + 1]
    assert sentence.startswith(begin)
    assert sentence.endswith(end)


def test_an_instant_before_the_first_event_is_refused(
    demo_database: Path, run_dbt: Callable[..., Any]
) -> None:
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        ((first,),) = connection.execute(
            "select min(occurred_at) from pql_staging.stg_pql__events"
        ).fetchall()
    check = "{{ pql_check_as_of('%sZ', ref('stg_pql__events')) }}"
    earlier = (first - timedelta(seconds=1)).isoformat()
    sentence = f"pql: var pql_as_of is '{earlier}Z', before the first event ({first} UTC)"
    with pytest.raises(AssertionError, match=re.escape(sentence)):
        run_dbt(demo_database, "compile", "--inline", check % first.isoformat() + check % earlier)


# One run reads all tables: each has another fault, and each of these is a sentence about it.
FAULTY = {
    "events.csv": "user_id,event_name,occurred_at\nada,hello, world,2026-01-01\nada,a,2026-01-01\n",
    "users.csv": "name\nada\n",
    "accounts.csv": "account_id\nacme\n",
    "accounts.jsonl": '{"account_id": "acme"}\n',
    "columns.csv": "table,column,raw_table,raw_column\n"
    "leads,stage,leads,phase\ndispositions,result,dispositions,outcome\n",
    "leads.csv": "lead_id,email,stage,entered_at\n1,ada@acme.com,mql,2026-01-01\n",
    "dispositions.csv": "disposition_id\n1\n",
}


def test_faults_of_raw_tables_are_named(dbt_scratch: Path, tmp_path: Path) -> None:
    for name, text in FAULTY.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(AssertionError) as refused:
        invoke_dbt(
            PROJECT, dbt_scratch, "run", "--select", "path:models/staging/base", raw=tmp_path
        )
    told = str(refused.value).replace(f"{tmp_path}/", "")
    for sentence in (
        "a line of events.csv has more values than the header has columns: "
        "ada,hello, world,2026-01-01; put values that hold a comma in quotes.",
        "table users (users.csv) has no column user_id; name the one that holds it in columns.csv "
        "(files) or var pql_columns (warehouse). It has: name.",
        f"table accounts stands in {tmp_path} in more than one format; keep one of them.",
        "column phase of leads.csv, named as leads.stage, does not exist; it has: "
        "lead_id, email, stage, entered_at.",
        "columns.csv names a column dispositions.result, which does not exist; choose from: "
        "disposition_id, user_id, account_id, model_id, trigger_id, disposed_at, disposition, "
        "reason, rep_id, loaded_at.",
    ):
        assert f"pql: {sentence}" in told
