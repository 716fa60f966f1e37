"""The registrable domain of a host, from the listed endings."""

import csv
from functools import cache
from pathlib import Path

SEED = Path(__file__).resolve().parents[2] / "seeds" / "reference" / "pql_public_suffixes.csv"


@cache
def _labels_before() -> dict[str, int]:
    with SEED.open(newline="", encoding="utf-8") as stream:
        return {row["ending"]: int(row["labels_before"]) for row in csv.DictReader(stream)}


def registrable_domain(host: str) -> str | None:
    """`mail.acme.co.uk` is acme.co.uk; none for what registries keep for themselves."""
    labels = host.split(".")
    # The longest ending comes first.
    for place in range(len(labels)):
        labels_before = _labels_before().get(".".join(labels[place:]))
        if labels_before is not None:
            return ".".join(labels[place - labels_before :]) if place >= labels_before else None
    return ".".join(labels[-2:])
