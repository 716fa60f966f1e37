"""Signals: every fact that counts, for users, their accounts and their company domains."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator

from verification.activations import completed_at
from verification.entities import Entities
from verification.events import Event, property_text
from verification.facts import NO_FACTS, Fact, Series
from verification.rules import EventSignal, Rules
from verification.sessions import Session, sessions_of
from verification.settings import Settings

_QUANTITY = re.compile(r"-?[0-9]{1,15}")


class Signals:
    """All facts, by entity type, entity and signal."""

    def __init__(self, entities: Entities, rules: Rules, settings: Settings) -> None:
        """Derive every fact from the accepted events."""
        self._entities = entities
        self._rules = rules
        self._facts: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
        self.activity = self._read_activity()
        self.sessions: dict[str, list[Session]] = {}
        self.activated_at: dict[tuple[str, str], int] = {}
        self._objects = _objects_of(entities.events)
        for event in entities.events:
            if not entities.is_silent_at(event.user_id, event.at):
                self._add_event(event)
        for user_id in entities.user_ids:
            self.sessions[user_id] = list(sessions_of(self.activity.get(user_id, []), settings))
            for session in self.sessions[user_id]:
                self._add_session(session)
        for user_id in entities.user_ids:
            for activation_id, at in self._completions(user_id):
                self._add_activation(user_id, activation_id, at)
        for stays in entities.account_stays.values():
            for stay in stays:
                member = Fact(stay.begin, other=stay.user_id, leaves_at=stay.end)
                self._facts["account", stay.entity_id, "member"].append(member)
        self._series = {name: Series(facts) for name, facts in self._facts.items()}

    def series(self, entity_type: str, entity_id: str, signal: str | None) -> Series:
        """The facts of one signal of one entity."""
        return self._series.get((entity_type, entity_id, signal or ""), NO_FACTS)

    def entity_ids(self, entity_type: str, signal: str | None) -> list[str]:
        """Who has facts of one signal, in byte order."""
        named = (name for name in self._series if name[0] == entity_type and name[2] == signal)
        return sorted(entity_id for _, entity_id, _ in named)

    # -- Events ------------------------------------------------------------------------------------

    def _read_activity(self) -> dict[str, list[Event]]:
        """Each user's non-idle events, without those made while silent."""
        activity: dict[str, list[Event]] = defaultdict(list)
        for event in self._entities.events:
            if not event.is_idle and not self._entities.is_silent_at(event.user_id, event.at):
                activity[event.user_id].append(event)
        return activity

    def _add_event(self, event: Event) -> None:
        for match in event.matches:
            if match.signal not in ("idle", "surface", "invite_sent"):
                self._add_match(event, match)
        if any(match.signal == "invite_sent" for match in event.matches):
            addressee = self._addressee(event)
            if addressee is not None:
                fact = Fact(event.at, addressee, event.target_user_id, evidence_id=event.key)
                self._add_for_user(event.user_id, "invite_sent", fact, self._account(event))

    def _add_match(self, event: Event, match: EventSignal) -> None:
        quantity = _quantity(event, match)
        if match.credited_to == "account":
            account_id = self._account(event)
            if account_id is not None:
                fact = Fact(
                    event.at, event.object_id, event.user_id, quantity, evidence_id=event.key
                )
                self._facts["account", account_id, match.signal].append(fact)
            return
        credited, other = event.user_id, event.target_user_id
        if match.credited_to == "object_owner":
            owner = self._owner(event)
            if owner is None or owner == event.user_id:
                return
            credited, other = owner, event.user_id
        fact = Fact(event.at, event.object_id, other, quantity, evidence_id=event.key)
        self._add_for_user(credited, match.signal, fact, self._account(event))

    def _account(self, event: Event) -> str | None:
        return self._entities.account_of_event(event)

    def _add_for_user(self, user_id: str, signal: str, fact: Fact, account_id: str | None) -> None:
        """A user's fact, and the same for the account and the user's company domain."""
        self._facts["user", user_id, signal].append(fact)
        rolled_up = fact._replace(other=user_id)
        if account_id is not None:
            self._facts["account", account_id, signal].append(rolled_up)
        domain = self._entities.domain_at(user_id, fact.at)
        if domain is not None:
            self._facts["domain", domain, signal].append(rolled_up)

    def _owner(self, event: Event) -> str | None:
        """Whose object the event acts on, as far as events up to its instant say."""
        if event.object_id is None:
            return event.target_user_id
        instants, events = self._objects[event.object_id]
        past = events[: bisect_right(instants, event.at)]
        named = (e.target_user_id for e in reversed(past) if e.target_user_id is not None)
        return next(named, past[0].user_id)

    def _addressee(self, event: Event) -> str | None:
        """Who is invited, if the invitation counts."""
        addressee = (event.object_id or event.target_user_id or "").lower()
        inviter = {event.user_id.lower(), self._entities.email_at(event.user_id, event.at)}
        if not addressee or addressee in inviter:
            return None
        account_id = self._account(event)
        known_as = [
            *self._entities.users_with_id(addressee),
            *self._entities.users_with_email(addressee, event.at),
        ]
        is_member = account_id is not None and any(
            self._entities.account_at(user_id, event.at) == account_id for user_id in known_as
        )
        return None if is_member else addressee

    # -- Derived -----------------------------------------------------------------------------------

    def _add_session(self, session: Session) -> None:
        user_id, began, session_id = session.user_id, session.started_at, session.session_id
        account_id = self._account(session.opening_event)
        self._add_for_user(user_id, "session", Fact(began, evidence_id=session_id), account_id)
        for event in session.core_actions:
            fact = Fact(
                event.at,
                event.object_id,
                event.target_user_id,
                counted_from=began,
                evidence_id=event.key,
            )
            self._add_for_user(user_id, "session_core_action", fact, account_id)
        if session.active_seconds > 0:
            fact = Fact(
                session.ended_at,
                quantity=session.active_seconds,
                counted_from=began,
                evidence_id=session_id,
            )
            self._add_for_user(user_id, "session_active_seconds", fact, account_id)

    def _completions(self, user_id: str) -> Iterator[tuple[str, int]]:
        signup = self._entities.people[user_id].signup
        for activation_id, steps in self._rules.activations.items():
            facts = {
                step.signal: self._facts.get(("user", user_id, step.signal), []) for step in steps
            }
            at = completed_at(user_id, signup, steps, facts)
            if at is not None:
                yield activation_id, at

    def _add_activation(self, user_id: str, activation_id: str, at: int) -> None:
        self.activated_at[user_id, activation_id] = at
        account_id = self._entities.account_at(user_id, at)
        fact = Fact(at, activation_id, evidence_id=user_id)
        self._add_for_user(user_id, f"activation_{activation_id}", fact, account_id)
        if activation_id == self._rules.default_activation:
            self._add_for_user(user_id, "activation", fact, account_id)


def _objects_of(events: list[Event]) -> dict[str, tuple[list[int], list[Event]]]:
    """The events on each object, in order, with their instants."""
    objects: dict[str, tuple[list[int], list[Event]]] = {}
    for event in events:
        if event.object_id is not None:
            instants, of_object = objects.setdefault(event.object_id, ([], []))
            instants.append(event.at)
            of_object.append(event)
    return objects


def _quantity(event: Event, match: EventSignal) -> int:
    """The property the seed names, if it is a whole number, else one."""
    text = property_text(event.properties.get(match.quantity_property or ""))
    return int(text) if text is not None and _QUANTITY.fullmatch(text) else 1
