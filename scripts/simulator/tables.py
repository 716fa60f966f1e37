"""The raw tables: their columns, and cheap ways to build long columns of text."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simulator.clock import Instants
from simulator.events import Mask

_TEXT = pa.string()
_INSTANT = pa.timestamp("us", tz="UTC")
_BOOLEAN = pa.bool_()


def _schema(text: str, instants: str = "", booleans: str = "", numbers: str = "") -> pa.Schema:
    types = {
        **dict.fromkeys(text.split(), _TEXT),
        **dict.fromkeys(instants.split(), _INSTANT),
        **dict.fromkeys(booleans.split(), _BOOLEAN),
        **dict.fromkeys(numbers.split(), pa.int64()),
    }
    return pa.schema(list(types.items()))


SCHEMAS: dict[str, pa.Schema] = {
    "events": _schema(
        "event_id user_id event_name account_id object_id target_user_id properties",
        instants="occurred_at loaded_at",
        booleans="is_deleted",
    ),
    "users": _schema(
        "user_id email account_id title",
        instants="signed_up_at erased_at effective_at loaded_at",
        booleans="is_bot is_internal profiling_consent",
    ),
    # Sizes are text: real ones come as numbers, bands and worse.
    "accounts": _schema(
        "account_id name domain employees industry owner_id", instants="effective_at loaded_at"
    ),
    "account_domains": _schema("account_id domain", instants="effective_at ended_at"),
    "subscriptions": _schema(
        "account_id user_id plan",
        instants="started_at ended_at loaded_at",
        booleans="is_paid",
        numbers="amount_cents",
    ),
    "leads": _schema(
        "lead_id user_id email account_id stage owner_id",
        instants="entered_at left_at loaded_at",
    ),
    "dispositions": _schema(
        "disposition_id user_id account_id model_id trigger_id disposition reason rep_id",
        instants="disposed_at loaded_at",
    ),
}

# Beside the raw tables, in a folder of its own: a build never sees it.
TRUTH = _schema(
    "user_id cohort",
    instants="signed_up_at activated_at moment_at contacted_at converted_at",
    booleans="is_fit is_engaged may_be_contacted",
).append(pa.field("need", pa.float64()))
for _name in (
    "drive",
    "true_probability",
    "probability_if_contacted",
    "probability_if_left_alone",
):
    TRUTH = TRUTH.append(pa.field(_name, pa.float64()))


def instants(values: Instants, known: Mask | None = None) -> pa.Array:
    missing = None if known is None else ~known
    return pa.array(values, type=pa.int64(), mask=missing).cast(_INSTANT)


def texts(values: Sequence[str]) -> pa.Array:
    """Text where an empty string means unknown."""
    return pa.array([value or None for value in values], type=_TEXT)


def chosen(values: pa.Array, index: NDArray[np.integer]) -> pa.Array:
    """The values at these positions; a negative position is null."""
    return values.take(pa.array(index, type=pa.int64(), mask=index < 0))


def numbered(prefix: str, numbers: NDArray[np.integer]) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(_TEXT), "")


def table(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """A raw table in contract order; columns that are not given are null."""
    schema = SCHEMAS[name]
    size = len(next(iter(columns.values())))
    return pa.table(
        [columns.get(field.name, pa.nulls(size, field.type)).cast(field.type) for field in schema],
        schema=schema,
    )


def rows(name: str, listed: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(listed, schema=SCHEMAS[name])
