"""What comparing says to a person, whatever she pastes."""

import pytest

from coophost_gui.gui.ask_page import compare
from tests.gui.made_up import SEAL


@pytest.mark.parametrize(
    "pasted",
    [
        SEAL,
        f"  {SEAL}\n",
        SEAL.removeprefix("SHA256:"),
        f"{SEAL}=",
        f"256 {SEAL} root@kitchen (ED25519)",
        f"2048 SHA256:{'A' * 43} root (RSA)\n256 {SEAL} root (ED25519)",
        f"ED25519 key fingerprint is {SEAL}.",
    ],
)
def test_the_same_fingerprint_is_found_in_whatever_was_pasted(pasted):
    found = compare(pasted, SEAL)
    assert found.match == SEAL
    assert found.tone == "good"


@pytest.mark.parametrize(
    ("pasted", "words", "tone"),
    [
        ("", "letter by letter", "soft"),
        ("hello there", "no fingerprint in this yet", "wait"),
        (SEAL[:20], "The first 13 of 43 letters are the same", "wait"),
        (SEAL.replace("1iy2U", "1iy2V"), "differ from letter 43 on", "bad"),
        (SEAL.swapcase(), "no fingerprint in this yet", "wait"),
        ("SHA256:" + "B" * 43, "may have several fingerprints", "bad"),
        (f"SHA256:{'A' * 43} SHA256:{'B' * 43}", "None of these 2 fingerprints", "bad"),
        (SEAL + "x", "differ from letter 44 on", "bad"),
        ("MD5:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff", "older kind", "wait"),
    ],
)
def test_anything_else_does_not_match_and_says_why(pasted, words, tone):
    found = compare(pasted, SEAL)
    assert words in str(found.words)
    assert found.tone == tone
    assert found.match == ""
