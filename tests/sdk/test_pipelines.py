"""Pipelines: of tasks, of functions, of decorated functions; in the script's own process and through queues."""
import json

import pytest
from conftest import tasks_of

STEP = """
from clearml import Task
task = Task.init(project_name="pipes", task_name="{name}", reuse_last_task_id=False)
settings = task.connect({{"x": 1}}, name="Args")
task.get_logger().report_scalar("value", "x", value=int(settings["x"]), iteration=0)
task.upload_artifact("result", {{"x": int(settings["x"]) + 1}})
print("{name} has x =", settings["x"])
"""

FROM_TASKS = """
from clearml import PipelineController
pipe = PipelineController(name="of tasks", project="pipes", version="1.2.3", pool_frequency=0.02)
pipe.add_parameter("start", 5)
pipe.set_default_execution_queue("default")
pipe.add_step(name="one", base_task_project="pipes", base_task_name="step one", parameter_override={"Args/x": "${pipeline.start}"})
pipe.add_step(name="two", parents=["one"], base_task_project="pipes", base_task_name="step two", parameter_override={"Args/x": "${one.parameters.Args/x}0"})
"""
HERE = FROM_TASKS + "pipe.start_locally()\npipe.stop()\n"
QUEUED = FROM_TASKS + 'pipe.start(queue="services")\n'

FUNCTIONS = """
from clearml import PipelineController

def load(size):
    return list(range(int(size)))

def double(numbers):
    return [2 * one for one in numbers]

def total(numbers):
    print("the total is", sum(numbers))
    return sum(numbers)

pipe = PipelineController(name="of functions", project="pipes", version="1", pool_frequency=0.02)
pipe.add_parameter("size", 4)
pipe.set_default_execution_queue("default")
pipe.add_function_step(name="load", function=load, function_kwargs={"size": "${pipeline.size}"}, function_return=["numbers"], cache_executed_step=True)
pipe.add_function_step(name="double", function=double, function_kwargs={"numbers": "${load.numbers}"}, function_return=["numbers"])
pipe.add_function_step(name="total", function=total, function_kwargs={"numbers": "${double.numbers}"}, function_return=["total"])
pipe.start_locally(run_pipeline_steps_locally=True)
pipe.stop()
"""

DECORATED = """
from clearml import PipelineDecorator

@PipelineDecorator.component(return_values=["numbers"], execution_queue="default")
def load(size):
    return list(range(int(size)))

@PipelineDecorator.component(return_values=["total"], execution_queue="default")
def total(numbers):
    return sum(numbers)

@PipelineDecorator.pipeline(name="decorated", project="pipes", version="0.1", pipeline_execution_queue="services")
def main(size=4):
    result = total(load(size))
    print(f"the total is {result}")
    return result

if __name__ == "__main__":
    {how}
    main(size=5)
"""


@pytest.fixture(scope="module")
def steps(server, tmp_path_factory):
    """The two experiments of which the pipeline of tasks is made, run once as their author would."""
    from conftest import Person
    person = Person(server, tmp_path_factory.mktemp("author"))
    for name in ("step one", "step two"):
        person.script(STEP.format(name=name), name=f"{name.replace(' ', '_')}.py")


def runs(server, name):
    return tasks_of(server, f"pipes/.pipelines/{name}", type=["controller"])


def steps_of(server, run):
    return {task["name"]: task for task in server.call("tasks.get_all", parent=[run["id"]], search_hidden=True)["tasks"]}


def test_steps_that_are_tasks_run_by_an_agent_with_values_of_those_before(server, agents, person, steps):
    person.script(HERE, name="pipeline.py")

    run = runs(server, "of tasks")[-1]
    made = steps_of(server, run)
    assert run["status"] == "completed" and run["hyperparams"]["Args"]["start"]["value"] == "5"
    assert {name: task["status"] for name, task in made.items()} == {"one": "completed", "two": "completed"}
    assert made["two"]["hyperparams"]["Args"]["x"]["value"] == "50"
    assert "step two has x = 50" in server.log_text(made["two"]["id"])
    nodes = json.loads(run["configuration"]["Pipeline"]["value"])
    assert nodes["two"]["parents"] == ["one"] and nodes["two"]["executed"] == made["two"]["id"]


def test_a_controller_that_runs_in_the_services_queue(server, agents, person, steps):
    person.script(QUEUED, name="pipeline.py")

    run = runs(server, "of tasks")[-1]
    done = server.wait_for_status(run["id"], "completed", "failed", "stopped", seconds=300)
    assert done["status"] == "completed", server.log_text(run["id"])
    assert {task["status"] for task in steps_of(server, run).values()} == {"completed"}


def test_a_run_is_started_again_with_other_arguments_from_the_api(server, agents, person, steps):
    before = runs(server, "of tasks")
    if not before:
        person.script(HERE, name="pipeline.py")
        before = runs(server, "of tasks")

    started = server.call("pipelines.start_pipeline", task=before[-1]["id"], queue=server.call("queues.get_all", name="^services$")["queues"][0]["id"],
                          args=[{"name": "start", "value": "7"}])

    done = server.wait_for_status(started["pipeline"], "completed", "failed", "stopped", seconds=300)
    assert done["status"] == "completed", server.log_text(done["id"])
    assert steps_of(server, done)["one"]["hyperparams"]["Args"]["x"]["value"] == "7"


def test_steps_that_are_functions_pass_objects_and_are_found_again(server, person):
    first = person.script(FUNCTIONS, name="functions.py")
    second = person.script(FUNCTIONS, name="functions.py")

    assert "the total is 12" in first, first
    assert "the total is 12" in second, second
    one, two = runs(server, "of functions")
    assert one["status"] == two["status"] == "completed"
    assert json.loads(two["configuration"]["Pipeline"]["value"])["load"]["executed"] == json.loads(one["configuration"]["Pipeline"]["value"])["load"]["executed"]


@pytest.mark.parametrize("how", ["PipelineDecorator.run_locally()", "PipelineDecorator.set_default_execution_queue('default')"])
def test_decorated_functions(server, person, agents, how):
    printed = person.script(DECORATED.replace("{how}", how), name="decorated.py")

    run = runs(server, "decorated")[-1]
    done = server.wait_for_status(run["id"], "completed", "failed", "stopped", seconds=300)
    log = printed if "locally" in how else server.log_text(run["id"])
    assert done["status"] == "completed" and "the total is 10" in log, log
