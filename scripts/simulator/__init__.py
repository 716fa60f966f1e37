"""A product world with planted truth: every user's true chance to buy is known."""
