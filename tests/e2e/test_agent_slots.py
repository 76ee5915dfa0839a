"""Many tasks at once in one daemon: whole GPUs, several, parts, slices; never one twice, never somebody else's."""
import json
import subprocess

import pytest

from gpu_machine import GpuMachine
from jarvis_fixtures import wait_until
from work import HOST, workers


def test_one_daemon_runs_tasks_of_different_shapes_side_by_side(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(4)
    dual, single = queue("dual"), queue("single")
    agent = agent_of(server, f"{dual}=2", f"{single}=1", name=f"{HOST}:dgpu0-3", variables=machine.variables, extra_conf=conf,
                     flags=("--dynamic-gpus", "--gpus", "0-3"))
    first, second, third = work.add(dual), work.add(single), work.add(single)
    assert work.sees(first)["CUDA_VISIBLE_DEVICES"] == "0,1"
    assert {work.sees(task)["CUDA_VISIBLE_DEVICES"] for task in (second, third)} == {"2", "3"}
    assert work.sees(first)["CLEARML_WORKER_ID"] == f"{HOST}:gpu0,1"
    # Each is a worker of its own, beside the daemon.
    seen = wait_until(lambda: workers(server) if {f"{HOST}:gpu0,1", f"{HOST}:gpu2", f"{HOST}:gpu3", agent.name} <= workers(server).keys() else None, 30, "the workers")
    assert seen[f"{HOST}:gpu0,1"]["task"]["id"] == first and seen[agent.name]["task"] is None

    fourth, fifth = work.add(dual), work.add(single)
    work.let_go(second)
    # One is free: the important queue's task needs two, and is not overtaken.
    wait_until(lambda: f"{HOST}:gpu2" not in workers(server) or f"{HOST}:gpu3" not in workers(server), 30, "its worker to go")
    assert work.waits(fourth) and work.waits(fifth)
    work.let_go(third)
    assert work.sees(fourth)["CUDA_VISIBLE_DEVICES"] == "2,3"
    assert work.waits(fifth)
    work.let_go(first, fourth, fifth)
    # A job takes its leave after it has told the end of its task.
    wait_until(lambda: set(workers(server)) & {f"{HOST}:gpu0,1", f"{HOST}:gpu2", f"{HOST}:gpu3"} == set(), what="their workers to go")


def test_a_queue_with_a_range_takes_what_is_free(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(3)
    single, upto = queue("single"), queue("max_quad")
    agent_of(server, f"{single}=1", f"{upto}=1-4", name=f"{HOST}:dgpu0-2", variables=machine.variables, extra_conf=conf,
             flags=("--dynamic-gpus", "--gpus", "0-2"))
    one = work.add(single)
    work.sees(one)
    many = work.add(upto)
    assert work.sees(many)["CUDA_VISIBLE_DEVICES"] == "1,2"
    work.let_go(one, many)


def test_parts_of_a_gpu_and_slices(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").set("device A100 80000 0 0 30", "device H100 81920 0 0 30", "slice 1g.10gb 9856 0 - -")
    quarter, whole = queue("quarter"), queue("whole")
    agent_of(server, f"{whole}=1", f"{quarter}=0.25", name=f"{HOST}:dgpu0-1", variables=machine.variables, extra_conf=conf,
             flags=("--dynamic-gpus", "--gpus", "0-1"))
    parts = [work.add(quarter) for _ in range(2)]
    seen = [work.sees(part) for part in parts]
    assert [one["CUDA_VISIBLE_DEVICES"] for one in seen] == ["0", "0"]
    assert {one["JARVIS_GPU_MEMORY_MB"] for one in seen} == {"20000"}
    assert {one["CLEARML_WORKER_ID"] for one in seen} == {f"{HOST}:gpu0.25a", f"{HOST}:gpu0.25b"}
    sliced = work.add(whole)
    one = work.sees(sliced)
    assert (one["CUDA_VISIBLE_DEVICES"], one["NVIDIA_VISIBLE_DEVICES"]) == ("MIG-1-0", "1:0")
    work.let_go(*parts, sliced)


def test_two_daemons_of_one_machine_never_use_a_gpu_twice(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(2)
    one, both = queue("one"), queue("both")
    first = agent_of(server, one, name=f"{HOST}:gpu0", variables=machine.variables, extra_conf=conf, flags=("--gpus", "0"))
    agent_of(server, both, name=f"{HOST}:gpu0,1", variables=machine.variables, extra_conf=conf, flags=("--gpus", "0,1"), home=first.home)
    small = work.add(one)
    assert work.sees(small)["CUDA_VISIBLE_DEVICES"] == "0"
    large = work.add(both)
    later = work.add(one)
    wait_until(lambda: f"gpu0 by task {small}" in (tmp_path / "agent1" / "agent.log").read_text(), 30, "the reason why it waits")
    assert work.waits(large)
    work.let_go(small)
    # Whichever was faster: they take turns.
    running = wait_until(lambda: next((task for task in (large, later) if server.task(task)["status"] == "in_progress"), None), 60, "one of them")
    other = later if running == large else large
    assert work.sees(running) and work.waits(other)
    work.let_go(running)
    work.let_go(other)


def test_a_second_daemon_for_the_same_gpus_is_refused_with_a_way_out(server, agent_of, queue, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(1)
    agent = agent_of(server, queue("q"), name=f"{HOST}:gpu0", variables=machine.variables, flags=("--gpus", "0"))
    again = agent.run("daemon", "--gpus", "0", "--queue", agent.queues[0])
    assert again.returncode == 2 and "running already" in again.stderr and "JARVIS_WORKER_ID" in again.stderr


def test_gpus_that_others_use_are_left_alone_until_they_are_free(server, agent_of, work, queue, conf, tmp_path):
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        machine = GpuMachine(tmp_path / "machine").devices(2).used_by(0, stranger.pid)
        single = queue("single")
        agent_of(server, f"{single}=1", name=f"{HOST}:dgpu0-1", variables=machine.variables, extra_conf=conf,
                 flags=("--dynamic-gpus", "--gpus", "0-1"))
        first, second = work.add(single), work.add(single)
        assert {server.task(task)["status"] for task in (first, second)} <= {"queued", "in_progress"}
        running = wait_until(lambda: next((task for task in (first, second) if server.task(task)["status"] == "in_progress"), None), 60, "one task")
        assert work.sees(running)["CUDA_VISIBLE_DEVICES"] == "1"
        other = second if running == first else first
        assert work.waits(other)
        machine.used_by(0)
        assert work.sees(other)["CUDA_VISIBLE_DEVICES"] == "0"
        work.let_go(first, second)
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("flags,variables,name,sees", [
    (("--gpus", "1"), {}, "gpu1", "1"),
    (("--gpus", "all"), {}, "gpuall", "None"),
    (("--gpus", "none"), {}, "cpu:0", "-1"),
    (("--cpu-only",), {}, "cpu:0", "-1"),
    ((), {"NVIDIA_VISIBLE_DEVICES": "none"}, "cpu:0", "-1"),
    ((), {"NVIDIA_VISIBLE_DEVICES": "1"}, "gpu1", "1"),
    ((), {}, "0", "None"),
])
def test_flags_and_variables_say_which_gpus_a_task_sees(server, agent_of, work, queue, conf, tmp_path, flags, variables, name, sees):
    machine = GpuMachine(tmp_path / "machine").devices(2)
    agent = agent_of(server, queue("q"), name=f"{HOST}:{name}", variables={**machine.variables, **variables}, extra_conf=conf, flags=flags)
    task = work.add(agent.queues[0])
    assert work.sees(task)["CUDA_VISIBLE_DEVICES"] == sees
    work.let_go(task)


def test_gpus_that_are_not_there_are_said_at_the_start(server, agent_of, queue, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(2)
    agent = agent_of(server, queue("q"), name="tester-cpu", flags=("--cpu-only",), variables=machine.variables)
    for gpus in ("5", "0-x", ","):
        done = agent.run("daemon", "--gpus", gpus, "--queue", agent.queues[0])
        assert done.returncode == 2, done.stderr
    assert "there is no GPU 5 on this machine; it has 0, 1" in agent.run("daemon", "--gpus", "5", "--queue", agent.queues[0]).stderr
    both = agent.run("daemon", "--gpus", "0", "--cpu-only", "--queue", agent.queues[0])
    assert both.returncode == 2 and "cpu-only" in both.stderr


def test_statistics_of_a_task_s_gpus_are_in_the_task(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").set("device A100 81920 1024 7 41", "device A100 81920 2048 93 66")
    agent = agent_of(server, queue("q"), name=f"{HOST}:gpu1", variables=machine.variables, extra_conf=conf, flags=("--gpus", "1"))
    task = work.add(agent.queues[0])
    work.sees(task)
    curves = wait_until(lambda: server.call("events.scalar_metrics_iter_histogram", task=task).get(":monitor:gpu"), 30, "GPU curves")
    assert curves["job_gpu_1_utilization"]["y"][-1] == 93 and curves["job_gpu_1_temperature"]["y"][-1] == 66
    assert curves["job_gpu_1_mem_used_gb"]["y"][-1] == 2
    assert not any("gpu_0" in name for name in curves)
    work.let_go(task)


def test_a_killed_daemon_s_shares_stay_taken_and_its_jobs_are_adopted(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(2)
    single = queue("single")
    agent = agent_of(server, f"{single}=1", name=f"{HOST}:dgpu0-1", variables=machine.variables, extra_conf=conf, flags=("--dynamic-gpus", "--gpus", "0-1"))
    first, second = work.add(single), work.add(single)
    assert {work.sees(task)["CUDA_VISIBLE_DEVICES"] for task in (first, second)} == {"0", "1"}
    jobs = sorted(agent.jobs())
    agent.kill()
    third = work.add(single)
    agent.start()
    wait_until(lambda: agent.log.read_text().count("a running job was found again") == 2, 30, "the daemon to find its jobs")
    assert sorted(agent.jobs()) == jobs
    assert work.waits(third)
    shares = json.loads((agent.home / ".jarvis" / "gpus" / "shares.json").read_text())
    assert sorted(device for share in shares.values() for device in share["devices"]) == ["0", "1"]
    work.let_go(first)
    assert work.sees(third)["CUDA_VISIBLE_DEVICES"] in ("0", "1")
    work.let_go(second, third)


def test_amd_s_gpus_are_given_out_like_nvidia_s(server, agent_of, work, queue, conf, tmp_path):
    machine = GpuMachine(tmp_path / "machine", "amd").devices(2)
    agent = agent_of(server, queue("q"), name=f"{HOST}:gpu1", variables=machine.variables, extra_conf=conf, flags=("--gpus", "1"))
    task = work.add(agent.queues[0])
    assert work.sees(task)["HIP_VISIBLE_DEVICES"] == "1"
    curves = wait_until(lambda: server.call("events.scalar_metrics_iter_histogram", task=task).get(":monitor:gpu"), 30, "GPU curves")
    assert curves["job_gpu_1_utilization"]["y"][-1] == 5
    work.let_go(task)
