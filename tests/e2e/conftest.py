"""Fixtures of the end-to-end tests."""
import os

import pytest

from work import Work


@pytest.fixture
def work(server, tmp_path):
    return Work(server, tmp_path / "work")


@pytest.fixture(scope="session")
def conf(tmp_path_factory):
    """Environments are made once for all daemons here; reports come often."""
    return f'agent {{ venvs_cache.path: "{tmp_path_factory.mktemp("venvs")}", status_report_sec: 0.5 }}\n'


@pytest.fixture
def queue(server):
    """Names of new queues."""
    def name(kind):
        out = f"{kind}-{os.urandom(4).hex()}"
        server.call("queues.create", name=out)
        return out

    return name
