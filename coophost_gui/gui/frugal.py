"""What keeps the window small on an old laptop."""

import sys
from contextlib import suppress
from typing import Any

import PySide6.QtCore  # noqa: F401  (brings shibokensupport along)

# glibc's names for what mallopt sets (malloc.h).
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
HEAPS = 2
LARGE = 128 * 1024  # bytes


def read_no_sources() -> None:
    """Keep PySide6 from reading the source of every module that is imported after it.

    It looks for its own name in each, for the sake of its switches (snake_case,
    true_property), and Python keeps what was read: twenty megabytes.  We use no switch.
    """
    with suppress(ImportError):  # an older one keeps it elsewhere
        from shibokensupport import feature  # type: ignore[import-not-found]

        feature._mod_uses_pyside = lambda module: False


def share_the_heap() -> None:
    """Let all threads allocate from two heaps, and large blocks stay outside of them.

    glibc gives almost every thread a heap of its own, so that none waits for another.
    Python's threads take turns anyway, and we have a dozen for each few servers.
    """
    with suppress(OSError, AttributeError):  # another C library than glibc
        _libc().mallopt(M_ARENA_MAX, HEAPS)
        _libc().mallopt(M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Give the system what is free between what is taken: after much came and went at once."""
    with suppress(OSError, AttributeError):
        _libc().malloc_trim(0)


def _libc() -> Any:
    if sys.platform != "linux":
        raise OSError("only glibc is asked")
    import ctypes

    return ctypes.CDLL(None)
