"""Services: any number of tasks side by side, each a worker of its own, started again as the policy says."""
import os
import pathlib

import pytest

from gpu_machine import GpuMachine
from jarvis_fixtures import Agent, wait_until
from work import HOST, workers


@pytest.fixture
def services(server, tmp_path, conf):
    """services(flags...) starts a daemon in the background by its command line; it is stopped after the test by the same."""
    made = []

    def start(*flags, name=f"{HOST}:cpu:0", extra_conf="", variables=None):
        agent = Agent(tmp_path / f"services{len(made)}", server, name=name, variables=variables)
        agent.extra_conf = conf + extra_conf
        agent.configure()
        begun = agent.run("daemon", *flags)
        made.append((agent, flags))
        assert begun.returncode == 0, begun.stderr
        assert f"Worker {name} is registered" in begun.stdout and name in workers(server)
        agent.log = pathlib.Path(begun.stdout.split("Log: ")[1].splitlines()[0])
        return agent

    yield start
    for agent, flags in made:
        agent.run("daemon", *flags, "--stop")


def test_services_run_side_by_side_each_as_a_worker(server, services, work, tmp_path):
    name = f"services-{os.urandom(4).hex()}"
    flags = ("--services-mode", "--detached", "--queue", name, "--create-queue", "--cpu-only")
    agent = services(*flags)
    tasks = [work.add(name) for _ in range(4)]
    for task in tasks:
        seen = work.sees(task)
        assert seen["CLEARML_WORKER_ID"] == f"{HOST}:cpu:0:service:{task}" and seen["CUDA_VISIBLE_DEVICES"] == "-1"
    wait_until(lambda: {f"{HOST}:cpu:0:service:{task}" for task in tasks} <= workers(server).keys(), 30, "their workers")
    assert workers(server)[f"{HOST}:cpu:0:service:{tasks[0]}"]["task"]["id"] == tasks[0]
    work.let_go(tasks[0])
    wait_until(lambda: f"{HOST}:cpu:0:service:{tasks[0]}" not in workers(server), 30, "its worker to go")

    stopped = agent.run("daemon", *flags, "--stop")

    assert stopped.returncode == 0 and f"Stopped {HOST}:cpu:0" in stopped.stdout
    for task in tasks[1:]:
        assert server.task(task)["status"] == "stopped"
    assert not [worker for worker in workers(server) if worker.startswith(f"{HOST}:cpu:0")]


def test_a_limit_holds_the_next_task_back(server, services, work, tmp_path):
    name = f"services-{os.urandom(4).hex()}"
    services("--services-mode", "2", "--detached", "--queue", name, "--create-queue")
    first, second = work.add(name), work.add(name)
    work.sees(first)
    work.sees(second)
    third = work.add(name)
    assert work.waits(third)
    work.let_go(first)
    work.sees(third)
    work.let_go(second, third)


def test_a_service_that_fails_is_started_again_within_the_same_run(server, services, tmp_path):
    name = f"services-{os.urandom(4).hex()}"
    services("--services-mode", "--restart", "on-failure:5", "--detached", "--queue", name, "--create-queue")
    code = (f"import pathlib, sys\nruns = pathlib.Path({str(tmp_path / 'runs')!r})\nruns.open('a').write('x')\n"
            "count = len(runs.read_text())\nprint('run', count, flush=True)\nsys.exit(7 if count < 3 else 0)\n")
    task = server.call("tasks.create", name="fails twice", type="service", script={"entry_point": "main.py", "diff": code, "requirements": {"pip": ""}})["id"]
    server.call("tasks.enqueue", task=task, queue_name=name)
    ended = server.wait_for_status(task, "completed", "failed")
    text = server.log_text(task)
    assert ended["status"] == "completed", text
    assert [line for line in text.splitlines() if line.startswith("run ")] == ["run 1", "run 2", "run 3"]
    assert "failed: exit code 7; restart 1 in 1 s" in text and "restart 2 in 2 s" in text


def test_a_stopped_service_stays_stopped_whatever_the_policy(server, services, work):
    name = f"services-{os.urandom(4).hex()}"
    services("--services-mode", "--detached", "--queue", name, "--create-queue", variables={"CLEARML_AGENT_SERVICES_DOCKER_RESTART": "unless-stopped"})
    task = work.add(name)
    work.sees(task)
    server.call("tasks.stop", task=task)
    assert server.wait_for_status(task, "stopped", seconds=60)["status_reason"] == "aborted by user"


def test_services_run_beside_a_daemon_with_gpus(server, services, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(1)
    name = f"services-{os.urandom(4).hex()}"
    services("--services-mode", "--detached", "--queue", name, "--create-queue", "--cpu-only", variables=machine.variables)
    gpus = agent_of(server, queue("gpu"), name=f"{HOST}:gpu0", variables=machine.variables, extra_conf=conf, flags=("--gpus", "0"))
    service, training = work.add(name), work.add(gpus.queues[0])
    assert work.sees(training)["CUDA_VISIBLE_DEVICES"] == "0" and work.sees(service)["CUDA_VISIBLE_DEVICES"] == "-1"
    work.let_go(service, training)


def test_what_cannot_be_combined_is_refused(server, services, tmp_path):
    agent = Agent(tmp_path / "refused", server).configure()
    for flags, word in ((("--services-mode", "--dynamic-gpus", "--queue", "q=1"), "--dynamic-gpus"), (("--services-mode", "--gpus", "0"), "--gpus"),
                        (("--services-mode", "--restart", "sometimes"), "restart policy")):
        done = agent.run("daemon", *flags)
        assert done.returncode == 2 and word in done.stderr, done.stderr
