"""A private Postgres server: in a temporary folder, on the loopback only, gone without a trace."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pql.console import UserError

HOST = "127.0.0.1"
USER = "pql"
DATABASE = "pql"
# Postgres refuses to run as root: root starts it as the first of these that exists.
_UNPRIVILEGED = ("postgres", "nobody")
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    # What is lost in a crash is built again.
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "256MB",
    "work_mem": "64MB",
    # Compiling the long statements of the models takes longer than running them.
    "jit": "off",
    # As unlike DuckDB as a real server may be, so that nothing depends on a server's settings.
    "timezone": "Asia/Kathmandu",
    "datestyle": "SQL, DMY",
}


@dataclass(frozen=True)
class Server:
    """A running server and how to reach it."""

    folder: Path
    port: int
    password: str

    @property
    def environment(self) -> dict[str, str]:
        """What profiles.yml reads."""
        return {
            "PQL_PG_HOST": HOST,
            "PQL_PG_PORT": str(self.port),
            "PQL_PG_USER": USER,
            "PQL_PG_PASSWORD": self.password,
            "PQL_PG_DATABASE": DATABASE,
        }


def postgres_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version of several; None without a server."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin: float(bin.parent.name)
    )
    on_path = shutil.which("initdb")
    candidates = [*([Path(on_path).resolve().parent] if on_path else []), *reversed(debian)]
    return next((folder for folder in candidates if (folder / "initdb").is_file()), None)


def start_server() -> Server:
    """Starts a server with an empty database; its password is PQL_PG_PASSWORD or a random one."""
    programs = postgres_programs()
    if programs is None:
        raise UserError(
            "There is no Postgres server on this machine; install one "
            "(Debian: apt-get install postgresql)."
        )
    password = os.environ.get("PQL_PG_PASSWORD") or secrets.token_urlsafe(16)
    folder = Path(tempfile.mkdtemp(prefix="pql-postgres-"))
    server = Server(folder, _free_port(), password)
    try:
        password_file = folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(password)
        owner = _owner()
        if owner:
            shutil.chown(folder, owner)
            shutil.chown(password_file, owner)
        # Sorting by the rules of a language shows every order that is not asked for byte by byte.
        _run(
            programs / "initdb",
            f"--pgdata={folder / 'data'}",
            f"--username={USER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=icu",
            "--icu-locale=en-US",
            "--no-sync",
        )
        password_file.unlink()
        options = " ".join(f"-c {name}='{value}'" for name, value in _SETTINGS.items())
        _run(
            programs / "pg_ctl",
            "start",
            "--wait",
            f"--pgdata={folder / 'data'}",
            f"--log={folder / 'log'}",
            f"--options={options} -p {server.port}",
        )
        _run(
            programs / "createdb",
            f"--host={HOST}",
            f"--port={server.port}",
            f"--username={USER}",
            DATABASE,
            PGPASSWORD=password,
        )
    except BaseException:
        stop_server(folder)
        raise
    return server


def stop_server(folder: Path) -> None:
    """Stops the server of a folder and removes both."""
    programs = postgres_programs()
    if programs and (folder / "data" / "postmaster.pid").exists():
        _run(programs / "pg_ctl", "stop", "--mode=immediate", f"--pgdata={folder / 'data'}")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def private_server() -> Iterator[Server]:
    """A server for the time of a block."""
    server = start_server()
    try:
        yield server
    finally:
        stop_server(server.folder)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def _owner() -> str | None:
    """Who runs the server: someone else where the caller is root."""
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in _UNPRIVILEGED if name in known), None)


def _run(program: Path, *arguments: str, **environment: str) -> None:
    owner = _owner()
    as_owner = ["runuser", "-u", owner, "--"] if owner else []
    # The server lives on: it must not hold the pipes this command is watched through.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*as_owner, str(program), *arguments],
            cwd="/",
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        if done.returncode != 0:
            output.seek(0)
            said = output.read().strip().splitlines()
            raise UserError(
                f"The private Postgres server could not be set up: {program.name} failed "
                f"({said[-1] if said else 'without a word'})."
            )
