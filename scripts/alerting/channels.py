"""The file that says who is told, and how: alerts.yml."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from alerting.messages import filled_in
from pql.console import UserError
from pql.project import path_from_environment, shown

KINDS = ("slack", "webhook", "email", "apprise")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Channel:
    """Somewhere to send to: a chat, a webhook, mailboxes, or anything Apprise knows."""

    name: str
    kind: str
    url: str
    # Empty: every lane, or none if it is the operators'.
    lanes: frozenset[str] = frozenset()
    sender: str = ""
    recipients: tuple[str, ...] = ()
    timeout_seconds: float = 10


@dataclass(frozen=True)
class Settings:
    """Channels, who hears of broken feeds, and what messages say."""

    channels: tuple[Channel, ...]
    operators: frozenset[str]
    templates: dict[str, str] = field(default_factory=dict)

    def of_lane(self, lane: str) -> list[Channel]:
        """The channels that a lane's alerts go to."""
        return [
            channel
            for channel in self.channels
            if lane in channel.lanes or not (channel.lanes or channel.name in self.operators)
        ]


# Where nothing is sent: every lane has a channel, the screen.
DRY = Settings((Channel("screen", "webhook", ""),), frozenset())


def settings_path() -> Path:
    """Where the file is."""
    return path_from_environment("PQL_ALERTS", "alerts.yml")


def read_settings(path: Path) -> Settings:
    """The settings of a file; each mistake is named."""
    if not path.is_file():
        raise UserError(f"There is no {shown(path)}; copy examples/alerts.yml there, or try DRY=1.")
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise UserError(f"{shown(path)} is no YAML: {' '.join(str(error).split())}.") from error
    if not isinstance(given, dict):
        raise UserError(f"{shown(path)} must hold channels, operators and templates.")
    channels = tuple(_channel(entry, path) for entry in given.get("channels") or ())
    names = [channel.name for channel in channels]
    if not names or len(set(names)) < len(names):
        raise UserError(f"{shown(path)} needs channels, each with a name of its own.")
    operators = frozenset(given.get("operators") or ())
    if unknown := sorted(operators - set(names)):
        raise UserError(f"{shown(path)} names the operators {', '.join(unknown)}: no such channel.")
    templates = dict(given.get("templates") or {})
    for trigger, template in templates.items():
        try:
            filled_in(str(template), {})
        except (ValueError, IndexError, AttributeError) as error:
            raise UserError(
                f"The template of {trigger} in {shown(path)} cannot be filled in: {error}."
            ) from error
    return Settings(channels, operators, templates)


def _channel(entry: Any, path: Path) -> Channel:
    if not isinstance(entry, dict) or not {"name", "kind", "url"} <= entry.keys():
        raise UserError(f"A channel in {shown(path)} lacks name, kind or url.")
    name = str(entry["name"])
    known = {"name", "kind", "url", "lanes", "from", "to", "timeout_seconds"}
    if unknown := sorted(entry.keys() - known):
        raise UserError(f"Channel {name} in {shown(path)} has the unknown {', '.join(unknown)}.")
    if entry["kind"] not in KINDS:
        raise UserError(
            f"Channel {name} in {shown(path)} is of kind {entry['kind']!r}; it must be one of "
            f"{', '.join(KINDS)}."
        )
    if entry["kind"] == "email" and not (entry.get("from") and entry.get("to")):
        raise UserError(f"Channel {name} in {shown(path)} sends e-mail: say from and to.")
    recipients = entry.get("to") or ()
    return Channel(
        name=name,
        kind=entry["kind"],
        url=_filled_in(str(entry["url"]), name, path),
        lanes=frozenset(entry.get("lanes") or ()),
        sender=str(entry.get("from") or ""),
        recipients=(recipients,) if isinstance(recipients, str) else tuple(recipients),
        timeout_seconds=float(entry.get("timeout_seconds") or 10),
    )


def _filled_in(url: str, name: str, path: Path) -> str:
    """The address with the secrets of the environment, which never stand in the file."""
    missing = [variable for variable in _VARIABLE.findall(url) if not os.environ.get(variable)]
    if missing:
        raise UserError(
            f"Channel {name} in {shown(path)} needs the environment variable {missing[0]}."
        )
    return _VARIABLE.sub(lambda match: os.environ[match[1]], url)
