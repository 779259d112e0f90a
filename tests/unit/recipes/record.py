"""Write down what the docker CLI answers to every case: ``python -m tests.unit.recipes.record``."""

import json
import sys
import tempfile
from pathlib import Path

from tests.unit.recipes.oracle import answer, older
from tests.unit.recipes.test_compose import CASES, ENV, split


def main():
    """Ask about every case; refuse with a CLI that is not the one that we agree with."""
    if older():
        sys.exit("this docker CLI is older than the one that we agree with")
    for case in sorted(CASES.glob("*.case")):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "case"
            folder.mkdir()
            found = answer(folder, split(case, folder), ENV)
        text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
        case.with_suffix(".json").write_text(f"{text}\n")


if __name__ == "__main__":
    main()
