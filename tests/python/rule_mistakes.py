"""Mistakes that people make in rule files, each with what the checks have to find."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Rows = list[dict[str, str]]
Edit = tuple[str, Callable[[Rows], Rows]]
# Seed, key of the row, words of the problem.
Finding = tuple[str, str, str]


@dataclass(frozen=True)
class Mistake:
    """Edits to the default rules, and the problems that are found then: these and no others."""

    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]


def change(seed: str, row: dict[str, str], **values: str) -> Edit:
    """Other values in the rows that have these."""
    return seed, lambda rows: [old | values if row.items() <= old.items() else old for old in rows]


def repeat(seed: str, row: dict[str, str], **values: str) -> Edit:
    """The first row that has these values once more, with other values."""
    return seed, lambda rows: [*rows, next(r for r in rows if row.items() <= r.items()) | values]


def drop(seed: str, **row: str) -> Edit:
    """Without the rows that have these values."""
    return seed, lambda rows: [old for old in rows if not row.items() <= old.items()]


def spoil(folder: Path, *edits: Edit) -> list[str]:
    """Edit the rule files of a folder; says which."""
    for seed, edit in edits:
        path = folder / f"{seed}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            columns, rows = list(reader.fieldnames), list(reader)
        edited = edit(rows)
        assert edited != rows, f"the edit of {seed} meets no row"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(edited)
    return sorted({seed for seed, _ in edits})


def mistake(*edits: Edit, finds: tuple[tuple[str, str], ...]) -> Mistake:
    """One whose problems are found in the seed of its first edit."""
    return Mistake(edits, tuple((edits[0][0], key, words) for key, words in finds))


def _signal(key: str, words: str, edit: Edit) -> Mistake:
    return Mistake((edit,), (("pql_event_signals", key, words),))


EVENTS, STEPS, METRICS = "pql_event_signals", "pql_activation_steps", "pql_metrics"
MODELS, RULES, PILLARS = "pql_models", "pql_rules", "pql_pillars"
TRIGGERS, EXCLUSIONS = "pql_hot_triggers", "pql_exclusions"
DOMAINS, INDUSTRIES, TITLES = "pql_domains", "pql_industries", "pql_titles"

ERRORS = {"metric_id": "errors_30d"}
DEPTH = {"metric_id": "core_actions_per_session_30d"}
CONTEXT = {"rule_id": "context_errors"}
WEIGHTED = {"model_id": "weighted_000"}
SIMPLE = {"model_id": "simple_and_004"}
PAYWALL = {"trigger_id": "paywall"}
FIT = {"pillar": "fit", "alternative": "1"}
CONTEXT_KEY = "pillars_003|1|context_errors|errors_30d"

# A second version of weighted_000 that one rule alone lifts over the threshold.
SECOND_VERSION = repeat(
    RULES, WEIGHTED | {"rule_id": "employees_100_to_500"}, model_version="2", points="60"
)

VALUES = {
    "empty": mistake(
        change(RULES, {"rule_id": "core_feature_5_times"}, points=""),
        finds=(("pillars_003|1|core_feature_5_times|core_actions_30d", "points is empty"),),
    ),
    "trigger without a bound": mistake(
        change(TRIGGERS, PAYWALL, lower=""), finds=(("pillars_003|paywall", "lower is empty"),)
    ),
    "credited_to": mistake(
        change(EVENTS, {"event_name": "signed_up"}, credited_to="user"),
        finds=(("signed_up|||signup|user", "credited_to is user"),),
    ),
    "count_distinct": mistake(
        change(STEPS, {"step_id": "comment_received"}, count_distinct="people"),
        finds=(("documents|comment_received", "count_distinct is people"),),
    ),
    "kind of metric": mistake(
        change(METRICS, ERRORS, kind="counts"), finds=(("errors_30d", "kind is counts"),)
    ),
    "entity_type": mistake(
        change(METRICS, ERRORS, entity_type="company"),
        finds=(("errors_30d", "entity_type is company"),),
    ),
    "audience": mistake(
        change(MODELS, WEIGHTED, audience="trial"), finds=(("weighted_000|1", "audience is trial"),)
    ),
    "qualification": mistake(
        change(MODELS, SIMPLE, qualification="both"),
        finds=(("simple_and_004|1", "qualification is both"),),
    ),
    "layer": mistake(
        change(RULES, CONTEXT, layer="context"), finds=((CONTEXT_KEY, "layer is context"),)
    ),
    "lane": mistake(
        change(TRIGGERS, PAYWALL, lane="phone"), finds=(("pillars_003|paywall", "lane is phone"),)
    ),
    "reason of exclusion": mistake(
        change(EXCLUSIONS, SIMPLE | {"reason": "bot"}, reason="robot"),
        finds=(("simple_and_004|robot", "reason is robot"),),
    ),
    "kind of domain": mistake(
        change(DOMAINS, {"domain": "gmail.com"}, kind="private"),
        finds=(("gmail.com|private", "kind is private"),),
    ),
    "seniority beyond 7": mistake(
        change(TITLES, {"keyword": "cto"}, seniority_rank="8"),
        finds=(("cto", "seniority_rank is 8"),),
    ),
    "seniority below 1": mistake(
        change(TITLES, {"keyword": "cto"}, seniority_rank="0"),
        finds=(("cto", "seniority_rank is 0"),),
    ),
    "empty window": mistake(
        change(METRICS, ERRORS, window_hours="0"), finds=(("errors_30d", "window_hours is 0"),)
    ),
    "negative hours after signup": mistake(
        change(METRICS, {"metric_id": "activated_within_7d"}, within_hours_of_signup="-1"),
        finds=(("activated_within_7d", "within_hours_of_signup is -1"),),
    ),
    "no count": mistake(
        change(STEPS, {"step_id": "three_tasks_created"}, min_count="0"),
        finds=(("project_management|three_tasks_created", "min_count is 0"),),
    ),
    "negative cap": mistake(
        change(MODELS, {"model_id": "pillars_003"}, usage_cap="-1"),
        finds=(("pillars_003|1", "usage_cap is -1"),),
    ),
    "threshold that everyone has": mistake(
        change(MODELS, WEIGHTED, pql_threshold="0"),
        finds=(("weighted_000|1", "pql_threshold is 0"),),
    ),
    "never hot": mistake(
        change(TRIGGERS, PAYWALL, hot_hours="0"), finds=(("pillars_003|paywall", "hot_hours is 0"),)
    ),
    "no time to answer": mistake(
        change(TRIGGERS, PAYWALL, respond_hours="0"),
        finds=(("pillars_003|paywall", "respond_hours is 0"),),
    ),
    "negative quiet": mistake(
        change(TRIGGERS, PAYWALL, rearm_quiet_hours="-1"),
        finds=(("pillars_003|paywall", "rearm_quiet_hours is -1"),),
    ),
    "precedence that means none": mistake(
        change(EXCLUSIONS, SIMPLE | {"reason": "bot"}, precedence="0"),
        finds=(("simple_and_004|bot", "precedence is 0"),),
    ),
}

DUPLICATES = {
    EVENTS: ({"event_name": "heartbeat"}, "heartbeat|||idle|actor"),
    STEPS: ({"step_id": "comment_received"}, "documents|comment_received"),
    METRICS: (ERRORS, "errors_30d"),
    MODELS: (WEIGHTED, "weighted_000|1"),
    RULES: (CONTEXT, CONTEXT_KEY),
    PILLARS: (SIMPLE, "simple_and_004|1|activation|1|activated"),
    TRIGGERS: (PAYWALL, "pillars_003|paywall"),
    EXCLUSIONS: (SIMPLE, "simple_and_004|erased"),
    DOMAINS: ({"domain": "gmail.com"}, "gmail.com|free_mail"),
    INDUSTRIES: ({"industry": "saas"}, "saas"),
    TITLES: ({"keyword": "cto"}, "cto"),
}

REFERENCES = {
    "rule of an unknown metric": mistake(
        change(RULES, CONTEXT, metric_id="errors_7d"),
        finds=(("pillars_003|1|context_errors|errors_7d", "There is no metric errors_7d"),),
    ),
    "pillar of an unknown metric": mistake(
        change(PILLARS, {"pillar": "invites"}, metric_id="invites_60d"),
        finds=(("simple_and_004|1|invites|1|invites_60d", "There is no metric invites_60d"),),
    ),
    "trigger of an unknown metric": mistake(
        change(TRIGGERS, PAYWALL, metric_id="paywall_hits"),
        finds=(("pillars_003|paywall", "There is no metric paywall_hits"),),
    ),
    "rule of an unknown version": mistake(
        change(RULES, CONTEXT, model_version="2"),
        finds=(
            (
                "pillars_003|2|context_errors|errors_30d",
                "There is no version 2 of the model pillars_003",
            ),
        ),
    ),
    "pillar of an unknown version": mistake(
        repeat(PILLARS, {"pillar": "invites"}, model_version="7"),
        finds=(("simple_and_004|7|invites|1|invites_30d", "no version 7 of the model"),),
    ),
    "trigger of an unknown model": mistake(
        repeat(TRIGGERS, PAYWALL, model_id="old"),
        finds=(("old|paywall", "There is no model old"),),
    ),
    "exclusion of an unknown model": mistake(
        repeat(EXCLUSIONS, {"reason": "bot"}, model_id="old"),
        finds=(("old|bot", "There is no model old"),),
    ),
    "activation without steps": mistake(
        change(MODELS, WEIGHTED, activation_id="mobile"),
        finds=(("weighted_000|1", "mobile has no steps"),),
    ),
    "account model that reads users": mistake(
        change(RULES, WEIGHTED | {"rule_id": "director_or_above"}, rule_id="director"),
        *(
            drop(RULES, **WEIGHTED, rule_id=rule)
            for rule in ("project_created", "three_teammates_invited", "premium_feature")
        ),
        change(MODELS, WEIGHTED, entity_type="account", pql_threshold="20"),
        finds=(("weighted_000|1|director|seniority_rank", "but weighted_000 scores each account"),),
    ),
}

TEXTS = {
    "reason": mistake(
        change(RULES, CONTEXT, reason="{count} errors"),
        finds=((CONTEXT_KEY, 'The reason "{count} errors" has a placeholder'),),
    ),
    "next_step": mistake(
        change(RULES, CONTEXT, next_step="Wait until {date}"),
        finds=((CONTEXT_KEY, "The next_step"),),
    ),
    "message": mistake(
        change(TRIGGERS, PAYWALL, message="Hit it {value} times} "),
        finds=(("pillars_003|paywall", "The message"),),
    ),
    "missing_text": mistake(
        change(PILLARS, {"pillar": "invites"}, missing_text="Only {value} invited"),
        finds=(("simple_and_004|1|invites|1|invites_30d", "The missing_text"),),
    ),
}

LISTS = {
    "domain in upper case": mistake(
        change(DOMAINS, {"domain": "gmail.com"}, domain="Gmail.com"),
        finds=(("Gmail.com|free_mail", "written like this"),),
    ),
    "address for a domain": mistake(
        change(DOMAINS, {"domain": "gmail.com"}, domain="me@gmail.com"),
        finds=(("me@gmail.com|free_mail", "written like this"),),
    ),
    "domain without a dot": mistake(
        change(DOMAINS, {"domain": "gmail.com"}, domain="gmail"),
        finds=(("gmail|free_mail", "written like this"),),
    ),
    "industry in upper case": mistake(
        change(INDUSTRIES, {"industry": "saas"}, industry="SaaS"),
        finds=(("SaaS", "so SaaS never matches"),),
    ),
    "keyword without a letter": mistake(
        change(TITLES, {"keyword": "cto"}, keyword="&"), finds=(("&", "no letter and no digit"),)
    ),
    "keyword written twice": mistake(
        repeat(TITLES, {"keyword": "co founder"}, keyword="Co-Founder"),
        finds=(("Co-Founder", "Co-Founder, co founder are the same words"),),
    ),
    "no keywords": Mistake((drop(TITLES),), ((METRICS, "seniority_rank", "pql_titles is empty"),)),
    "no target industry": Mistake(
        (drop(INDUSTRIES),), ((METRICS, "icp_industry", "no account is in a target industry"),)
    ),
}

SIGNALS = {
    "wide and narrow condition": _signal(
        "feature_used|is_core|true|core_action|actor",
        "so the signal core_action counts twice",
        repeat(EVENTS, {"property_name": "is_core"}, property_name="", property_value=""),
    ),
    "any value and one value": _signal(
        "feature_used|is_core|true|core_action|actor",
        "also match feature_used|is_core||core_action|actor",
        repeat(EVENTS, {"property_name": "is_core"}, property_value=""),
    ),
    "idle and active": _signal(
        "heartbeat|||idle|actor",
        "still counts as core_action",
        repeat(EVENTS, {"event_name": "heartbeat"}, signal="core_action"),
    ),
    "idle under a condition": _signal(
        "api_called|by|cron|idle|actor",
        "still counts as api_call",
        repeat(
            EVENTS,
            {"event_name": "api_called"},
            property_name="by",
            property_value="cron",
            signal="idle",
        ),
    ),
    "surface and core": _signal(
        "menu_opened|||surface|actor",
        "opens no session, and still counts as core_action",
        repeat(EVENTS, {"event_name": "menu_opened"}, signal="core_action"),
    ),
    "value without property": _signal(
        "report_created||true|report_with_data|actor",
        "so every report_created counts",
        change(EVENTS, {"event_name": "report_created"}, property_name=""),
    ),
    "name of a derived signal": _signal(
        "error_shown|||session|actor",
        "derives the signal session itself",
        repeat(EVENTS, {"event_name": "error_shown"}, signal="session"),
    ),
    "name of an activation": _signal(
        "error_shown|||activation_documents|actor",
        "derives the signal activation_documents itself",
        repeat(EVENTS, {"event_name": "error_shown"}, signal="activation_documents"),
    ),
    "surface of an account": _signal(
        "page_viewed|||surface|account",
        "always about who acted",
        change(EVENTS, {"event_name": "page_viewed"}, credited_to="account"),
    ),
    "step that no event meets": mistake(
        change(STEPS, {"step_id": "comment_received"}, signal="comment_seen"),
        finds=(("documents|comment_received", "No event of a user counts as comment_seen"),),
    ),
    "step over sessions": mistake(
        change(STEPS, {"step_id": "comment_received"}, signal="session"),
        finds=(("documents|comment_received", "No event of a user counts as session"),),
    ),
    "invitation of somebody else": mistake(
        change(STEPS, {"step_id": "document_shared"}, signal="invite_sent"),
        finds=(("documents|document_shared", "Facts of invite_sent involve nobody else"),),
    ),
}


def _metric(row: dict[str, str], words: str, **values: str) -> Mistake:
    return mistake(change(METRICS, row, **values), finds=((row["metric_id"], words),))


METRIC_MISTAKES = {
    "signal of no event": _metric(
        ERRORS, "Nothing gives the user the signal crash", signal="crash"
    ),
    "signal of accounts": _metric(
        {"metric_id": "funding_rounds_180d"},
        "Nothing gives the user the signal funding_round",
        entity_type="user",
    ),
    "members of domains": _metric(
        {"metric_id": "members"}, "Nothing gives the domain the signal member", entity_type="domain"
    ),
    "activation of no sequence": _metric(
        ERRORS, "the signal activation_mobile", signal="activation_mobile"
    ),
    "people in one's own sessions": _metric(
        {"metric_id": "sessions_30d"}, "involve nobody else", kind="distinct_users"
    ),
    "state of what has no end": _metric(ERRORS, "have no end", kind="state", window_hours=""),
    "parts of days": _metric(
        {"metric_id": "active_days_30d"}, "window of 100 hours", window_hours="100"
    ),
    "signup of a domain": _metric(
        {"metric_id": "activated_users_14d"}, "no domain has a signup", within_hours_of_signup="24"
    ),
    "sum of nothing": _metric(ERRORS, "No event gives error a quantity", kind="sum"),
    "unknown attribute": _metric(
        {"metric_id": "employees"},
        "known of each account does not include revenue",
        attribute="revenue",
    ),
    "attribute of somebody else": _metric(
        {"metric_id": "employees"},
        "known of each user does not include employees",
        entity_type="user",
    ),
    "attribute that is not named": _metric(
        {"metric_id": "employees"}, "attribute is empty", attribute=""
    ),
    "attribute with a signal": _metric(
        {"metric_id": "employees"}, "signal is given", signal="session"
    ),
    "count without a signal": _metric(ERRORS, "signal is empty", signal=""),
    "count of an attribute": _metric(ERRORS, "attribute is given", attribute="employees"),
    "count with a denominator": _metric(
        ERRORS, "denominator_metric_id is given", denominator_metric_id="sessions_30d"
    ),
    "state with a window": _metric(
        {"metric_id": "members"}, "window_hours is given", window_hours="24"
    ),
    "ratio with a window": _metric(DEPTH, "window_hours is given", window_hours="24"),
    "ratio without a numerator": _metric(
        DEPTH, "numerator_metric_id is empty", numerator_metric_id=""
    ),
    "ratio without a denominator": _metric(
        DEPTH, "denominator_metric_id is empty", denominator_metric_id=""
    ),
    "ratio of an unknown metric": _metric(
        DEPTH, "There is no metric clicks", numerator_metric_id="clicks"
    ),
    "ratio of somebody else": _metric(
        DEPTH, "members is measured of each account", denominator_metric_id="members"
    ),
    "ratio of an attribute": _metric(
        DEPTH, "seniority_rank is of kind attribute", numerator_metric_id="seniority_rank"
    ),
}

MODEL_MISTAKES = {
    "free, with customers": Mistake(
        (change(EXCLUSIONS, WEIGHTED | {"reason": "customer"}, is_active="false"),),
        ((MODELS, "weighted_000|1", "paying customers are not left out"),),
    ),
    "paying, without customers": mistake(
        change(MODELS, WEIGHTED, audience="paying"),
        finds=(("weighted_000|1", "paying customers are left out"),),
    ),
    "one precedence twice": mistake(
        change(EXCLUSIONS, WEIGHTED | {"reason": "internal"}, precedence="3"),
        finds=(("weighted_000|internal", "bot and internal of weighted_000"),),
    ),
    "activation of another model": Mistake(
        (change(MODELS, SIMPLE, activation_id="documents"),),
        (
            (
                PILLARS,
                "simple_and_004|1|activation|1|activated",
                "simple_and_004|1 names documents",
            ),
        ),
    ),
    "unreadable valid_from": mistake(
        change(MODELS, WEIGHTED, valid_from="spring"),
        finds=(("weighted_000|1", "valid_from is spring"),),
    ),
    "versions that begin together": mistake(
        repeat(MODELS, WEIGHTED, model_version="2"),
        SECOND_VERSION,
        finds=(("weighted_000|2", "Version 2 does not begin after version 1"),),
    ),
    "versions against time": mistake(
        repeat(MODELS, WEIGHTED, model_version="2", valid_from="1999-01-01"),
        SECOND_VERSION,
        finds=(("weighted_000|2", "Version 2 does not begin after version 1"),),
    ),
    "version of something else": mistake(
        repeat(MODELS, WEIGHTED, model_version="2", valid_from="2026-01-01", entity_type="account"),
        SECOND_VERSION,
        finds=(("weighted_000|2", "scores each account, the one before each user"),),
    ),
    "score without a threshold": mistake(
        change(MODELS, WEIGHTED, pql_threshold=""),
        finds=(("weighted_000|1", "pql_threshold is empty"),),
    ),
    "threshold without a score": mistake(
        change(MODELS, SIMPLE, pql_threshold="50"),
        finds=(("simple_and_004|1", "qualification is pillars_only, but pql_threshold is 50"),),
    ),
    "hot below PQL": mistake(
        change(MODELS, {"model_id": "pillars_003"}, hot_threshold="40"),
        finds=(("pillars_003|1", "hot_threshold 40 is below pql_threshold 50"),),
    ),
    "PQL out of reach": mistake(
        change(MODELS, WEIGHTED, pql_threshold="81"),
        finds=(("weighted_000|1", "at most 80 points, so pql_threshold 81"),),
    ),
    "hot out of reach, by the caps": mistake(
        change(MODELS, {"model_id": "pillars_003"}, hot_threshold="116"),
        finds=(("pillars_003|1", "at most 115 points, so hot_threshold 116"),),
    ),
    "score without rules": Mistake(
        (drop(RULES, **WEIGHTED),), ((MODELS, "weighted_000|1", "at most 0 points"),)
    ),
    "pillars that are not asked for": Mistake(
        (repeat(PILLARS, {"pillar": "usage"}, **WEIGHTED),),
        ((MODELS, "weighted_000|1", "pillars of the version are never used"),),
    ),
    "eleven pillars": Mistake(
        tuple(
            repeat(
                PILLARS, {"model_id": "pillars_003", "pillar": "usage"}, pillar=f"usage_{number}"
            )
            for number in range(8)
        ),
        ((MODELS, "pillars_003|1", "The version has 11 pillars"),),
    ),
    "pillars that are not there": Mistake(
        (drop(PILLARS, **SIMPLE),),
        ((MODELS, "simple_and_004|1", "the version has no pillars"),),
    ),
}

CONDITIONS = {
    "points for everyone": mistake(
        change(RULES, CONTEXT, lower=""), finds=((CONTEXT_KEY, "neither lower nor upper"),)
    ),
    "alternatives of different worth": mistake(
        change(RULES, {"metric_id": "premium_tries_30d"}, points="5"),
        finds=(("weighted_000|1|premium_feature", "differ in points or layer"),),
    ),
    "alternatives of different layers": mistake(
        change(RULES, {"metric_id": "premium_tries_30d"}, layer="usage"),
        finds=(("weighted_000|1|premium_feature", "differ in points or layer"),),
    ),
    "name of another ledger line": mistake(
        change(RULES, CONTEXT, rule_id="cap_usage"),
        finds=(("pillars_003|1|cap_usage|errors_30d", "lines of its own by the name cap_usage"),),
    ),
    "empty band": mistake(
        change(RULES, {"rule_id": "sessions_3_to_6"}, upper="3"),
        finds=(("pillars_003|1|sessions_3_to_6|sessions_14d", "the band from 3 to below 3"),),
    ),
    "bands of two rules": mistake(
        change(RULES, {"rule_id": "sessions_3_to_6"}, upper="7.5"),
        finds=(
            (
                "pillars_003|1|sessions_7_or_more|sessions_14d",
                "from 7 on overlaps from 3 to below 7.5 of the rule sessions_3_to_6",
            ),
        ),
    ),
    "bands of one rule": mistake(
        repeat(RULES, {"rule_id": "core_feature_5_times"}, lower="10"),
        finds=(
            (
                "pillars_003|1|core_feature_5_times|core_actions_30d",
                "from 5 on and from 10 on of this rule overlap",
            ),
        ),
    ),
    "gap": mistake(
        change(RULES, {"rule_id": "sessions_3_to_6"}, upper="6"),
        finds=(("pillars_003|1|sessions_3_to_6|sessions_14d", "from 6 to below 7"),),
    ),
    "pillar over an empty band": mistake(
        change(PILLARS, SIMPLE | {"pillar": "usage"}, upper="2"),
        finds=(("simple_and_004|1|usage|1|sessions_14d", "the band from 3 to below 2"),),
    ),
    "unknown and a value": mistake(
        change(PILLARS, {"is_unknown": "true"}, lower="10"),
        finds=(("pillars_003|1|fit|2|employees", "unknown employees and for a value from 10 on"),),
    ),
    "pillar that any value holds": mistake(
        change(PILLARS, FIT, lower=""),
        finds=(("pillars_003|1|fit|1|employees", "any value will do"),),
    ),
    "unknown that is always known": mistake(
        change(PILLARS, {"pillar": "invites"}, lower="", is_unknown="true"),
        finds=(
            ("simple_and_004|1|invites|1|invites_30d", "Every user has a value of invites_30d"),
        ),
    ),
    "two bands at once": mistake(
        repeat(PILLARS, FIT, lower="", upper="10"),
        finds=(("pillars_003|1|fit|1|employees", "is both below 10 and from 50 on"),),
    ),
    "unknown and known at once": mistake(
        change(PILLARS, FIT, alternative="2"),
        finds=(("pillars_003|1|fit|2|employees", "is both from 50 on and unknown"),),
    ),
    "trigger on somebody else's metric": mistake(
        change(TRIGGERS, {"trigger_id": "domain_spike"}, entity_type="account"),
        finds=(("pillars_003|domain_spike", "activated_users_14d is measured of each domain"),),
    ),
    "trigger without events": mistake(
        change(TRIGGERS, PAYWALL, entity_type="account", metric_id="employees"),
        finds=(("pillars_003|paywall", "employees is of kind attribute"),),
    ),
    "trigger on a ratio": mistake(
        change(TRIGGERS, PAYWALL, metric_id=DEPTH["metric_id"]),
        finds=(("pillars_003|paywall", "is of kind ratio"),),
    ),
    "user trigger of an account model": Mistake(
        (
            repeat(TRIGGERS, PAYWALL, **WEIGHTED),
            repeat(RULES, WEIGHTED | {"rule_id": "employees_100_to_500"}, model_id="new"),
            drop(RULES, **WEIGHTED),
            change(RULES, {"model_id": "new"}, **WEIGHTED),
            change(MODELS, WEIGHTED, entity_type="account", pql_threshold="20"),
        ),
        ((TRIGGERS, "weighted_000|paywall", "but weighted_000 scores each account"),),
    ),
}
MISTAKES = {
    f"{kind}: {name}": found
    for kind, found_by_name in {
        "value": VALUES,
        "reference": REFERENCES,
        "text": TEXTS,
        "list": LISTS,
        "signal": SIGNALS,
        "metric": METRIC_MISTAKES,
        "model": MODEL_MISTAKES,
        "condition": CONDITIONS,
    }.items()
    for name, found in found_by_name.items()
} | {
    f"duplicate: {seed}": mistake(repeat(seed, row), finds=((key, "2 rows have the same"),))
    for seed, (row, key) in DUPLICATES.items()
}

# Edits that change the meaning of the rules but contradict nothing.
FINE = {
    "bands of 0 points may overlap": (
        repeat(RULES, {"rule_id": "context_errors"}, rule_id="many_errors", lower="10"),
    ),
    "a gap may be filled with 0 points": (
        change(RULES, {"rule_id": "sessions_3_to_6"}, upper="6"),
        repeat(
            RULES,
            {"rule_id": "sessions_3_to_6"},
            rule_id="sessions_6",
            lower="6",
            upper="7",
            points="0",
        ),
    ),
    "every activation sequence is a signal": (
        change(METRICS, ERRORS, signal="activation_documents"),
    ),
    "a model may read its own activation": (
        change(MODELS, SIMPLE, activation_id="documents"),
        repeat(METRICS, ERRORS, metric_id="published", signal="activation_documents"),
        change(PILLARS, SIMPLE | {"pillar": "activation"}, metric_id="published"),
    ),
    "a condition may set two rows apart": (
        repeat(EVENTS, {"property_name": "is_core"}, property_value="maybe"),
    ),
    "customers may be the audience": (
        change(MODELS, WEIGHTED, audience="paying"),
        change(EXCLUSIONS, WEIGHTED | {"reason": "customer"}, is_active="false"),
    ),
    "a version may follow another": (
        repeat(MODELS, WEIGHTED, model_version="2", valid_from="2026-01-01T00:00:00Z"),
        SECOND_VERSION,
    ),
    "a pillar may ask for few": (change(PILLARS, {"pillar": "invites"}, lower="", upper="1"),),
}
