"""A real mail server (Debian's exim4) with one mailbox, TLS on both usual ports, and its whims."""

import email
import email.policy
import mailbox
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import IO, Self

from tests.testbed.certificates import Certificates
from tests.testbed.commands import end, greets, start, until
from tests.testbed.trees import Tree, base, grow

NAME = "mail.coop.test"
USER = "us@coop.test"
SENDER = "kitchen@coop.test"  # the only address that the mailbox may write as
PASSWORD = "pa ñ"

_CONFIG = f"""
primary_hostname = {NAME}
local_interfaces = ADDRESS
daemon_smtp_ports = 465 : 587
tls_on_connect_ports = 465
tls_advertise_hosts = *
tls_certificate = /etc/mail.pem
tls_privatekey = /etc/mail.key
auth_advertise_hosts = ${{if def:tls_in_cipher {{*}}}}
host_lookup =
rfc1413_hosts =
keep_environment =
never_users =
acl_smtp_mail = writer
acl_smtp_rcpt = reader

begin acl
writer:
  require authenticated = *
          message = log in first
  deny    ! condition = ${{if eq{{$sender_address}}{{{SENDER}}}}}
          message = <$sender_address>: Sender address rejected: not owned by $authenticated_id
  accept
reader:
  defer local_parts = later
        message = 4.2.0 greylisted, come back in five minutes
  deny  ! domains = coop.test
        message = no such user
  accept

begin routers
all:
  driver = accept
  transport = keep

begin transports
keep:
  driver = appendfile
  file = /var/kept/mails
  user = nobody
  group = nogroup
  no_mode_fail_narrower

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{USER}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
"""

_INSIDE = """
mount --make-rprivate /
mount -t overlay overlay -o lowerdir={lower},upperdir={d}/upper,workdir={d}/work {d}/root
mount --bind /dev {d}/root/dev
mount -t proc proc {d}/root/proc
chroot {d}/root exim4 -bdf -q1m
exit $?
"""


def mail_tree() -> Tree:
    """A Debian with the mail server in it: this machine's own may go on as it is."""
    return grow("mail", base(), "exim4-daemon-light")


class MailServer:
    """On *address*, ports 465 and 587; ``mails`` is all that it took.

    The shell stays the first process inside: what ends it ends everything, while exim, which is
    setuid, would not hear that its parent is gone.
    """

    def __init__(self, address: str, folder: Path, certificates: Certificates) -> None:
        self.address = address
        self._folder = folder / "mail"
        self._certificates = certificates

    def __enter__(self) -> Self:
        self._tree = mail_tree()
        certificate, key = self._certificates.issue(NAME)
        upper = self._folder / "upper"
        for part in ("upper/etc/exim4", "upper/var/kept", "work", "root"):
            (self._folder / part).mkdir(parents=True)
        for name, data in (("mail.pem", certificate.read_bytes()), ("mail.key", key.read_bytes())):
            (upper / "etc" / name).write_bytes(data)
            (upper / "etc" / name).chmod(0o644)
        (upper / "etc/exim4/exim4.conf").write_text(_CONFIG.replace("ADDRESS", self.address))
        (upper / "var/kept").chmod(0o777)
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process, patience=0)

    def mails(self) -> list[str]:
        """Return the text of every mail that it took, the newest last."""
        path = self._folder / "upper/var/kept/mails"
        if not path.exists():
            return []
        kept = mailbox.mbox(path, _read, create=False)
        try:
            return [mail.get_content() for mail in kept]
        finally:
            kept.close()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be down for the time of the block."""
        end(self._process, patience=0)
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        log = self._folder / "log"
        script = _INSIDE.format(lower=self._tree.lowerdir, d=self._folder)
        enclosed = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--")
        self._process: subprocess.Popen[bytes] = start(*enclosed, "sh", "-ec", script, log=log)

        def ready() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(log.read_text())
            return greets(self.address, 587, b"220 ")

        until(ready, "the mail server")


def _read(file: IO[bytes]) -> EmailMessage:
    return email.message_from_binary_file(file, policy=email.policy.default)
