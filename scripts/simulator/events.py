"""Events in columns: one array for each of who, when, what, on which object and whose."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.catalogue import Kind
from simulator.clock import Instants

Mask = NDArray[np.bool_]
Indices = NDArray[np.int64]

NOBODY = -1


@dataclass
class Events:
    """`user` and `target` number the people of the chunk; a target beyond them is a guest."""

    user: Indices
    at: Instants
    kind: NDArray[np.int8]
    number: Indices  # which of the objects the kind lists; for an addressee, which one
    target: Indices

    @classmethod
    def of(
        cls,
        kind: Kind | ArrayLike,
        user: Indices,
        at: Instants,
        number: ArrayLike = 0,
        target: ArrayLike = NOBODY,
    ) -> Self:
        size = len(user)
        return cls(
            user=np.asarray(user, dtype=np.int64),
            at=np.asarray(at, dtype=np.int64),
            kind=np.broadcast_to(np.asarray(kind, dtype=np.int8), size),
            number=np.broadcast_to(np.asarray(number, dtype=np.int64), size),
            target=np.broadcast_to(np.asarray(target, dtype=np.int64), size),
        )

    @classmethod
    def joined(cls, parts: Iterable["Events"]) -> Self:
        listed = list(parts)
        return cls(
            *(np.concatenate([getattr(part, f.name) for part in listed]) for f in fields(cls))
        )

    def where(self, chosen: Mask | Indices) -> Self:
        return type(self)(*(getattr(self, f.name)[chosen] for f in fields(self)))

    def __len__(self) -> int:
        return len(self.user)
