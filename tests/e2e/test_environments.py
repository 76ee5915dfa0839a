"""Where a task's packages come from, and which of them a machine gets."""
import os
import subprocess
import sys

import pytest

from gpu_machine import GpuMachine
from jarvis_fixtures import commit, git, git_repository
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
        task = server.call("tasks.create", name="environment", type="training", script=script, **fields)["id"]
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


def test_the_owner_says_how_packages_are_installed(ran, tmp_path):
    """A program in uv's place notes what it is asked for, and has uv do it."""
    real = subprocess.run(["sh", "-c", "command -v uv"], capture_output=True, text=True, check=True).stdout.strip()
    tools, notes = tmp_path / "tools", tmp_path / "notes"
    tools.mkdir()
    (tools / "uv").write_text(f'#!/bin/sh\necho "$UV_CACHE_DIR $UV_PYTHON_INSTALL_DIR $*" >> {notes}\nexec {real} "$@"\n')
    (tools / "uv").chmod(0o755)
    variables = {"PATH": f"{tools}:{os.environ['PATH']}", "CLEARML_EXTRA_PIP_INSTALL_FLAGS": "--no-build --prerelease=allow", "CLEARML_AGENT_FORCE_SYSTEM_SITE_PACKAGES": "true",
                 "CLEARML_AGENT_VENV_CACHE_PATH": str(tmp_path / "venvs"), "UV_PYTHON_INSTALL_DIR": str(tmp_path / "pythons"), "UV_INDEX_STRATEGY": "unsafe-first-match"}
    _, text = ran(recorded("iniconfig\n", "import sys\nprint('IN', sys.prefix)\n"), "agent.package_manager.force_upgrade: true\n", variables)
    assert f"IN {tmp_path}/venvs/" in text
    asked = notes.read_text()
    assert "venv --quiet --no-project" in asked and "--system-site-packages" in asked, asked
    install = next(line for line in asked.splitlines() if "pip install" in line and "-r " in line)
    assert "--no-build --prerelease=allow --upgrade" in install and "--index-strategy" not in install, asked
    assert f"{tmp_path}/pythons" in install


def test_the_owner_says_what_is_run_and_what_python_finds(ran, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "added.py").write_text("WORD = 'added'\n")
    folder = tmp_path / "ready"
    (folder / "tools").mkdir(parents=True)
    (folder / "at_root.py").write_text("WORD = 'root'\n")
    (folder / "tools" / "other.py").write_text("import added, at_root, os\nprint('SAYS', added.WORD, at_root.WORD, os.getcwd())\n")
    _, text = ran(recorded("", "print('NOT THIS')\n"), variables={
        "CLEARML_AGENT_FORCE_CODE_DIR": str(folder), "CLEARML_AGENT_FORCE_EXEC_SCRIPT": "tools:other.py", "CLEARML_AGENT_EXTRA_PYTHON_PATH": str(tmp_path / "more"),
        "CLEARML_AGENT_FORCE_TASK_INIT": "1"})
    assert f"SAYS added root {folder}/tools" in text and "NOT THIS" not in text, text
    assert "Task.init" not in (folder / "tools" / "other.py").read_text()

    repository = git_repository(tmp_path / "repo", {"main.py": "from __future__ import annotations\nimport clearml\nprint('HAS', clearml.Task.current_task() is not None)\n"})
    script = {**of_repository(repository, git(tmp_path / "repo", "rev-parse", "HEAD")), "requirements": {"pip": "clearml\n"}}
    assert "HAS False" in ran(script)[1]
    assert "HAS True" in ran(script, variables={"CLEARML_AGENT_FORCE_TASK_INIT": "1"})[1]


def test_conda_s_own_environment_is_used_beside_or_as_it_is(ran, tmp_path):
    """A folder that looks as conda's: its interpreter, and a program `conda` that must not be asked to make one."""
    base = tmp_path / "conda"
    subprocess.run([sys.executable, "-m", "venv", "--copies", base], check=True)
    (base / "bin" / "conda").write_text("#!/bin/sh\necho asked >&2; exit 1\n")
    (base / "bin" / "conda").chmod(0o755)
    code = "import sys, iniconfig\nprint('RUNS', sys.prefix)\n"
    conf = "agent.package_manager.type: conda\n"
    variables = {"PATH": f"{base}/bin:{os.environ['PATH']}", "CLEARML_USE_CONDA_BASE_ENV": "1"}
    task, text = ran(recorded("iniconfig==2.0.0\n", code), conf, variables)
    assert "RUNS" in text and f"RUNS {base}\n" not in text, "the base stays as it is"
    assert not list(base.rglob("iniconfig"))

    ready = "import sys\nprint('RUNS', sys.prefix)\n"
    assert f"RUNS {base}" in ran(recorded("", ready), variables={"CLEARML_CONDA_ENV_PACKAGE": str(base)})[1]

    assert f"RUNS {base}" in ran(recorded("", ready), "agent.package_manager.conda_env_as_base_docker: true\n", container={"image": str(base)})[1]

    subprocess.run(["tar", "-czf", tmp_path / "packed.tar.gz", "-C", base, "."], check=True)
    _, text = ran(recorded("", ready), variables={"CLEARML_CONDA_ENV_PACKAGE": str(tmp_path / "packed.tar.gz")})
    assert "/conda-packs/" in text.split("RUNS", 1)[1], text


def test_what_pip_says_of_conda_s_environment_is_told_when_the_owner_wants_it(ran, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "micromamba").write_text('#!/bin/sh\nwhile [ "$1" != --prefix ]; do shift; done; exec python3 -m venv "$2"\n')
    (tools / "micromamba").chmod(0o755)
    variables = {"PATH": f"{tools}:{os.environ['PATH']}"}
    for conf, told in (("", "iniconfig\n"), ("agent.package_manager.conda_full_env_update: true\n", "iniconfig==")):
        task, text = ran(recorded("iniconfig\n", "import iniconfig\n"), "agent.package_manager.type: conda\n" + conf, variables)
        assert told in task["script"]["requirements"]["pip"], text


BUILDS = """#!/bin/sh
echo "BUILDS $CLEARML_TASK_SCRIPT_ENTRY in $CLEARML_TASK_WORKING_DIR of $(basename "$CLEARML_GIT_ROOT"), $(echo "$CLEARML_CUSTOM_BUILD_TASK_CONFIG_JSON" | head -c 1)"
[ -z "$FAILS" ] || exit $FAILS
[ -n "$SAYS_NOTHING" ] || echo "{\\"binary\\": \\"$PYTHON_HERE\\", \\"entry_point\\": \\"$CLEARML_GIT_ROOT/other.py\\", \\"working_dir\\": \\"$CLEARML_GIT_ROOT/sub\\"}" > "$CLEARML_CUSTOM_BUILD_OUTPUT"
"""


def test_the_owner_s_own_program_makes_the_environment(ran, tmp_path):
    repository = git_repository(tmp_path / "repo", {"main.py": "print('USUAL')\n", "other.py": "import os, sys\nprint('OTHER', os.path.basename(os.getcwd()), sys.executable)\n", "sub/x": "", "build.sh": BUILDS})
    script = of_repository(repository, git(tmp_path / "repo", "rev-parse", "HEAD"))
    variables = {"CLEARML_AGENT_CUSTOM_BUILD_SCRIPT": "$CLEARML_GIT_ROOT/build.sh", "PYTHON_HERE": sys.executable}
    _, text = ran(script, variables=variables)
    assert "BUILDS main.py in . of code, {" in text and f"OTHER sub {sys.executable}" in text, text

    _, text = ran(script, variables={**variables, "SAYS_NOTHING": "1"})
    assert "the environment is made in the usual way" in text and "USUAL" in text, text
    _, text = ran(script, "agent.custom_build_script: /no/such\n")
    assert "there is no /no/such" in text and "USUAL" in text, text
    task, _ = ran(script, variables={**variables, "FAILS": "7"}, wanted=("failed",))
    assert "ended with exit code 7" in task["status_message"], task["status_message"]
