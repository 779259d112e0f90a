"""Git repositories over http, by git's own back end.

``python -m tests.testbed.git_web ADDRESS PORT FOLDER``
"""

import gzip
import subprocess
import sys
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.testbed.commands import PLAIN


def main(address: str, port: str, folder: str) -> None:
    """Serve every repository below *folder* until ended."""

    class Git(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                body = self._chunks()
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            environment = PLAIN | {
                "GIT_PROJECT_ROOT": folder,
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "REMOTE_ADDR": self.client_address[0],
            }
            command = ["git", "-c", "safe.directory=*", "http-backend"]
            done = subprocess.run(command, input=body, capture_output=True, env=environment)
            head, _, said = done.stdout.partition(b"\r\n\r\n")
            headers = message_from_bytes(head)
            self.send_response(int(headers.get("Status", "200").split()[0]))
            for name, value in headers.items():
                if name != "Status":
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def _chunks(self) -> bytes:
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer((address, int(port)), Git) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
