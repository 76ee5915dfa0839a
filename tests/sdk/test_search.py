"""Hyperparameter search: trials are clones of a task, run through a queue by an agent, and the best come first."""
import pytest
from conftest import tasks_of

TRIAL = """
from clearml import Task
task = Task.init(project_name="search", task_name="trial", reuse_last_task_id=False)
settings = task.connect({"x": 0.5, "depth": 1})
for i in range(3):
    task.get_logger().report_scalar("loss", "test", value=(float(settings["x"]) - 2) ** 2 + int(settings["depth"]) + 1 / (i + 1), iteration=i)
"""

SEARCH = """
from clearml import Task
from clearml.automation import DiscreteParameterRange, GridSearch, HyperParameterOptimizer, RandomSearch, UniformParameterRange
task = Task.init(project_name="search", task_name="optimizer {strategy}", task_type=Task.TaskTypes.optimizer, reuse_last_task_id=False)
{more}
optimizer = HyperParameterOptimizer(
    base_task_id=Task.get_task(project_name="search", task_name="trial").id,
    hyper_parameters=[{ranges}],
    objective_metric_title="loss", objective_metric_series="test", objective_metric_sign="min", optimizer_class={strategy},
    max_number_of_concurrent_tasks=2, execution_queue="default", total_max_jobs=3, min_iteration_per_job=1, max_iteration_per_job=100,
    pool_period_min=0.05, time_limit_per_job=5, spawn_project="search trials {strategy}")
optimizer.set_report_period(0.1)
optimizer.start()
optimizer.wait()
optimizer.stop()
best = optimizer.get_top_experiments(top_k=2)
print("best:", best[0].id, [one.id for one in best])
"""

RANGES = {
    "RandomSearch": 'UniformParameterRange("General/x", min_value=0.0, max_value=3.0, step_size=0.5)',
    "GridSearch": 'DiscreteParameterRange("General/x", values=[1.0, 2.0, 4.0]), DiscreteParameterRange("General/depth", values=[1])',
    "OptimizerOptuna": 'UniformParameterRange("General/x", min_value=0.0, max_value=3.0)',
}


@pytest.fixture(scope="module")
def trial(tmp_path_factory, server):
    from conftest import Person
    Person(server, tmp_path_factory.mktemp("author")).script(TRIAL, name="trial.py")


@pytest.mark.parametrize("strategy", RANGES)
def test_a_search_runs_trials_and_names_the_best(server, agents, person, trial, strategy):
    more = "from clearml.automation.optuna import OptimizerOptuna" if strategy == "OptimizerOptuna" else ""
    printed = person.script(SEARCH.format(strategy=strategy, ranges=RANGES[strategy], more=more), name="search.py", seconds=600)

    trials = [task for task in tasks_of(server, f"search trials {strategy}") if task["status"] == "completed"]
    assert len(trials) >= 3, printed

    def loss(task):
        return next(value["value"] for variants in task["last_metrics"].values() for value in variants.values() if value["metric"] == "loss")

    best = printed.split("best: ")[1].split()[0]
    assert best == min(trials, key=loss)["id"], printed
    if strategy == "GridSearch":
        assert sorted(task["hyperparams"]["General"]["x"]["value"] for task in trials) == ["1.0", "2.0", "4.0"]
