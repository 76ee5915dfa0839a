"""Indexes of torch builds, as pytorch.org has them, with wheels of a few lines."""
from __future__ import annotations

import base64
import hashlib
import http.server
import pathlib
import threading
import zipfile


def wheel(folder: pathlib.Path, version: str, cuda: str | None) -> None:
    """torch-VERSION, which says what it was built for and does nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"torch-{version}.dist-info"
    files = {
        "torch/__init__.py": "from . import version\n__version__ = version.__version__\n",
        "torch/version.py": f"from typing import Optional\n__version__ = {version!r}\ncuda: Optional[str] = {cuda!r}\nhip: Optional[str] = None\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    rows = [f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip('=')},{len(text)}"
            for name, text in files.items()]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,"]) + "\n"
    with zipfile.ZipFile(folder / f"torch-{version}-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


class TorchIndex:
    """Below `url`: cu121/, cu124/, cpu/, each an index."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        for version in ("2.4.0", "2.4.1"):
            for build, cuda in (("cu121", "12.1"), ("cu124", "12.4"), ("cpu", None)):
                wheel(directory / build / "torch", f"{version}+{build}", cuda)
        # A build that is not what its name says.
        wheel(directory / "cu124" / "torch", "2.5.1+cu124", None)

        class Pages(http.server.SimpleHTTPRequestHandler):
            def __init__(handler, *arguments):
                super().__init__(*arguments, directory=str(directory))

            def log_message(handler, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    @property
    def conf(self) -> str:
        return (f'agent.package_manager {{ extra_index_url_template: "{self.url}/cu{{}}/", '
                f'cpu_extra_index_url: "{self.url}/cpu/" }}\n')

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
