"""Our agent against a server that has none of our extensions: it polls, and needs neither leases nor sequence numbers."""
import http.server
import json
import threading

import pytest
import requests

from jarvis_fixtures import Agent

OURS = {"queues.get_next_task": ("queues", "wait_sec", "worker"), "auth.login": ("lease_task", "lease_epoch")}


class PlainProxy(http.server.BaseHTTPRequestHandler):
    """Passes calls on, without what only our server knows: no server.info, no extension fields, no lease header."""

    protocol_version = "HTTP/1.1"
    target = ""
    seen: set[str] = set()

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        action = self.path.split("?")[0].rstrip("/").split("/")[-1]
        type(self).seen.add(action)
        if action == "server.info":
            status, content = 404, b'{"meta": {"result_code": 404, "result_subcode": 0, "result_msg": "Unknown endpoint"}, "data": {}}'
        else:
            if action in OURS and body:
                body = json.dumps({k: v for k, v in json.loads(body).items() if k not in OURS[action]}).encode()
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length", "x-jarvis-lease", "connection")}
            passed = requests.request(self.command, self.target + self.path, data=body, headers=headers, timeout=60)
            status, content = passed.status_code, passed.content
            if action == "queues.get_next_task" and status == 200:
                parsed = json.loads(content)
                parsed["data"].pop("lease", None)
                content = json.dumps(parsed).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *_):
        pass


@pytest.fixture
def plain_api(server):
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Proxy", (PlainProxy,), {"target": server.api, "seen": set()}))
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield proxy
    proxy.shutdown()


def test_the_agent_polls_and_runs_tasks_there(server, plain_api, tmp_path):
    queue = server.call("queues.create", name="plain")["id"]
    agent = Agent(tmp_path / "agent", server, "plain", name="plain-worker", flags=("--polling-interval", "0.2"))
    environment = agent.environment
    agent.environment = lambda: {**environment(), "JARVIS_API_HOST": f"http://127.0.0.1:{plain_api.server_port}"}
    agent.start()
    try:
        for number in range(2):
            task = server.call("tasks.create", name="on a plain server", type="training", script={
                "entry_point": "main.py", "diff": f"print('run {number}')\n", "requirements": {"pip": ""}})["id"]
            server.call("tasks.enqueue", task=task, queue=queue)
            server.wait_for_status(task, "completed")
            assert f"run {number}" in server.log_text(task)
    finally:
        agent.stop()
    assert {"server.info", "queues.get_next_task", "events.add_batch", "tasks.completed"} <= plain_api.RequestHandlerClass.seen
