"""The raw tables: which columns they have, of what type, what is required, what is the key."""

from dataclasses import dataclass

STAGES = ("mql", "sql", "opportunity", "customer", "disqualified")
DISPOSITIONS = ("contacted", "accepted", "rejected")
EVENT_CONTENT = (
    "event_name",
    "user_id",
    "occurred_at",
    "account_id",
    "object_id",
    "target_user_id",
    "properties",
    "is_deleted",
)


@dataclass(frozen=True)
class Table:
    """One raw table. `columns` holds name -> type in the order of the contract."""

    name: str
    columns: dict[str, str]
    required: tuple[str, ...]
    key: tuple[str, ...]
    # At least one of these must be known; the first is named when none is.
    one_of: tuple[str, ...] = ()

    @property
    def content(self) -> tuple[str, ...]:
        """The columns whose values tell one version of a row from another."""
        # An event's id is its name, not its content: rows without one are known by their hash.
        if self.name == "events":
            return EVENT_CONTENT
        return tuple(column for column in self.columns if column != "loaded_at")


def _columns(text: str) -> dict[str, str]:
    """Read `name[:type] name[:type] ...`; a column without a type is text."""
    pairs = (item.partition(":") for item in text.split())
    return {name: kind or "text" for name, _, kind in pairs}


TABLES = {
    table.name: table
    for table in (
        Table(
            name="events",
            columns=_columns(
                "event_id user_id event_name occurred_at:instant loaded_at:instant account_id"
                " object_id target_user_id properties:json is_deleted:boolean"
            ),
            required=("user_id", "event_name", "occurred_at"),
            key=("event_id",),
        ),
        Table(
            name="users",
            columns=_columns(
                "user_id email account_id signed_up_at:instant title is_bot:boolean"
                " is_internal:boolean profiling_consent:boolean erased_at:instant"
                " effective_at:instant loaded_at:instant"
            ),
            required=("user_id",),
            key=("user_id", "effective_at"),
        ),
        Table(
            name="accounts",
            columns=_columns(
                "account_id name domain employees:employees industry owner_id"
                " effective_at:instant loaded_at:instant"
            ),
            required=("account_id",),
            key=("account_id", "effective_at"),
        ),
        Table(
            name="account_domains",
            columns=_columns("account_id domain effective_at:instant ended_at:instant"),
            required=("account_id", "domain"),
            key=("account_id", "domain", "effective_at"),
        ),
        Table(
            name="subscriptions",
            columns=_columns(
                "account_id user_id plan is_paid:boolean started_at:instant ended_at:instant"
                " amount_cents:amount loaded_at:instant"
            ),
            required=("is_paid", "started_at"),
            one_of=("account_id", "user_id"),
            key=("account_id", "user_id", "plan", "started_at"),
        ),
        Table(
            name="leads",
            columns=_columns(
                "lead_id user_id email account_id stage:stage entered_at:instant left_at:instant"
                " owner_id loaded_at:instant"
            ),
            required=("lead_id", "stage", "entered_at"),
            one_of=("user_id", "email"),
            key=("lead_id", "stage", "entered_at"),
        ),
        Table(
            name="dispositions",
            columns=_columns(
                "disposition_id user_id account_id model_id trigger_id disposed_at:instant"
                " disposition:disposition reason rep_id loaded_at:instant"
            ),
            required=("disposition_id", "disposed_at", "disposition"),
            one_of=("user_id", "account_id"),
            key=("disposition_id",),
        ),
    )
}
