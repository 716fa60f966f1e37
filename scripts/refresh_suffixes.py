"""Writes seeds/reference/pql_public_suffixes.csv from the public suffix list of a Python package.

The list says below which names the public registers domains (publicsuffix.org). Only what the
registries themselves say is taken, not the list's section of private providers, and only endings
for which "the last two labels" would be wrong. A newer list comes with a newer package (make lock).
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import click
import publicsuffixlist

from pql.console import UserError, open_console
from pql.project import PROJECT, shown

SEED = PROJECT / "seeds" / "reference" / "pql_public_suffixes.csv"

# pql_email_hosts.sql looks at so many labels of a host.
_MOST_LABELS = 6


def endings(lines: list[str]) -> Iterator[tuple[str, int]]:
    """Every ending with the number of labels that belong before it, in both spellings."""
    for rule in _registry_rules(lines):
        # `*.ck`: one more label is public; `!www.ck`: but this one can be registered.
        kind = rule[0] if rule[0] in "*!" else ""
        ending, labels_before = {
            "*": (rule[2:], 2),
            "!": (rule[1:], 0),
            "": (rule, 1),
        }[kind]
        if "." not in ending and kind != "*":
            continue
        label_count = ending.count(".") + 1 + labels_before
        if label_count > _MOST_LABELS:
            raise UserError(
                f"{rule} has too many labels; raise most_labels of pql_email_hosts.sql."
            )
        yield from ((spelling, labels_before) for spelling in {ending, _ascii(ending)})


def _registry_rules(lines: list[str]) -> Iterator[str]:
    is_registry = False
    for line in map(str.strip, lines):
        if "ICANN DOMAINS===" in line:
            is_registry = "BEGIN" in line
        elif is_registry and line and not line.startswith("//"):
            yield line.split()[0].lower()


def _ascii(name: str) -> str:
    return name.encode("idna").decode("ascii")


@click.command(help=__doc__)
def refresh_suffixes() -> None:
    """Reads the list that came with the package, writes the seed."""
    lines = Path(publicsuffixlist.PSLFILE).read_text(encoding="utf-8").splitlines()
    rows = sorted(endings(lines))
    with SEED.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("ending", "labels_before"))
        writer.writerows(rows)
    open_console().print(f"Wrote {len(rows):,} endings to {shown(SEED)}.")


if __name__ == "__main__":
    refresh_suffixes()
