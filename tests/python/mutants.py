"""Wrong versions of the project, one small edit each: what the verification has to notice.

A mutant is a mistake that somebody could make and that no engine would complain about.
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mutant:
    """An edit of one file, and whom it would hurt."""

    name: str
    file: str
    find: str
    replace: str
    harm: str
    # A file in which `find` stands more or less often has changed: the mutant has to follow it.
    times: int = 1
    # The first model that a changed macro changes; files of models and seeds name it themselves.
    rebuilt_from: str = ""

    @property
    def selector(self) -> str:
        """What dbt has to build again."""
        return f"{self.rebuilt_from or Path(self.file).stem}+"

    def apply(self, project: Path) -> None:
        """Edit the file of a copy of the project."""
        path = project / self.file
        text = path.read_text(encoding="utf-8")
        found = text.count(self.find)
        assert found == self.times, (
            f"{self.file} has {found} times {self.find!r}, expected were {self.times}: "
            f"the mutant {self.name} has to follow the file"
        )
        path.write_text(text.replace(self.find, self.replace), encoding="utf-8")


RULES = "seeds/rules"
STAGING = "models/staging"
ACTIVITY = "models/intermediate/activity"
ENTITIES = "models/intermediate/entities"
METRICS = "models/intermediate/metrics"
SCORING = "models/intermediate/scoring"
NOW = "models/intermediate/now"
TRUST = "models/intermediate/trust"
SCORES = "models/marts/scores"

# -- The three that matter most: points, time, and who is let in -----------------------------------

FOREMOST = (
    Mutant(
        "wrong_points",
        f"{RULES}/pql_rules.csv",
        "teammates_invited,intent,invites_30d,2,,10,",
        "teammates_invited,intent,invites_30d,2,,11,",
        "every score with invitations is a point too high",
    ),
    Mutant(
        "window_end_included",
        f"{METRICS}/int_pql__metric_facts.sql",
        "leaves_at as valid_to",
        "leaves_at + interval 1 microsecond as valid_to",
        "what is exactly a window old still counts",
    ),
    Mutant(
        "bot_let_in",
        "macros/activity/pql_active_events.sql",
        "where is_bot or is_internal",
        "where is_internal",
        "what robots do counts for people and their companies",
        rebuilt_from="int_pql__user_history",
    ),
)

# -- Rule seeds ------------------------------------------------------------------------------------

OF_RULES = (
    Mutant(
        "upper_bound_missed",
        f"{RULES}/pql_rules.csv",
        "fit,employees,100,501,25",
        "fit,employees,100,500,25",
        "a company of 500 is too large",
    ),
    Mutant(
        "window_an_hour_short",
        f"{RULES}/pql_metrics.csv",
        "sessions_14d,user,count,session,,336,",
        "sessions_14d,user,count,session,,335,",
        "sessions are forgotten before 14 days are over",
    ),
    Mutant(
        "bonus_an_hour_short",
        f"{RULES}/pql_metrics.csv",
        "activated_within_7d,user,count,activation,,,168,",
        "activated_within_7d,user,count,activation,,,167,",
        "who activates in the last of 168 hours loses the bonus",
    ),
    Mutant(
        "invitations_counted_twice",
        f"{RULES}/pql_metrics.csv",
        "invites_30d,user,distinct_objects,",
        "invites_30d,user,count,",
        "five invitations to one address look like five people",
    ),
    Mutant(
        "cap_raised",
        f"{RULES}/pql_models.csv",
        "50,70,30,30,25,30,",
        "50,70,30,30,25,40,",
        "intent alone weighs more than it may",
    ),
    Mutant(
        "threshold_missed_by_one",
        f"{RULES}/pql_models.csv",
        "pillars_and_score,50,70,",
        "pillars_and_score,51,70,",
        "leads of exactly 50 points are never called",
    ),
    Mutant(
        "pillar_lowered",
        f"{RULES}/pql_pillars.csv",
        "pillars_003,1,usage,1,sessions_14d,3,",
        "pillars_003,1,usage,1,sessions_14d,2,",
        "two visits count as use",
    ),
    Mutant(
        "unknown_size_fails",
        f"{RULES}/pql_pillars.csv",
        "fit,2,employees,,,true,",
        "fit,2,employees,0,,false,",
        "companies whose size nobody knows can never fit",
    ),
    Mutant(
        "rearmed_too_early",
        f"{RULES}/pql_hot_triggers.csv",
        "paywall_hits_30d,1,168,4,168,",
        "paywall_hits_30d,1,168,4,24,",
        "a second hit restarts the clock of an alert that is still open",
    ),
    Mutant(
        "burst_of_four",
        f"{RULES}/pql_hot_triggers.csv",
        "invites_7d,5,",
        "invites_7d,4,",
        "four invitations raise an alarm",
    ),
    Mutant(
        "exclusions_in_another_order",
        f"{RULES}/pql_exclusions.csv",
        "pillars_003,competitor,5,",
        "pillars_003,competitor,9,",
        "a competitor who is a customer too is named a customer",
    ),
    Mutant(
        "heartbeats_as_activity",
        f"{RULES}/pql_event_signals.csv",
        "heartbeat,,,idle,,actor\n",
        "",
        "an open tab looks like a day of work",
    ),
    Mutant(
        "viewing_counts_as_trying",
        f"{RULES}/pql_event_signals.csv",
        "premium_feature_viewed,,,surface,,",
        "premium_feature_viewed,,,paywall_hit,,",
        "looking at a premium page makes a lead hot",
    ),
    Mutant(
        "assigned_to_oneself",
        f"{RULES}/pql_activation_steps.csv",
        "task_assigned,1,events,true,",
        "task_assigned,1,events,false,",
        "people who work alone count as activated",
    ),
    Mutant(
        "same_task_counts_again",
        f"{RULES}/pql_activation_steps.csv",
        "task_created,3,objects,",
        "task_created,3,events,",
        "one task made three times completes the step of three tasks",
    ),
    Mutant(
        "industry_forgotten",
        f"{RULES}/pql_industries.csv",
        "software,Software\nsaas",
        "software,\nsaas",
        "the main target industry gets no points",
    ),
    Mutant(
        "internal_domain_forgotten",
        f"{RULES}/pql_domains.csv",
        "qa.example,test,",
        "qa.example,relay,",
        "automated tests become leads",
    ),
)

# -- Raw rows --------------------------------------------------------------------------------------

OF_STAGING = (
    Mutant(
        "offset_lost",
        "macros/cross_db/pql_parsing.sql",
        "'\\1:00\\2') as timestamptz)",
        "'\\1:00\\2') as timestamp)",
        "events of other time zones are hours too early or late",
        rebuilt_from="base_pql__events",
    ),
    Mutant(
        "clamp_forgotten",
        "macros/input/pql_clamped_instant.sql",
        "case when occurred_at > loaded_at then loaded_at else occurred_at end",
        "occurred_at",
        "one event of next year freezes `now` for a year",
        rebuilt_from="stg_pql__event_versions",
    ),
    Mutant(
        "last_load_of_a_repeat_kept",
        "macros/input/pql_judged_versions.sql",
        "content_digest order by loaded_at nulls first",
        "content_digest order by loaded_at desc nulls last",
        "an old content that is sent again undoes a correction",
        rebuilt_from="stg_pql__event_versions",
    ),
    Mutant(
        "oldest_version_holds",
        "macros/input/pql_judged_versions.sql",
        "order by loaded_at desc nulls last",
        "order by loaded_at nulls first",
        "corrections are ignored",
        rebuilt_from="stg_pql__event_versions",
    ),
    Mutant(
        "last_of_a_conflict_kept",
        "macros/input/pql_judged_versions.sql",
        "{{ pql_byte_order('event_name') }},",
        "{{ pql_byte_order('event_name') }} desc,",
        "which of two contradicting rows holds is another one than the page says",
        rebuilt_from="stg_pql__event_versions",
    ),
    Mutant(
        "deletions_ignored",
        "macros/input/pql_accepted_events.sql",
        "where is_current and not is_deleted",
        "where is_current",
        "what was taken back still scores",
        rebuilt_from="stg_pql__event_versions",
    ),
    Mutant(
        "bands_of_employees_unread",
        "macros/input/pql_parsed.sql",
        "([.]0+|-[0-9]{1,12}|[+])?",
        "([.]0+)?",
        "companies of `51-200` have no size",
        rebuilt_from="base_pql__accounts",
    ),
    Mutant(
        "faults_unreported",
        "macros/input/pql_faults.sql",
        "'unreadable_time' if kind == 'instant' else 'unreadable_value'",
        "'unreadable_value'",
        "rows that are left out look like rows that are kept",
        rebuilt_from="int_pql__rejected_rows",
    ),
)

# -- Entities --------------------------------------------------------------------------------------

OF_ENTITIES = (
    Mutant(
        "start_at_signup",
        f"{ENTITIES}/int_pql__users.sql",
        "coalesce(first_events.first_event_at, stated_signups.signed_up_at)\n",
        "coalesce(stated_signups.signed_up_at, first_events.first_event_at)\n",
        "who was active before signing up has no history of it",
    ),
    Mutant(
        "silence_is_no_consent",
        f"{ENTITIES}/int_pql__user_history.sql",
        "coalesce(with_host.profiling_consent, true)",
        "coalesce(with_host.profiling_consent, false)",
        "everyone who was never asked is left out",
    ),
    Mutant(
        "president_in_vice_president",
        f"{ENTITIES}/int_pql__title_ranks.sql",
        "where longer_matches.keyword is null",
        "",
        "vice presidents rank as founders",
    ),
    Mutant(
        "first_account_of_events_kept",
        f"{ENTITIES}/int_pql__stated_memberships.sql",
        "{{ pql_byte_order('event_id') }} desc",
        "{{ pql_byte_order('event_id') }}",
        "of two accounts at one instant the wrong one holds",
    ),
    Mutant(
        "row_without_account_ends_membership",
        f"{ENTITIES}/int_pql__stated_memberships.sql",
        "    from user_history\n    where account_id is null\n",
        "    from user_history\n    where false\n",
        "users whose row names no account lose that of their events",
    ),
    Mutant(
        "last_reason_named",
        f"{ENTITIES}/int_pql__exclusions.sql",
        "min(by_model.precedence)",
        "max(by_model.precedence)",
        "the reason on the row is not the one that weighs most",
    ),
    Mutant(
        "trials_as_customers",
        f"{ENTITIES}/int_pql__exclusion_reasons.sql",
        "    where is_paid\n",
        "",
        "nobody ever calls a trial",
    ),
    Mutant(
        "stage_never_left",
        f"{ENTITIES}/int_pql__exclusion_reasons.sql",
        "then left_at else coalesce(next_entered_at, left_at) end",
        "then next_entered_at else next_entered_at end",
        "a lost opportunity keeps a lead out for ever",
    ),
    Mutant(
        "leads_by_address_ignored",
        f"{ENTITIES}/int_pql__exclusion_reasons.sql",
        "where stated.user_id is null",
        "where false",
        "a CRM that knows people by e-mail leaves nobody out",
    ),
)

# -- Activity --------------------------------------------------------------------------------------

OF_ACTIVITY = (
    Mutant(
        "pause_of_30_minutes_breaks",
        f"{ACTIVITY}/int_pql__session_activity.sql",
        "case when pause <= {{ timeout }}",
        "case when pause < {{ timeout }}",
        "a pause of exactly 30 minutes makes a second session",
    ),
    Mutant(
        "page_views_open_sessions",
        f"{ACTIVITY}/int_pql__session_activity.sql",
        "    where is_surface = 0 or previous_opening_at >= island_began_at\n",
        "",
        "a look at a page counts as a visit",
    ),
    Mutant(
        "cut_sessions_dropped",
        f"{ACTIVITY}/int_pql__sessions.sql",
        "    from cut_sessions\n",
        "    from cut_sessions\n    where false\n",
        "the most active users have no sessions",
    ),
    Mutant(
        "first_piece_only",
        f"{ACTIVITY}/int_pql__sessions.sql",
        "group by user_id, session_started_at, piece_number",
        "group by user_id, session_started_at",
        "a marathon of days is one session",
    ),
    Mutant(
        "gap_of_five_minutes_is_idle",
        f"{ACTIVITY}/int_pql__sessions.sql",
        "and pause <= {{ active_gap }}",
        "and pause < {{ active_gap }}",
        "a pause of exactly five minutes is no active time",
        times=2,
    ),
    Mutant(
        "core_actions_after_the_end",
        f"{ACTIVITY}/int_pql__session_core_actions.sql",
        "and occurred_at <= session_ended_at",
        "and occurred_at < session_ended_at",
        "the last action of a session is lost",
    ),
    Mutant(
        "invited_oneself",
        f"{ACTIVITY}/int_pql__invites.sql",
        "when resolved.is_self = 1 then 'self'",
        "when false then 'self'",
        "people raise their score by inviting themselves",
    ),
    Mutant(
        "colleagues_invited",
        f"{ACTIVITY}/int_pql__invites.sql",
        "when resolved.is_member = 1 then 'member'",
        "when false then 'member'",
        "inviting who is there already counts as growth",
    ),
    Mutant(
        "addresses_in_two_cases",
        f"{ACTIVITY}/int_pql__invites.sql",
        "lower(coalesce(events.object_id, events.target_user_id)) as addressee",
        "coalesce(events.object_id, events.target_user_id) as addressee",
        "one person is two when written in capitals",
    ),
    Mutant(
        "credit_for_oneself",
        f"{ACTIVITY}/int_pql__credited_signals.sql",
        "(credited_to = 'account' or entity_id <> user_id)",
        "(credited_to = 'account' or true)",
        "a comment on one's own document counts as received",
    ),
    Mutant(
        "activated_at_the_first_step",
        "macros/activity/pql_completed_activations.sql",
        "max(steps_met.met_at) as activated_at",
        "min(steps_met.met_at) as activated_at",
        "users are activated before they did it all",
        rebuilt_from="int_pql__activations",
    ),
    Mutant(
        "step_after_its_deadline",
        "macros/activity/pql_completed_activations.sql",
        "or numbered.first_at <= {{ pql_add_hours",
        "or true or numbered.first_at <= {{ pql_add_hours",
        "a deadline binds nobody",
        rebuilt_from="int_pql__activations",
    ),
)

# -- Metrics ---------------------------------------------------------------------------------------

OF_METRICS = (
    Mutant(
        "bonus_at_the_last_instant_lost",
        f"{METRICS}/int_pql__metric_facts.sql",
        "or signals.occurred_at <= {{ pql_add_hours",
        "or signals.occurred_at < {{ pql_add_hours",
        "168 hours after signup is no longer within 168 hours",
    ),
    Mutant(
        "window_from_the_action",
        "macros/rules/pql_fact.sql",
        "'coalesce(' ~ signal ~ '.counted_from, ' ~ signal ~ '.occurred_at)'",
        "signal ~ '.occurred_at'",
        "core actions outlive the session they are divided by",
        rebuilt_from="int_pql__metric_facts",
    ),
    Mutant(
        "days_of_24_hours",
        "macros/rules/pql_fact.sql",
        "'cast(cast(' ~ signal ~ '.occurred_at as date) as timestamp)'",
        "signal ~ '.occurred_at'",
        "more active days than the window has",
        rebuilt_from="int_pql__metric_facts",
    ),
    Mutant(
        "first_instead_of_distinct",
        f"{METRICS}/int_pql__metric_changes.sql",
        "{{ pql_merged_intervals('keyed', ["
        "'series_number', 'is_counted', 'fact_key', 'value', 'denominator']) }}",
        "select *, row_number() over (partition by series_number, fact_key"
        " order by valid_from) as number from keyed qualify number = 1",
        "somebody invited again is forgotten with the first invitation",
    ),
    Mutant(
        "unknown_signup_is_none",
        f"{METRICS}/int_pql__metric_series.sql",
        "is not null and entities.signed_up_at is null as is_unknown",
        "is not null and false as is_unknown",
        "unknown counts as failed",
    ),
    Mutant(
        "one_fact_too_few",
        f"{METRICS}/int_pql__reached_conditions.sql",
        "fact_counts.fact_count - 1",
        "greatest(fact_counts.fact_count - 2, 0)",
        "two sessions score as three",
    ),
    Mutant(
        "no_end_of_the_band",
        f"{METRICS}/int_pql__reached_conditions.sql",
        "-1 as is_open",
        "0 as is_open",
        "seven sessions score in both bands",
    ),
    Mutant(
        "greater_for_at_least",
        "macros/rules/pql_is_in_band.sql",
        "{{ value }} >= {{ row }}.lower",
        "{{ value }} > {{ row }}.lower",
        "whoever just reaches a bound gets nothing",
        rebuilt_from="int_pql__condition_history",
    ),
    Mutant(
        "inherited_from_before",
        f"{METRICS}/int_pql__condition_history.sql",
        "greatest(shared.valid_from, memberships.valid_from) as valid_from",
        "shared.valid_from",
        "people score for a company before they join it",
    ),
    Mutant(
        "no_account_is_no_answer",
        f"{METRICS}/int_pql__condition_history.sql",
        "case when conditions.is_unknown then 'held' else 'unknown' end as state",
        "'unknown' as state",
        "whoever is in no account fails what asks for an unknown size",
    ),
)

# -- Scores ----------------------------------------------------------------------------------------

OF_SCORES = (
    Mutant(
        "points_of_a_rule_doubled",
        f"{SCORING}/int_pql__rule_history.sql",
        "['model_id', 'model_version', 'entity_type', 'entity_id', 'rule_id', 'layer', 'points']",
        "['model_id', 'model_version', 'entity_type', 'entity_id', 'rule_id', 'layer', 'points',"
        " 'metric_id']",
        "two rows of one rule give its points twice",
    ),
    Mutant(
        "last_metric_named",
        f"{SCORING}/int_pql__rule_history.sql",
        "min({{ pql_byte_order('metric_id') }}) as metric_id",
        "max({{ pql_byte_order('metric_id') }}) as metric_id",
        "the ledger explains points with the wrong metric",
    ),
    Mutant(
        "old_version_in_force",
        f"{SCORING}/int_pql__model_versions.sql",
        "lead(in_force_from) over (partition by model_id order by in_force_from, model_version)",
        "cast(null as timestamp)",
        "last year's weights and today's score side by side",
    ),
    Mutant(
        "any_condition_of_a_pillar",
        f"{SCORING}/int_pql__pillar_alternatives.sql",
        "condition_counts.held_count + condition_counts.unknown_count = alternatives",
        "condition_counts.held_count + condition_counts.unknown_count <= alternatives",
        "one half of a condition holds a pillar",
    ),
    Mutant(
        "unknown_pillar_held",
        f"{SCORING}/int_pql__pillar_history.sql",
        "case when held_count > 0 then 'held'",
        "case when held_count + unknown_count > 0 then 'held'",
        "a company nobody knows fits",
    ),
    Mutant(
        "cap_skipped",
        f"{SCORING}/int_pql__capped_scores.sql",
        "{{ pql_capped_score() }}",
        "{{ pql_layers() | join('_points + ') }}_points",
        "forty points where at most thirty are meant",
    ),
    Mutant(
        "floor_skipped",
        f"{SCORING}/int_pql__status_history.sql",
        "else greatest(capped_score, 0) end as score",
        "else capped_score end as score",
        "scores below zero",
    ),
    Mutant(
        "excluded_with_a_score",
        f"{SCORING}/int_pql__status_history.sql",
        "case when exclusion_precedence > 0 then 0 else",
        "case when exclusion_precedence > 99 then 0 else",
        "who is left out still leads the list",
    ),
    Mutant(
        "hot_above_the_threshold_only",
        f"{SCORING}/int_pql__status_history.sql",
        "qualified.score >= qualified.hot_threshold",
        "qualified.score > qualified.hot_threshold",
        "70 points are not hot",
    ),
    Mutant(
        "hot_without_being_qualified",
        f"{SCORING}/int_pql__status_history.sql",
        "qualified.is_qualified_by_score and qualified.score",
        "qualified.score",
        "70 points without activation are called within a day",
    ),
    Mutant(
        "candidates_unnamed",
        f"{SCORING}/int_pql__status_history.sql",
        "qualification = 'pillars_and_score' and score >= pql_threshold",
        "qualification = 'pillars_and_score' and score > pql_threshold",
        "who lacks only a pillar is not seen",
    ),
    Mutant(
        "rearmed_at_the_last_instant",
        f"{SCORING}/int_pql__hot_hits.sql",
        "'rearm_quiet_hours') }} < hit_at",
        "'rearm_quiet_hours') }} <= hit_at",
        "a hit after exactly seven quiet days restarts the clock",
    ),
    Mutant(
        "respond_to_the_first_hit",
        f"{SCORING}/int_pql__hot_hits.sql",
        "max(case when is_firing then hit_at end)",
        "min(case when is_firing then hit_at end)",
        "a second call for help is overdue when it comes",
    ),
    Mutant(
        "cause_that_ended",
        f"{SCORING}/int_pql__status_change_causes.sql",
        "* status_changes.direction desc,",
        "* status_changes.direction,",
        "the rule named as the cause is the one that mattered least",
    ),
)

# -- What a rep reads ------------------------------------------------------------------------------

OF_MARTS = (
    Mutant(
        "old_version_named",
        f"{SCORES}/pql_transitions.sql",
        "'version:' || cast(status_changes.model_version as varchar)",
        "'version:' || cast(status_changes.previous_version as varchar)",
        "new weights are blamed on the old ones",
    ),
    Mutant(
        "floor_line_missing",
        f"{SCORES}/pql_score_ledger.sql",
        "greatest(-capped_score, 0) as points",
        "0 as points",
        "the ledger does not add up to the score",
    ),
    Mutant(
        "exclusion_of_the_uncapped_sum",
        f"{SCORES}/pql_score_ledger.sql",
        "{{ pql_capped_score() }}",
        "{{ pql_layers() | join('_points + ') }}_points",
        "the ledger of the excluded does not add up to zero",
    ),
    Mutant(
        "warming_up_counts_as_qualifying",
        f"{SCORES}/pql_scores.sql",
        "and coalesce(transitions.from_status, '') not in ('pql', 'hot')",
        "",
        "a PQL that becomes hot has qualified twice",
    ),
    Mutant(
        "qualified_in_the_future",
        f"{SCORES}/pql_scores.sql",
        "and transitions.transitioned_at <= moment.as_of",
        "",
        "yesterday's report knows what happened today",
    ),
    Mutant(
        "points_to_pql_below_zero",
        f"{SCORES}/pql_scores.sql",
        "case when scores.score >= model_versions.pql_threshold then 0 else",
        "case when scores.score < 0 then 0 else",
        "a PQL lacks a negative number of points",
    ),
    Mutant(
        "idle_is_active",
        f"{NOW}/int_pql__last_activity.sql",
        " and idle_signals.event_name is null",
        "",
        "an open tab looks like someone at work",
    ),
    Mutant(
        "latest_answer_due",
        f"{NOW}/int_pql__hot_now.sql",
        "min(respond_by_at) as respond_by_at",
        "max(respond_by_at) as respond_by_at",
        "the more urgent of two answers is late",
    ),
    Mutant(
        "hot_anew_with_every_change",
        f"{NOW}/int_pql__hot_now.sql",
        "['model_id', 'entity_id']",
        "['model_id', 'entity_id', 'valid_from']",
        "the clock to answer a hot score restarts with every point",
    ),
    Mutant(
        "steps_that_are_not_enough",
        f"{NOW}/int_pql__next_steps.sql",
        "where {{ pql_is_qualified('new_score', 'has_every_pillar') }}",
        "where {{ pql_is_qualified('new_score', 'true') }}",
        "advice that would not make anyone a lead",
    ),
)

OTHERS = (
    *OF_RULES,
    *OF_STAGING,
    *OF_ENTITIES,
    *OF_ACTIVITY,
    *OF_METRICS,
    *OF_SCORES,
    *OF_MARTS,
)
