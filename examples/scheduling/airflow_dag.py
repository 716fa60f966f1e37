"""Airflow with Cosmos: every model a task, scored every hour."""

from datetime import datetime

from cosmos import DbtDag, ProfileConfig, ProjectConfig, RenderConfig

score = DbtDag(
    dag_id="score",
    schedule="5 * * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Two runs would write the same tables.
    max_active_runs=1,
    project_config=ProjectConfig("/srv/pql"),
    profile_config=ProfileConfig(
        profile_name="pql",
        target_name="postgres",
        profiles_yml_filepath="/srv/pql/profiles.yml",
    ),
    render_config=RenderConfig(exclude=["tag:pql_evaluation"]),
)
