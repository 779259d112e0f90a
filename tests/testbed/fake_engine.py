"""An Engine that only listens: what ``docker stack deploy`` would create, without a daemon."""

import json
import re
import socketserver
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "FakeEngine"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def address_string(self) -> str:
        return "socket"

    def do_HEAD(self) -> None:
        self._answer(200, None)

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        path = re.sub(r"^/v[\d.]+", "", url.path)
        filters = json.loads(urllib.parse.parse_qs(url.query).get("filters", ["{}"])[0])
        if path == "/info":
            swarm = {"ControlAvailable": True, "LocalNodeState": "active"}
            self._answer(200, {"Swarm": swarm, "OSType": "linux"})
        elif path in ("/secrets", "/configs"):
            names = list(filters.get("name", {}))
            self._answer(200, [{"ID": f"id of {n}", "Spec": {"Name": n}} for n in names])
        elif path in ("/services", "/networks"):
            self._answer(200, [])
        elif path.startswith("/networks/"):
            name = urllib.parse.unquote(path.removeprefix("/networks/"))
            found = {"Name": name, "Id": "net", "Scope": "swarm", "Driver": "overlay"}
            self._answer(200, found)
        elif path == "/_ping":
            self._answer(200, "OK")
        else:
            self._answer(404, {"message": "not found"})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        data = self.rfile.read(length) if length else self._chunks()
        path = re.sub(r"^/v[\d.]+", "", self.path).partition("?")[0]
        self.server.bodies.append((path, json.loads(data or b"{}")))
        self._answer(201, {"ID": "new", "Id": "new"})

    def _chunks(self) -> bytes:
        data = b""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return data
        while size := int(self.rfile.readline(), 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        return data

    def _answer(self, status: int, thing: object) -> None:
        data = b"" if thing is None else json.dumps(thing).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Api-Version", "1.45")
        self.send_header("Ostype", "linux")
        self.send_header("Swarm", "active/manager")
        self.end_headers()
        self.wfile.write(data)


class FakeEngine(socketserver.ThreadingUnixStreamServer):
    """``with FakeEngine(path) as engine``: listens at ``engine.url``, keeps ``engine.bodies``."""

    daemon_threads = True

    def __init__(self, socket: Path) -> None:
        self.bodies: list[tuple[str, dict[str, Any]]] = []
        self.url = f"unix://{socket}"
        super().__init__(str(socket), _Handler)

    def get_request(self) -> tuple[Any, Any]:
        request, _ = super().get_request()
        return request, ("", 0)

    def __enter__(self) -> "FakeEngine":
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
