"""Which tables are compared, by which columns."""

from dataclasses import dataclass

from verification.present import COUNTS
from verification.rules import LAYERS


@dataclass(frozen=True)
class Mart:
    """One mart: the columns that name a row, and the columns compared."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    # compared column -> column of the mart of which only the presence is compared: wording
    # belongs to the unit tests.
    presence: tuple[tuple[str, str], ...] = ()

    @property
    def instant(self) -> str:
        """The column of the key that tells when, else the as_of of the row."""
        return self.key[-1] if self.key[-1].endswith(("_at", "_from")) else "as_of"


_STATE = (
    "model_version",
    "valid_to",
    "status",
    "is_pql",
    "is_hot",
    "score",
    *(f"{layer}_points" for layer in LAYERS),
    "adjustment_points",
    "pillars_held",
    "pillars_missing",
    "qualified_by",
    "ineligibility_reason",
)

HISTORY = Mart("pql_score_history", ("model_id", "user_id", "valid_from"), _STATE)
LEDGER = Mart(
    "pql_score_ledger",
    ("model_id", "user_id", "line_id", "valid_from"),
    ("model_version", "line_type", "layer", "points", "metric_id", "valid_to"),
)
TRANSITIONS = Mart(
    "pql_transitions",
    ("model_id", "user_id", "transitioned_at"),
    ("model_version", "from_status", "to_status", "cause", "score_before", "score_after"),
)
SCORES = Mart(
    "pql_scores",
    ("model_id", "user_id"),
    (
        "valid_from",
        *_STATE,
        "account_id",
        "hot_triggers",
        "respond_by_at",
        "signed_up_at",
        "activated_at",
        "first_pql_at",
        "latest_pql_at",
        "times_qualified",
        "last_active_at",
        *COUNTS,
        "employees",
        "industry",
        "seniority_rank",
        "points_to_pql",
        "as_of",
    ),
    presence=(("has_top_reasons", "top_reasons"), ("has_next_step", "next_step")),
)
MARTS = (HISTORY, LEDGER, TRANSITIONS, SCORES)
# Not about users alone, and not in every build.
HOT_TRIGGERS = Mart(
    "pql_hot_triggers",
    ("model_id", "trigger_id", "subject_type", "subject_id", "fired_at"),
    (
        "latest_hit_at",
        "hit_count",
        "hot_until",
        "is_hot",
        "respond_by_at",
        "value",
        "fact_count",
        "evidence_ids",
        "first_evidence_id",
        "contact_user_id",
        "account_id",
        "ineligibility_reason",
        "lane",
        "answered_at",
        "disposition",
        "answer_state",
        "as_of",
    ),
)
