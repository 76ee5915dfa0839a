"""Images made by debootstrap, a dockerd where none runs, podman as this machine lets it run."""
import os
import pathlib
import resource
import shutil
import subprocess
import tarfile

import pytest

from jarvis_fixtures import ROOT, Agent, wait_until

IMAGES = ROOT / ".dev" / "images"
# What a job finds in images as people have them: nothing but a shell, or Python and git, too.
BARE, PYTHON = "jarvis-test/bare:1", "jarvis-test/python:1"
INCLUDES = {BARE: "ca-certificates,libexpat1", PYTHON: "ca-certificates,git,python3"}


def run(*words: str, **options) -> str:
    done = subprocess.run(words, capture_output=True, text=True, timeout=600, **options)
    assert done.returncode == 0, f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout.strip()


def image_file(name: str, workspace: pathlib.Path) -> pathlib.Path:
    """The image's files as a tar, made once for this checkout."""
    kept = IMAGES / (name.replace("/", "-").replace(":", "-") + ".tar")
    if not kept.exists():
        root = workspace / "root"
        run("debootstrap", "--variant=minbase", f"--include={INCLUDES[name]}", "bookworm", str(root))
        for folder in ("var/cache/apt/archives", "var/lib/apt/lists"):
            shutil.rmtree(root / folder, ignore_errors=True)
        IMAGES.mkdir(parents=True, exist_ok=True)
        with tarfile.open(kept.with_suffix(".new"), "w") as archive:
            archive.add(root, ".")
        kept.with_suffix(".new").rename(kept)
        shutil.rmtree(root)
    return kept


def has_image(engine: str, name: str) -> bool:
    return subprocess.run([engine, "image", "inspect", name], capture_output=True).returncode == 0


@pytest.fixture(scope="session")
def dockerd(tmp_path_factory):
    """Docker's service: the machine's, or one for the time of the tests."""
    def answers():
        return subprocess.run(["docker", "info"], capture_output=True).returncode == 0

    if answers():
        yield
        return
    with (tmp_path_factory.mktemp("dockerd") / "log").open("wb") as log:
        process = subprocess.Popen(["dockerd"], stdout=log, stderr=log)
    try:
        wait_until(answers, 60, "dockerd")
        yield
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="session")
def containers_conf(tmp_path_factory):
    """For podman: limits that this user may set, no systemd."""
    def limit(kind):
        return "{0}:{1}".format(*resource.getrlimit(kind))

    path = tmp_path_factory.mktemp("podman") / "containers.conf"
    path.write_text(f'[containers]\ndefault_ulimits = ["nofile={limit(resource.RLIMIT_NOFILE)}", "nproc={limit(resource.RLIMIT_NPROC)}"]\n'
                    '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n')
    os.environ["CONTAINERS_CONF"] = str(path)
    # In a container whose own files are layers podman's cannot be: they are copied.
    if subprocess.run(["podman", "info"], capture_output=True).returncode != 0:
        storage = path.with_name("storage.conf")
        storage.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{path.parent}/storage"\nrunroot = "{path.parent}/run"\n')
        os.environ["CONTAINERS_STORAGE_CONF"] = str(storage)
    return path


@pytest.fixture(scope="session", params=["docker", "podman"])
def engine(request, tmp_path_factory):
    """Each test runs with each: the engine's name, with the images in it."""
    name = request.param
    request.getfixturevalue("dockerd" if name == "docker" else "containers_conf")
    for image in (BARE, PYTHON):
        if not has_image(name, image):
            run(name, "import", str(image_file(image, tmp_path_factory.mktemp("image"))), image)
    return name


@pytest.fixture(scope="session")
def agent(server, engine, tmp_path_factory):
    """A daemon that runs everything in containers of the Python image."""
    made = Agent(tmp_path_factory.mktemp(f"agent-{engine}"), server, f"queue-{engine}", name=f"tester-{engine}",
                 flags=("--create-queue", f"--{engine}", PYTHON))
    made.extra_conf = "agent { network_retries: 2, network_retry_sec: 0.2 }\n"
    made.start()
    yield made
    made.stop()


def containers(engine: str, home: pathlib.Path) -> list[str]:
    """The containers of an agent, running or not."""
    return run(engine, "ps", "--all", "--quiet", "--filter", f"label=jarvis-agent.home={home}/.jarvis").split()
