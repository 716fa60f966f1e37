"""What a build costs, beside what an expert's own SQL costs on the same rows."""
