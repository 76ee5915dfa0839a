"""The package's promises: light to import, the same names as clearml, settings that do not override the user's."""
import pathlib
import subprocess
import sys

import pytest

from jarvis._configuration import translate


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_importing_it_loads_neither_clearml_nor_anything_heavy():
    done = run("import sys, jarvis; print([m for m in ('clearml', 'requests', 'urllib3', 'numpy') if m in sys.modules])")
    assert done.stdout.strip() == "[]", done.stderr


def test_its_names_are_clearmls():
    done = run("import jarvis, clearml; assert jarvis.Task is clearml.Task and jarvis.OutputModel is clearml.OutputModel; "
               "from jarvis import Logger, Dataset, PipelineController; print('ok')")
    assert done.stdout.strip().endswith("ok"), done.stderr


def test_every_public_name_of_clearml_is_there():
    done = run("import clearml, jarvis; print([n for n in clearml.__all__ if not hasattr(jarvis, n)] if hasattr(clearml, '__all__') else [])")
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stderr


def test_an_unknown_name_is_an_attribute_error():
    done = run("import jarvis\ntry:\n jarvis.NoSuchThing\nexcept AttributeError as e:\n print(e)")
    assert "NoSuchThing" in done.stdout


@pytest.fixture
def home(tmp_path: pathlib.Path) -> pathlib.Path:
    (tmp_path / "jarvis.conf").write_text("api {}")
    return tmp_path


def test_jarvis_variables_reach_clearml_unless_the_user_set_its_own(home):
    environment = {"JARVIS_API_HOST": "http://a", "JARVIS_WEB_HOST": "http://w", "CLEARML_API_HOST": "http://b"}
    translate(environment, home)
    assert environment["CLEARML_API_HOST"] == "http://b"
    assert environment["CLEARML_WEB_HOST"] == "http://w"


def test_the_configuration_file_is_found(home):
    environment = {}
    translate(environment, home)
    assert environment["CLEARML_CONFIG_FILE"] == str(home / "jarvis.conf")


def test_a_file_that_the_user_named_stays(home):
    environment = {"JARVIS_CONFIG_FILE": "/mine.conf"}
    translate(environment, home)
    assert environment["CLEARML_CONFIG_FILE"] == "/mine.conf"
