"""Dagster: every model an asset, scored every hour, evaluated every Monday."""

from collections.abc import Iterator
from typing import Any

from dagster import AssetExecutionContext, Definitions
from dagster_dbt import (
    DbtCliResource,
    DbtProject,
    build_schedule_from_dbt_selection,
    dbt_assets,
)

project = DbtProject(project_dir="/srv/pql", profiles_dir="/srv/pql", target="postgres")
project.prepare_if_dev()


@dbt_assets(manifest=project.manifest_path, project=project)
def product_qualified_leads(context: AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """One dbt build of whatever a run has selected."""
    yield from dbt.cli(["build"], context=context).stream()


definitions = Definitions(
    assets=[product_qualified_leads],
    resources={"dbt": DbtCliResource(project_dir=project)},
    schedules=[
        build_schedule_from_dbt_selection(
            [product_qualified_leads],
            job_name="score",
            cron_schedule="5 * * * *",
            dbt_select="fqn:*",
            dbt_exclude="tag:pql_evaluation",
        ),
        build_schedule_from_dbt_selection(
            [product_qualified_leads],
            job_name="evaluate",
            cron_schedule="30 5 * * 1",
            dbt_select="tag:pql_evaluation",
        ),
    ],
)
