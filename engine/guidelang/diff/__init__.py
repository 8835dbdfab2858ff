"""Two editions of a guideline: what is different between them, in its text, in its meaning, and for whom."""
