"""The way out: names, HTTP and git, with words for what goes wrong."""
