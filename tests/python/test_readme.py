"""What the pages say is so: queries give their tables, commands exist, links lead somewhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import lineage
import list_vars
from pql.build_report import print_intake
from pql.console import open_console
from pql.explanation import explain_user
from pql.leads import print_leads
from pql.marts import open_marts
from pql.project import published_folder
from pql.publishing import publish_run
from pql.run_summary import print_run

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
PAGES = sorted(
    page for pattern in ("*.md", "docs/*.md", "examples/*/*.md") for page in PROJECT.glob(pattern)
)


@dataclass(frozen=True)
class Query:
    """A query of the README and the lines of the table below it, if there is one."""

    sql: str
    table: list[str]

    def __str__(self) -> str:
        return re.search(r"from (\w+\.\w+)", self.sql)[1]


def queries() -> Iterator[Query]:
    for block in re.finditer(r"```sql\n(?P<sql>.+?)```\n\n?(?P<table>(\|[^\n]*\n)*)", README, re.S):
        yield Query(block["sql"], block["table"].splitlines())


def markdown(cursor: duckdb.DuckDBPyRelation) -> list[str]:
    """The rows of a query as a Markdown table."""
    head, *rows = [
        "| " + " | ".join(map(cell, row)) + " |" for row in [cursor.columns, *cursor.fetchall()]
    ]
    return [head, "|" + "---|" * len(cursor.columns), *rows]


def cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat(" ", "seconds") if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize("query", list(queries()), ids=str)
def test_every_query_runs_and_gives_the_table_below_it(demo_database: Path, query: Query) -> None:
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        found = markdown(connection.sql(query.sql))
    assert len(found) > 2, "the question has no answer in the demo"
    if query.table:
        assert found == query.table, "\n" + "\n".join(found)


@pytest.fixture(scope="module")
def published(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The marts of the demo, where the commands look for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PQL_DB", str(demo_database))
        patch.setenv("PQL_PUBLISHED", str(tmp_path_factory.mktemp("published")))
        patch.setenv("PQL_SCHEMA", "pql")
        publish_run()
        yield


def shown(number: int) -> list[str]:
    """The lines of a block of output; `...` stands for lines that are left out."""
    block = re.findall(r"```text\n(.+?)```", README, re.S)[number]
    return [line for line in block.splitlines() if line != "..."]


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_build_prints_what_is_shown(
    demo_database: Path, published: None, capsys: pytest.CaptureFixture[str]
) -> None:
    console = open_console()
    with duckdb.connect(str(demo_database), read_only=True) as connection:
        connection.execute("use pql_intermediate")
        print_run(console, connection)
        print_intake(console, connection)
    with open_marts() as marts:
        print_leads(console, marts, "pillars_003", 20)
    of_the_run = ("Building;", "Built ", "Published to ")
    results = [line for line in shown(0) if not line.startswith(of_the_run)]
    assert set(results) - set(printed(capsys)) == set()


def test_the_explanation_is_the_one_shown(
    published: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_marts() as marts:
        explain_user(open_console(), marts, "pillars_003", "pavel.dvorak", None)
    assert set(shown(1)) - set(printed(capsys)) == set()


def test_the_notebook_reads_the_published_marts(
    published: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (PROJECT / "docs/reading.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.+?)```", page, re.S)
    (tmp_path / "published").symlink_to(published_folder())
    monkeypatch.chdir(tmp_path)
    names: dict[str, list[object]] = {}
    exec(code, names)
    assert names["leads"]
    assert names["reasons"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.M))
    text = page.read_text(encoding="utf-8")
    code = re.findall(r"`[^`\n]+`|^ {4}.+$", text, re.M)
    named = {name for line in code for name in re.findall(r"\bmake ([a-z-]+)", line)}
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_picture_is_the_one_drawn_from_the_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    monkeypatch.setenv("DBT_LOG_PATH", str(tmp_path / "logs"))
    # Set, so that what reading the manifest puts there is taken back afterwards.
    monkeypatch.setenv("PQL_RAW_DIR", "")
    monkeypatch.setenv("PQL_RULES_DIR", "seeds/rules")
    drawn = lineage.draw(lineage.read_manifest())
    assert lineage.PICTURE.read_text(encoding="utf-8") == drawn, "run make pages"


def test_the_vars_are_those_of_the_project() -> None:
    page = list_vars.PAGE.read_text(encoding="utf-8")
    table = list_vars.vars_table(list_vars.PROJECT_FILE.read_text(encoding="utf-8"))
    assert list_vars.page_with_table(page, table) == page, "run make pages"


def test_what_the_articles_became_exists() -> None:
    page = (PROJECT / "docs/articles.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([^`]+)`", page)) - {"make explain"}
    files = [
        file
        for folder in ("models", "seeds", "tests", "macros")
        for file in (PROJECT / folder).rglob("*")
        if file.suffix in (".sql", ".yml", ".csv", ".py")
    ]
    text = "\n".join(f"{file}\n{file.read_text(encoding='utf-8')}" for file in files)
    assert {name for name in names if name.removesuffix("/") not in text} == set()
