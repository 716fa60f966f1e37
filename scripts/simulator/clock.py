"""Instants are whole microseconds since 1970, UTC, as numpy int64."""

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = np.iinfo(np.int64).max

# 1970-01-01 was a Thursday; with this shift Monday is day 0 of a week.
_MONDAY = 3

# How busy each day of the week and each hour of the (local) day is.
_WEEKDAYS = np.array([1.15, 1.25, 1.25, 1.2, 1.05, 0.55, 0.55])
_MORNING = [0.1, 0.06, 0.05, 0.05, 0.06, 0.12, 0.3, 0.7, 1.3, 2.0, 2.2, 2.1]
_AFTERNOON = [1.6, 1.8, 2.1, 2.1, 1.9, 1.6, 1.2, 0.9, 0.8, 0.7, 0.45, 0.22]
_HOURS = np.array([*_MORNING, *_AFTERNOON])
_RHYTHM = np.outer(_WEEKDAYS / _WEEKDAYS.mean(), _HOURS / _HOURS.mean()).ravel()

BUSIEST = float(_RHYTHM.max())


def instant(moment: datetime) -> int:
    """The microseconds of a moment; one without an offset is UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * SECOND


def rhythm(local: Instants) -> NDArray[np.float64]:
    """How busy the product is at these local instants; 1 is the average of a week."""
    hour_of_week = (local // HOUR + _MONDAY * 24) % (7 * 24)
    return _RHYTHM[hour_of_week]
