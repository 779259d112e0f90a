"""What every measurement shares: both sides in turns in one run, and the median of the ratios.

A busy machine hurts both alike, so each pair gives one ratio.
"""

import statistics
import time
from collections.abc import Callable, Sequence


def seconds(act: Callable[[], object]) -> float:
    """Return how long *act* takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def in_turns(
    ours: Callable[[], object], theirs: Callable[[], object], pairs: int
) -> list[tuple[float, float]]:
    """Return what *ours* and *theirs* took, pair by pair; the first pair does not count."""
    measured = []
    for number in range(pairs + 1):
        both = {}
        for side in (ours, theirs) if number % 2 else (theirs, ours):
            both[side] = seconds(side)
        measured.append((both[ours], both[theirs]))
    return measured[1:]


def judged(what: str, peer: str, measured: Sequence[tuple[float, float]], most: float) -> int:
    """Print the medians; 0 when the median of the ratios is at most *most*."""
    ours, theirs = (statistics.median(pair[side] for pair in measured) for side in (0, 1))
    ratio = statistics.median(one / other for one, other in measured)
    print(f"{what} {1000 * ours:.1f} ms, {peer} {1000 * theirs:.1f} ms, {len(measured)} pairs")
    print(f"ratio {ratio:.2f} (at most {most})")
    return 0 if ratio <= most else 1
