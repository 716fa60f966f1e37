"""Starts a private Postgres server to try the project on, or stops it.

It listens on the loopback only, keeps its data in a temporary folder and forgets it when stopped.
Starting prints the environment variables that profiles.yml reads, as a shell would take them.
"""

import json
import os
import shlex
from dataclasses import asdict
from pathlib import Path

import click

from engines.server import Server, start_server, stop_server
from pql.console import UserError
from pql.project import PROJECT, shown

# Who is running: a note beside what dbt compiles, for its owner only, since it holds the password.
_NOTE = PROJECT / "target" / "postgres.json"


@click.group(help=__doc__)
def postgres() -> None:
    """The two commands."""


@postgres.command()
def start() -> None:
    """Start a server with an empty database, unless one runs; print how to reach it."""
    server = _noted()
    if server is None:
        server = start_server()
        _NOTE.parent.mkdir(exist_ok=True)
        with os.fdopen(os.open(_NOTE, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as note:
            json.dump(asdict(server) | {"folder": str(server.folder)}, note)
    for name, value in (server.environment | {"PQL_TARGET": "postgres"}).items():
        click.echo(f"export {name}={shlex.quote(value)}")


@postgres.command()
def stop() -> None:
    """Stop the server and remove its data."""
    server = _noted()
    if server is None:
        raise UserError("No server runs that `make postgres` started.")
    stop_server(server.folder)
    _NOTE.unlink()
    click.echo("Stopped, and its data is gone.")


def _noted() -> Server | None:
    """The server that was started and not stopped since."""
    try:
        noted = json.loads(_NOTE.read_text())
        server = Server(Path(noted["folder"]), noted["port"], noted["password"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError) as error:
        raise UserError(f"{shown(_NOTE)} is unreadable; remove it.") from error
    return server if (server.folder / "data" / "postmaster.pid").exists() else None


if __name__ == "__main__":
    postgres()
