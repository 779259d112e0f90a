"""The same flows and plans from a terminal, one file per subject, found by itself."""
