"""Small real peers on loopback: an HTTP server, a certificate authority, a name server."""

import datetime
import http.server
import os
import socket
import socketserver
import ssl
import subprocess
import threading
import typing
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@contextmanager
def serving(server):
    """Keep *server* answering in a thread while the block runs; give its port."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers what ``answers`` says: path -> (status, headers, body); remembers requests."""

    answers: typing.ClassVar = {}
    seen: typing.ClassVar = []

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.seen.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.answers.get(self.path, (404, {}, b"nothing here"))
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *words):
        pass


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request, client_address):
        pass


def web(answers, context=None):
    """Return a web server on a free port, and the list of what was asked."""
    seen = []
    handler = type("Answers", (Handler,), {"answers": answers, "seen": seen})
    server = QuietServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    return server, seen


def smart_git(root, context=None):
    """Return a web server that lets git's own ``http-backend`` serve the repositories in *root*."""

    class Backend(Handler):
        def do_GET(self):
            path, _, query = self.path.partition("?")
            done = subprocess.run(
                ["git", "http-backend"],
                input=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                capture_output=True,
                check=True,
                env={
                    **os.environ,
                    "GIT_PROJECT_ROOT": str(root),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                },
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(lines.pop("Status", "200").split()[0]))
            for key, value in {**lines, "Content-Length": str(len(body))}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

    server = QuietServer(("127.0.0.1", 0), Backend)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    return server


class Authority:
    """A certificate authority of its own."""

    def __init__(self, folder):
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self.root = self._signed(self.name, self.key, None, 30)
        self.path = folder / "root.pem"
        self.path.write_bytes(self.root.public_bytes(serialization.Encoding.PEM))

    def context(self, name, days=20):
        """Return what a server called *name* shows; negative *days*: it has run out."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._signed(subject, key, name, days)
        path = self.folder / f"{name}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context

    def _signed(self, subject, key, name, days):
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 60 * DAY)
            .not_valid_after(now + days * DAY)
            .add_extension(x509.BasicConstraints(ca=name is None, path_length=None), critical=True)
        )
        if name:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False
            )
        return builder.sign(self.key, hashes.SHA256())


def names(table, silent=False):
    """Return a name server: name -> list of addresses; others are unknown."""

    class Answer(socketserver.BaseRequestHandler):
        def handle(self):
            data, sock = self.request
            if silent:
                return
            query = dns.message.from_wire(data)
            question = query.question[0]
            kind = question.rdtype
            reply = dns.message.make_response(query)
            name = question.name.to_text().rstrip(".")
            if name not in table:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            wanted = [a for a in table.get(name, ()) if (":" in a) == (kind == 28)]
            if wanted:
                reply.answer.append(dns.rrset.from_text(question.name, 5, "IN", kind, *wanted))
            sock.sendto(reply.to_wire(), self.client_address)

    return socketserver.UDPServer(("127.0.0.1", 0), Answer)


@contextmanager
def listening(say=b"", close=False):
    """Accept connections and say *say*, then nothing; or hang up."""
    listener = socket.create_server(("127.0.0.1", 0))
    held = []

    def accept():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.sendall(say)
            if close:
                connection.recv(10_000)
                connection.close()
            else:
                held.append(connection)

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in held:
            connection.close()
