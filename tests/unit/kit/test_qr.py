"""The QR code of an address, read back the way a camera does."""

from coophost_gui.kit.qr import MARGIN, for_terminal, squares

FINDER = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]


def corner(rows, x, y):
    return ["".join(".#"[dark] for dark in row[x : x + 7]) for row in rows[y : y + 7]]


def test_three_corners_tell_a_camera_where_it_is():
    rows = squares("https://kitchen.example.org/")
    side = len(rows)
    assert all(len(row) == side for row in rows)
    far = side - MARGIN - 7
    assert corner(rows, MARGIN, MARGIN) == FINDER
    assert corner(rows, far, MARGIN) == FINDER
    assert corner(rows, MARGIN, far) == FINDER
    assert corner(rows, far, far) != FINDER


def test_the_margin_is_light_all_around():
    rows = squares("http://203.0.113.5/")
    edge = [*rows[:MARGIN], *rows[-MARGIN:], *(row[:MARGIN] for row in rows)]
    assert not any(map(any, edge))


def test_another_address_is_another_code_and_the_same_one_the_same():
    one, other = squares("http://203.0.113.5/"), squares("http://203.0.113.6/")
    assert one != other
    assert one == squares("http://203.0.113.5/")


def test_in_a_terminal_each_line_holds_two_rows_in_colours_of_its_own():
    rows = squares("http://203.0.113.5/")
    lines = for_terminal("http://203.0.113.5/").splitlines()
    assert len(lines) == (len(rows) + 1) // 2
    line = lines[MARGIN // 2]
    assert line.startswith("\033[30;107m")
    assert line.endswith("\033[0m")
    halves = line.removeprefix("\033[30;107m").removesuffix("\033[0m")
    upper = [half in "▀█" for half in halves]
    lower = [half in "▄█" for half in halves]
    assert [upper, lower] == rows[MARGIN : MARGIN + 2]
