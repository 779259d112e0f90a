"""Who we are: logging in with a key, a password, or by answering what the server asks."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko
from paramiko.auth_handler import AuthHandler
from paramiko.common import cMSG_USERAUTH_REQUEST
from paramiko.message import Message

from coophost_gui.hosts.base import KEEP_PASSPHRASE, LOGIN_PASSWORD, PASSPHRASE, PASSPHRASE_AGAIN
from coophost_gui.hosts.identities import Locked, identities, with_certificates
from coophost_gui.hosts.problems import (
    AccountClosed,
    ConnectionLost,
    HostSilent,
    KeyRefused,
    PassphraseWrong,
    PasswordExpired,
    PasswordNotAllowed,
    PasswordWrong,
    TooManyKeys,
    TooManyPasswords,
)
from coophost_gui.hosts.remembered import Remembered
from coophost_gui.hosts.ssh import Transport
from coophost_gui.hosts.ssh_config import SshSettings
from coophost_gui.kit import log
from coophost_gui.kit.fields import Field, Secret, Text
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, said

AUTH_SECONDS = 30.0
PERSON_SECONDS = 110.0  # to answer; servers hang up on a login that takes two minutes
MOST_KEYS, KEYS_BEFORE_PASSWORD = 5, 3  # servers hang up after six tries
PASSPHRASE_TRIES = PASSWORD_TRIES = 3
MOST_SHOWN = 500  # letters of what a server asks
PASSWORD, QUESTIONS = "password", "keyboard-interactive"
# What Linux-PAM asks somebody whose password has ended; it speaks English to those who log in.
NEW_PASSWORD = ("new password", "new unix password", "current password", "(current) unix password")


@dataclass(frozen=True)
class Who:
    """At which door we stand, and as whom."""

    name: str
    host: str
    port: int
    user: str
    settings: SshSettings

    @property
    def door(self) -> tuple[str, int, str]:
        return self.host, self.port, self.user

    @property
    def facts(self) -> dict[str, Any]:
        return {"host": self.name, "user": self.user}


def prove(
    job: Job,
    transport: Transport,
    who: Who,
    password: str,
    ssh_dir: Path,
    remembered: Remembered,
    *,
    ask: bool = False,
) -> bool:
    """Log in: with a key where one is accepted, else with *password*. True: by a key.

    *ask*: ask a person for the password where one would do and none was given.  Where a
    server wants a key and a password, the password is asked for in any case.
    """
    attempt = _Attempt(job, transport, who, ssh_dir, remembered)
    with job.closed_on_cancel(transport.close):
        allowed = attempt.allowed()
        if allowed is None:
            return False  # it lets in anybody
        by_key = "publickey" in allowed and attempt.keys(
            1 if password else KEYS_BEFORE_PASSWORD if ask else MOST_KEYS
        )
        if by_key and not attempt.wanted:
            return True
        allowed = attempt.wanted or allowed
        if not password and not ask and not by_key:
            raise attempt.key_refused()
        attempt.password(allowed, password, ask=ask or by_key)
        return by_key


class _Attempt:
    """One try to log in, on one connection."""

    def __init__(
        self, job: Job, transport: Transport, who: Who, ssh_dir: Path, remembered: Remembered
    ) -> None:
        self.job, self.transport, self.who = job, transport, who
        self.ssh_dir, self.remembered = ssh_dir, remembered
        self.wanted: list[str] = []  # what the server wants besides a key
        self._passed_by: list[str] = []
        self._tried = 0
        self._past_keys = False

    def allowed(self) -> list[str] | None:
        """Return the ways that the server offers; None when we are in already."""
        try:
            self._try(lambda: self.transport.auth_none(self.who.user))
        except paramiko.BadAuthenticationType as error:
            return list(error.allowed_types)
        return None

    def keys(self, most: int) -> bool:
        """Try at most so many keys, the likeliest first: a server counts the tries."""
        with identities(self.who.settings, self.ssh_dir) as found:
            self._passed_by = found.passed_by
            for key in found.ready[:most]:
                if self._key(key):
                    return True
            for locked in found.locked:
                if self._tried >= most:
                    break
                if self._locked(locked):
                    return True
        return False

    def password(self, allowed: list[str], given: str, *, ask: bool) -> None:
        """Log in with the password *given*, or with the ones that a person types now."""
        if not {PASSWORD, QUESTIONS} & set(allowed):
            raise PasswordNotAllowed(", ".join(allowed), **self.who.facts)
        self._past_keys = True
        name = f"login:{self.who.user}@{self.who.host}:{self.who.port}"
        kept = given or self.remembered.passing.get(name)
        for _ in range(1 if given else PASSWORD_TRIES):
            self._still_welcome()
            word = kept or ""
            if not word and ask and PASSWORD in allowed:
                word = self.job.ask(LOGIN_PASSWORD, **self.who.facts)
                log.hide(word)
            try:
                entered = self._password(allowed, word)
            except PasswordWrong:  # and the server has hung up
                self.remembered.refusals.add(self.who.door)
                self.remembered.passing.forget(name)
                raise
            if entered:
                self.remembered.refusals.forget(self.who.door)
                if word and not given:
                    self.remembered.passing.put(name, word)
                return
            self.remembered.refusals.add(self.who.door)
            self.remembered.passing.forget(name)
            kept = ""
        self._still_welcome()
        raise PasswordWrong(**self.who.facts)

    def key_refused(self) -> KeyRefused:
        return KeyRefused("\n".join(self._passed_by), **self.who.facts)

    def _still_welcome(self) -> None:
        if minutes := self.remembered.refusals.minutes(self.who.door):
            raise TooManyPasswords(minutes=minutes, **self.who.facts)

    def _key(self, key: paramiko.PKey) -> bool:
        self._tried += 1
        try:
            self.wanted = self._try(lambda: self.transport.auth_publickey(self.who.user, key))
        except paramiko.AuthenticationException:
            return False
        return True

    def _locked(self, locked: Locked) -> bool:
        if locked.public:
            self._tried += 1
            if not self._try(lambda: would_take(self.transport, self.who.user, locked)):
                return False
            self._tried -= 1
        key = self._opened(locked)
        if key is None:
            return False
        files = (locked.path,)
        for one in (*with_certificates(key, self.who.settings, files, self._passed_by), key):
            if self._key(one):
                return True
        return False

    def _opened(self, locked: Locked) -> paramiko.PKey | None:
        """Return the key, with the passphrase that is kept or typed."""
        name = f"ssh-key:{locked.path}"
        facts: dict[str, Any] = {"key": locked.path, "host": self.who.name}
        for store in (self.remembered.passing, self.remembered.lasting):
            kept = store.get(name)
            if kept and (key := locked.open(kept)):
                return key
            if kept:
                store.forget(name)
        question = PASSPHRASE
        for _ in range(PASSPHRASE_TRIES):
            passphrase = self.job.ask(question, **facts)
            log.hide(passphrase)
            if key := locked.open(passphrase):
                self._keep(name, passphrase, facts)
                return key
            question = PASSPHRASE_AGAIN
        raise PassphraseWrong(**facts)

    def _keep(self, name: str, passphrase: str, facts: dict[str, Any]) -> None:
        lasting = self.remembered.lasting
        if lasting.lasting and self.job.ask(KEEP_PASSPHRASE, **facts):
            lasting.put(name, passphrase)
        else:
            self.remembered.passing.put(name, passphrase)

    def _password(self, allowed: list[str], word: str) -> bool:
        """Give *word*; where the server puts questions instead, let them be answered."""
        user = self.who.user
        try:
            if PASSWORD in allowed:
                left = self._try(lambda: self.transport.auth_password(user, word, fallback=False))
            else:
                left = self._questions(word)
            if left and QUESTIONS in left:
                left = self._questions("" if PASSWORD in allowed else word)
        except paramiko.BadAuthenticationType as error:
            raise PasswordNotAllowed(str(error), **self.who.facts) from error
        except paramiko.AuthenticationException:
            return False
        if left:
            raise PasswordNotAllowed(", ".join(left), **self.who.facts)
        return True

    def _questions(self, word: str) -> list[str]:
        answers = _Answers(self.job, self.who, word, self.transport.close)
        ask = answers.give
        try:
            user = self.who.user
            return list(
                self._try(lambda: self.transport.auth_interactive(user, ask), PERSON_SECONDS)
            )
        except Exception as error:
            if answers.stopped_by is not None:
                raise answers.stopped_by from None
            if answers.told and isinstance(error, paramiko.AuthenticationException):
                raise AccountClosed(answers.told, **self.who.facts) from error
            raise

    def _try(self, how: "Callable[[], Any]", seconds: float | None = None) -> Any:
        """Make one attempt; a server that hangs up has its reasons, which it may have told."""
        self.job.checkpoint()
        self.transport.auth_timeout = seconds or AUTH_SECONDS
        try:
            return how()
        except (paramiko.SSHException, EOFError, OSError) as error:
            self.job.checkpoint()
            if "timeout" in str(error):
                raise HostSilent(str(error), host=self.who.name) from error
            if self.transport.is_active():
                raise
            if told := _banner(self.transport):
                raise AccountClosed(told, **self.who.facts) from error
            if self.transport.goodbye:
                kind = PasswordWrong if self._past_keys else TooManyKeys
                raise kind(self.transport.goodbye, **self.who.facts) from error
            raise ConnectionLost(str(error), host=self.who.name) from error


class _Answers:
    """Answers what the server asks (keyboard-interactive): called in the transport's thread."""

    def __init__(self, job: Job, who: Who, password: str, stop: Callable[[], object]) -> None:
        self._job, self._who, self._password, self._stop = job, who, password, stop
        self.stopped_by: BaseException | None = None
        self.told = ""  # what it said without asking anything, such as that the account is closed

    def give(self, title: str, instructions: str, prompts: list[tuple[str, bool]]) -> list[str]:
        if not prompts:
            self.told = instructions.strip()
        try:
            return [
                self._one(instructions, prompt, shown, len(prompts)) for prompt, shown in prompts
            ]
        except BaseException as error:
            self.stopped_by = error
            self._stop()
            return []

    def _one(self, instructions: str, prompt: str, shown: bool, count: int) -> str:
        if any(words in prompt.lower() for words in NEW_PASSWORD):
            raise PasswordExpired(instructions or prompt, **self._who.facts)
        if self._password and count == 1 and not shown:
            given, self._password = self._password, ""
            return given
        asked = said(
            N_("core", "{host} asks: {prompt}"), host=self._who.name, prompt=_plain(prompt)
        )
        told = said("{words}", words=_plain(instructions)) if instructions.strip() else ""
        field: Field[str] = (Text if shown else Secret)("login_answer", asked, "", told)
        answer = self._job.ask(field, **self._who.facts)
        if not shown:
            log.hide(answer)
        return answer


def _plain(text: str) -> str:
    """Return what a server says, fit to be shown: it may send anything at all."""
    shown = (char if char.isprintable() else " " for char in text[:MOST_SHOWN])
    return " ".join("".join(shown).split())


class _Probe(AuthHandler):
    """Asks whether a key would do, without its private half (RFC 4252, section 7)."""

    def __init__(self, transport: Transport, locked: Locked) -> None:
        super().__init__(transport)
        self.taken = False
        self._locked = locked

    def _parse_service_accept(self, message: Message) -> None:
        inside: Any = self
        request = Message()
        request.add_byte(cMSG_USERAUTH_REQUEST)
        for word in (inside.username, "ssh-connection", "publickey"):
            request.add_string(word)
        request.add_boolean(False)
        request.add_string(inside._finalize_pubkey_algorithm(self._locked.type))
        request.add_string(self._locked.public)
        inside.transport._send_message(request)

    def _parse_userauth_info_request(self, message: Message) -> None:
        """Hear "it would do", which has the same number as a question (60)."""
        inside: Any = self
        self.taken = True
        inside.auth_event.set()


def would_take(transport: Transport, user: str, locked: Locked) -> bool:
    """Ask the server whether *locked* would let *user* in, before anybody types a passphrase."""
    probe: Any = _Probe(transport, locked)
    inside: Any = transport
    inside.auth_handler = probe
    answered = threading.Event()
    probe.auth_publickey(user, None, answered)
    try:
        probe.wait_for_response(answered)
    except paramiko.AuthenticationException:
        if not transport.is_active():
            raise
    return bool(probe.taken)


def _banner(transport: Transport) -> str:
    """Return what the server said to the last attempt, beside yes and no."""
    banner = getattr(transport.auth_handler, "banner", None) or b""
    return str(banner.decode(errors="replace")).strip()
