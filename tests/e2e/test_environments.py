"""Where a task's packages come from, and which of them a machine gets."""
import os
import subprocess
import sys

import pytest

from gpu_machine import GpuMachine
from jarvis_fixtures import commit, git_repository
from torch_index import TorchIndex, wheel

TORCH = "import torch\nprint('TORCH', torch.__version__, torch.version.cuda)\n"


@pytest.fixture(scope="module")
def torch_index(tmp_path_factory):
    index = TorchIndex(tmp_path_factory.mktemp("torch"))
    yield index
    index.stop()


@pytest.fixture
def ran(server, agent_of, queue, conf):
    """Runs a task by an agent of its own: the task, and its log."""
    def run(script, extra_conf="", variables=None, flags=(), wanted=("completed",), **fields):
        name = queue("envs")
        agent_of(server, name, extra_conf=conf + extra_conf, variables=variables or {}, flags=flags, name=f"envs-{os.urandom(3).hex()}")
        task = server.call("tasks.create", name="environment", type="training", script=script)["id"]
        server.call("tasks.enqueue", task=task, queue_name=name)
        found = server.wait_for_status(task, "completed", "failed", "stopped", seconds=300)
        text = server.log_text(task)
        assert found["status"] in wanted, text
        return found, text

    return run


def recorded(pip, code=TORCH):
    return {"entry_point": "main.py", "working_dir": ".", "diff": code, "requirements": {"pip": pip}}


def of_repository(repository, version):
    return {"repository": repository, "version_num": version, "entry_point": "main.py", "working_dir": "."}


def test_torch_is_the_build_of_the_driver_s_cuda(ran, torch_index, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(1)  # its driver runs CUDA 12.4
    task, text = ran(recorded("torch==2.4.1\n"), torch_index.conf, machine.variables)
    assert "TORCH 2.4.1+cu124 12.4" in text and "torch: build cu124 (CUDA 12.4, as the driver says)" in text
    assert "torch==2.4.1+cu124" in task["script"]["requirements"]["pip"]
    assert task["script"]["requirements"]["org_pip"] == "torch==2.4.1\n"


def test_torch_is_the_build_of_cuda_version_where_the_machine_sets_it(ran, torch_index, tmp_path):
    # Recorded where there was a newer one; no release named: the newest that has a build.
    machine = GpuMachine(tmp_path / "machine").devices(1)
    _, text = ran(recorded("torch<2.5\n"), torch_index.conf, {**machine.variables, "CUDA_VERSION": "12.1"})
    assert "TORCH 2.4.1+cu121 12.1" in text


def test_torch_is_the_processor_s_on_an_agent_without_gpus(ran, torch_index, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(1)
    _, text = ran(recorded("torch==2.4.1+cu124\n"), torch_index.conf, machine.variables, flags=("--cpu-only",))
    assert "TORCH 2.4.1+cpu None" in text


def test_torch_that_would_leave_the_gpu_unused_fails_the_task_and_says_so(ran, torch_index, tmp_path):
    machine = GpuMachine(tmp_path / "machine").devices(1)
    task, _ = ran(recorded("torch==2.5.1\n"), torch_index.conf, machine.variables, wanted=("failed",))
    assert "built for the processor alone" in task["status_message"] or "built for the processor alone" in task["status_reason"]


def test_a_repository_s_requirements_count_where_the_task_recorded_none(ran, tmp_path):
    repository = git_repository(tmp_path / "repo", {
        "main.py": "import iniconfig\nprint('HAS', iniconfig.__name__)\n", "requirements.txt": "-r more.txt\n", "more.txt": "iniconfig==2.0.0\n"})
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True).stdout.strip()
    _, text = ran(of_repository(repository, head))
    assert "HAS iniconfig" in text and "packages: those of the repository's requirements.txt" in text


PROJECTS = {
    "uv": '[project]\nname = "locked"\nversion = "1"\nrequires-python = ">=3.9"\ndependencies = ["torch"]\n'
          '[tool.uv.sources]\ntorch = { path = "wheels/torch-2.4.1+cpu-py3-none-any.whl" }\n',
    "poetry": '[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = ">=3.9,<4"\n'
              'torch = { path = "wheels/torch-2.4.1+cpu-py3-none-any.whl" }\n'}


@pytest.mark.parametrize("tool", ["uv", "poetry"])
def test_a_lock_file_counts_when_the_settings_name_its_tool(ran, tmp_path, tool):
    repository = git_repository(tmp_path / "repo", {"main.py": TORCH, "pyproject.toml": PROJECTS[tool]})
    wheel(tmp_path / "repo" / "wheels", "2.4.1+cpu", None)
    lock = {"uv": ["uv", "lock"], "poetry": ["uv", "tool", "run", "poetry", "lock", "--no-interaction"]}[tool]
    subprocess.run(lock, cwd=repository, check=True, capture_output=True, timeout=300)
    head = commit(tmp_path / "repo", "lock")
    script = {**of_repository(repository, head), "requirements": {"pip": "iniconfig==1.1.1\n"}}
    task, text = ran(script, f"agent.package_manager.type: {tool}\n")
    assert "TORCH 2.4.1+cpu" in text and f"packages: those of the repository's {tool}.lock" in text
    assert task["script"]["requirements"]["pip"] == "iniconfig==1.1.1\n", "the lock stays what counts"


def test_a_ready_interpreter_is_used_as_it_is(ran, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "ready"], check=True)
    task, text = ran(recorded("iniconfig==1.1.1\n", "import sys\nprint('RUNS', sys.prefix)\n"),
                     variables={"CLEARML_AGENT_SKIP_PIP_VENV_INSTALL": str(tmp_path / "ready/bin/python")})
    assert f"RUNS {tmp_path}/ready" in text
    assert task["script"]["requirements"]["pip"] == "iniconfig==1.1.1\n"


def test_a_post_package_is_built_beside_the_others(ran, tmp_path):
    package = tmp_path / "needs"
    package.mkdir()
    (package / "setup.py").write_text("import six\nfrom setuptools import setup\nsetup(name='needs-six', version='1', py_modules=[])\n")
    code = "import importlib.metadata\nprint('HAS', importlib.metadata.version('needs-six'))\n"
    _, text = ran(recorded(f"needs-six @ file://{package}\nsix==1.16.0\njarvis-no-such-package\n", code),
                  'agent.package_manager { post_packages: ["needs_six"], priority_optional_packages: ["jarvis-no-such-package"] }\n')
    assert "HAS 1" in text and "left out, as it cannot be installed: jarvis-no-such-package" in text
