"""One cycle of the watch: look, decide, tell."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import Console

from alerting.channels import Settings
from alerting.decisions import decide
from alerting.delivery import deliver, settle
from alerting.episodes import Findings, read_findings
from alerting.log import AlertLog, text
from alerting.messages import incident_message
from alerting.publishing import publish_lane, publish_log
from pql.console import UserError
from pql.database import open_database
from pql.dbt_run import Run, Trouble
from pql.project import database_path


@dataclass
class Watch:
    """What stays the same from cycle to cycle."""

    console: Console
    log: AlertLog
    settings: Settings
    run_lane: Callable[[datetime], Run]
    clock: Callable[[], datetime]
    is_dry: bool
    seconds: float
    # The triggers of which it has been said that only builds make them fire.
    said_of_builds: tuple[str, ...] = field(default=(), init=False)

    def cycle(self) -> None:
        """Everything once. A database that is in use, or a lane that fails, waits for the next."""
        began = time.monotonic()
        now = self.clock()
        began_at = self.log.began_at(now)
        findings = self._look(now)
        if findings is not None:
            self._say_of_builds(findings.of_builds)
            self._report_feed(findings.broken, now)
            # Seen is what the lane has found, not what it set out to look for.
            decided = decide(self.log, findings, self.settings, self.clock())
            for message in decided.messages if self.is_dry else ():
                self.console.print(f"Would send: {message.title}", style="bold")
                self.console.print(message.body)
            self._say(decided.new, decided.held, began)
        if not self.is_dry:
            rest = max(1.0, self.seconds - (time.monotonic() - began))
            outcomes = deliver(self.log, self.settings, self.clock, rest)
            sent = settle(self.log, self.clock())
            if outcomes:
                self.console.print(
                    f"  {sent} alerts sent; messages: {outcomes['sent']} taken, "
                    f"{outcomes['refused']} refused (tried again later)."
                )
            publish_log(self.log, began_at)

    def _look(self, now: datetime) -> Findings | None:
        try:
            with open_database(database_path(), read_only=False):
                pass
            run = self.run_lane(now)
            if not run.succeeded:
                raise UserError("; ".join(run.sentences) or _in_one_line(run.failures[0]))
            with open_database(database_path()) as connection:
                if not self.is_dry:
                    publish_lane(connection)
                return read_findings(connection)
        except UserError as error:
            self.console.print(f"{now:%H:%M:%S} {error.message}", style="yellow")
            return None

    def _say_of_builds(self, triggers: tuple[str, ...]) -> None:
        """Once, and again where the rules have changed: which triggers are not fresh."""
        if triggers and triggers != self.said_of_builds:
            self.console.print(
                f"{', '.join(triggers)}: as fresh as the last build; the lane counts events, "
                "invitations and activations of the acting user, not sessions and owners of things."
            )
        self.said_of_builds = triggers

    def _report_feed(self, broken: dict[str, str], now: datetime) -> None:
        """One message to the operators when the feed breaks, whatever else breaks meanwhile."""
        with self.log.transaction():
            running = self.log.rows("select * from incidents where ended_at is null")
            if running and not broken:
                self.log.write(
                    "update incidents set ended_at = ? where ended_at is null", text(now)
                )
            if running or not broken:
                return
            message = incident_message(broken, now)
            self.log.put(
                "incidents",
                {
                    "key": message.key,
                    "checks": ",".join(broken),
                    "findings": message.body,
                    "began_at": text(now),
                },
            )
            for channel in self.settings.channels:
                if channel.name in self.settings.operators:
                    self.log.enqueue(message, channel.name, now)
        self.console.print(message.body, style="yellow")

    def _say(self, new: int, held: Counter[str], began: float) -> None:
        waiting = ", ".join(f"{count} {reason}" for reason, count in sorted(held.items()))
        self.console.print(
            f"{self.clock():%H:%M:%S} {new} new episodes"
            + (f"; held: {waiting}" if waiting else "")
            + f" ({time.monotonic() - began:.1f} s)."
        )


def _in_one_line(failure: Trouble) -> str:
    """What failed and why; logs of every minute must stay short."""
    return f"{failure.node} failed: {' '.join(failure.message.split())[:400]}"
