"""What make watch does: keep the hot lane up to date, and tell people of new episodes, once."""
