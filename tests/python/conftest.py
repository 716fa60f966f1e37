"""Fixtures that ask the oracle about raw rows."""

import shutil
from pathlib import Path

import pytest
from input_states import write_raw_folder
from rows_and_answers import NOW, PROJECT, RULES

from verification.contract import TABLES
from verification.oracle import Oracle
from verification.seeds import read_rules
from verification.settings import read_settings
from verification.sources import open_raw_folder


@pytest.fixture
def rules_folder(tmp_path: Path) -> Path:
    """A copy of the default rules, to change."""
    return shutil.copytree(RULES, tmp_path / "rules")


@pytest.fixture
def consult(tmp_path: Path):
    """Read raw rows and answer: consult(events=[...], users=[...], pql_known_at=...)."""

    def read(rules: Path = RULES, pql_as_of: object = f"{NOW.isoformat()}Z", **given) -> Oracle:
        tables = {name: rows for name, rows in given.items() if name in TABLES}
        variables = {name: value for name, value in given.items() if name.startswith("pql_")}
        folder = write_raw_folder(tmp_path / "raw", {"events": [], **tables})
        settings = read_settings(
            PROJECT / "dbt_project.yml", rules, {"pql_as_of": pql_as_of, **variables}
        )
        raw = open_raw_folder(folder, rules)
        return Oracle.consult(raw, read_rules(rules, settings.default_model), settings)

    return read
