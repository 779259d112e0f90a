"""Decisions in every form that the federation's files have had. The texts are made up."""

MODERN = """---
title: "Resolution 033: The bread oven moves to the yard"
---

- Topic: The bread oven moves to the yard
- Date: 2025-07-16
- Deadline: 2025-07-30
- Size: Large

### Summary

The oven is in the way. It would stand well under the old roof.

### Details

1. Dry wood.
2. A long weekend.
"""
EARLY = """## Resolution 009: A reserve in the kitchen's till - 2023-07-03

- Topic: A reserve in the kitchen's till
- Date: 2023-07-03
- Deadline: 2023-07-17
- Size: Large

## Summary

We keep 1,500 euros for bad days.

## Details

None.
"""
LIVE = """---
title: Resolution 001
---

- Topic: How we decide
- Date: 2023-03-03
- Deadline: 2023-03-03 (live voting)
- Size: large

### Summary

Three sizes of decisions.
"""
PASSED = """---
title: "Resolution 002: Dues"
---

- Topic: Dues
- Date: 2023-03-22
- Deadline: 2023-04-11
- Size: Large
- Passed on 2023-04-13

### Summary

Ten a month, or nothing for whoever cannot.
"""
PLACEHOLDER = """---
title: 'Resolution XXX: What we expect of each other'
---

- Topic: What we expect of each other
- Date: ...
- Deadline: ...
- Size: Large

## Summary

Not finished.
"""
BARE = """# Vote with beans in jars

topic: Vote with beans in jars
date: 2026-05-28
deadline: 2026-06-04
size: large

## Summary

Beans can be counted again.

## Details

A jar for each answer.
"""
SHAPES = {
    "modern": MODERN,
    "early": EARLY,
    "live": LIVE,
    "passed": PASSED,
    "placeholder": PLACEHOLDER,
    "bare": BARE,
}
