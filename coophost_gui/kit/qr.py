"""An address as a QR code, which a phone's camera reads."""

from collections.abc import Sequence

MARGIN = 4  # light squares all around, without which cameras do not find the code
BLACK_ON_WHITE, PLAIN = "\033[30;107m", "\033[0m"
HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def squares(text: str) -> list[list[bool]]:
    """Return the rows of the QR code of *text*, margin included; true is dark."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return [[bool(square) for square in row] for row in code.matrix_iter(border=MARGIN)]


def for_terminal(text: str) -> str:
    """Return the QR code of *text* for a terminal of any colours: two rows in each line."""
    rows = squares(text)
    below = [*rows[1:], [False] * len(rows[0])]
    lines = [_line(pair) for pair in list(zip(rows, below, strict=True))[::2]]
    return "\n".join(lines)


def _line(pair: Sequence[Sequence[bool]]) -> str:
    halves = "".join(HALVES[upper, lower] for upper, lower in zip(*pair, strict=True))
    return f"{BLACK_ON_WHITE}{halves}{PLAIN}"
