"""What a server promises once it is set up: one file, one promise."""
