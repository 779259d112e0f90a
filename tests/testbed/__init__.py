"""Real servers on one machine, for the end-to-end tests: made, broken and thrown away."""
