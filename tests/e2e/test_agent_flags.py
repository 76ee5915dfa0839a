"""What flags, settings and variables do, by running tasks with them."""
import http.server
import json
import signal
import ssl
import subprocess
import threading
import time

import pytest
import requests

from gpu_machine import GpuMachine
from jarvis_fixtures import Agent, binary, git_repository, wait_until
from work import HOST, workers


def new_task(server, text, **fields):
    script = {"entry_point": "main.py", "working_dir": ".", "diff": text + "\n", "requirements": {"pip": fields.pop("requirements", "")}, **fields.pop("script", {})}
    return server.call("tasks.create", name=fields.pop("name", "a task"), type="training", script=script, **fields)["id"]


@pytest.fixture
def person(server, tmp_path, conf):
    """person(flags..., conf=..., variables=...) runs the program as somebody with a configuration would."""
    agent = Agent(tmp_path / "person", server, name=HOST + ":0")

    def run(*words, extra_conf="", variables=None):
        agent.extra_conf, agent.variables = conf + extra_conf, variables or {}
        agent.configure()
        return agent.run(*words)

    run.agent = agent
    return run


def execute(server, person, text, *flags, **options):
    """Runs a task by hand; the process as it ended, and the task."""
    task = new_task(server, text, **{key: options.pop(key) for key in ("requirements", "hyperparams", "script") if key in options})
    return person("execute", "--id", task, *flags, **options), server.task(task)


# --- execute ----------------------------------------------------------------------------------------------------------

def test_a_clone_is_run_in_the_place_of_the_task(server, person):
    done, original = execute(server, person, "print('copied')", "--clone")
    assert done.returncode == 0, done.stderr
    copy = done.stdout.split("the copy is task ")[1].split()[0]
    assert original["status"] == "created" and server.task(copy)["status"] == "completed" and server.task(copy)["name"] == "Clone of a task"


def test_who_requires_a_queue_runs_a_waiting_task_once(server, person, queue):
    task = new_task(server, "print('ran')")
    refused = person("execute", "--id", task, "--require-queue")
    assert refused.returncode == 2 and "in no queue" in refused.stderr and server.task(task)["status"] == "created"
    name = queue("slurm")
    server.call("tasks.enqueue", task=task, queue_name=name)
    assert person("execute", "--id", task, "--require-queue").returncode == 0
    assert server.task(task)["status"] == "completed"
    assert server.call("queues.get_num_entries", queue=server.call("queues.get_all", name=f"^{name}$")["queues"][0]["id"])["num"] == 0
    assert person("execute", "--id", task, "--require-queue").returncode == 2


def test_a_task_that_waits_is_taken_off_its_queue_when_it_is_run_by_hand(server, person, queue):
    task = new_task(server, "print('ran')")
    server.call("tasks.enqueue", task=task, queue_name=queue("q"))
    assert person("execute", "--id", task).returncode == 0
    assert server.task(task)["status"] == "completed"


def test_the_log_goes_into_a_file_too_and_without_monitoring_nowhere_else(server, person, tmp_path):
    done, task = execute(server, person, "print('seen')", "--log-file", str(tmp_path / "log"))
    assert done.returncode == 0 and "seen" in (tmp_path / "log").read_text() and "seen" in done.stdout and "seen" in server.log_text(task["id"])

    done, task = execute(server, person, "print('unseen')", "--disable-monitoring")
    assert done.returncode == 0 and "unseen" in done.stdout
    assert task["status"] == "completed" and server.log_text(task["id"]) == ""


def test_with_full_monitoring_it_is_a_worker_for_the_time_of_the_task(server, person, work, queue):
    task = work.add(queue("glue"))
    person("config")
    process = subprocess.Popen([binary("jarvis-agent"), "execute", "--id", task, "--full-monitoring", "--require-queue"], env=person.agent.environment(), stdout=subprocess.DEVNULL)
    assert work.sees(task)["CLEARML_WORKER_ID"] == f"{HOST}:0"
    wait_until(lambda: (workers(server).get(f"{HOST}:0") or {"task": None})["task"], 30, "the worker")
    assert workers(server)[f"{HOST}:0"]["task"]["id"] == task
    work.let_go(task)
    assert process.wait(60) == 0 and f"{HOST}:0" not in workers(server)


@pytest.mark.parametrize("again", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_ends_a_script_that_is_still_saving(server, person, again):
    task = new_task(server, "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: print('saving', flush=True))\nprint('ready', flush=True)\nwhile True: time.sleep(0.1)")
    person("config", extra_conf="agent.stop_grace_sec: 3600\n")
    process = subprocess.Popen([binary("jarvis-agent"), "execute", "--id", task], env=person.agent.environment(), stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("ready"):
            process.send_signal(signal.SIGINT)
        if line.startswith("saving"):
            time.sleep(0.5)  # a person's second one, not one that came twice
            process.send_signal(again)
    assert process.wait(60) == 1
    ended = server.task(task)
    assert (ended["status"], ended["status_reason"]) == ("stopped", "aborted by user")


def test_only_the_first_of_several_processes_of_a_task_sets_its_state(server, person):
    done, task = execute(server, person, "print('rank 1 was here')", variables={"RANK": "1"})
    assert done.returncode == 0, done.stderr
    assert task["status"] == "created" and "rank 1 was here" in server.log_text(task["id"])


def test_flags_reach_the_script(server, person, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(2)
    says = "import os, sys\nprint('OPT', sys.flags.optimize, 'GPU', os.environ.get('CUDA_VISIBLE_DEVICES'), 'LEVEL', os.environ.get('CLEARML_LOG_LEVEL'))"
    done, task = execute(server, person, says, "-O", "--gpus", "1", "--log-level", "DEBUG", variables=machine.variables)
    assert "OPT 1 GPU 1 LEVEL DEBUG" in done.stdout, done.stdout + done.stderr
    done, task = execute(server, person, says, "-OO", "--cpu-only")
    assert "OPT 2 GPU -1 LEVEL None" in done.stdout
    for name in ("CLEARML_CPU_ONLY", "CPU_ONLY"):
        done, task = execute(server, person, says, variables={name: "1"})
        assert "GPU -1" in done.stdout


def test_nothing_is_fetched_in_standalone_mode(server, person, tmp_path):
    online, task = execute(server, person, "import six", requirements="six==1.16.0")
    assert online.returncode == 0, online.stdout
    again, task = execute(server, person, "import six", "--standalone-mode", requirements="six==1.16.0")
    assert again.returncode == 0, again.stdout
    missing, task = execute(server, person, "import x", "--standalone-mode", requirements="a-package-that-is-not-in-the-cache==1.0")
    assert task["status"] == "failed" and task["status_reason"] == "setup failed: environment"
    code, task = execute(server, person, "", "--standalone-mode", script={"repository": "https://127.0.0.1:1/far.git", "branch": "main", "diff": ""})
    assert task["status_reason"] == "setup failed: checkout" and "not allowed" in task["status_message"]


# --- settings and variables -------------------------------------------------------------------------------------------

def test_the_sections_environment_and_files_come_into_being_where_the_task_runs(server, person, tmp_path):
    target = tmp_path / "made" / "settings.json"
    extra = ('environment { FROM_CONF: "a value", EMPTY: "" }\n'
             f'files {{ one {{ path: "{target}", contents: {{ a: [1, 2] }}, target_format: json, mode: "0o640" }}\n'
             '  two { path: "~/two.txt", contents: "dHdv", format: base64 }\n  kept { path: "$HOME/kept", contents: "new", overwrite: false } }\n')
    person.agent.home.mkdir(parents=True)
    (person.agent.home / "kept").write_text("old")
    says = "import os, pathlib\nhome = pathlib.Path.home()\nprint('SAYS', os.environ['FROM_CONF'], (home / 'two.txt').read_text(), (home / 'kept').read_text())"
    done, task = execute(server, person, says, extra_conf=extra)
    assert "SAYS a value two old" in done.stdout, done.stdout
    assert json.loads(target.read_text()) == {"a": [1, 2]} and target.stat().st_mode & 0o777 == 0o640

    target.unlink()
    done, task = execute(server, person, "import os\nprint('SAYS', os.environ.get('FROM_CONF'))", extra_conf=extra + "agent { apply_environment: false, apply_files: false }\n")
    assert "SAYS None" in done.stdout and not target.exists()


def test_a_task_s_own_environment_counts_when_the_owner_lets_it(server, person):
    says = "import os\nprint('SAYS', os.environ.get('MINE'), os.environ['CLEARML_TASK_ID'] != 'stolen')"
    wanted = {"Environment": {name: {"section": "Environment", "name": name, "value": value} for name, value in (("MINE", "yes"), ("CLEARML_TASK_ID", "stolen"))}}
    done, task = execute(server, person, says, hyperparams=wanted)
    assert "SAYS None True" in done.stdout
    done, task = execute(server, person, says, hyperparams=wanted, extra_conf="agent { enable_task_env: true }\n")
    assert "SAYS yes True" in done.stdout


def test_every_setting_has_a_variable_and_older_names_are_known(server, person, tmp_path):
    shown = person("config", variables={"CLEARML_AGENT__AGENT__PACKAGE_MANAGER__TYPE": "pip", "TRAINS_WORKER_NAME": "older", "JARVIS_AGENT__AGENT__MAX_RUN_SEC": "7"}).stdout
    for line in ("agent.package_manager.type", "agent.worker_name", "agent.max_run_sec"):
        assert next(one for one in shown.splitlines() if one.startswith(line + " ")).split("# ")[1].startswith("environment ")
    other = tmp_path / "other.conf"
    other.write_text(server.conf.read_text().replace("api_server:", "host:"))
    assert server.api in person("--config-file", str(other), "config").stdout
    assert f"# {other}" in person("config", variables={"CLEARML_CONFIG_FILE": str(other)}).stdout
    assert person("list", variables={"JARVIS_CONFIG_FILE": str(other)}).returncode == 0


def test_a_token_stands_in_for_the_keys(server, person):
    token = server.call("auth.login")["token"]
    variables = {"CLEARML_AUTH_TOKEN": token, "JARVIS_API_HOST": server.api}
    task = new_task(server, "from clearml import Task\nprint('PROJECT', Task.init(project_name='e2e', task_name='x').get_project_name())")
    (person.agent.home / "empty.conf").parent.mkdir(parents=True, exist_ok=True)
    (person.agent.home / "empty.conf").write_text("")
    done = person("--config-file", str(person.agent.home / "empty.conf"), "execute", "--id", task, variables={**variables, "JARVIS_FILES_HOST": server.files, "JARVIS_WEB_HOST": server.web})
    assert done.returncode == 0 and "PROJECT" in done.stdout, done.stdout + done.stderr


@pytest.fixture(scope="session")
def tls_api(server, tmp_path_factory):
    """The API behind a certificate that nobody has signed."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
                    "-keyout", folder / "key", "-out", folder / "cert"], check=True, capture_output=True)

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            passed = requests.request(self.command, server.api + self.path, data=body, headers={k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}, timeout=60)
            self.send_response(passed.status_code)
            self.send_header("Content-Length", str(len(passed.content)))
            self.end_headers()
            self.wfile.write(passed.content)

        def log_message(self, *_):
            pass

    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert", folder / "key")
    proxy.socket = context.wrap_socket(proxy.socket, server_side=True)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    yield f"https://localhost:{proxy.server_port}", folder / "cert"
    proxy.shutdown()


def test_certificates_are_verified_unless_told_otherwise_or_known(server, person, tls_api):
    address, certificate = tls_api
    refused = person("list", variables={"JARVIS_API_HOST": address})
    assert refused.returncode == 2 and "certificate" in refused.stderr.lower(), refused.stderr
    assert person("list", variables={"JARVIS_API_HOST": address, "CLEARML_API_HOST_VERIFY_CERT": "0"}).returncode == 0
    assert person("list", variables={"JARVIS_API_HOST": address}, extra_conf="api { verify_certificate: false }\n").returncode == 0
    assert person("list", variables={"JARVIS_API_HOST": address, "REQUESTS_CA_BUNDLE": str(certificate)}).returncode == 0


def test_more_is_logged_when_told_to(server, person):
    task = new_task(server, "print(1)")
    assert person("-d", "execute", "--id", task).returncode == 0
    assert person("--debug", "config").returncode == 0
    shown = person("config", extra_conf="agent { debug: true, worker_name: 'named' }\n").stdout
    assert "agent.debug" in shown and "named" in shown


# --- daemon -----------------------------------------------------------------------------------------------------------

def test_a_password_among_the_flags_is_seen_by_nobody_else(server, agent_of, queue, conf, tmp_path):
    repository = git_repository(tmp_path / "repo", {"main.py": "import os\nprint('PASS', any('hunter22' in value for value in os.environ.values()))\n"})
    agent = agent_of(server, queue("q"), name="secretive", extra_conf=conf, flags=("--git-user", "me", "--git-pass", "hunter22"))
    table = subprocess.run(["ps", "-ww", "-e", "-o", "args"], capture_output=True, text=True).stdout
    assert "--git-pass" in table and "hunter22" not in table
    task = new_task(server, "", script={"repository": repository, "branch": "main", "diff": ""})
    server.call("tasks.enqueue", task=task, queue_name=agent.queues[0])
    server.wait_for_status(task, "completed")
    assert "PASS False" in server.log_text(task)


def test_closed_hours_take_nothing_until_somebody_forces_the_queue(server, agent_of, work, queue, conf):
    name = queue("closed")
    agent = agent_of(server, name, name="sleepy", extra_conf=conf, flags=("--downtime", "0-24 SUN-SAT"))
    task = work.add(name)
    status = agent.run("daemon", "--status").stdout
    assert f"{name} closed (timetable)" in status and "MON closed" in status
    assert work.waits(task)
    identifier = server.call("queues.get_all", name=f"^{name}$")["queues"][0]["id"]
    server.call("queues.update", queue=identifier, tags=["force_workers:on"])
    work.sees(task)
    assert f"{name} open (forced)" in agent.run("daemon", "--status").stdout
    assert f"task:   {task} as sleepy" in agent.run("daemon", "--status").stdout
    work.let_go(task)


def test_hours_come_from_the_settings_too_and_a_wrong_one_is_refused(server, agent_of, work, queue, person):
    refused = person("daemon", "--queue", queue("q"), "--uptime", "25 MON")
    assert refused.returncode == 2 and "9-17 MON-FRI" in refused.stderr
    refused = person("daemon", "--queue", queue("q"), "--uptime", "1-2 MON", "--downtime", "3-4 MON")
    assert refused.returncode == 2 and "both" in refused.stderr
    agent = agent_of(server, queue("q"), name="by-settings", extra_conf='agent { downtime: ["0-24 SUN-SAT"] }\n')
    assert "closed (timetable)" in agent.run("daemon", "--status").stdout


def test_tags_are_those_of_the_workers_that_run_tasks(server, agent_of, work, queue, conf):
    name = queue("tagged")
    agent_of(server, name, name="tagged", extra_conf=conf, flags=("--services-mode", "--child-report-tags", "blue", "two words"), variables={"CLEARML_WORKER_TAGS": "house"})
    task = work.add(name)
    work.sees(task)
    child = wait_until(lambda: workers(server).get(f"tagged:service:{task}"), 30, "the child")
    assert set(child["tags"]) == {"blue", "two words"}
    assert wait_until(lambda: workers(server)["tagged"]["tags"], 30, "tags") == ["house"]
    work.let_go(task)


def test_queues_take_turns_when_fairness_is_asked_for(server, agent_of, queue, conf):
    first, second = queue("first"), queue("second")
    tasks = {}
    for name in (first, first, second, second):
        tasks.setdefault(name, []).append(new_task(server, "print(1)"))
        server.call("tasks.enqueue", task=tasks[name][-1], queue_name=name)
    agent_of(server, first, second, name="fair", extra_conf=conf, flags=("--order-fairness",))
    started = {task: server.wait_for_status(task, "completed")["started"] for name in tasks for task in tasks[name]}
    order = sorted(started, key=started.get)
    assert order == [tasks[first][0], tasks[second][0], tasks[first][1], tasks[second][1]]


def test_a_drained_daemon_finishes_its_task_and_takes_no_other(server, agent_of, work, queue, conf):
    agent = agent_of(server, queue("q"), name="drained", extra_conf=conf)
    task, other = work.add(agent.queues[0]), work.add(agent.queues[0])
    work.sees(task)
    asked = agent.run("drain", "drained", "--no-wait")
    assert asked.returncode == 0 and f"task:   {task}" in asked.stdout
    draining = subprocess.Popen([binary("jarvis-agent"), "drain"], env=agent.environment(), stdout=subprocess.PIPE, text=True)
    assert "takes no more tasks" in draining.stdout.readline()
    work.let_go(task)
    assert draining.wait(60) == 0 and agent.process.wait(60) == 0
    assert work.waits(other) and server.task(task)["status"] == "completed"
    assert agent.run("drain").returncode == 1


def test_a_daemon_that_leaves_hands_its_task_to_the_next_one(server, agent_of, work, queue, conf):
    agent = agent_of(server, queue("q"), name="upgraded", extra_conf=conf)
    task = work.add(agent.queues[0])
    work.sees(task)
    jobs = agent.jobs()
    agent.process.send_signal(signal.SIGQUIT)
    assert agent.process.wait(60) == 0 and agent.jobs() == jobs
    agent.start()
    wait_until(lambda: "a running job was found again" in agent.log.read_text(), what="the job to be adopted")
    work.let_go(task)
    after = work.add(agent.queues[0])
    work.sees(after)
    work.let_go(after)


def test_left_out_flags_say_why(person):
    for flag, word in (("--use-owner-token", "bound to its own run"), ("--check-bootstrap", "bootstrap")):
        refused = person("daemon", flag)
        assert refused.returncode == 2 and word in refused.stderr


CALLBACK = """import time
from clearml import Task
task = Task.init()
def last():
    print("LAST begins", flush=True)
    time.sleep(3)
    print("LAST done", flush=True)
task.register_abort_callback(last, callback_execution_timeout=60)
print("up", flush=True)
time.sleep(600)
"""


def test_a_script_does_what_it_has_to_before_it_is_aborted(server, agent_of, queue, conf):
    name = queue("abort")
    agent_of(server, name, extra_conf=conf + "agent.stop_grace_sec: 1\n")
    task = new_task(server, CALLBACK)
    server.call("tasks.enqueue", task=task, queue_name=name)
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    server.call("tasks.stop", task=task)
    ended = server.wait_for_status(task, "stopped", "failed", "completed", seconds=120)
    assert ended["status"] == "stopped" and "LAST done" in server.log_text(task), server.log_text(task)


def test_a_command_runs_before_the_script_is_told_to_end(server, agent_of, queue, conf, tmp_path):
    name = queue("abort")
    variables = {"CLEARML_AGENT_ABORT_CALLBACK_CMD": "sh -c 'echo SAVES in $(pwd); echo done > ../saved'", "CLEARML_AGENT_ABORT_CALLBACK_TIMEOUT": "60"}
    agent_of(server, name, extra_conf=conf, variables=variables)
    task = new_task(server, "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: (print('TOLD', open('../saved').read()), sys.exit(0)))\nprint('up', flush=True)\ntime.sleep(600)\n")
    server.call("tasks.enqueue", task=task, queue_name=name)
    wait_until(lambda: "\nup" in server.log_text(task), 120, "the script")
    server.call("tasks.stop", task=task)
    server.wait_for_status(task, "stopped")
    log = server.log_text(task)
    assert "SAVES in" in log and "TOLD done" in log, log
