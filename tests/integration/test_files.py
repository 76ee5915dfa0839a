"""The file server: uploads, downloads, ranges, deletions, and paths that must not work."""
import os
import socket

import pytest
import requests


@pytest.fixture(scope="module")
def bearer(server):
    token = requests.get(server.api + "/auth.login", auth=server.keys, timeout=90).json()["data"]["token"]
    return {"Authorization": "Bearer " + token}


def upload(server, bearer, path, content):
    return requests.post(server.files, files={path: (path, content)}, headers=bearer, timeout=60)


def test_a_file_comes_back_as_it_was(server, bearer):
    content = os.urandom(3_000_000)
    path = "project/näme [1] 100%.id/artifacts/data/file.bin"
    answer = upload(server, bearer, path, content)
    assert answer.status_code == 200 and answer.json() == [path]
    url = server.files + "/" + requests.utils.quote(path)
    got = requests.get(url, headers=bearer, timeout=60)
    assert got.content == content and got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("attachment")
    head = requests.head(url, headers=bearer, timeout=90)
    assert head.status_code == 200 and int(head.headers["Content-Length"]) == len(content)


@pytest.mark.parametrize("asked,status,content", [
    ("bytes=0-3", 206, b"0123"), ("bytes=8-", 206, b"89"), ("bytes=-2", 206, b"89"), ("bytes=20-30", 416, b""), ("bytes=x", 200, b"0123456789"),
])
def test_ranges(server, bearer, asked, status, content):
    upload(server, bearer, "ranges.txt", b"0123456789")
    got = requests.get(server.files + "/ranges.txt", headers={**bearer, "Range": asked}, timeout=90)
    assert (got.status_code, got.content) == (status, content)


def test_delete_and_delete_many(server, bearer):
    for name in ("d/a", "d/b", "d/sub/c"):
        upload(server, bearer, name, b"x")
    assert requests.delete(server.files + "/d/a", headers=bearer, timeout=90).json() == "d/a"
    assert requests.delete(server.files + "/d/a", headers=bearer, timeout=90).status_code == 404
    assert requests.delete(server.files + "/d", headers=bearer, timeout=90).status_code == 404
    answer = requests.post(server.files + "/delete_many", json={"files": ["d/sub", "/d/b", "d/none"]}, headers=bearer, timeout=90).json()
    assert answer["deleted"] == {"d/sub": "d/sub", "/d/b": "d/b"} and list(answer["errors"].values()) == [["d/none"]]
    assert requests.post(server.files + "/delete_many", json={}, headers=bearer, timeout=90).status_code == 400


def test_only_the_root_is_open(server):
    assert requests.get(server.files + "/", timeout=90).text.strip() == "OK"
    for method in ("GET", "HEAD", "DELETE"):
        assert requests.request(method, server.files + "/x", timeout=90).status_code == 401
    assert requests.post(server.files, files={"x": b"x"}, timeout=90).status_code == 401


def raw(server, bearer, request_line, rest=b""):
    with socket.create_connection(("127.0.0.1", server.ports[1]), timeout=90) as connection:
        connection.sendall(request_line + b"\r\nHost: x\r\nConnection: close\r\nAuthorization: " + bearer["Authorization"].encode() + b"\r\n" + rest + b"\r\n")
        out = b""
        while piece := connection.recv(65536):
            out += piece
        return out


@pytest.mark.parametrize("path", [
    "/../server.id", "/a/../../server.id", "/%2e%2e/server.id", "/..%2fserver.id", "/%2e%2e%2fserver.id", "/a//b", "/./x", "/.uploads/x",
    "/%00", "/a%00b", "//etc/passwd", "/link/server.id", "/filelink",
])
def test_no_path_leaves_the_root(server, bearer, path):
    link = server.data / "files" / "link"
    if not link.is_symlink():
        link.symlink_to(server.data)
        (server.data / "files" / "filelink").symlink_to("/etc/passwd")
    for method in (b"GET", b"DELETE"):
        assert raw(server, bearer, method + b" " + path.encode() + b" HTTP/1.1").startswith(b"HTTP/1.1 404"), (method, path)
    passwd = open("/etc/passwd", "rb").read()
    if "%00" not in path:
        upload(server, bearer, requests.utils.unquote(path), b"x")
    assert not (server.data / "x").exists() and (server.data / "server.id").stat().st_size > 1
    assert open("/etc/passwd", "rb").read() == passwd


def test_a_broken_upload_leaves_nothing(server, bearer):
    body = b"--b\r\nContent-Disposition: form-data; name=\"broken/file\"; filename=\"f\"\r\n\r\n" + b"x" * 100_000
    with socket.create_connection(("127.0.0.1", server.ports[1]), timeout=90) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: " + bearer["Authorization"].encode() +
                           b"\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 10000000\r\n\r\n" + body)
    assert requests.get(server.files + "/broken/file", headers=bearer, timeout=90).status_code == 404
    from jarvis_fixtures import wait_until

    wait_until(lambda: not list((server.data / "files" / ".uploads").iterdir()), 20, "the broken upload to go")


def test_a_large_upload_costs_no_memory(server, bearer):
    size = 300 << 20

    class Zeros:
        def __init__(self):
            self.left = size

        def read(self, count=-1):
            count = min(self.left, 1 << 20 if count < 0 else count)
            self.left -= count
            return b"\0" * count

    head = b"--b\r\nContent-Disposition: form-data; name=\"large\"; filename=\"f\"\r\n\r\n"
    tail = b"\r\n--b--\r\n"

    def stream():
        yield head
        zeros = Zeros()
        while piece := zeros.read(1 << 20):
            yield piece
        yield tail

    before = rss(server)
    answer = requests.post(server.files, data=stream(), headers={**bearer, "Content-Type": "multipart/form-data; boundary=b"}, timeout=120)
    assert answer.status_code == 200, answer.text
    assert rss(server) - before < 60 << 20
    assert int(requests.head(server.files + "/large", headers=bearer, timeout=90).headers["Content-Length"]) == size
    requests.delete(server.files + "/large", headers=bearer, timeout=90)


def rss(server):
    with open(f"/proc/{server.process.pid}/statm") as file:
        return int(file.read().split()[1]) * 4096
