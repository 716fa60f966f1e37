"""Points that the past would have suggested."""
