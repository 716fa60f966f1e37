"""Sending one message to one channel: it was taken, or why not and when to try again."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote, urlsplit

import requests

from alerting.channels import Channel
from alerting.log import Message


class Refusal(Exception):
    """The channel has not confirmed the message, though it may have arrived."""

    def __init__(self, why: str, retry_after_seconds: float | None = None) -> None:
        """Why, and how long the channel asks to be left alone."""
        super().__init__(why)
        self.retry_after_seconds = retry_after_seconds


def send(channel: Channel, message: Message) -> None:
    """Sends, and returns only when the channel has confirmed; else a Refusal."""
    try:
        _SENDERS[channel.kind](channel, message)
    except (requests.RequestException, smtplib.SMTPException, OSError) as error:
        raise Refusal(f"{type(error).__name__}: {' '.join(str(error).split())[:200]}") from error


def _webhook(channel: Channel, message: Message) -> None:
    payload = {
        "key": message.key,
        "title": message.title,
        "text": message.body,
        "facts": message.facts,
    }
    _post(channel, message, payload)


def _slack(channel: Channel, message: Message) -> None:
    _post(channel, message, {"text": f"*{message.title}*\n{message.body}\n_{message.key}_"})


def _post(channel: Channel, message: Message, payload: dict[str, Any]) -> None:
    response = requests.post(
        channel.url,
        json=payload,
        headers={"Idempotency-Key": message.key},
        timeout=channel.timeout_seconds,
        allow_redirects=False,
    )
    if not 200 <= response.status_code < 300:
        why = f"HTTP {response.status_code}: {' '.join(response.text.split())[:200]}"
        raise Refusal(why, _seconds(response.headers.get("Retry-After")))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After is a number of seconds or a date; anything else says nothing."""
    if not retry_after:
        return None
    try:
        return max(0.0, float(retry_after))
    except ValueError:
        pass
    try:
        until = parsedate_to_datetime(retry_after).timestamp()
    except ValueError:
        return None
    return max(0.0, until - datetime.now(UTC).timestamp())


def _email(channel: Channel, message: Message) -> None:
    mail = EmailMessage()
    mail["Subject"] = " ".join(message.title.split())
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.recipients)
    mail["Message-ID"] = f"<{message.key}@{channel.sender.rpartition('@')[2]}>"
    mail.set_content(message.body)
    address = urlsplit(channel.url)
    client = smtplib.SMTP_SSL if address.scheme == "smtps" else smtplib.SMTP
    with client(address.hostname or "", address.port or 0, timeout=channel.timeout_seconds) as smtp:
        if address.scheme == "smtp+starttls":
            smtp.starttls()
        if address.username:
            smtp.login(unquote(address.username), unquote(address.password or ""))
        refused = smtp.send_message(mail)
    if refused:
        raise Refusal(f"refused for {', '.join(sorted(refused))}")


def _apprise(channel: Channel, message: Message) -> None:
    try:
        from apprise import Apprise
    except ImportError as error:
        raise Refusal("Apprise is missing: pip install -r requirements-alerts.txt") from error
    service = Apprise()
    if not service.add(channel.url):
        raise Refusal("Apprise does not understand the url")
    if not service.notify(title=message.title, body=f"{message.body}\n{message.key}"):
        raise Refusal("Apprise could not deliver it; its log says why")


_SENDERS: dict[str, Callable[[Channel, Message], None]] = {
    "webhook": _webhook,
    "slack": _slack,
    "email": _email,
    "apprise": _apprise,
}
