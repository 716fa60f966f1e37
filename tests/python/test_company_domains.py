"""Company domains by the models, the oracle and the package the list comes from: all the same."""

import shutil
from pathlib import Path

import duckdb
import pytest
from publicsuffixlist import PSLFILE, PublicSuffixList

from refresh_suffixes import SEED, endings
from verification.suffixes import registrable_domain


@pytest.fixture(scope="module")
def package() -> PublicSuffixList:
    """The package's own reading of the registry section, after "the last two labels" as default."""
    return PublicSuffixList(only_icann=True)


@pytest.fixture(scope="module")
def hosts() -> list[str]:
    """Hosts at, below and beside every listed ending."""
    listed = [line.split(",")[0] for line in SEED.read_text(encoding="utf-8").splitlines()[1:]]
    beside = ["acme.example", "mail.acme.example", "acme.notco.uk", "eu.mail.acme.com"]
    below = [f"{labels}.{ending}" for ending in listed for labels in ("a", "b.a", "c.b.a")]
    return [host for host in [*listed, *below, *beside] if "." in host]


def test_the_seed_is_what_the_package_says():
    lines = Path(PSLFILE).read_text(encoding="utf-8").splitlines()
    written = [f"{ending},{labels}" for ending, labels in sorted(endings(lines))]
    assert SEED.read_text(encoding="utf-8").splitlines()[1:] == written


def test_the_oracle_reads_hosts_like_the_package(package, hosts):
    assert len(hosts) > 20_000
    wrong = [host for host in hosts if registrable_domain(host) != package.privatesuffix(host)]
    assert wrong == []


def test_the_model_reads_hosts_like_the_package(package, hosts, demo_database, tmp_path):
    database = shutil.copy(demo_database, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(database)) as connection:
        connection.execute("delete from pql_staging.base_pql__users")
        connection.execute("delete from pql_seeds.pql_domains")
        connection.execute(
            "insert into pql_staging.base_pql__users (user_id, email, is_current)"
            " select host, 'x@' || host, true from (select unnest(?) as host)",
            [hosts],
        )
        found = dict(
            connection.execute(
                "select host, company_domain from pql_intermediate.int_pql__email_hosts"
            ).fetchall()
        )
    assert found == {host: package.privatesuffix(host) for host in hosts}
