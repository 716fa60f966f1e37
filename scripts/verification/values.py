"""Values of raw rows, read from text as the column's kind asks; None where that is impossible."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from verification.contract import DISPOSITIONS, STAGES
from verification.instants import parse_instant

_BOOLEANS = {
    "true": True, "t": True, "yes": True, "y": True, "1": True,
    "false": False, "f": False, "no": False, "n": False, "0": False,
}  # fmt: skip
_EMPLOYEES = re.compile(r"([0-9]+)(?:\.0+)?|([0-9]+)-[0-9]+|([0-9]+)\+")
_AMOUNT = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")

# Unlike None, which is what JSON's null says.
UNREADABLE = object()


def read_properties(text: str | None) -> Any:
    """What a JSON text says, fractions with all their digits; UNREADABLE if it is no JSON."""
    try:
        return json.loads(text or "null", parse_float=Decimal, parse_constant=_not_json)
    except ValueError:
        return UNREADABLE


def _not_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _parse_boolean(text: str) -> bool | None:
    return _BOOLEANS.get(text.lower())


def _without_separators(text: str) -> str:
    return text.replace(" ", "").replace(",", "")


def _parse_employees(text: str) -> int | None:
    match = _EMPLOYEES.fullmatch(_without_separators(text))
    return int(match[1] or match[2] or match[3]) if match else None


def _parse_amount(text: str) -> int | None:
    match = _AMOUNT.fullmatch(_without_separators(text))
    return int(match[1]) if match else None


def _parse_json(text: str) -> str | None:
    return None if read_properties(text) is UNREADABLE else text


READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "instant": parse_instant,
    "boolean": _parse_boolean,
    "employees": _parse_employees,
    "amount": _parse_amount,
    "json": _parse_json,
    "stage": lambda text: text if text in STAGES else None,
    "disposition": lambda text: text if text in DISPOSITIONS else None,
}
