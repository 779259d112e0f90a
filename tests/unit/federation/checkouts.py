"""Checkouts shaped like the federation's documentation: one without a fault, one with many."""

from pathlib import Path

from tests.unit.federation.shapes import BARE, EARLY, LIVE, MODERN, PASSED, PLACEHOLDER

NAV = """site_name: The kitchen's papers
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
  - toc: {permalink: !ENV [PERMALINK, true]}
nav:
  - Home: index.md
  - Federation:
      - Members: federation/membership.md
      - Resolutions:
          - In progress:
              - "033": federation/resolutions/in-progress/033.md
          - Passed:
              - "001": federation/resolutions/passed/001.md
              - "002": federation/resolutions/passed/002.md
              - "009": federation/resolutions/passed/009.md
          - Drafts:
              - "020": federation/resolutions/drafts/020.md
"""
MEMBERS = """# Members

| Name | Dues | Waiver | Contact |
| ---- | :--: | :----: | ------- |
| [Quarter's Kitchen](https://kitchen.example.org/) | ✅ | - | `@ada:example.org` |
| [Bakery](https://bakery.example.org/) | - | - | `dough@example.org`|
| Choir | - | ✅ | - |
"""
MINUTES = """# Monday, 3rd of July 2023

Proposed: [the reserve](../resolutions/passed/009.md), open until 2023-07-17 (Monday).

Next time: Monday, 7 August 2023. See [the last minutes](2023-03-03.md).
"""
FIRST = """# 2023-03-03

We met on a Friday (2023-03-03, Friday) and voted. See https://example.org/minutes/1999-01-01.
"""


def put(root: Path, files: dict[str, str]) -> Path:
    """Write *files* under *root*."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def clean(root: Path) -> Path:
    """Return a checkout without a fault, with every form that was right in its time."""
    base = "docs/federation"
    return put(
        root,
        {
            "mkdocs.yml": NAV,
            "docs/index.md": "# Papers\n",
            f"{base}/membership.md": MEMBERS,
            f"{base}/minutes/2023-03-03.md": FIRST,
            f"{base}/minutes/2023-07-03.md": MINUTES,
            f"{base}/resolutions/in-progress/033.md": MODERN,
            f"{base}/resolutions/passed/001.md": LIVE,
            f"{base}/resolutions/passed/002.md": PASSED,
            f"{base}/resolutions/passed/009.md": EARLY,
            f"{base}/resolutions/drafts/020.md": PLACEHOLDER,
        },
    )


def faulty(root: Path) -> Path:
    """Return the same with the faults that the federation's own record has had."""
    base = "docs/federation"
    beans = MODERN.replace("033", "039").replace("oven", "beans")
    return put(
        clean(root),
        {
            "mkdocs.yml": NAV.replace(
                "          - Passed:\n",
                '              - "039": federation/resolutions/in-progress/039.md\n'
                "          - Passed:\n"
                '              - "039": federation/resolutions/passed/039.md\n',
            ),
            f"{base}/resolutions/passed/039.md": beans,
            f"{base}/resolutions/in-progress/040.md": BARE,
            f"{base}/resolutions/passed/037.md": MODERN.replace("033", "037")
            .replace("2025-07-16", "2026-02-12")
            .replace("2025-07-30", "2026-02-26"),
            f"{base}/kite-flying-pad-archive.md": "# Pad\n\n## 2026-02-19\n\n:::info\n"
            "@room Medium decision 037. Please answer by Monday, 26th of February.\n:::\n",
            f"{base}/minutes/2024-29-03.md": "# A Friday\n",
            f"{base}/minutes/2023-05-03.md": "# May\n\n"
            "[Last time](/federation/minutes/2022-03-03/)\n",
            f"{base}/membership.md": MEMBERS
            + "| Choir | - | - | `choir@example.org` |\n| Band | - | `band@example.org` |\n"
            + "| Dance | - | - | somebody |\n",
        },
    )
