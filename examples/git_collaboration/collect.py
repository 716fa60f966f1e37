"""Makes a raw folder (events, users, accounts) from the history of local git repositories.

Facts only: no name, message, address or path leaves a repository. A person is the hash of an
e-mail address, without salt, so that folders made at different times agree. Who knows an address
can recognise its hash: treat the folder as personal data.
"""

import csv
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import duckdb
from git_history import Commit, Problem, ask_git, read_commits
from people import People, read_domain_kinds
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

EVENT_COLUMNS = (
    *("event_id", "account_id", "user_id", "event_name"),
    *("author_ts_with_offset", "committer_ts_with_offset", "properties"),
)
USER_COLUMNS = ("user_id", "email_domain_kind", "email_domain_hash", "is_bot")
ACCOUNT_COLUMNS = ("account_id", "github_repo", "snapshot_commit")

GITHUB_URL = re.compile(r"github\.com[:/](?P<repo>[^/]+/[^/]+?)(?:\.git)?/?$")


@click.command()
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for events.parquet, users.csv and accounts.csv; made if absent.",
)
@click.argument(
    "repos",
    nargs=-1,
    required=True,
    metavar="REPO [REPO...]",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
def main(out: Path, repos: tuple[Path, ...]) -> None:
    """Make the raw folder OUT from the history of the git repositories REPO.

    Every commit of the current branch becomes an event, every co-author a credit.
    """
    console = Console()
    accounts = name_accounts(repos)
    people = People(read_domain_kinds())
    description = TextColumn("{task.description}", markup=False)
    try:
        out.mkdir(parents=True, exist_ok=True)
        with Progress(description, BarColumn(), MofNCompleteColumn(), console=console) as progress:
            count = write_events(out / "events.parquet", collect(accounts, people, progress))
        write_csv(out / "users.csv", USER_COLUMNS, people.rows())
        write_csv(out / "accounts.csv", ACCOUNT_COLUMNS, account_rows(accounts))
    except OSError as error:
        raise Problem(f"cannot write to {out}: {error.strerror}.") from error
    summary = f"{count:,} events of {len(people.domains):,} people in {len(accounts)} repositories"
    console.print(f"{summary}: {out}", highlight=False, markup=False, soft_wrap=True)


def name_accounts(repos: Iterable[Path]) -> dict[str, Path]:
    """The repositories by account id: the folder's name, with its parent's where two are alike."""
    paths = list(dict.fromkeys(repo.resolve() for repo in repos))
    for path in paths:
        if ask_git(path, "rev-parse", "--git-dir") is None:
            raise Problem(f"{path} is not the top folder of a git repository that you may read.")
        if ask_git(path, "rev-parse", "--verify", "HEAD") is None:
            raise Problem(f"{path} has no commit on its current branch; leave it out.")
    names = [path.name.removesuffix(".git") for path in paths]
    accounts = {
        name if names.count(name) == 1 else f"{path.parent.name}/{name}": path
        for name, path in zip(names, paths, strict=True)
    }
    if len(accounts) < len(paths):
        raise Problem("two repositories share their name and their folder's name; rename one.")
    return accounts


def account_rows(accounts: dict[str, Path]) -> Iterator[tuple[str, str, str | None]]:
    for account_id, repo in accounts.items():
        url = GITHUB_URL.search(ask_git(repo, "remote", "get-url", "origin") or "")
        yield account_id, url["repo"] if url else "", ask_git(repo, "rev-parse", "HEAD")


def collect(
    accounts: dict[str, Path], people: People, progress: Progress
) -> Iterator[tuple[str, ...]]:
    """All events. A commit that several repositories share (forks) counts for the first."""
    seen: set[str] = set()
    for account_id, repo in accounts.items():
        total = int(ask_git(repo, "rev-list", "--count", "HEAD") or 0)
        for commit in progress.track(read_commits(repo), total, description=account_id):
            if commit.sha in seen:
                continue
            seen.add(commit.sha)
            for signature in (commit.author, *commit.co_authors):
                people.add(signature)
            yield from events_of(commit, account_id)


def events_of(commit: Commit, account_id: str) -> Iterator[tuple[str, ...]]:
    """The commit, and a credit for each co-author: the same id, but another name and person."""
    facts = [(commit.event_name, {"parents": commit.parents, "pr": commit.is_pull_request})]
    credited = dict.fromkeys(co_author.user_id for co_author in commit.co_authors)
    credited.pop(commit.author.user_id, None)  # a squash names its author as a co-author too
    facts += [("co_author_credited", {"target_user_id": user_id}) for user_id in credited]
    for event_name, properties in facts:
        yield (
            *(commit.sha[:16], account_id, commit.author.user_id, event_name),
            *(commit.authored_at, commit.committed_at, json.dumps(properties)),
        )


def write_events(path: Path, rows: Iterator[tuple[str, ...]]) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        table = Path(scratch) / "events.csv"
        count = write_csv(table, EVENT_COLUMNS, rows)
        # Dialect and types are said, not guessed: an id of digits is still text.
        dialect = {"delimiter": ",", "quotechar": '"', "escapechar": '"'}
        relation = duckdb.read_csv(str(table), header=True, all_varchar=True, **dialect)
        relation.write_parquet(str(path))
    return count


def write_csv(path: Path, columns: Iterable[str], rows: Iterable[tuple]) -> int:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        return sum(1 for _ in map(writer.writerow, rows))


if __name__ == "__main__":
    main()
