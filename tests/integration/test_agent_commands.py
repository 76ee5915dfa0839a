"""The agent's commands that look and change nothing: logs, doctor, completion."""
import re
import shutil
import subprocess

import pytest

from jarvis_fixtures import Agent, binary, stand_in


@pytest.fixture
def client(server, tmp_path):
    """The command line of somebody with a configuration, and no daemon."""
    made = Agent(tmp_path / "agent", server)
    made.home.mkdir(parents=True)
    shutil.copy(server.conf, made.home / "jarvis.conf")
    return made


def running_task(server):
    task = server.call("tasks.create", name="a talkative task", type="training")["id"]
    server.call("tasks.started", task=task)
    return task


def say(server, task, *lines, timestamp):
    for line in lines:
        server.call("events.add", type="log", task=task, timestamp=timestamp, level="info", worker="w", msg=line)


def test_logs_are_shown_whole_and_in_order(server, client):
    task = running_task(server)
    for i in range(30):
        say(server, task, f"line {i}", timestamp=1_700_000_000_000 + i // 7)

    shown = client.run("logs", task)

    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.splitlines() == [f"line {i}" for i in range(30)]


def test_followed_logs_go_on_until_the_task_has_ended_and_lose_nothing_of_one_millisecond(server, client):
    task = running_task(server)
    say(server, task, "first", timestamp=1_700_000_000_000)
    following = subprocess.Popen([binary("jarvis-agent"), "logs", task, "--follow"], env=client.environment(), stdout=subprocess.PIPE, text=True)
    assert following.stdout.readline() == "first\n"

    say(server, task, "second", "third", timestamp=1_700_000_000_000)
    assert following.stdout.readline() == "second\n"
    assert following.stdout.readline() == "third\n"
    assert following.poll() is None
    say(server, task, "last", timestamp=1_700_000_000_005)
    server.call("tasks.completed", task=task)

    assert following.communicate(timeout=30)[0] == "last\n"
    assert following.returncode == 0


def test_logs_of_no_task_are_an_error(client):
    shown = client.run("logs", "0" * 32)

    assert shown.returncode == 2
    assert "no task" in shown.stderr


def test_doctor_finds_a_good_machine_good(server, client):
    shown = client.run("doctor")

    assert shown.returncode == 0, shown.stdout
    assert "FAILED" not in shown.stdout
    for what in ("configuration", "certificates", "server", "credentials", "clock", "file server", "disk", "git", "uv", "docker", "podman", "GPUs"):
        assert re.search(rf"^(ok|warning) +{what}: ", shown.stdout, re.M), f"{what} in {shown.stdout}"
    assert server.api in shown.stdout


def doctor_with(client, **variables):
    return subprocess.run([binary("jarvis-agent"), "doctor"], env={**client.environment(), **variables}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("variables,what,mend", [
    ({"JARVIS_API_HOST": "http://127.0.0.1:9"}, "server", "api.api_server"),
    ({"JARVIS_API_SECRET_KEY": "wrong", "JARVIS_API_ACCESS_KEY": "wrong"}, "credentials", "jarvis-agent init"),
    ({"JARVIS_HOME": "/proc/nowhere"}, "disk", "agent.home"),
    ({"REQUESTS_CA_BUNDLE": "/no/such/bundle"}, "certificates", "REQUESTS_CA_BUNDLE"),
])
def test_doctor_says_what_is_wrong_and_how_to_mend_it(client, variables, what, mend):
    shown = doctor_with(client, **variables)

    assert shown.returncode == 1
    failed = re.search(rf"^FAILED +{what}: .*\n +(.*)$", shown.stdout, re.M)
    assert failed and mend in failed.group(1), shown.stdout


def test_doctor_lists_the_gpus(client, tmp_path):
    library = str(stand_in("fake_nvml"))
    (tmp_path / "gpus").write_text("device A100 81920 0 0 30\ndevice H100 81920 0 0 30\nslice 1g.10gb 9856 0 - -\n")

    shown = doctor_with(client, JARVIS_NVML_LIBRARY=library, FAKE_NVML_GPUS=str(tmp_path / "gpus"))

    assert "driver 550.54.14, CUDA up to 12.4" in shown.stdout
    assert re.search(r"^ +0 +A100 +81920 MB +GPU-0$", shown.stdout, re.M)
    assert re.search(r"^ +1 +H100 +81920 MB +GPU-1 +\(MIG\)$", shown.stdout, re.M)
    assert re.search(r"^ +1:0 +1g.10gb +9856 MB +MIG-1-0$", shown.stdout, re.M)


def test_doctor_tells_a_broken_driver_from_none(client, tmp_path):
    library = str(stand_in("fake_nvml"))

    shown = doctor_with(client, JARVIS_NVML_LIBRARY=library)

    assert shown.returncode == 1
    assert "Driver Not Loaded" in shown.stdout and "reboot" in shown.stdout


def complete_in_bash(client, *words):
    """What bash offers after these words, by its own rules."""
    script = ('source <("$1" completion bash); shift; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); '
              '_jarvis_agent; printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", script, "bash", binary("jarvis-agent"), "jarvis-agent", *words], env=client.environment(), capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout.split()


def test_bash_completes_commands_and_their_flags(client):
    assert "daemon" in complete_in_bash(client, "")
    assert complete_in_bash(client, "exec") == ["execute"]
    assert "--queue" in complete_in_bash(client, "daemon", "--q")
    assert "--queue" not in complete_in_bash(client, "execute", "--")
    assert "--announce" not in complete_in_bash(client, "daemon", "--")  # hidden


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_s_script_names_every_command(client, shell):
    shown = client.run("completion", shell)

    assert shown.returncode == 0
    for command in ("daemon", "execute", "init", "logs", "doctor", "completion"):
        assert command in shown.stdout
    if shutil.which(shell):
        assert subprocess.run([shell, "-n"], input=shown.stdout, text=True, capture_output=True).returncode == 0


def test_completion_of_an_unknown_shell_is_refused(client):
    shown = client.run("completion", "csh")

    assert shown.returncode == 2 and "csh" in shown.stderr


@pytest.mark.parametrize("words,said", [
    ((), "jarvis-agent: name a command"),
    (("frobnicate",), "there is no command 'frobnicate'"),
    (("deamon", "--queue", "default"), "there is no command 'deamon'; did you mean daemon?"),
    (("daemon", "--que", "default"), "there is no flag --que; did you mean --queue?"),
    (("daemon", "--git-passs=hidden-away"), "there is no flag --git-passs; did you mean --git-pass?"),
    (("daemon", "--frobnicate"), "there is no flag --frobnicate\n"),
    (("daemon", "--detached", "--queue"), "--queue needs a value"),
    (("daemon", "--detached", "--foreground"), "--detached excludes --foreground"),
    (("execute",), "--id is required"),
    (("list", "everything"), "'everything' is one word too many"),
])
def test_a_command_line_that_is_not_understood_is_told_by_what_is_wrong(client, words, said):
    shown = client.run(*words)

    assert shown.returncode == 2 and said in shown.stderr, shown.stderr
    assert re.search(r"^`jarvis-agent.* --help` says more\.$", shown.stderr, re.M) and "hidden-away" not in shown.stderr


@pytest.mark.parametrize("words", [("execute", "--id"), ("build", "--target", "folder", "--id"), ("logs",)])
def test_a_task_that_there_is_not_is_told_by_its_name_alone(client, words):
    for task in ("mistyped", "0" * 32):
        shown = client.run(*words, task)

        assert shown.returncode == 2 and f"no task {task}" in shown.stderr and "company" not in shown.stderr, shown.stderr


def test_somebody_without_a_configuration_is_sent_to_init_and_not_blamed_for_a_wrong_key(server, client):
    (client.home / "jarvis.conf").unlink()

    shown = subprocess.run([binary("jarvis-agent"), "list"], env={**client.environment(), "JARVIS_API_HOST": server.api}, capture_output=True, text=True, timeout=60)

    assert shown.returncode == 2 and "jarvis-agent init" in shown.stderr and "does not accept" not in shown.stderr, shown.stderr
