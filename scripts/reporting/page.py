"""The page: one HTML file that holds its style, its data and the charting library."""

import json
from functools import cache
from pathlib import Path

import altair
import vl_convert
from jinja2 import Environment, FileSystemLoader

from reporting import wording
from reporting.doubts import doubts
from reporting.facts import Facts
from reporting.sections import sections

_TEMPLATES = Path(__file__).with_name("templates")


def render(facts: Facts, source: str) -> str:
    """The whole page; `source` says whose data it is about."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    parts = sections(facts)
    specs = {part.name: part.chart for part in parts if part.chart}
    return environment.get_template("page.html.j2").render(
        facts=facts,
        source=source,
        headline=_headline(facts),
        tiles=_tiles(facts),
        sections=parts,
        doubts=doubts(facts),
        # In a script, no value may look like markup.
        specs=json.dumps(specs).replace("<", "\\u003c"),
        library=_library(),
    )


@cache
def _library() -> str:
    """The charting library as one script, in the version that the charts are written for."""
    version = altair.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=version)


def _headline(facts: Facts) -> str:
    verdict = facts.verdict()
    if verdict is None:
        return "This model does not score free users, so nothing can be said of who converts."
    return wording.about_score(verdict)


def _tiles(facts: Facts) -> list[tuple[str, str]]:
    """The few numbers to remember: what, how much."""
    wanted = {
        "new_pqls": "new PQLs in a month",
        "pql_conversion_rate": "of PQLs pay within 30 days",
        "pql_first_share": "of new customers were PQLs first",
        "days_to_pql": "from signup to PQL, median",
    }
    tiles = []
    for metric_id, label in wanted.items():
        months = facts.metric(metric_id)
        if months:
            last = months[-1]
            tiles.append((wording.FORMS[last["unit"]](last["value"]), label))
    return tiles
