"""The way from our servers to Debian's packages: a proxy that keeps what it fetched.

``python -m tests.testbed.apt_proxy ADDRESS PORT FOLDER``.  The servers have no route out;
apt inside them asks here, and a package comes from the real mirror only once.
"""

import contextlib
import http.client
import os
import shutil
import sys
import tempfile
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


def main(address: str, port: str, folder: str) -> None:
    """Serve until ended."""
    store = Path(folder)

    class Fetch(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            where = urlsplit(self.path)
            if where.scheme != "http" or not where.hostname:
                self.send_error(400)
                return
            kept = store / where.hostname / where.path.lstrip("/")
            lasting = where.path.endswith(".deb") or "/by-hash/" in where.path
            if ".." in kept.parts or (not kept.is_file() and not self._fetch(kept)):
                return
            with kept.open("rb") as file:
                self.send_response(200)
                self.send_header("Content-Length", str(os.fstat(file.fileno()).st_size))
                self.send_header("Content-Type", "application/octet-stream")
                self.end_headers()
                with contextlib.suppress(ConnectionError):
                    shutil.copyfileobj(file, self.wfile, 1 << 18)
            if not lasting:
                kept.unlink(missing_ok=True)

        def _fetch(self, kept: Path) -> bool:
            """Fetch what was asked for into *kept*; answer the refusal when there is one."""
            kept.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=kept.parent)
            try:
                with (
                    os.fdopen(handle, "wb") as file,
                    urllib.request.urlopen(self.path, timeout=60) as reply,
                ):
                    shutil.copyfileobj(reply, file, 1 << 18)
                os.replace(name, kept)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    self.send_error(refusal.code)
            except (OSError, http.client.HTTPException) as error:
                self.send_error(503, str(error)[:80])
            else:
                return True
            Path(name).unlink(missing_ok=True)
            return False

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server((address, int(port)), Fetch) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
