"""The sections of the page in reading order; the leads and the doubts follow them."""

from reporting import about_sales, about_scores, about_users
from reporting.facts import Facts
from reporting.section import Section

_IN_ORDER = (
    about_users.funnel,
    about_users.pqls_a_week,
    about_users.time_to_pql,
    about_scores.scores,
    about_scores.lift,
    about_scores.reliability,
    about_scores.signals,
    about_sales.stages,
    about_sales.responses,
    about_sales.feedback,
    about_sales.business,
)


def sections(facts: Facts) -> list[Section]:
    """Everything that is said of the model."""
    return [section(facts) for section in _IN_ORDER]
