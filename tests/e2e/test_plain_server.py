"""Our agent against a server that has none of our extensions: it polls, and needs neither leases nor sequence numbers."""
import http.server
import json
import os
import threading

import pytest
import requests

from jarvis_fixtures import Agent, wait_until
from work import workers

UNKNOWN = {"server.info", "queues.return_task", "workers.get_runtime_properties"}
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
        if action in UNKNOWN:
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


@pytest.fixture(scope="module")
def plain_api(server):
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Proxy", (PlainProxy,), {"target": server.api, "seen": set()}))
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield proxy
    proxy.shutdown()


@pytest.fixture
def plain_agent(server, plain_api, agent_of, conf):
    """plain_agent(flags...) starts a daemon that knows the server by its plain side only, on a queue of its own."""
    def start(*flags):
        name = f"plain-{os.urandom(4).hex()}"
        return agent_of(server, name, name=name, extra_conf=conf, flags=("--create-queue", "--polling-interval", "0.2", *flags),
                        variables={"JARVIS_API_HOST": f"http://127.0.0.1:{plain_api.server_port}"})

    return start


def test_the_agent_polls_and_runs_tasks_there(server, plain_agent, plain_api):
    agent = plain_agent()
    for number in range(2):
        task = server.call("tasks.create", name="on a plain server", type="training", script={
            "entry_point": "main.py", "diff": f"print('run {number}')\n", "requirements": {"pip": ""}})["id"]
        server.call("tasks.enqueue", task=task, queue_name=agent.queues[0])
        server.wait_for_status(task, "completed")
        assert f"run {number}" in server.log_text(task)
    assert {"server.info", "queues.get_next_task", "events.add_batch", "tasks.completed"} <= plain_api.RequestHandlerClass.seen


def test_a_killed_daemon_s_task_is_adopted_and_a_killed_task_has_an_end_there(server, plain_agent, work):
    agent = plain_agent()
    task = work.add(agent.queues[0])
    work.sees(task)
    jobs = agent.jobs()
    agent.kill()
    agent.start()
    assert agent.jobs() == jobs
    work.let_go(task)
    assert server.log_text(task).count("SEES ") == 1

    lost = work.add(agent.queues[0])
    work.sees(lost)
    os.kill(agent.jobs()[0], 9)
    assert "lost" in server.wait_for_status(lost, "failed", seconds=60)["status_reason"]


def test_stopping_a_task_and_a_daemon_works_there(server, plain_agent, work):
    agent = plain_agent()
    task = work.add(agent.queues[0])
    work.sees(task)
    server.call("tasks.stop", task=task)
    server.wait_for_status(task, "stopped", seconds=60)
    other = work.add(agent.queues[0])
    work.sees(other)
    assert agent.run("daemon", "--stop", agent.name).returncode == 0
    assert server.task(other)["status"] == "stopped" and agent.name not in workers(server)


def test_services_run_side_by_side_and_drain_there(server, plain_agent, work):
    agent = plain_agent("--services-mode", "2")
    tasks = [work.add(agent.queues[0]) for _ in range(3)]
    wait_until(lambda: sum(server.task(task)["status"] == "in_progress" for task in tasks) == 2, 120, "two services")
    for task in tasks[:2]:
        work.sees(task)
    assert work.waits(tasks[2])
    assert agent.run("drain", agent.name, "--no-wait").returncode == 0
    work.let_go(*tasks[:2])
    assert agent.process.wait(60) == 0 and work.waits(tasks[2])


def test_a_task_is_taken_off_its_queue_by_hand_there(server, plain_agent):
    agent = plain_agent("--downtime", "0-24 SUN-SAT")
    task = server.call("tasks.create", name="by hand", type="training", script={"entry_point": "main.py", "diff": "print('ran')\n", "requirements": {"pip": ""}})["id"]
    server.call("tasks.enqueue", task=task, queue_name=agent.queues[0])
    assert agent.run("execute", "--id", task, "--require-queue").returncode == 0
    assert server.task(task)["status"] == "completed" and agent.run("execute", "--id", task, "--require-queue").returncode == 2
