"""A registry that refuses: ``python -m tests.testbed.refusal ADDRESS PORT STATUS [CERT KEY]``."""

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_WORDS = {
    429: (
        "TOOMANYREQUESTS",
        "You have reached your unauthenticated pull rate limit. "
        "https://www.docker.com/increase-rate-limit",
    ),
    401: ("UNAUTHORIZED", "authentication required"),
    403: ("DENIED", "requested access to the resource is denied"),
}


def main(address: str, port: str, status: str, *certificate: str) -> None:
    """Refuse until ended."""
    code, message = _WORDS.get(int(status), ("UNAVAILABLE", "service unavailable"))
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode()

    class Refuse(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            there = self.path == "/v2/"
            said = b"{}" if there else body
            self.send_response(200 if there else int(status))
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(said)

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((address, int(port)), Refuse) as server:
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
