"""What is typed behind a command, checked before anything is done: usage, exit code 2."""

import math
import os
from argparse import ArgumentTypeError
from pathlib import Path


def folder(text: str) -> Path:
    """Return the path of a folder."""
    path = Path(text)
    if not path.is_dir():
        raise ArgumentTypeError(f"{text} is not a folder")
    return path


def file(text: str) -> Path:
    """Return the path of a file that can be read; it may be a pipe."""
    path = Path(text)
    if path.is_dir() or not os.access(path, os.R_OK):
        raise ArgumentTypeError(f"{text} is not a file that can be read")
    return path


def new_file(text: str) -> Path:
    """Return a path where nothing is yet, in a folder that is there."""
    path = Path(text)
    if path.exists() or not path.absolute().parent.is_dir():
        raise ArgumentTypeError(f"{text} is there already, or its folder is not")
    return path


def descriptor(text: str) -> int:
    """Return the number of a file that is open for us."""
    try:
        os.fstat(int(text))
    except (OSError, ValueError, OverflowError) as error:
        raise ArgumentTypeError(f"{text} is not the number of an open file") from error
    return int(text)


def positive(text: str) -> float:
    """Return a number above zero."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 < number < math.inf:
        raise ArgumentTypeError(f"{text} is not a number above zero")
    return number


def lines(text: str) -> int:
    """Return how many lines are wanted; 0 is none."""
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(f"{text} is not a number of lines")
    return int(text)


def minutes(text: str) -> str:
    """Return *text*, a number of minutes; 0 is none."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise ArgumentTypeError(f"{text} is not a number of minutes")
    return text
