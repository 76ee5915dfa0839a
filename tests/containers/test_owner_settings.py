"""What the machine's owner says of containers in settings and variables, with the real docker and the real podman."""
import contextlib
import json
import socket
import subprocess

import pytest

from conftest import BARE, PYTHON, run
from jarvis_fixtures import Agent, wait_until
from test_containers import new_task

# Needs no package, so that containers are up quickly.
BARE_RUN = "-e CLEARML_AGENT_SKIP_PYTHON_ENV_INSTALL=1 "


@contextlib.contextmanager
def owned(server, engine, folder, conf="", variables=None, flags=()):
    queue = f"owner-{engine}-{folder.name}"
    agent = Agent(folder / "agent", server, queue, name=queue, flags=("--create-queue", f"--{engine}", *flags), variables=variables)
    agent.extra_conf = conf
    agent.queue = queue
    agent.start()
    try:
        yield agent
    finally:
        agent.stop()


def ended(server, agent, task, wanted="completed"):
    server.call("tasks.enqueue", task=task, queue_name=agent.queue)
    found = server.wait_for_status(task, "completed", "failed", "stopped", seconds=300)
    text = server.log_text(task)
    assert found["status"] == wanted, f"{found['status_message']}\n{text}"
    return found, text


def until_up(server, agent, task):
    server.call("tasks.enqueue", task=task, queue_name=agent.queue)
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")


WAITS = "import time\nprint('up', flush=True)\ntime.sleep(600)\n"


def test_a_rule_gives_a_task_its_container_and_the_task_shows_it(server, engine, tmp_path):
    conf = f"""agent.default_docker {{ image: "{BARE}", match_rules: [
        {{ image: "{PYTHON}", arguments: "{BARE_RUN} -e RULE=yes --cap-add SYS_NICE", update_back_task: true, setup_shell_script: "export SETUP=ran"
           match: {{ project: "^{engine} vision/", tags: ["^gpu$"] }} }} ] }}
    """
    project = server.call("projects.create", name=f"{engine} vision/detectors", description="")["id"]
    text = "import os\nprint('rule', os.environ['RULE'], os.environ['SETUP'], flush=True)\n"
    with owned(server, engine, tmp_path, conf) as agent:
        task = new_task(server, text)
        server.call("tasks.edit", task=task, tags=["gpu"], project=project)
        found, log = ended(server, agent, task)
        assert "rule yes ran" in log and "of a rule of the settings" in log, log
        assert found["container"]["image"] == PYTHON and "--cap-add" in found["container"]["arguments"], found["container"]

        # A switch of the owner's stays the owner's when the task runs again.
        server.call("tasks.reset", task=task)
        assert "rule yes ran" in ended(server, agent, task)[1]


def test_the_owner_s_lines_run_in_every_container(server, engine, tmp_path):
    """Also what they install, and an environment that they activate."""
    conf = """agent {
      docker_preprocess_bash_script: ["apt-get() { echo APT $*; }", "echo LINE first; false"]
      docker_init_bash_script: ["for i in {{1..2}}; do echo LINE {python_single_digit} $i; done"]
      docker_install_opencv_libs: true
      extra_docker_shell_script: ["python3 -m venv --without-pip /opt/made", "export VIRTUAL_ENV=/opt/made PATH=/opt/made/bin:$PATH",
                                  "echo WORD=\\"'of the image'\\" > $(echo /opt/made/lib/python3*/site-packages)/brought.py", "echo LINE last; false"]
    }
    """
    with owned(server, engine, tmp_path, conf) as agent:
        _, log = ended(server, agent, new_task(server, "import brought, sys\nprint('brought', brought.WORD, sys.prefix)\n",
                                               {"image": PYTHON, "arguments": "-e CLEARML_APT_INSTALL=vim"}))
    places = [log.index(word) for word in ("LINE first", "LINE python3 2", "APT install -y vim libsm6 libxext6 libxrender-dev libglib2.0-0", "LINE last", "brought of the image")]
    assert places == sorted(places), log
    assert "/opt/made" not in log.split("brought of the image")[1].split("\n")[0], "packages are installed beside, not into, the image's environment"


def test_variables_of_the_stock_agent_say_the_same(server, engine, tmp_path):
    certificate = tmp_path / "own.pem"
    certificate.write_text("a certificate\n")
    (tmp_path / "agent" / "home" / ".ssh").mkdir(parents=True)
    (tmp_path / "agent" / "home" / ".ssh" / "id_ed25519").write_text("a key\n")
    caches = {name: tmp_path / name for name in ("pip", "apt", "poetry")}
    conf = f"""agent {{ bootstrap.map_external_ssl_cert: "{certificate}", docker_container_name_format: "{engine}-{{task_id}}-{{rand_string:.4}}-{{kind}}"
        docker_container_name_format_fields {{ kind: type }}, docker_pip_cache: "{caches['pip']}", docker_apt_cache: "{caches['apt']}", docker_poetry_cache: "{caches['poetry']}" }}
    """
    variables = {"CLEARML_DOCKER_IMAGE": f"{PYTHON} -e OF_IMAGE=yes", "CLEARML_AGENT_EXTRA_DOCKER_ARGS": f"{BARE_RUN} -e OF_ARGS=yes",
                 "CLEARML_AGENT_EXTRA_DOCKER_LABELS": "team=vision", "CLEARML_AGENT_EXEC_USER": "1234:1234", "CLEARML_AGENT_DISABLE_SSH_MOUNT": "false"}
    code = """import os
print('IS', os.getuid(), os.environ['OF_IMAGE'], os.environ['OF_ARGS'], open(os.environ['SSL_CERT_FILE']).read().strip(), os.path.exists('/.jarvis/ssh/id_ed25519'))
print('SSH', os.environ.get('GIT_SSH_COMMAND'))
for name in ('PIP_CACHE_DIR', 'POETRY_CACHE_DIR'):
    print(name, os.environ[name])
print('apt', open('/etc/apt/apt.conf.d/docker-clean').read().strip(), os.listdir('/var/cache/apt/archives'))
"""
    with owned(server, engine, tmp_path, conf, variables) as agent:
        (caches["apt"] / "kept.deb").parent.mkdir()
        (caches["apt"] / "kept.deb").write_text("x")
        task = new_task(server, code + WAITS)
        until_up(server, agent, task)
        inspected = json.loads(run(engine, "ps", "--format", "{{json .}}" if engine == "docker" else "json", "--filter", "label=team=vision").splitlines()[0]
                               if engine == "docker" else run(engine, "ps", "--format", "json", "--filter", "label=team=vision"))
        name = inspected["Names"] if engine == "docker" else inspected[0]["Names"][0]
        log = server.log_text(task)
        server.call("tasks.stop", task=task)
        server.wait_for_status(task, "stopped")
    assert "IS 1234 yes yes a certificate True" in log, log
    assert "-i /.jarvis/ssh/id_ed25519" in log and f"PIP_CACHE_DIR {caches['pip']}" in log and f"POETRY_CACHE_DIR {caches['poetry']}" in log, log
    assert "Keep-Downloaded-Packages" in log and "kept.deb" in log, log
    assert name.startswith(f"{engine}-{task}-") and name.endswith("-training"), name


def test_ports_come_from_the_owner_s_range_and_the_task_knows_where_it_is_found(server, engine, tmp_path):
    conf = "agent.docker_args_allowed_port_range: [29000, 29010]\n"
    with owned(server, engine, tmp_path, conf, {"CLEARML_AGENT_FORCE_HOST_MACHINE_IP": "192.0.2.7"}) as agent:
        found, log = ended(server, agent, new_task(server, "import os\nprint('at', os.environ['CLEARML_AGENT_HOST_IP'])\n",
                                                   {"image": PYTHON, "arguments": BARE_RUN + "--network none -p 80:8888"}))
    assert "at 192.0.2.7" in log, log
    assert found["runtime"]["_external_host_tcp_port_mapping"] == "29000:8888"


def test_two_containers_that_start_together_have_ports_of_their_own(server, engine, tmp_path):
    conf = "agent.docker_args_allowed_port_range: [29100, 29110]\n"
    with owned(server, engine, tmp_path, conf, flags=("--services-mode",)) as agent:
        # Nobody listens at their ports, so that only the agent can know that they are given.
        both = [new_task(server, WAITS, {"image": PYTHON, "arguments": BARE_RUN + "--network none -p 29100:8888"}) for _ in range(2)]
        for task in both:
            server.call("tasks.enqueue", task=task, queue_name=agent.queue)
        for task in both:
            wait_until(lambda task=task: "\nup" in server.log_text(task), 120, "the script")
        assert {server.task(task)["runtime"]["_external_host_tcp_port_mapping"] for task in both} == {"29100:8888", "29101:8888"}
        for task in both:
            server.call("tasks.stop", task=task)
            server.wait_for_status(task, "stopped")
        # A port is its job's until that has ended, which is a moment after the task.
        wait_until(lambda: not agent.jobs(), what="the jobs to end")
        found, _ = ended(server, agent, new_task(server, "print('after')\n", {"image": PYTHON, "arguments": BARE_RUN + "--network none -p 29100:8888"}))
        assert found["runtime"]["_external_host_tcp_port_mapping"] == "29100:8888"


def test_a_port_that_the_engine_refuses_is_replaced_by_the_next(server, engine, tmp_path):
    # podman cannot where /proc/sys is read-only, as in many a container.
    probe = [engine, "run", "--rm", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--network", "bridge", "-p", "8888", PYTHON, "true"]
    tried = subprocess.run(probe, capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"{engine} publishes no port here: {tried.stderr[-300:]}")
    with port_nobody_listens_at() as port:
        conf = f"agent.docker_args_allowed_port_range: [{port}, {port + 1}]\n"
        with owned(server, engine, tmp_path, conf) as agent:
            found, log = ended(server, agent, new_task(server, "print('ran')\n", {"image": PYTHON, "arguments": BARE_RUN + "--network bridge -p 8888"}))
    assert f"port {port} is somebody's already" in log and "\nran" in log, log
    assert found["runtime"]["_external_host_tcp_port_mapping"] == f"{port + 1}:8888"


@contextlib.contextmanager
def port_nobody_listens_at():
    """One that is bound all the same, which the kernel's tables do not show; the next one is free."""
    while True:
        with socket.socket() as bound, socket.socket() as free:
            bound.bind(("0.0.0.0", 0))
            port = bound.getsockname()[1]
            try:
                free.bind(("0.0.0.0", port + 1))
            except (OSError, OverflowError):
                continue
            free.close()
            yield port
            return


def test_keys_stay_outside_unless_a_package_is_fetched_with_them(server, engine, tmp_path):
    (tmp_path / "agent" / "home" / ".ssh").mkdir(parents=True)
    code = "import os\nprint('ssh', os.path.exists('/.jarvis/ssh'), os.environ.get('GIT_SSH_COMMAND', '')[:3])\n"
    with owned(server, engine, tmp_path) as agent:
        _, log = ended(server, agent, new_task(server, code, {"image": PYTHON, "arguments": BARE_RUN}))
        assert "ssh False" in log, log
        _, log = ended(server, agent, new_task(server, code, {"image": PYTHON, "arguments": BARE_RUN}, requirements="x @ git+ssh://git@localhost/x.git"))
        assert "ssh True ssh" in log, log


def test_the_owner_decides_alone_and_has_images_pulled(server, engine, tmp_path):
    conf = f'agent {{ disable_task_docker_override: true, default_docker {{ image: "{PYTHON}", arguments: "{BARE_RUN}" }} }}\n'
    with owned(server, engine, tmp_path, conf) as agent:
        _, log = ended(server, agent, new_task(server, "import os\nprint('setup', os.environ['SETUP'])\n",
                                               {"image": "localhost:9/no/such:1", "arguments": "--privileged", "setup_shell_script": "export SETUP=ran"}))
        assert "setup ran" in log, log

    (tmp_path / "pulls").mkdir()
    with owned(server, engine, tmp_path / "pulls", "agent.docker_force_pull: true\n") as agent:
        found, _ = ended(server, agent, new_task(server, "print(1)\n", {"image": PYTHON}), "failed")
        assert "cannot be pulled" in found["status_message"], found["status_message"]


@pytest.mark.parametrize("first, expected", [("true", "none task"), ("false", "none owner")])
def test_of_both_sides_arguments_one_counts(server, engine, tmp_path, first, expected):
    """The protected --network is the owner's or the task's; of a variable the later counts."""
    conf = f'agent {{ docker_args_extra_precedes_task: {first}, extra_docker_arguments: ["--network", "{"none" if first == "true" else "bridge"}", "-e", "SIDE=owner"] }}\n'
    arguments = BARE_RUN + f"--network {'bridge' if first == 'true' else 'none'} -e SIDE=task"
    code = "import os\nprint('NET', 'none' if os.listdir('/sys/class/net') == ['lo'] else 'more', os.environ['SIDE'])\n"
    with owned(server, engine, tmp_path, conf) as agent:
        _, log = ended(server, agent, new_task(server, code, {"image": PYTHON, "arguments": arguments}))
    assert f"NET {expected}" in log, log
