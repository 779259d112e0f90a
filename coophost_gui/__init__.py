"""Run your own libre apps together: a window onto Co-op Cloud."""

__version__ = "0.1.0"
