"""The script that makes a raw folder from local git repositories."""

import csv
import hashlib
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "git_collaboration"
ADA = ('Ada "the"\n<O\'Hara>, 💡', "Ada@Example.com")
ZOE = ("Zoë Ünlü", "zoe@gmail.com")
MIA = ("Mia", "1234+mia@users.noreply.github.com")
BOT = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com")


def digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def user(person: tuple[str, str]) -> str:
    return digest(person[1].lower(), 16)


def git(repo: Path, *arguments: str, **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-C", str(repo), *arguments]
    done = subprocess.run(
        command, env=clean | environment, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()


def commit(repo: Path, person: tuple[str, str], written: str, arrived: str, message: str) -> str:
    signed = {
        "GIT_AUTHOR_NAME": person[0],
        "GIT_AUTHOR_EMAIL": person[1],
        "GIT_AUTHOR_DATE": written,
        "GIT_COMMITTER_NAME": "Someone Else",
        "GIT_COMMITTER_EMAIL": "else@example.com",
        "GIT_COMMITTER_DATE": arrived,
    }
    git(repo, "commit", "--allow-empty", "--cleanup=verbatim", "-m", message, **signed)
    return git(repo, "rev-parse", "HEAD")


def merge(repo: Path, person: tuple[str, str], written: str, message: str) -> str:
    """A merge of the current branch with a side branch that has one commit of Mia."""
    main = git(repo, "branch", "--show-current")
    git(repo, "checkout", "-b", "side")
    commit(repo, MIA, written, written, "Side work")
    git(repo, "checkout", main)
    signed = {
        f"GIT_{role}_{part}": value
        for role in ("AUTHOR", "COMMITTER")
        for part, value in zip(("NAME", "EMAIL", "DATE"), (*person, written), strict=True)
    }
    git(repo, "merge", "--no-ff", "-m", message, "side", **signed)
    git(repo, "branch", "-d", "side")
    return git(repo, "rev-parse", "HEAD")


def new_repository(path: Path) -> Path:
    path.mkdir(parents=True)
    git(path, "init", "--initial-branch=main")
    return path


def collect(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLE / "collect.py"), *map(str, arguments)],
        env=os.environ | environment,
        capture_output=True,
        encoding="utf-8",
    )


def events(folder: Path) -> list[tuple]:
    relation = duckdb.read_parquet(str(folder / "events.parquet"))
    assert relation.columns == [
        *("event_id", "account_id", "user_id", "event_name"),
        *("author_ts_with_offset", "committer_ts_with_offset", "properties"),
    ]
    assert set(map(str, relation.types)) == {"VARCHAR"}
    return [(*row[:-1], json.loads(row[-1])) for row in relation.fetchall()]


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One repository with an unusual path, in which the first commit exists."""
    repo = new_repository(tmp_path / "my 'old' [repo], ü")
    commit(repo, ADA, "2024-03-01T10:00:00+02:00", "2024-03-01T03:00:00-05:30", "Start")
    return repo


def test_every_kind_of_commit_becomes_its_event(repository: Path, tmp_path: Path) -> None:
    at = "2024-03-02T00:00:00+01:00"
    start = git(repository, "rev-parse", "HEAD")
    credits = f"""
        Co-authored-by: {ZOE[0]} <{ZOE[1]}>
        Co-authored-by: The author, again <ADA@example.COM>
        Co-authored-by: {MIA[0]} <{MIA[1]}>
        co-authored-by: {ZOE[0]} <Zoe@Gmail.com>
        Co-authored-by: no address
    """
    body = '"Quotes", commas, 漢字 and\nnewlines'
    message = f"Squashed (#12)\n\n{body}\n{textwrap.dedent(credits)}"
    squash = commit(repository, ADA, at, at, message)
    merged = merge(repository, ZOE, at, "Merge pull request #7 from mia/side")
    side = git(repository, "rev-parse", "HEAD^2")
    undone = commit(repository, ADA, at, at, f'Revert "Start"\n\nThis reverts commit {start}.')
    bumped = commit(repository, BOT, at, at, "Bump everything")

    done = collect("--out", tmp_path / "out dir", repository)

    assert done.returncode == 0, done.stderr
    name = repository.name
    written, arrived = "2024-03-01T10:00:00+02:00", "2024-03-01T03:00:00-05:30"
    one_parent = {"parents": 1, "pr": False}
    expected = [
        (start, name, ADA, "commit", written, arrived, {"parents": 0, "pr": False}),
        (squash, name, ADA, "commit", at, at, {"parents": 1, "pr": True}),
        (squash, name, ADA, "co_author_credited", at, at, {"target_user_id": user(ZOE)}),
        (squash, name, ADA, "co_author_credited", at, at, {"target_user_id": user(MIA)}),
        (side, name, MIA, "commit", at, at, one_parent),
        (merged, name, ZOE, "merge", at, at, {"parents": 2, "pr": True}),
        (undone, name, ADA, "revert", at, at, one_parent),
        (bumped, name, BOT, "commit", at, at, one_parent),
    ]
    rows = [(sha[:16], account, user(who), *rest) for sha, account, who, *rest in expected]
    assert sorted(events(tmp_path / "out dir"), key=repr) == sorted(rows, key=repr)


def test_people_are_hashes_with_a_kind_of_domain(repository: Path, tmp_path: Path) -> None:
    at = "2024-03-02T00:00:00+01:00"
    nobody = ("root", "root@localhost")
    workflow = ("github-actions", ZOE[1])  # a robot's name on a person's address
    for person in (ZOE, MIA, BOT, nobody, workflow, ("Renovate Bot", "bot@renovateapp.com")):
        commit(repository, person, at, at, "Work")

    assert collect("--out", tmp_path / "out", repository).returncode == 0

    people = {row["user_id"]: row for row in table(tmp_path / "out" / "users.csv")}
    assert {
        user_id: (row["email_domain_kind"], row["email_domain_hash"], row["is_bot"])
        for user_id, row in people.items()
    } == {
        user(ADA): ("company", digest("example.com", 8), "0"),
        user(ZOE): ("free", digest("gmail.com", 8), "0"),
        user(MIA): ("noreply", digest("users.noreply.github.com", 8), "0"),
        user(BOT): ("noreply", digest("users.noreply.github.com", 8), "1"),
        user(nobody): ("none", digest("localhost", 8), "0"),
        digest("bot@renovateapp.com", 16): ("company", digest("renovateapp.com", 8), "1"),
    }


@pytest.mark.parametrize(
    ("message", "event_name", "is_pull_request"),
    [
        ("Merged in feature (pull request #3)", "commit", True),
        ("Merge branch 'x'\n\nSee merge request group/project!41", "commit", True),
        ("Fix #12", "commit", False),
        ("Fix\n\nAs said in (#12) and elsewhere", "commit", False),
        ('Revert "Fix" (#13)', "revert", True),
        ("Undo\n\nThis reverts commit 0123456789.", "revert", False),
        ("Reverting is hard", "commit", False),
    ],
)
def test_messages_tell_pull_requests_and_reverts(
    repository: Path, tmp_path: Path, message: str, event_name: str, is_pull_request: bool
) -> None:
    at = "2024-03-02T00:00:00+01:00"
    sha = commit(repository, ADA, at, at, message)
    assert collect("--out", tmp_path / "out", repository).returncode == 0
    (row,) = [row for row in events(tmp_path / "out") if row[0] == sha[:16]]
    assert (row[3], row[6]["pr"]) == (event_name, is_pull_request)


def test_a_fork_adds_only_its_own_commits(repository: Path, tmp_path: Path) -> None:
    fork = tmp_path / "other" / "fork.git"
    git(tmp_path, "clone", "--bare", str(repository), str(fork))
    git(fork, "remote", "set-url", "origin", "https://secret@github.com/some/fork.git")

    assert collect("--out", tmp_path / "out", repository, fork).returncode == 0

    assert [row[1] for row in events(tmp_path / "out")] == [repository.name]
    head = git(repository, "rev-parse", "HEAD")
    assert table(tmp_path / "out" / "accounts.csv") == [
        {"account_id": repository.name, "github_repo": "", "snapshot_commit": head},
        {"account_id": "fork", "github_repo": "some/fork", "snapshot_commit": head},
    ]


def test_repositories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    at = "2024-03-02T00:00:00+01:00"
    repos = [new_repository(tmp_path / team / "api") for team in ("blue", "red")]
    for repo in repos:
        commit(repo, ADA, at, at, f"Start of {repo.parent.name}")
    assert collect("--out", tmp_path / "out", *repos).returncode == 0
    assert [row[1] for row in events(tmp_path / "out")] == ["blue/api", "red/api"]


def test_the_repository_named_is_read_whatever_git_has_in_its_environment(
    repository: Path, tmp_path: Path
) -> None:
    other = new_repository(tmp_path / "other")
    done = collect("--out", tmp_path / "out", repository, GIT_DIR=str(other / ".git"))
    assert done.returncode == 0, done.stderr
    assert len(events(tmp_path / "out")) == 1


def assert_one_sentence(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert all(word in line for word in words), line
    assert "Traceback" not in done.stderr


def test_mistakes_are_answered_in_one_sentence(repository: Path, tmp_path: Path) -> None:
    inside = repository / "folder"
    inside.mkdir()
    out = tmp_path / "out"
    assert_one_sentence(collect("--out", out, tmp_path), "not the top folder of a git repository")
    assert_one_sentence(collect("--out", out, inside), "not the top folder", str(inside))
    assert_one_sentence(collect("--out", out, tmp_path / "nowhere"), "does not exist")
    assert_one_sentence(collect("--out", out, new_repository(tmp_path / "new")), "no commit")
    assert_one_sentence(collect("--out", out, repository, PATH=str(tmp_path)), "git was not found")
    assert_one_sentence(collect("--out", out), "REPO")
    (tmp_path / "a file").touch()
    assert_one_sentence(collect("--out", tmp_path / "a file" / "out", repository), "cannot write")
    assert not out.exists()
