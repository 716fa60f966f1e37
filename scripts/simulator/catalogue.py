"""The events of the demo product, a project-management tool."""

from dataclasses import dataclass
from enum import IntEnum, auto


class Objects(IntEnum):
    """What an event acts on, and so how its `object_id` is written."""

    NOTHING = 0
    OWN_THING = auto()  # numbered like the event itself: a task, a document
    PROJECT = auto()  # the project of the user named as target, else of the actor
    LISTED = auto()  # one of a short list: a feature, an integration
    ADDRESSEE = auto()  # somebody's e-mail


class Kind(IntEnum):
    SIGNED_UP = 0
    HEARTBEAT = auto()
    PAGE_VIEWED = auto()
    MENU_OPENED = auto()
    PREMIUM_VIEWED = auto()
    PRICING_VIEWED = auto()
    PROJECT_CREATED = auto()
    TASK_CREATED = auto()
    TASK_COMPLETED = auto()
    TASK_ASSIGNED = auto()
    DOCUMENT_CREATED = auto()
    DOCUMENT_SHARED = auto()
    COMMENT_ADDED = auto()
    SOURCE_CONNECTED = auto()
    INTEGRATION_CONNECTED = auto()
    REPORT_CREATED = auto()
    FEATURE_USED = auto()
    CORE_FEATURE_USED = auto()
    PREMIUM_FEATURE_USED = auto()
    PREMIUM_BLOCKED = auto()
    LIMIT_HIT = auto()
    SSO_OPENED = auto()
    SCIM_OPENED = auto()
    AUDIT_LOG_OPENED = auto()
    ADMIN_OPENED = auto()
    TEAMMATE_INVITED = auto()
    INVITE_ACCEPTED = auto()
    SALES_CONTACTED = auto()
    ONBOARDING_COMPLETED = auto()
    API_CALLED = auto()
    LIMIT_WARNING = auto()
    UPGRADE_PROMPT = auto()
    ERROR_SHOWN = auto()
    TRIAL_STARTED = auto()
    TRIAL_ENDING = auto()
    USE_CASE_CHOSEN = auto()
    FUNDING_ROUND = auto()
    TECH_STACK = auto()
    REVENUE_REPORTED = auto()
    THEME_CHANGED = auto()  # mapped to nothing: activity all the same


@dataclass(frozen=True)
class Spec:
    event_name: str
    objects: Objects = Objects.NOTHING
    prefix: str = ""
    listed: tuple[str, ...] = ()
    properties: str | None = None


_FEATURES = ("board", "timeline", "calendar", "search", "filters", "templates", "mentions")
_PREMIUM = ("portfolio", "workload", "automation", "goals")

SPECS: dict[Kind, Spec] = {
    Kind.SIGNED_UP: Spec("signed_up"),
    Kind.HEARTBEAT: Spec("heartbeat"),
    Kind.PAGE_VIEWED: Spec("page_viewed"),
    Kind.MENU_OPENED: Spec("menu_opened"),
    Kind.PREMIUM_VIEWED: Spec("premium_feature_viewed", Objects.LISTED, listed=_PREMIUM),
    Kind.PRICING_VIEWED: Spec("pricing_viewed"),
    Kind.PROJECT_CREATED: Spec("project_created", Objects.PROJECT),
    Kind.TASK_CREATED: Spec("task_created", Objects.OWN_THING, "t"),
    Kind.TASK_COMPLETED: Spec("task_completed"),
    Kind.TASK_ASSIGNED: Spec("task_assigned"),
    Kind.DOCUMENT_CREATED: Spec("document_created", Objects.OWN_THING, "d"),
    Kind.DOCUMENT_SHARED: Spec("document_shared", Objects.OWN_THING, "d"),
    Kind.COMMENT_ADDED: Spec("comment_added", Objects.PROJECT),
    Kind.SOURCE_CONNECTED: Spec(
        "source_connected", Objects.LISTED, listed=("postgres", "sheets", "bigquery")
    ),
    Kind.INTEGRATION_CONNECTED: Spec(
        "integration_connected", Objects.LISTED, listed=("slack", "github", "drive", "zoom")
    ),
    Kind.REPORT_CREATED: Spec(
        "report_created", Objects.OWN_THING, "r", properties='{"has_data": true}'
    ),
    Kind.FEATURE_USED: Spec("feature_used", Objects.LISTED, listed=_FEATURES),
    Kind.CORE_FEATURE_USED: Spec(
        "feature_used", Objects.LISTED, listed=_FEATURES, properties='{"is_core": true}'
    ),
    Kind.PREMIUM_FEATURE_USED: Spec(
        "feature_used", Objects.LISTED, listed=_PREMIUM, properties='{"tier": "premium"}'
    ),
    Kind.PREMIUM_BLOCKED: Spec("premium_feature_blocked", Objects.LISTED, listed=_PREMIUM),
    Kind.LIMIT_HIT: Spec(
        "usage_limit_hit", Objects.LISTED, listed=("projects", "storage", "guests")
    ),
    Kind.SSO_OPENED: Spec("sso_settings_opened"),
    Kind.SCIM_OPENED: Spec("scim_settings_opened"),
    Kind.AUDIT_LOG_OPENED: Spec("audit_log_opened"),
    Kind.ADMIN_OPENED: Spec("admin_settings_opened"),
    Kind.TEAMMATE_INVITED: Spec("teammate_invited", Objects.ADDRESSEE),
    Kind.INVITE_ACCEPTED: Spec("invite_accepted", Objects.ADDRESSEE),
    Kind.SALES_CONTACTED: Spec("sales_contacted"),
    Kind.ONBOARDING_COMPLETED: Spec("onboarding_completed"),
    Kind.API_CALLED: Spec("api_called", properties='{"calls": 25}'),
    Kind.LIMIT_WARNING: Spec("limit_warning_shown"),
    Kind.UPGRADE_PROMPT: Spec("upgrade_prompt_shown"),
    Kind.ERROR_SHOWN: Spec("error_shown"),
    Kind.TRIAL_STARTED: Spec("trial_started"),
    Kind.TRIAL_ENDING: Spec("trial_ending"),
    Kind.USE_CASE_CHOSEN: Spec(
        "use_case_chosen", Objects.LISTED, listed=("launches", "sprints", "client work", "hiring")
    ),
    Kind.FUNDING_ROUND: Spec("funding_round_announced"),
    Kind.TECH_STACK: Spec(
        "tech_stack_detected", Objects.LISTED, listed=("okta", "jira", "salesforce")
    ),
    Kind.REVENUE_REPORTED: Spec("revenue_reported", properties='{"annual_revenue": 4000000}'),
    Kind.THEME_CHANGED: Spec("theme_changed"),
}

# Facts that the hidden rule and the sales team read as intent.
INTENT = (
    Kind.PREMIUM_BLOCKED,
    Kind.LIMIT_HIT,
    Kind.SSO_OPENED,
    Kind.SCIM_OPENED,
    Kind.AUDIT_LOG_OPENED,
    Kind.SALES_CONTACTED,
)
