"""``python -m tests.testbed``: the testbed from a terminal."""

import argparse

from tests.testbed import install


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.testbed", description=__doc__)
    parser.add_argument("command", choices=("install",))
    parser.parse_args()
    install.install()


if __name__ == "__main__":
    main()
