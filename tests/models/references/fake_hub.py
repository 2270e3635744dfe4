"""A hub on this machine: enough of its protocol for `huggingface_hub` to download from it, or to be refused."""

from __future__ import annotations

import json
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "c0ffee" * 6 + "c0de"


class Hub(BaseHTTPRequestHandler):
    """`open/...` is a folder, `gated/...` shows its files and keeps them, `broken/...` fails, no other is there."""

    def __init__(self, folder: Path, asked: list[str], *args):
        self.folder, self.asked = folder, asked
        super().__init__(*args)

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = self.path.partition("?")[0].removeprefix("/api/models").strip("/")
        self.asked.append(path)
        kind = path.partition("/")[0]
        if not path:
            return self.answer(200, b"")
        if kind == "broken":
            return self.answer(500, b"")
        if kind not in ("open", "gated"):
            return self.answer(401, b"", {"X-Error-Code": "RepoNotFound"})
        if "/revision/" in path and not path.endswith(("/main", COMMIT)):
            return self.answer(404, b"", {"X-Error-Code": "RevisionNotFound"})
        if "/revision/" in path:
            return self.answer(200, json.dumps({"id": path, "sha": COMMIT, "siblings": []}).encode())
        if "/tree/" in path:
            return self.answer(200, json.dumps([self.entry(file) for file in self.files()]).encode())
        if kind == "gated":
            return self.answer(403, b"", {"X-Error-Code": "GatedRepo"})
        file = self.folder / path.partition(f"/resolve/{COMMIT}/")[2]
        return self.answer(200, file.read_bytes(), {"ETag": f'"{file.name}"', "X-Repo-Commit": COMMIT})

    def files(self) -> list[Path]:
        return [path for path in sorted(self.folder.rglob("*")) if path.is_file()]

    def entry(self, path: Path) -> dict:
        name = path.relative_to(self.folder).as_posix()
        return {"type": "file", "path": name, "size": path.stat().st_size, "oid": path.name}

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@contextmanager
def serve(folder: Path):
    """Yield the address of a hub whose open models are this folder, and the list of what it is asked for."""
    asked: list[str] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Hub, folder, asked)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
