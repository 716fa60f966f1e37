"""What a rep or an operator reads."""

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any

from alerting.episodes import Episode
from alerting.log import Message, text
from pql.instants import instant_text

_DEFAULT = """\
{message}.
Who: {contact_user_id} (account {account_id})
Score: {score} ({status}); {top_reasons}
Fired {fired_at} UTC (hits: {hit_count}, last {latest_hit_at} UTC); answer by {respond_by_at} UTC.
Evidence: {evidence_ids}"""


def alert_message(key: str, episode: Episode, templates: dict[str, str]) -> Message:
    """The message of an alert: the template of its trigger, else `default`, else the one above."""
    facts = episode.facts | {"key": key}
    template = templates.get(episode.trigger_id) or templates.get("default") or _DEFAULT
    body = filled_in(template, {name: _in_words(fact) for name, fact in facts.items()}).rstrip()
    title = (
        f"{episode.trigger_id.replace('_', ' ')}: {episode.subject_id}, "
        f"answer by {_in_words(episode.respond_by_at)} UTC"
    )
    return Message(key, title, body, {name: _for_programs(fact) for name, fact in facts.items()})


def filled_in(template: str, facts: dict[str, Any]) -> str:
    """The template with the facts in its braces; what is not known of is left empty."""
    return template.format_map(defaultdict(str, facts))


def _in_words(fact: Any) -> Any:
    """As a rep reads it: instants to the minute."""
    if isinstance(fact, datetime):
        return f"{fact:%Y-%m-%d %H:%M}"
    return "unknown" if fact is None else fact


def _for_programs(fact: Any) -> Any:
    return instant_text(fact) if isinstance(fact, datetime) else fact


def incident_message(broken: dict[str, str], now: datetime) -> Message:
    """What the operator is told when alerts begin to be held."""
    findings = [f"{check}: {finding}" for check, finding in broken.items()]
    key = hashlib.md5("|".join(("feed", text(now) or "", *broken)).encode()).hexdigest()
    body = "\n".join(
        (
            "Alerts are held, because the raw events look broken:",
            *findings,
            "They go out by themselves when the feed is well again; `make alerts` lists them,",
            "`make alerts RELEASE=all` sends them now, `make alerts DISCARD=all` drops them.",
        )
    )
    facts = {"key": key, "broken": broken, "began_at": text(now)}
    return Message(key, f"Alerts are held: {', '.join(broken)}", body, facts)
