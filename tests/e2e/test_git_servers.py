"""Code from real git servers: https with a password, ssh with a key; and what becomes of the password."""
import os
import subprocess

import pytest

from git_servers import HttpsGit, SshGit
from jarvis_fixtures import Agent, git, git_repository
from test_agent import enqueue, new_task

PASSWORD = "hunter22-of-ann"


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """team/main.git, whose submodule is named by https, ssh-style, and by a relative address."""
    root = tmp_path_factory.mktemp("repositories")
    git_repository(root / "work" / "sub", {"part.py": "WORD = 'from the submodule'\n"})
    git_repository(root / "work" / "main", {"main.py": "import sys\nsys.path.insert(0, 'sub')\nimport part\nprint('says', part.WORD)\n"})
    (root / "team").mkdir()
    subprocess.run(["git", "clone", "-q", "--bare", root / "work" / "sub", root / "team" / "sub.git"], check=True)
    git(root / "work" / "main", "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(root / "team" / "sub.git"), "sub")
    git(root / "work" / "main", "config", "-f", ".gitmodules", "submodule.sub.url", "../sub.git")
    git(root / "work" / "main", "commit", "-qam", "with a submodule")
    subprocess.run(["git", "clone", "-q", "--bare", root / "work" / "main", root / "team" / "main.git"], check=True)
    return root


@pytest.fixture(scope="module")
def https(bare, tmp_path_factory):
    made = HttpsGit(tmp_path_factory.mktemp("https") / "s", bare, "ann", PASSWORD)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def ssh(tmp_path_factory):
    made = SshGit(tmp_path_factory.mktemp("ssh") / "s")
    yield made
    made.stop()


def run(server, tmp_path, repository, settings="", **environment):
    """One task by an agent of its own with these settings: (task, log)."""
    agent = Agent(tmp_path / "agent", server)
    agent.home.mkdir(parents=True)
    conf = agent.home / "jarvis.conf"
    conf.write_text(server.conf.read_text() + settings)
    task = new_task(server, repository)
    done = subprocess.run([agent_binary(), "execute", "--id", task], env={**agent.environment(), **environment}, capture_output=True, text=True, timeout=180)
    return server.task(task), server.log_text(task), done.stdout + done.stderr, agent


def agent_binary():
    from jarvis_fixtures import binary
    return binary("jarvis-agent")


def assert_nowhere(agent, word):
    found = subprocess.run(["grep", "-rl", word, str(agent.home)], capture_output=True, text=True).stdout.split()
    assert [path for path in found if not path.endswith("jarvis.conf")] == []


def test_https_with_the_password_of_the_settings(server, https, tmp_path):
    task, log, terminal, agent = run(server, tmp_path, f"https://{https.host}/team/main.git",
                                     f'agent {{ git_user: "ann", git_pass: "{PASSWORD}", git_host: "{https.host}" }}\n', GIT_SSL_CAINFO=str(https.ca))
    assert task["status"] == "completed", log
    assert "says from the submodule" in log
    assert PASSWORD not in log + terminal + str(task)
    assert_nowhere(agent, PASSWORD)


def test_https_with_a_password_in_the_address(server, https, tmp_path):
    task, log, terminal, agent = run(server, tmp_path, f"https://ann:{PASSWORD}@{https.host}/team/main.git", GIT_SSL_CAINFO=str(https.ca))
    assert task["status"] == "completed", log
    assert PASSWORD not in log + terminal
    assert_nowhere(agent, PASSWORD)


def test_another_host_never_sees_the_password(server, https, tmp_path):
    https.refused.clear()
    task, log, terminal, _ = run(server, tmp_path, f"https://{https.host}/team/main.git",
                                 f'agent {{ git_user: "ann", git_pass: "{PASSWORD}", git_host: "git.example.org" }}\n', GIT_SSL_CAINFO=str(https.ca))
    assert task["status"] == "failed" and "access was refused" in task["status_message"]
    assert "agent.git_user" in task["status_message"]
    assert https.refused and set(https.refused) == {""}


def test_a_wrong_password_and_an_unknown_authority_are_told(server, https, tmp_path):
    settings = 'agent { git_user: "ann", git_pass: "something-else" }\n'
    task, log, _, _ = run(server, tmp_path / "a", f"https://{https.host}/team/main.git", settings, GIT_SSL_CAINFO=str(https.ca))
    assert task["status"] == "failed" and "access was refused" in task["status_message"]
    task, log, _, _ = run(server, tmp_path / "b", f"https://{https.host}/team/main.git", settings)
    assert task["status"] == "failed" and "GIT_SSL_CAINFO" in task["status_message"], task["status_message"]


def test_more_than_one_host_each_with_its_own_password(server, https, tmp_path):
    task, log, _, _ = run(server, tmp_path, f"https://{https.host}/team/main.git",
                          'agent { git_user: "bob", git_pass: "for-all-others"\n'
                          f'git.extra_credentials: [{{user: "ann", pass: "{PASSWORD}", host: "{https.host}"}}] }}\n', GIT_SSL_CAINFO=str(https.ca))
    assert task["status"] == "completed", log


def test_ssh_with_a_key(server, ssh, bare, tmp_path):
    task, log, _, _ = run(server, tmp_path, f"ssh://{ssh.user}@127.0.0.1:{ssh.port}{bare}/team/main.git", GIT_SSH_COMMAND=ssh.command)
    assert task["status"] == "completed", log
    assert "says from the submodule" in log


def test_https_addresses_are_fetched_by_ssh_when_the_settings_say_so(server, ssh, bare, tmp_path):
    task, log, _, _ = run(server, tmp_path, f"https://127.0.0.1{bare}/team/main.git",
                          f'agent {{ force_git_ssh_protocol: true, force_git_ssh_user: {ssh.user}, force_git_ssh_port: {ssh.port} }}\n', GIT_SSH_COMMAND=ssh.command)
    assert task["status"] == "completed", log
    assert "says from the submodule" in log


def test_a_key_that_is_not_known_is_told(server, ssh, bare, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    task, log, _, _ = run(server, tmp_path, f"ssh://{ssh.user}@127.0.0.1:{ssh.port}{bare}/team/main.git",
                          GIT_SSH_COMMAND=ssh.command.replace(str(ssh.key), str(tmp_path / "other")))
    assert task["status"] == "failed" and "access was refused" in task["status_message"], task["status_message"]


def test_large_files_come_with_the_code(server, tmp_path):
    repository = git_repository(tmp_path / "repo", {"main.py": "print('bytes', open('big.bin').read())\n", ".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    environment = {**os.environ, "HOME": str(tmp_path)}
    subprocess.run(["git", "lfs", "install", "--local"], cwd=repository, check=True, env=environment, capture_output=True)
    (tmp_path / "repo" / "big.bin").write_text("large and real")
    git(tmp_path / "repo", "add", "-A")
    git(tmp_path / "repo", "commit", "-q", "-m", "large")
    (tmp_path / "agent" / "home").mkdir(parents=True)
    (tmp_path / "agent" / "home" / ".gitconfig").write_text(
        '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n')
    agent = Agent(tmp_path / "agent", server)
    (agent.home / "jarvis.conf").write_text(server.conf.read_text())
    task = new_task(server, f"file://{repository}")
    agent.run("execute", "--id", task)
    log = server.log_text(task)
    assert "bytes large and real" in log, log


def test_mirrors_are_kept_where_the_settings_say_or_not_at_all(server, bare, tmp_path):
    kept = tmp_path / "mirrors"
    for folder, settings in (("a", f'agent.vcs_cache.path: "{kept}"\n'), ("b", "agent.vcs_cache.enabled: false\n")):
        task, log, _, agent = run(server, tmp_path / folder, str(bare / "team/main.git"), settings)
        assert task["status"] == "completed", log
        assert not list((agent.home / ".jarvis" / "vcs-cache").glob("*.git"))
    assert len(list(kept.glob("*.git"))) == 1
