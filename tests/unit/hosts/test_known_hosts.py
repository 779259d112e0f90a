"""The own reader of known_hosts, row by row; ``tests/e2e`` holds it against OpenSSH itself."""

import base64
import hashlib
import hmac

import pytest

from coophost_gui.hosts.known_hosts import (
    Verdict,
    check,
    fingerprint,
    forms,
    known_types,
    read,
    remember,
)


def blob(type_, seed):
    """Return a key that OpenSSH takes for one: it skips a line whose key is not well-formed."""
    number = hashlib.sha512(seed.encode()).digest()
    parts = [type_.encode()]
    if type_ == "ssh-rsa":
        parts += [b"\1\0\1", b"\0\xff" + number * 4]  # exponent and modulus; 0: not negative
    else:
        parts += [number[:32]]
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


ED, RSA = "ssh-ed25519", "ssh-rsa"
OURS, OTHER, OURS_RSA = blob(ED, "ours"), blob(ED, "other"), blob(RSA, "ours")


def text(hosts, key, type_=ED, marker=""):
    return f"{marker}{hosts} {type_} {base64.b64encode(key).decode()}\n"


def hashed(name):
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return "|1|" + "|".join(base64.b64encode(part).decode() for part in (salt, digest))


CASES = {
    "plain": (text("[alpha]:2200", OURS), Verdict.MATCH),
    "without its port": (text("alpha", OURS), Verdict.MATCH),
    "hashed": (text(hashed("[alpha]:2200"), OURS), Verdict.MATCH),
    "in a list": (text("beta,[alpha]:2200", OURS), Verdict.MATCH),
    "pattern": (text("[al*]:2200", OURS), Verdict.MATCH),
    "question mark": (text("[alph?]:2200", OURS), Verdict.MATCH),
    "negated": (text("*,![alpha]:2200", OURS).replace("*,", "[*]:2200,"), Verdict.UNKNOWN),
    "two of a type, the second fits": (
        text("[alpha]:2200", OTHER) + text("[alpha]:2200", OURS),
        Verdict.MATCH,
    ),
    "double blanks and tabs": (text("[alpha]:2200 ", OURS).replace(" ", "\t "), Verdict.MATCH),
    "garbage around it": ("%%%\nx\n\n# note\n" + text("[alpha]:2200", OURS), Verdict.MATCH),
    "bad base64 above": (
        "[alpha]:2200 ssh-ed25519 AAA\n" + text("[alpha]:2200", OURS),
        Verdict.MATCH,
    ),
    "changed": (text("[alpha]:2200", OTHER), Verdict.CHANGED),
    "only of another type": (text("[alpha]:2200", OURS_RSA, RSA), Verdict.OTHER_TYPE),
    "revoked": (
        text("*", OURS, marker="@revoked ") + text("[alpha]:2200", OURS),
        Verdict.REVOKED,
    ),
    "another one revoked": (
        text("*", OTHER, marker="@revoked ") + text("[alpha]:2200", OURS),
        Verdict.MATCH,
    ),
    "authority only": (text("*", OTHER, marker="@cert-authority "), Verdict.UNKNOWN),
    "unknown marker": (text("[alpha]:2200", OURS, marker="@else "), Verdict.UNKNOWN),
    "another port": (text("[alpha]:2201", OURS), Verdict.UNKNOWN),
    "big letters": (text("[ALPHA]:2200", OURS), Verdict.MATCH),
    "with its port another, without it ours": (
        text("[alpha]:2200", OTHER) + text("alpha", OURS),
        Verdict.CHANGED,
    ),
    "only without its port, and another": (text("alpha", OTHER), Verdict.UNKNOWN),
    "with its port of another type, without it ours": (
        text("[alpha]:2200", OURS_RSA, RSA) + text("alpha", OURS),
        Verdict.OTHER_TYPE,
    ),
    "empty": ("", Verdict.UNKNOWN),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_file_means_what_openssh_takes_it_for(case, tmp_path):
    content, verdict = CASES[case]
    (tmp_path / "known_hosts").write_text(content)
    found = check(read([tmp_path / "known_hosts"]), "alpha", 2200, ED, OURS)
    assert found.verdict == verdict
    assert found.authority == (case == "authority only")


def test_the_ordinary_port_needs_no_brackets():
    assert forms("alpha", 22) == ("alpha",)
    assert forms("alpha", 2200) == ("[alpha]:2200", "alpha")


def test_known_types_are_asked_for_first(tmp_path):
    file = tmp_path / "known_hosts"
    file.write_text(text("alpha", OURS_RSA, RSA) + text("alpha", OURS) + text("beta", OTHER))
    assert known_types(read([file]), "alpha", 22) == [RSA, ED]


@pytest.mark.parametrize("as_hash", [False, True])
def test_a_key_is_appended_and_nothing_else_is_touched(tmp_path, as_hash):
    file = tmp_path / "ssh" / "known_hosts"
    remember(file, "alpha", 2200, ED, OURS, hashed=as_hash)
    first = file.read_text()
    assert ("alpha" in first) != as_hash
    file.write_text("# mine\n@revoked * x y\nno newline at the end")
    remember(file, "beta", 22, ED, OTHER, hashed=as_hash)
    assert file.read_text().startswith("# mine\n@revoked * x y\nno newline at the end\n")
    assert check(read([file]), "beta", 22, ED, OTHER).verdict == Verdict.MATCH
    assert file.stat().st_mode & 0o777 == 0o600


def test_going_on_without_comparing_stays_written_until_somebody_compares(tmp_path):
    file = tmp_path / "known_hosts"
    remember(file, "alpha", 22, ED, OURS, hashed=False, compared=False)
    found = check(read([file]), "alpha", 22, ED, OURS)
    assert (found.verdict, found.compared) == (Verdict.MATCH, False)
    remember(file, "alpha", 22, ED, OURS, hashed=False)
    assert check(read([file]), "alpha", 22, ED, OURS).compared


def test_a_file_that_is_not_there_knows_nobody(tmp_path):
    assert read([tmp_path / "none", tmp_path]) == []


def test_the_fingerprint_is_the_one_of_ssh_keygen():
    assert fingerprint(OURS).startswith("SHA256:")
    assert len(fingerprint(OURS)) == 50
