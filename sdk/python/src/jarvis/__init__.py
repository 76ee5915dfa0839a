"""The JARVIS experiment SDK.

    from jarvis import Task
    task = Task.init(project_name="examples", task_name="first")

A thin layer over the `clearml` package: the same public names, configured by ``~/jarvis.conf`` and ``JARVIS_*``
variables. Importing it touches neither network nor files; `clearml` is loaded when a name is first used.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._configuration import apply as _apply_configuration

__version__ = "0.1.0"

__all__ = [
    "Dataset", "InputModel", "Logger", "Model", "OutputModel", "PipelineController",
    "PipelineDecorator", "StorageManager", "Task", "TaskTypes",
]

if TYPE_CHECKING:
    from clearml import (  # noqa: F401
        Dataset, InputModel, Logger, Model, OutputModel, PipelineController, PipelineDecorator, StorageManager, Task, TaskTypes,
    )


def __getattr__(name: str) -> Any:
    """Public names of `clearml`, on first use. Raises AttributeError for a name that it does not have."""
    if name.startswith("_"):
        raise AttributeError(f"module 'jarvis' has no attribute {name!r}")
    _apply_configuration()
    import importlib

    clearml = importlib.import_module("clearml")
    try:
        value = getattr(clearml, name)
    except AttributeError:
        try:
            value = importlib.import_module(f"clearml.{name}")
        except ImportError:
            raise AttributeError(f"module 'jarvis' has no attribute {name!r}") from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
