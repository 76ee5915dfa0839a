"""Real git servers for tests: https with Basic authentication (git http-backend, an authority of its own), and sshd."""
from __future__ import annotations

import base64
import getpass
import http.server
import os
import pathlib
import shutil
import ssl
import subprocess
import threading

from jarvis_fixtures import free_port, wait_until


class HttpsGit:
    """Serves the bare repositories below a folder to one user."""

    def __init__(self, folder: pathlib.Path, root: pathlib.Path, user: str, password: str):
        folder.mkdir(parents=True)
        self.ca = folder / "ca.pem"
        key = folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", self.ca, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.refused: list[str] = []  # the Authorization of each call that was turned away
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                authorization = self.headers.get("Authorization", "")
                if authorization != wanted:
                    outer.refused.append(authorization)
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="git"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                environment = {**os.environ, "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
                               "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type", ""), "CONTENT_LENGTH": str(len(body)),
                               "REMOTE_USER": user, "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                               "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", "")}
                answer = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True).stdout
                head, _, content = answer.partition(b"\r\n\r\n")
                fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
                self.send_response(int(fields.pop("Status", "200").split()[0]))
                for name, value in fields.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, key)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def host(self) -> str:
        return f"localhost:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class SshGit:
    """An sshd for this machine's user, who may log in with one key."""

    def __init__(self, folder: pathlib.Path):
        folder.mkdir(parents=True)
        self.port = free_port()
        self.user = getpass.getuser()
        self.key = folder / "key"
        for name in ("host", "key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
        (folder / "authorized").write_text((folder / "key.pub").read_text())
        (folder / "config").write_text(f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/authorized
PidFile {folder}/pid
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PermitRootLogin yes
""")
        if os.getuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        sshd = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:" + os.environ["PATH"])
        self._log = folder / "sshd.log"
        self._process = subprocess.Popen([sshd, "-D", "-e", "-f", folder / "config"], stderr=self._log.open("wb"))
        wait_until(lambda: b"listening" in self._log.read_bytes(), 10, "sshd")
        self.command = f"ssh -i {self.key} -o IdentitiesOnly=yes -o BatchMode=yes -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile={folder}/known"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()
