"""Datasets with parents, models with metadata, artifacts, reports: by the SDK and by its command line."""
import json

from conftest import project_id, tasks_of

DATASET = """
import pathlib, sys
from clearml import Dataset
here = pathlib.Path(sys.argv[0]).parent
(here / "files").mkdir(exist_ok=True)
(here / "files" / "a.txt").write_text("one")
(here / "files" / "b.txt").write_text("two")
first = Dataset.create(dataset_project="data", dataset_name="numbers", dataset_version="1.0.0", dataset_tags=["small"])
first.add_files(here / "files")
first.upload()
first.finalize()
(here / "files" / "c.txt").write_text("three")
second = Dataset.create(dataset_project="data", dataset_name="numbers", dataset_version="1.1.0", parent_datasets=[first.id])
second.add_files(here / "files")
second.remove_files("a.txt")
second.upload()
second.finalize()

latest = Dataset.get(dataset_project="data", dataset_name="numbers")
copy = pathlib.Path(latest.get_local_copy())
print("files:", sorted(one.name for one in copy.iterdir()), "version:", latest.version, "parents:", latest._task.get_parameters() is not None)
print("listed:", len(Dataset.list_datasets(dataset_project="data")))
old = Dataset.get(dataset_project="data", dataset_name="numbers", dataset_version="1.0.0")
print("old:", sorted(old.list_files()))
assert latest.list_added_files() == ["c.txt"] and latest.list_removed_files() == ["a.txt"], (latest.list_added_files(), latest.list_removed_files())
"""

MODELS = """
import pathlib, sys
from clearml import InputModel, Model, OutputModel, Task
here = pathlib.Path(sys.argv[0]).parent
task = Task.init(project_name="models", task_name="makes models", reuse_last_task_id=False)
(here / "weights.bin").write_bytes(b"weights")
model = OutputModel(task=task, name="first model", framework="PyTorch", tags=["good"], label_enumeration={"cat": 1, "dog": 2})
model.update_weights(str(here / "weights.bin"), auto_delete_file=False, iteration=7)
model.set_metadata("accuracy", "0.9", v_type="float")
model.report_scalar("quality", "test", value=0.9, iteration=7)
model.publish()
found = Model.query_models(project_name="models", model_name="first model", tags=["good"], metadata={"accuracy": "0.9"}, only_published=True)
assert [one.id for one in found] == [model.id], found
again = InputModel(model_id=model.id)
assert again.labels == {"cat": 1, "dog": 2} and again.framework == "PyTorch", again.labels
assert pathlib.Path(again.get_weights()).read_bytes() == b"weights"
assert again.get_all_metadata()["accuracy"]["value"] == "0.9"
task.connect(again, name="start from")
archived = OutputModel(task=task, name="second model", framework="PyTorch")
archived.update_weights(str(here / "weights.bin"), auto_delete_file=False)
archived.archive()
archived_id = archived.id
task.close()
assert not Model.query_models(project_name="models", model_name="second model")
Model.remove(archived_id)
print("left:", [one.name for one in Model.query_models(project_name="models")])
"""

ARTIFACTS = """
import numpy, pandas
from clearml import Task
task = Task.init(project_name="artifacts", task_name="makes artifacts", reuse_last_task_id=False)
task.upload_artifact("table", pandas.DataFrame({"a": [1, 2], "b": ["x", "ж"]}))
task.upload_artifact("array", numpy.arange(5))
task.upload_artifact("words ж / % $.", {"k": [1, 2]}, metadata={"who": "me"}, wait_on_upload=True)
task.register_artifact("watched", pandas.DataFrame({"n": [1]}))
task.get_logger().report_table("a table", "plot", iteration=0, table_plot=pandas.DataFrame({"a": [1, 2]}))
task.get_logger().report_histogram("a histogram", "plot", iteration=0, values=[1, 2, 3])
task.get_logger().report_image("an image", "debug", iteration=0, image=numpy.zeros((8, 8, 3), dtype="uint8"))
task.get_logger().report_text("some text")
task.upload_artifact("not wanted", [1], wait_on_upload=True)
task.delete_artifacts(["not wanted"])
task.close()

back = Task.get_task(task_id=task.id)
assert back.artifacts["words ж / % $."].get() == {"k": [1, 2]}, back.artifacts
assert list(back.artifacts["array"].get()) == [0, 1, 2, 3, 4]
assert back.artifacts["table"].get()["b"].tolist() == ["x", "ж"]
assert back.get_reported_plots() and "some text" in "".join(back.get_reported_console_output(number_of_reports=50))
assert "not wanted" not in back.artifacts
assert back.delete(delete_artifacts_and_models=True), "files remain"
print("deleted", task.id)
"""


def test_a_dataset_has_versions_and_parents(server, person):
    printed = person.script(DATASET, name="dataset.py")

    assert "files: ['b.txt', 'c.txt'] version: 1.1.0" in printed, printed
    assert "listed: 2" in printed and "old: ['a.txt', 'b.txt']" in printed, printed
    one, two = tasks_of(server, "data/.datasets/numbers")
    assert one["status"] == two["status"] == "completed" and "dataset" in one["system_tags"]
    assert "small" in one["tags"] and one["runtime"]["version"] == "1.0.0" and two["runtime"]["ds_file_count"] == 2


def test_a_dataset_from_the_command_line(server, person):
    (person.home / "rows.csv").write_text("a,b\n1,2\n")
    made = person.command("clearml-data", "create", "--project", "command line", "--name", "rows", "--version", "1.0")
    dataset = made.split("id=")[1].split()[0]
    person.command("clearml-data", "add", "--files", "rows.csv")
    person.command("clearml-data", "close")

    listed = person.command("clearml-data", "list", "--project", "command line", "--name", "rows")
    found = person.command("clearml-data", "search", "--project", "command line")
    person.command("clearml-data", "get", "--id", dataset, "--copy", str(person.home / "copy"))
    verified = person.command("clearml-data", "verify", "--id", dataset, "--folder", str(person.home / "copy"))

    assert "rows.csv" in listed and dataset in found, (listed, found)
    assert (person.home / "copy" / "rows.csv").read_text() == "a,b\n1,2\n"
    assert "no errors found" in verified, verified
    deleted = person.command("clearml-data", "delete", "--id", dataset, "--force")
    assert dataset in deleted or "deleted" in deleted.lower(), deleted


def test_models_are_found_by_tags_and_metadata_published_archived_and_removed(server, person):
    printed = person.script(MODELS, name="models.py")

    assert "left: ['first model']" in printed, printed
    model = server.call("models.get_all", project=[project_id(server, "models")])["models"][0]
    assert model["ready"] and model["labels"] == {"cat": 1, "dog": 2} and model["metadata"]["accuracy"]["type"] == "float"
    task = tasks_of(server, "models")[0]
    assert task["status"] == "completed" and task["models"]["input"][0]["model"] == model["id"]


def test_artifacts_of_every_kind_come_back_and_are_deleted_with_the_task(server, person):
    printed = person.script(ARTIFACTS, name="artifacts.py")

    deleted = printed.split("deleted ")[1].split()[0]
    assert not server.call("tasks.get_all", id=[deleted])["tasks"], printed
    names = [path for path in (server.data / "files").rglob("*") if deleted in str(path) and path.is_file()]
    assert names == [], names
