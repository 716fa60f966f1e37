"""Writes the figures of a run into docs/benchmark.md, and draws them beside it."""

from datetime import UTC, datetime
from pathlib import Path

import altair

from benchmark.comparison import Comparison
from benchmark.measurement import machine, together
from benchmark.report import HEADINGS, Rows, equality, figures, slowest
from benchmark.worlds import Size
from pql.project import PROJECT

PAGE = PROJECT / "docs" / "benchmark.md"
_SHOWN = 15


def write_page(comparison: Comparison) -> list[Path]:
    """Replaces what the page says of this size; returns what was written."""
    picture = PAGE.with_name(f"benchmark_{comparison.size.name}.svg")
    draw(comparison).save(str(picture))
    replace_section(comparison.size.name, section(comparison, picture.name))
    return [PAGE, picture]


def write_printed(command: str, size: Size, printed: str) -> list[Path]:
    """Replaces what the page says of a command after this size; returns what was written."""
    text = (
        f"`make {command} SIZE={size.name}`, {datetime.now(UTC):%Y-%m-%d}:\n\n```text\n{printed}```"
    )
    replace_section(f"{command} {size.name}", text)
    return [PAGE]


def replace_section(name: str, text: str) -> None:
    """What stands between two marks of the page; a section that it does not have yet comes last."""
    begin, end = (f"<!-- {word} of {name} -->" for word in ("begin", "end"))
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


def section(comparison: Comparison, picture: str) -> str:
    size = comparison.size
    return "\n\n".join(
        (
            f"## {size.events:,} events",
            f"By {size.users:,} users. {datetime.now(UTC):%Y-%m-%d}, {machine()}, with a load of "
            f"{comparison.load:.0f} from other work; DuckDB was given "
            f"{comparison.memory.for_duckdb}, and dbt with it took no more than "
            f"{comparison.memory.gigabytes} GB. `make bench SIZE={size.name}`",
            f"**{comparison.verdict}** {equality(comparison)}",
            _markdown("", list(comparison.ways.items())),
            f"![Processor time of the slowest models beside the SQL by hand]({picture})",
            _markdown("model", slowest(comparison.models, _SHOWN)),
            _markdown("statement by hand", slowest(comparison.script, _SHOWN)),
        )
    )


def draw(comparison: Comparison) -> altair.LayerChart:
    """The slowest models, and the whole of the SQL by hand as the measure of them."""
    everything = together(comparison.script.steps)
    rows = [("all SQL by hand", everything), *slowest(comparison.models, _SHOWN)]
    data = altair.Data(
        values=[
            {"step": name, "seconds": round(cost.cpu_seconds, 2), "is_hand": not place}
            for place, (name, cost) in enumerate(rows)
        ]
    )
    bars = (
        altair.Chart(data, width=520, height=altair.Step(18))
        .mark_bar()
        .encode(
            x=altair.X("seconds:Q", title="seconds of processor time"),
            y=altair.Y("step:N", sort=None, title=None, axis=altair.Axis(labelLimit=300)),
            color=altair.Color(
                "is_hand:N", legend=None, scale=altair.Scale(range=["#4c78a8", "#f58518"])
            ),
        )
    )
    return bars + bars.mark_text(align="left", dx=4).encode(
        text="seconds:Q", color=altair.value("#444")
    )


def _markdown(title: str, rows: Rows) -> str:
    lines = [f"| {title} | {' | '.join(HEADINGS)} |", f"|---|{'--:|' * len(HEADINGS)}"]
    lines += [f"| {name} | {' | '.join(figures(cost))} |" for name, cost in rows]
    return "\n".join(lines)
