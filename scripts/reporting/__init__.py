"""One page about leads and how far their score can be trusted: what it says, and how it looks."""
