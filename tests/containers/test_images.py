"""docker/: the agent's images, upon a base made by debootstrap."""
import os
import re
import subprocess

import pytest

from conftest import PYTHON, has_image, image_file, run
from jarvis_fixtures import ROOT, wait_until

AGENT, SERVICES = "jarvis-test/agent:1", "jarvis-test/services:1"

# What this machine needs to reach an index of packages.
BUNDLE = os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
OF_THIS_MACHINE = ["-v", f"{BUNDLE}:/bundle.pem:ro", "-e", "SSL_CERT_FILE=/bundle.pem", *(word for name, value in os.environ.items()
                   if re.match(r"(?i)(https?|no)_proxy$|(PIP|UV)_(EXTRA_|DEFAULT_)?INDEX", name) for word in ("-e", f"{name}={value}"))]


@pytest.fixture(scope="session")
def images(dockerd, tmp_path_factory):
    assert (ROOT / "dist/jarvis-agent").is_file(), "run ./dev wheel"
    if not has_image("docker", PYTHON):
        run("docker", "import", str(image_file(PYTHON, tmp_path_factory.mktemp("image"))), PYTHON)
    run("docker", "build", "-q", "-t", AGENT, "-f", str(ROOT / "docker/agent/Dockerfile"), "--build-arg", f"BASE={PYTHON}", str(ROOT / "dist"))
    run("docker", "build", "-q", "-t", SERVICES, "-f", str(ROOT / "docker/services/Dockerfile"), "--build-arg", f"AGENT={AGENT}", str(ROOT / "dist"))
    yield
    run("docker", "rmi", SERVICES, AGENT)


@pytest.fixture
def contained(server, images):
    """contained(image, words...) starts an agent in a container; its name."""
    made = []

    def start(image, *words):
        key, secret = server.keys
        made.append(f"jarvis-test-{os.urandom(4).hex()}")
        run("docker", "run", "-d", "--network", "host", "--name", made[-1], "-e", f"JARVIS_API_HOST={server.api}", "-e", f"JARVIS_FILES_HOST={server.files}", "-e", f"JARVIS_WEB_HOST={server.web}",
            "-e", f"JARVIS_API_ACCESS_KEY={key}", "-e", f"JARVIS_API_SECRET_KEY={secret}", "-e", f"JARVIS_WORKER_ID={made[-1]}", *OF_THIS_MACHINE, image, *words)
        return made[-1]

    yield start
    for name in made:
        subprocess.run(["docker", "rm", "-f", "-v", name], capture_output=True)


def new_task(server, queue):
    task = server.call("tasks.create", name="in an image", type="training", script={"entry_point": "main.py", "diff": "import os\nprint('hello from', os.environ['CLEARML_WORKER_ID'])\n", "requirements": {"pip": ""}})["id"]
    server.call("tasks.enqueue", task=task, queue_name=queue)
    return task


def test_the_agent_s_image_runs_tasks_and_stops_with_grace(server, contained):
    queue = f"image-{os.urandom(4).hex()}"
    name = contained(AGENT, "daemon", "--queue", queue, "--create-queue", "--foreground")
    wait_until(lambda: server.call("queues.get_all", name=f"^{queue}$")["queues"], 60, "the queue")
    task = new_task(server, queue)
    assert server.wait_for_status(task, "completed", "failed", seconds=240)["status"] == "completed", server.log_text(task)
    assert f"hello from {name}" in server.log_text(task)
    run("docker", "stop", "--time", "60", name)
    assert run("docker", "inspect", "--format", "{{.State.ExitCode}}", name) == "0"


def test_the_services_image_runs_services_without_a_word_more(server, contained):
    name = contained(SERVICES)
    wait_until(lambda: server.call("queues.get_all", name="^services$")["queues"], 60, "the queue")
    tasks = [new_task(server, "services") for _ in range(2)]
    for task in tasks:
        assert server.wait_for_status(task, "completed", "failed", seconds=240)["status"] == "completed", server.log_text(task)
        assert f"hello from {name}:service:{task}" in server.log_text(task)


def test_install_makes_a_service_with_a_user_of_its_own(server, images):
    said = run("docker", "run", "--rm", "-v", f"{server.conf}:/root/jarvis.conf:ro", "--entrypoint", "/bin/sh", AGENT, "-ec",
               "jarvis-agent install -- --queue default 2>&1; echo; cat /etc/systemd/system/jarvis-agent.service; stat -c '%U %a' /var/lib/jarvis-agent/jarvis.conf; id -un jarvis-agent;"
               "jarvis-agent install -- --queue default | grep -c Kept; jarvis-agent install -- --stop 2>&1 || echo refused")
    assert re.search(r"^ExecStart=/usr/local/bin/jarvis-agent daemon --queue default$", said, re.M)
    assert "User=jarvis-agent" in said and "\njarvis-agent 600\njarvis-agent\n1\n" in said and said.endswith("refused")
