"""A server on which nothing happens: a real sshd, and an Engine that always says the same.

For measuring: fifty apps that run and cost nothing.  What the Engine says is what the
practice server of the program says of them, in the sizes that real recipes make.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from time import gmtime, sleep, strftime
from typing import Any
from urllib.parse import urlsplit

from tests.testbed.commands import until
from tests.testbed.swarm import SwarmServer

CHECKOUT = Path(__file__).resolve().parents[2]


class StillServer(SwarmServer):
    """``with StillServer(answers) as server``: *answers* by their path in the Engine's API."""

    kind = "still"

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__(swarm=False)
        self._answers = answers

    def _prepare(self) -> None:
        super()._prepare()
        (self.folder / "answers.json").write_text(json.dumps(self._answers))

    def _await_engine(self) -> None:
        socket = Path(f"/proc/{self._init}/root/run/docker.sock")
        until(socket.exists, "the Engine that says always the same")

    def _dockerd(self) -> str:
        engine = f"{sys.executable} -m tests.testbed.still_server {self.folder}/answers.json"
        log = f"{self.folder}/dockerd.log"
        return f"(cd {CHECKOUT} && exec setsid {engine} >> {log} 2>&1 < /dev/null) &"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = False  # there is none on a Unix socket
    server: "_Engine"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        return "socket"

    def do_GET(self) -> None:
        path = "/" + urlsplit(self.path).path.rpartition("/")[2]
        if path == "/events":
            self._nothing_happens()
            return
        if path == "/info":
            now = strftime("%Y-%m-%dT%H:%M:%SZ", gmtime())
            data = json.dumps(json.loads(self.server.answers[path]) | {"SystemTime": now}).encode()
        else:
            data = self.server.answers.get(path, b"")
        self.send_response(200 if data else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _nothing_happens(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        while True:
            sleep(60)


class _Engine(ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, socket: str, answers: Path) -> None:
        said = json.loads(answers.read_text())
        self.answers = {path: json.dumps(answer).encode() for path, answer in said.items()}
        super().__init__(socket, _Handler)

    def get_request(self) -> tuple[Any, Any]:
        request, _ = super().get_request()
        return request, ("", 0)


if __name__ == "__main__":
    with _Engine("/run/docker.sock", Path(sys.argv[1])) as engine:
        engine.serve_forever()
