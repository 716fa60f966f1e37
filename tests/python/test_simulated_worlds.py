"""The rates each simulated world promises, measured by the models at 20,000 users.

Users count if they signed up at least 90 days before the data ends, and for 90 days. A PQL is who
was one, free and not excluded, before buying.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from scipy.stats import mannwhitneyu
from simulated_worlds import SimulatedWorld
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

pytestmark = pytest.mark.prove

# One in a thousand intervals may miss the promised rate.
ALPHA = 0.001

COHORT = """
    create temp view cohort as

    with ended as (
        select max(loaded_at) as ends_at from raw_events
    ),

    first_qualified as (
        select user_id, min(valid_from) as first_pql_at
        from pql.pql_score_history
        where model_id = 'pillars_003' and is_pql
        group by user_id
    ),

    free_users as (
        select
            truth.*,
            ends_at,
            first_pql_at at time zone 'UTC' as first_pql_at
        from truth
        cross join ended
        left join first_qualified using (user_id)
        where cohort = 'free'
    )

    select
        *,
        coalesce(converted_at < signed_up_at + interval 90 day, false) as is_converted,
        coalesce(first_pql_at < least(
            coalesce(converted_at, ends_at), signed_up_at + interval 90 day
        ), false) as is_pql,
        signed_up_at < ends_at - interval 90 day as is_mature
    from free_users
"""


@dataclass(frozen=True)
class Rate:
    """A share of users, and the interval it leaves for the true one."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        return proportion_confint(self.count, self.of, alpha=ALPHA, method="beta")

    def agrees_with(self, promised: float) -> bool:
        low, high = self.interval
        return low <= promised <= high


class Built:
    """A world after the models have read it."""

    def __init__(self, raw: Path, database: Path) -> None:
        self.connection = duckdb.connect(str(database), read_only=True)
        self.connection.execute("set TimeZone = 'UTC'")
        for name, files in (("raw_events", "events/*"), ("truth", "truth/truth")):
            source = f"'{raw}/{files}.parquet'"
            self.connection.execute(f"create temp view {name} as select * from {source}")
        self.connection.execute(COHORT)

    def rate(self, condition: str, among: str = "is_mature") -> Rate:
        """How many of the users `among` which something holds meet the condition."""
        row = self.connection.execute(
            f"select count(*) filter ({condition}), count(*) from cohort where {among}"
        ).fetchone()
        assert row is not None
        return Rate(*row)


@pytest.fixture(scope="module")
def built(simulated: Callable[[str], SimulatedWorld]) -> Callable[[str], Built]:
    worlds: dict[str, Built] = {}

    def build(name: str) -> Built:
        if name not in worlds:
            world = simulated(name)
            worlds[name] = Built(world.raw, world.database)
        return worlds[name]

    return build


def test_standard(built: Callable[[str], Built]) -> None:
    """4 % buy, 8 % qualify, 22 % of those buy: 44 % of sales were PQLs first, a lift of 5.5."""
    world = built("standard")
    assert world.rate("is_converted").agrees_with(0.04)
    assert world.rate("is_pql").agrees_with(0.08)
    assert world.rate("is_converted", "is_mature and is_pql").agrees_with(0.22)
    qualified_first = world.rate("is_pql", "is_mature and is_converted")
    assert qualified_first.agrees_with(0.44)
    low, high = qualified_first.interval
    assert low <= 5.5 * 0.08 <= high


def test_the_truth_and_the_models_agree_on_activation(built: Callable[[str], Built]) -> None:
    """Apart from the few whose events had not arrived when the data ended."""
    same_instant = """
        activated_at = (
            select activations.activated_at at time zone 'UTC'
            from pql_intermediate.int_pql__activations as activations
            where activation_id = 'project_management' and activations.user_id = cohort.user_id
        )
    """
    assert built("standard").rate(same_instant, "activated_at is not null").interval[0] > 0.99


def test_the_score_predicts_in_the_standard_world(built: Callable[[str], Built]) -> None:
    later, never = _scores_at_two_weeks(built("standard"))
    assert mannwhitneyu(later, never, alternative="greater").pvalue < ALPHA


def test_no_signal(built: Callable[[str], Built]) -> None:
    """PQLs buy in the 90 days after qualifying as often as anybody in 90 days: 4 %."""
    world = built("no_signal")
    assert world.rate("is_converted").agrees_with(0.04)
    assert world.rate("is_pql").agrees_with(0.08)
    bought = "coalesce(converted_at between first_pql_at and first_pql_at + interval 90 day, false)"
    followed = "is_pql and first_pql_at < ends_at - interval 90 day"
    assert world.rate(bought, followed).agrees_with(0.04)


def test_the_score_says_nothing_in_a_world_without_signal(built: Callable[[str], Built]) -> None:
    later, never = _scores_at_two_weeks(built("no_signal"))
    assert len(later) > 100
    assert mannwhitneyu(later, never).pvalue > ALPHA


def test_loose(built: Callable[[str], Built]) -> None:
    """More than 8 % qualify, and 3 % of them buy."""
    world = built("loose")
    assert world.rate("is_converted", "is_mature and is_pql").agrees_with(0.03)
    assert world.rate("is_pql").interval[0] > 0.08


def test_planted_leak(built: Callable[[str], Built]) -> None:
    """By event time nearly every buyer had finished onboarding before; elsewhere few had."""
    leaking, standard = built("planted_leak"), built("standard")
    assert leaking.rate("is_pql").agrees_with(0.08)
    assert leaking.rate("is_converted", "is_mature and is_pql").agrees_with(0.22)
    had_finished = """
        exists (
            select true from pql.pql_score_ledger
            where model_id = 'pillars_003' and line_id = 'context_onboarding'
                and pql_score_ledger.user_id = cohort.user_id
                and valid_from at time zone 'UTC' < converted_at
        )
    """
    assert leaking.rate(had_finished, "is_converted").interval[0] > 0.85
    assert standard.rate(had_finished, "is_converted").interval[1] < 0.6


def test_zero_effect(built: Callable[[str], Built]) -> None:
    """Who was called buys as often as who was left alone; in the standard world more often."""
    world = built("zero_effect")
    assert world.rate("is_converted").agrees_with(0.04)
    assert world.rate("is_pql").agrees_with(0.08)
    assert world.rate("is_converted", "is_mature and is_pql").agrees_with(0.22)
    low, high = _effect_of_calls(world)
    assert low < 0 < high
    assert _effect_of_calls(built("standard"))[0] > 0


def _effect_of_calls(world: Built) -> tuple[float, float]:
    """The difference a call may make, with 95 % confidence, to who could have got one."""
    called, left_alone = (
        world.rate(
            "converted_at is not null",
            f"{group} and moment_at < ends_at - interval 30 day",
        )
        for group in ("may_be_contacted", "not may_be_contacted")
    )
    return confint_proportions_2indep(called.count, called.of, left_alone.count, left_alone.of)


def _scores_at_two_weeks(world: Built) -> tuple[list[int], list[int]]:
    """Scores two weeks after signup of who bought later and of who did not."""
    rows = world.connection.execute(
        """
        select score, is_converted
        from cohort
        inner join pql.pql_score_history
            on cohort.user_id = pql_score_history.user_id
            and model_id = 'pillars_003'
            and signed_up_at + interval 14 day >= valid_from at time zone 'UTC'
            and signed_up_at + interval 14 day < coalesce(valid_to at time zone 'UTC', 'infinity')
        where is_mature
            and coalesce(converted_at, ends_at) > signed_up_at + interval 14 day
        """
    ).fetchall()
    later = [score for score, is_converted in rows if is_converted]
    never = [score for score, is_converted in rows if not is_converted]
    return later, never
