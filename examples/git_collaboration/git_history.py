"""The history of a local repository, as git tells it."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from people import Signature

# Every field ends with a NUL, the one character that none of them can hold.
LOG_FIELDS = (
    *("%H", "%P", "%aI", "%cI", "%an", "%ae", "%B"),
    "%(trailers:key=Co-authored-by,valueonly,unfold)",
)
CHUNK_BYTES = 1 << 20
# Set while git runs a hook; they would send every command to that repository.
REPOSITORY_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE")

NAME_AND_EMAIL = re.compile(r"(?P<name>[^<]*)<(?P<email>[^<>]+)>")
# How GitHub, Bitbucket and GitLab write the number of a pull request into the commit it lands as.
PULL_REQUEST = re.compile(
    r"\AMerge pull request #\d+|\A.*\((?:pull request )?#\d+\)\r?$|^See merge request \S*!\d+\r?$",
    re.MULTILINE,
)
REVERT = re.compile(r'\ARevert "|^This reverts commit [0-9a-f]{7,40}', re.MULTILINE)


class Problem(click.ClickException):
    """Something the reader can put right, said in one sentence."""

    exit_code = 2


@dataclass(frozen=True)
class Commit:
    sha: str
    parents: int
    authored_at: str
    committed_at: str
    author: Signature
    message: str
    co_authors: tuple[Signature, ...]

    @property
    def event_name(self) -> str:
        if self.parents > 1:
            return "merge"
        return "revert" if REVERT.search(self.message) else "commit"

    @property
    def is_pull_request(self) -> bool:
        return PULL_REQUEST.search(self.message) is not None


def read_commits(repo: Path) -> Iterator[Commit]:
    """The commits of the current branch, oldest first."""
    # Checking signatures would run a program that the repository's own settings name.
    options = ("-z", "--reverse", "--encoding=UTF-8", "--no-show-signature")
    fields = read_fields(repo, "log", *options, f"--format=tformat:{'%x00'.join(LOG_FIELDS)}")
    commits = zip(*[fields] * len(LOG_FIELDS), strict=True)
    for sha, parents, authored_at, committed_at, name, email, message, co_authors in commits:
        yield Commit(
            sha=sha,
            parents=len(parents.split()),
            authored_at=authored_at,
            committed_at=committed_at,
            author=Signature(name.strip(), email.strip()),
            message=message,
            co_authors=tuple(
                Signature(match["name"].strip(), match["email"].strip())
                for match in map(NAME_AND_EMAIL.match, co_authors.split("\n"))
                if match
            ),
        )


def read_fields(repo: Path, *arguments: str) -> Iterator[str]:
    """What git prints, cut at each NUL, read piece by piece: histories can be long."""
    with start_git(repo, *arguments) as process:
        rest = b""
        while chunk := process.stdout.read(CHUNK_BYTES):
            *fields, rest = (rest + chunk).split(b"\0")
            yield from (field.decode(errors="replace") for field in fields)
    if process.returncode != 0:
        raise Problem(f"git cannot read all of {repo}; `git fsck` there says what is broken.")


def ask_git(repo: Path, *arguments: str) -> str | None:
    """One answer of git, or None if it says no."""
    with start_git(repo, *arguments) as process:
        answer, _ = process.communicate()
    return answer.decode(errors="replace").strip() if process.returncode == 0 else None


def start_git(repo: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Runs git in `repo` itself, never in a repository that surrounds it."""
    environment = {k: v for k, v in os.environ.items() if k not in REPOSITORY_VARIABLES}
    environment |= {"GIT_CEILING_DIRECTORIES": str(repo.parent), "LC_ALL": "C"}
    try:
        return subprocess.Popen(
            ["git", "-C", str(repo), "--no-pager", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError as error:
        raise Problem("git was not found; install it and try again.") from error
