"""The charts as Vega-Lite specifications.

They name roles (style, range) instead of colours and fonts, since the page has two themes.
"""

from textwrap import wrap
from typing import Any

import altair as alt

from pql.marts import Record

Spec = dict[str, Any]

_HEIGHT = 240
# Of labels beside a row: pixels of the row, of each further line, and letters of a line.
_ROW = 26
_LINE = 10
_LABEL = 28
_LEAST = 0.05


def bars_over_time(rows: list[Record], title: str) -> Spec:
    """A count a week."""
    values = [{"week": _day(row), "value": row["value"]} for row in rows]
    return _spec(
        _chart(values)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=_ordinal("week:O", "yearmonthdate", "%d %b"),
            y=alt.Y("value:Q", title=title, axis=alt.Axis(tickMinStep=1)),
            tooltip=[alt.Tooltip("week:T", title="Week of"), alt.Tooltip("value:Q", title=title)],
        )
    )


def intervals_over_time(rows: list[Record], title: str, number: str) -> Spec:
    """A value a month with its interval; as many cases as the tooltip says."""
    values = [
        {"month": _day(row), **{name: row[name] for name in ("value", "value_low", "value_high")}}
        | {"cases": row["cases"]}
        for row in rows
    ]
    base = _chart(values).encode(x=_ordinal("month:O", "yearmonth", "%b %Y"))
    axis = alt.Axis(format=number)
    rules = base.mark_rule(style="interval").encode(
        y=alt.Y("value_low:Q", title=title, axis=axis, scale=alt.Scale(zero=True)),
        y2="value_high:Q",
    )
    line = base.mark_line(style="path").encode(y="value:Q")
    points = base.mark_point(style="estimate").encode(
        y="value:Q",
        tooltip=[
            alt.Tooltip("month:T", title="Month", format="%B %Y"),
            alt.Tooltip("value:Q", title=title, format=number),
            alt.Tooltip("value_low:Q", title="from", format=number),
            alt.Tooltip("value_high:Q", title="to", format=number),
            alt.Tooltip("cases:Q", title="Cases"),
        ],
    )
    return _spec(alt.layer(rules, line, points))


def funnel(steps: list[Record]) -> Spec:
    """Steps from top to bottom, each with how many came so far."""
    base = _chart(steps).encode(
        y=alt.Y("step:N", title=None, sort=None), x=alt.X("users:Q", title=None, axis=None)
    )
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        tooltip=[alt.Tooltip("step:N", title="Step"), alt.Tooltip("users:Q", title="Users")]
    )
    labels = base.mark_text(align="left", dx=6).encode(text="text:N")
    largest = max(step["users"] for step in steps)
    return _spec(
        alt.layer(bars, labels).encode(
            x=alt.X("users:Q", axis=None, scale=alt.Scale(domain=[0, largest * 1.35]))
        ),
        height=_ROW * 1.6 * len(steps),
    )


def scores_by_outcome(bands: list[Record]) -> Spec:
    """Of those who converted, and of the others, the share in each band of the score."""
    outcomes = {
        "Converted": [band["conversions"] for band in bands],
        "Did not": [band["observations"] - band["conversions"] for band in bands],
    }
    values = [
        {"band": band["slice"], "outcome": outcome, "share": count / (sum(counts) or 1)}
        for outcome, counts in outcomes.items()
        for band, count in zip(bands, counts, strict=True)
    ]
    return _spec(
        _chart(values)
        .mark_bar()
        .encode(
            x=alt.X("band:N", title="Score", sort=None, axis=alt.Axis(labelAngle=-40)),
            xOffset=alt.XOffset("outcome:N", sort=None),
            y=alt.Y("share:Q", title="Share of each group", axis=alt.Axis(format=".0%")),
            color=alt.Color(
                "outcome:N",
                title=None,
                sort=None,
                legend=alt.Legend(orient="top", direction="horizontal"),
            ),
            tooltip=["outcome:N", "band:N", alt.Tooltip("share:Q", format=".1%")],
        )
    )


def reliability(steps: list[Record]) -> Spec:
    """What was promised against what came true, with the line on which both agree."""
    values = [
        {
            "promised": step["probability"],
            "came_true": step["held_out_rate"],
            "low": step["held_out_rate_low"],
            "high": step["held_out_rate_high"],
            "score": f"{step['score_from']} or more",
            "observations": step["held_out_observations"],
        }
        for step in steps
        if step["held_out_rate"] is not None
    ]
    most = max(max(value["promised"], value["high"] or 0) for value in values)
    scale = alt.Scale(domain=[0, most], nice=True)
    diagonal = (
        _chart([{"from": 0, "to": 0}, {"from": most, "to": most}])
        .mark_line(style="reference")
        .encode(x=alt.X("from:Q", scale=scale), y=alt.Y("to:Q", scale=scale))
    )
    base = _chart(values).encode(
        x=alt.X(
            "promised:Q",
            title="Probability that the score promises",
            axis=alt.Axis(format=".0%"),
            scale=scale,
        )
    )
    rules = base.mark_rule(style="interval").encode(
        y=alt.Y("low:Q", title="Came true later", axis=alt.Axis(format=".0%"), scale=scale),
        y2="high:Q",
    )
    points = base.mark_point(style="estimate").encode(
        y="came_true:Q",
        tooltip=[
            alt.Tooltip("score:N", title="Score from"),
            alt.Tooltip("promised:Q", title="Promised", format=".1%"),
            alt.Tooltip("came_true:Q", title="Came true", format=".1%"),
            alt.Tooltip("observations:Q", title="Observations", format=","),
        ],
    )
    return _spec(alt.layer(diagonal, rules, points), height=320)


def lifts(rows: list[Record]) -> Spec:
    """A lift a row with its interval on a logarithmic axis; 1, no difference, is a line."""
    values = [
        {
            **row,
            "name": "\n".join(wrap(row["name"], _LABEL)),
            # A logarithmic axis has no 0.
            "low": max(row["low"] or 0, _LEAST),
            "lift": max(row["lift"], _LEAST),
        }
        for row in rows
    ]
    ends = [0.5, 2, *(value["low"] for value in values), *(value["high"] for value in values)]
    scale = alt.Scale(type="log", domain=[min(ends), max(ends)], nice=False)
    axis = alt.Axis(values=[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50], format="~g")
    lines = alt.Axis(labelExpr="split(datum.label, '\\n')")
    base = _chart(values).encode(y=alt.Y("name:N", title=None, sort=None, axis=lines))
    one = (
        _chart([{"one": 1}])
        .mark_rule(style="reference")
        .encode(x=alt.X("one:Q", scale=scale, axis=axis, title="Times the rate of everyone"))
    )
    rules = base.mark_rule(style="interval").encode(
        x=alt.X("low:Q", scale=scale, axis=axis, title="Times the rate of everyone"), x2="high:Q"
    )
    points = base.mark_point(style="estimate").encode(
        x=alt.X("lift:Q", scale=scale),
        opacity=alt.condition("datum.is_sure", alt.value(1), alt.value(0.4)),
        tooltip=[
            alt.Tooltip("name:N", title="Who"),
            alt.Tooltip("lift:Q", title="Lift", format=".2f"),
            alt.Tooltip("low:Q", title="from", format=".2f"),
            alt.Tooltip("high:Q", title="to", format=".2f"),
            alt.Tooltip("verdict:N", title="Verdict"),
        ],
    )
    line_count = max(value["name"].count("\n") for value in values) + 1
    height = (_ROW + _LINE * (line_count - 1)) * len(values)
    return _spec(alt.layer(one, rules, points), height=height)


def _chart(values: list[Record]) -> alt.Chart:
    return alt.Chart(alt.Data(values=values))


def _ordinal(field: str, unit: str, form: str) -> alt.X:
    """Periods side by side, as wide as each other."""
    return alt.X(
        field,
        timeUnit=unit,
        title=None,
        axis=alt.Axis(format=form, labelAngle=0, labelOverlap=True),
    )


def _spec(chart: Any, height: float = _HEIGHT) -> Spec:
    spec = chart.properties(width="container", height=height).to_dict()
    spec.pop("config", None)
    return spec


def _day(row: Record) -> str:
    return f"{row['period_started_at']:%Y-%m-%dT00:00:00}"
