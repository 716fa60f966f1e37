"""Copies the marts of the last build to published/, all files swapped in at once."""

import click

from pql.console import open_console
from pql.project import published_folder, shown
from pql.publishing import publish_run


@click.command(help=__doc__)
def publish() -> None:
    """Publishes, and says what and where."""
    marts = publish_run()
    open_console().print(f"Published {len(marts)} marts to {shown(published_folder())}/.")


if __name__ == "__main__":
    publish()
