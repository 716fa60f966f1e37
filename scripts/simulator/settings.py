"""What the caller asks for."""

from dataclasses import dataclass, field
from datetime import date, datetime

from simulator.clock import DAY, instant
from simulator.worlds import WORLDS, World

# Users simulated together. Part of what is reproduced: another size is another world.
CHUNK_USERS = 4_000

# The truth speaks of conversion within this many days of signup.
HORIZON_DAYS = 90


@dataclass(frozen=True)
class Settings:
    users: int
    days: int
    seed: int = 1
    start: date = date(2026, 1, 5)
    growth: float = 0.0  # signups grow by this share every 30 days
    world: World = field(default_factory=lambda: WORLDS["standard"])
    filler: float = 8.7  # average number of ordinary events in a session

    @property
    def starts_at(self) -> int:
        return instant(datetime.combine(self.start, datetime.min.time()))

    @property
    def ends_at(self) -> int:
        return self.starts_at + self.days * DAY
