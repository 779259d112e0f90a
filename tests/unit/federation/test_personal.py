"""What tells of a person is found before it leaves, and what does not is left alone."""

import pytest

from coophost_gui.federation.personal import Found, not_yet_known, personal_data


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("address: '@ada:example.org'", [("matrix", "@ada:example.org")]),
        ("Write to ada.b+x@mail.example.org.", [("mail", "ada.b+x@mail.example.org")]),
        ("@ada_1=x:matrix.example.org:8448", [("matrix", "@ada_1=x:matrix.example.org:8448")]),
        ("call +34 600 11 22 33 now", [("telephone", "+34 600 11 22 33")]),
        ("0034 600-112-233", [("telephone", "0034 600-112-233")]),
        ("Tel. 93 412 34 56", [("telephone", "93 412 34 56")]),
        ("ES91 2100 0418 4502 0005 1332", [("bank", "ES91 2100 0418 4502 0005 1332")]),
        ("ES92 2100 0418 4502 0005 1332", []),  # its check digits are wrong
        ("password: hunter22", [("secret", "password:")]),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", [("secret", "PRIVATE KEY")]),
        ("at: '2026-03-01T10:00:00Z', until 2026-03-16 10:00 UTC", []),
        ("- Id: 001122334455", []),
        ("text_hash: 34600112233346001122333460011223", []),
        ("https://example.org/@ada/1 and 12.345.678,90 EUR", []),
        ("0 of 14 members, 1/2, 2026-02-26 (Thursday)", []),
    ],
)
def test_it_is_found_where_it_is(line, found):
    data = f"first\n{line}\n".encode()
    assert personal_data({"members/x.yml": data}) == [
        Found("members/x.yml", 2, kind, text) for kind, text in found
    ]


def test_what_the_others_have_already_is_not_asked_about_again():
    known = personal_data({"a": b"ada@example.org\n"})
    now_is = personal_data({"a": b"More.\nada@example.org\n", "b": b"ada@example.org\n"})
    assert not_yet_known(now_is, known) == [Found("b", 1, "mail", "ada@example.org")]
