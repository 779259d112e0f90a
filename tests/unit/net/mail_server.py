"""A small mail server on loopback that says what a test wants: TLS, passwords, refusals."""

import base64
import socketserver

GREETING = "220 mail.test ESMTP"


class _Talk(socketserver.StreamRequestHandler):
    timeout = 60

    def setup(self):
        if self.server.tls == "tls":
            self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def handle(self):
        says = self.server.says
        self.secured = self.server.tls == "tls"
        self.reply(says.get("GREETING", GREETING))
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            verb = line.split(" ")[0].upper()
            self.server.heard.append(line)
            if verb in says and verb != "EHLO":
                if says[verb] is None:
                    return
                self.reply(says[verb])
            elif verb == "EHLO":
                offers = ["STARTTLS"] if self.server.tls == "starttls" and not self.secured else []
                offers += [says.get("EHLO", "AUTH PLAIN LOGIN")] if self.secured else []
                lines = ["mail.test", *offers, "8BITMIME"]
                self.reply("\r\n".join(f"250-{one}" for one in lines[:-1]) + f"\r\n250 {lines[-1]}")
            elif verb == "STARTTLS":
                self.reply("220 now")
                self.secure()
            elif verb == "AUTH":
                self.log_in(line.split(" "))
            elif verb == "DATA":
                self.reply("354 go on")
                self.take()
            elif verb == "QUIT":
                self.reply("221 bye")
                return
            else:
                self.reply("250 fine")

    def log_in(self, words):
        if words[1] == "PLAIN":
            _, user, password = base64.b64decode(words[2]).decode().split("\0")
        else:
            user = base64.b64decode(words[2]).decode()
            self.reply("334 UGFzc3dvcmQ6")
            password = base64.b64decode(self.rfile.readline()).decode()
        fine = (user, password) == self.server.account and self.secured
        self.reply("235 welcome" if fine else "535 5.7.8 authentication failed")

    def secure(self):
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.secured = True

    def take(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.taken.append(b"".join(lines))
        self.reply(self.server.says.get("END", "250 taken"))

    def reply(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def finish(self):
        super().finish()
        self.request.close()


class MailServer(socketserver.ThreadingTCPServer):
    """*tls* is "tls", "starttls" or ""; *says* replaces what is said to a verb (None: hangs up)."""

    daemon_threads = False

    def __init__(self, context, tls="tls", account=("us@coop.test", "pa ñ"), says=None):
        self.context, self.tls, self.account, self.says = context, tls, account, says or {}
        self.heard, self.taken = [], []
        super().__init__(("127.0.0.1", 0), _Talk)

    def handle_error(self, request, client_address):
        """A client that goes away is what many tests are about."""
