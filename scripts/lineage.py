"""Draws docs/lineage.svg: the folders of the project, the models in them, and what flows where."""

import os
import textwrap
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import click
import networkx as nx
from dbt.cli.main import dbtRunner

from pql.console import open_console
from pql.project import PROJECT, shown

PICTURE = PROJECT / "docs" / "lineage.svg"

# They say what nearly every model rebuilds: their arrows would go everywhere and say nothing.
_CONTROL_FOLDER, _CONTROL_MODEL = "models/intermediate/progress", "stg_pql__progress"
# Many small models of one kind are counted, not named.
_MOST_NAMES = 15

_MAIN, _SIDE = (20, 560), (660, 300)  # left edge and width of the two columns
_LETTER, _LINE, _HEAD, _GAP = 6.7, 16, 26, 30
_STYLE = """
    .box { fill: #f6f8fa; stroke: #8c959f }
    .mart { fill: #ddf4ff; stroke: #0969da }
    .head { font: bold 13px sans-serif; fill: #1f2328 }
    .name { font: 11px monospace; fill: #424a53 }
    .flow { fill: none; stroke: #57606a; stroke-width: 1.5; marker-end: url(#tip) }
"""


@dataclass(frozen=True)
class Box:
    """A folder in the picture."""

    folder: str
    lines: list[str]
    x: int
    y: int
    width: int

    @property
    def height(self) -> int:
        return _HEAD + _LINE * len(self.lines) + 8

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def is_mart(self) -> bool:
        return self.folder.startswith("models/marts")


def read_manifest() -> Any:
    """The project as dbt understands it, with the demo as input."""
    os.environ.update(PQL_RAW_DIR="", PQL_RULES_DIR="seeds/rules")
    run = dbtRunner().invoke(
        ["parse", "--quiet", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    )
    if run.exception:
        raise run.exception
    return run.result


def draw(manifest: Any) -> str:
    """The picture as SVG."""
    flows, names = _folders(manifest)
    boxes = _placed(flows, names)
    arrows = nx.transitive_reduction(flows).edges
    height = max(box.bottom for box in boxes.values()) + 20
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="0 0 {sum(_SIDE) + 20} {height}" role="img" aria-label="Lineage of the models">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" fill="#57606a"/></marker></defs>',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        *(_box(box) for box in boxes.values()),
        *(
            _arrow(boxes[source], boxes[target], lane)
            for lane, (source, target) in enumerate(sorted(arrows))
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _folders(manifest: Any) -> tuple[nx.DiGraph, dict[str, list[str]]]:
    """What flows between folders, and the names in each."""
    nodes = {
        key: node for key, node in manifest.nodes.items() if node.resource_type in ("model", "seed")
    }
    folder = {
        key: str(Path(node.original_file_path).parent.as_posix()) for key, node in nodes.items()
    }
    names: dict[str, list[str]] = {}
    for key in sorted(nodes):
        names.setdefault(folder[key], []).append(nodes[key].name)
    flows = nx.DiGraph()
    flows.add_nodes_from(sorted(names))
    for key in sorted(nodes):
        for parent in sorted(nodes[key].depends_on_nodes):
            source, target = folder[parent], folder[key]
            is_control = source == _CONTROL_FOLDER or nodes[parent].name == _CONTROL_MODEL
            if source != target and not is_control:
                flows.add_edge(source, target)
    return flows, names


def _placed(flows: nx.DiGraph, names: dict[str, list[str]]) -> dict[str, Box]:
    """Boxes in rows, top to bottom: the longest way on the left, what leaves it on the right."""
    main = set(nx.dag_longest_path(flows))
    boxes: dict[str, Box] = {}
    y = 20
    for row in nx.topological_generations(flows):
        placed = []
        sides = 0
        for folder in sorted(row):
            x, width = _MAIN if folder in main else _SIDE
            top = y
            if folder not in main:
                top += sides
            box = Box(folder, _lines(names[folder], width), x, top, width)
            if folder not in main:
                sides += box.height + _GAP
            boxes[folder] = box
            placed.append(box)
        y = max(box.bottom for box in placed) + _GAP
    return boxes


def _lines(names: list[str], width: int) -> list[str]:
    """The names in a folder as lines that fit the width, without the prefix they share."""
    if len(names) > _MOST_NAMES:
        return [f"{len(names)} models"]
    short = [name.partition("__")[2] or name for name in names]
    return textwrap.wrap("  ".join(short), int((width - 20) / _LETTER), break_on_hyphens=False)


def _box(box: Box) -> str:
    kind = "mart" if box.is_mart else "box"
    texts = "".join(
        f'<text class="name" x="{box.x + 10}" y="{box.y + _HEAD + 10 + _LINE * number}" '
        f'xml:space="preserve">{escape(line)}</text>'
        for number, line in enumerate(box.lines)
    )
    return (
        f'<rect class="{kind}" x="{box.x}" y="{box.y}" width="{box.width}" '
        f'height="{box.height}" rx="6"/>'
        f'<text class="head" x="{box.x + 10}" y="{box.y + 19}">{escape(box.folder)}</text>{texts}'
    )


def _arrow(source: Box, target: Box, lane: int) -> str:
    """Straight down within a column; between the columns through the gap, each in its own lane."""
    if source.x == target.x:
        middle = source.x + source.width // 2
        return f'<path class="flow" d="M{middle} {source.bottom} V{target.y}"/>'
    lane_x = _MAIN[0] + _MAIN[1] + 15 + 7 * (lane % 8)
    from_left = source.x < target.x
    start = source.x + source.width if from_left else source.x
    end = target.x if from_left else target.x + target.width
    return (
        f'<path class="flow" d="M{start} {source.y + source.height // 2} '
        f'H{lane_x} V{target.y + target.height // 2} H{end}"/>'
    )


@click.command(help=__doc__)
def main() -> None:
    """Draws, and says where."""
    PICTURE.write_text(draw(read_manifest()))
    open_console().print(f"Drew {shown(PICTURE)}.")


if __name__ == "__main__":
    main()
