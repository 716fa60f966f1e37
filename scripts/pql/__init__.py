"""What the commands of the project share: its places, its rules in words, its published tables."""
