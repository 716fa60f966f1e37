"""What a person has to put right before anything can be verified."""

import click


class UsageProblem(click.ClickException):
    """One clear sentence for the user; the command ends with exit code 2."""

    exit_code = 2
