"""The program behind ``names.py``: answers questions from a JSON file of pointed names.

``python -m tests.testbed.name_server ADDRESS PORT FILE``.  The file is read again for
every question, so pointing a name takes effect at once.
"""

import json
import socket
import socketserver
import sys
import threading
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset


def answer(question: bytes, file: Path) -> bytes:
    """Return the answer: addresses, an empty one (the name has none of that kind), or NXDOMAIN."""
    asked = dns.message.from_wire(question)
    reply = dns.message.make_response(asked, recursion_available=True)
    name = asked.question[0].name
    kind = asked.question[0].rdtype
    where = pointed(name.to_text(omit_final_dot=True).lower(), json.loads(file.read_text()))
    if where is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    else:
        six = kind == dns.rdatatype.AAAA
        fitting = [a for a in where if (":" in a) == six]
        if fitting and kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
            reply.answer.append(dns.rrset.from_text_list(name, 1, "IN", kind, fitting))
    return reply.to_wire()


def pointed(name: str, names: dict[str, list[str]]) -> list[str] | None:
    """Return where *name*, or the nearest name above it, points."""
    while name:
        if name in names:
            return names[name]
        name = name.partition(".")[2]
    return None


def main(address: str, port: str, path: str) -> None:
    """Answer over UDP and TCP until ended."""
    file = Path(path)

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, sock = self.request
            try:
                sock.sendto(answer(data, file), self.client_address)
            except (dns.exception.DNSException, IndexError):
                return

    class Tcp(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            length = int.from_bytes(self.rfile.read(2), "big")
            said = answer(self.rfile.read(length), file)
            self.wfile.write(len(said).to_bytes(2, "big") + said)

    class TcpServer(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True
        request_queue_size = socket.SOMAXCONN

    where = (address, int(port))
    with socketserver.UDPServer(where, Udp) as udp, TcpServer(where, Tcp) as tcp:
        threading.Thread(target=tcp.serve_forever, daemon=True).start()
        udp.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
