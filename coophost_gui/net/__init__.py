"""The way out: names, HTTP, mail and git, with words for what goes wrong."""
