"""Every action of the clients' request classes is there and tested, and docs/api.md says so."""
import importlib
import pkgutil
import sys

import pytest

from jarvis_fixtures import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import generate_api_docs as docs  # noqa: E402

# Services of the hosted product: an open server has none of them, and clients expect 404.
NOT_IN_THE_OPEN_SERVER = {"datasets", "dataviews", "frames"}


def actions_of_the_package() -> set[str]:
    services = pytest.importorskip("clearml.backend_api.services")
    found = set()
    for version in pkgutil.iter_modules(services.__path__):
        if not version.name.startswith("v"):
            continue
        package = importlib.import_module(f"{services.__name__}.{version.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if module.name in NOT_IN_THE_OPEN_SERVER:
                continue
            classes = vars(importlib.import_module(f"{package.__name__}.{module.name}")).values()
            found |= {f"{c._service}.{c._action}" for c in classes
                      if isinstance(c, type) and c.__name__.endswith("Request") and getattr(c, "_action", None)}
    return found


def test_every_action_of_the_package_has_a_row():
    missing = actions_of_the_package() - docs.rows().keys()
    assert not missing, f"write a row in src/server/services/ for {sorted(missing)}"


def test_every_row_has_a_schema():
    missing = docs.rows().keys() - docs.schemas().keys()
    assert not missing, f"describe the request in api/extensions.json, then run tools/generate_api.py: {sorted(missing)}"


def test_every_row_has_a_test():
    tested = docs.tests(docs.rows())
    untested = sorted(action for action, names in tested.items() if not names)
    assert not untested, f"write a test that calls {untested}"


def without_tests(text: str) -> list[str]:
    """The document without its last column: which tests name an action changes with every test that is written."""
    return [line.rsplit("|", 2)[0] if line.startswith("|") else line for line in text.splitlines()]


def test_the_document_is_what_the_tool_writes():
    written = (ROOT / "docs" / "api.md").read_text()
    assert without_tests(written) == without_tests(docs.document()), "run python3 tools/generate_api_docs.py"
