"""Where `clearml` finds its settings: what the user set for it wins, then JARVIS_* variables, then ~/jarvis.conf."""
from __future__ import annotations

import os
import pathlib
from collections.abc import MutableMapping

# JARVIS_X stands for CLEARML_X; the configuration file's variable is handled apart.
_PREFIX = "JARVIS_"
_TWIN = "CLEARML_"
_OURS_ALONE = ("JARVIS_SERVER_", "JARVIS_BUILD_DIR")


def translate(environment: MutableMapping[str, str], home: pathlib.Path) -> None:
    """Sets the CLEARML_* twin of every JARVIS_* variable, and the configuration file, where they are not set yet."""
    for name, value in list(environment.items()):
        if name.startswith(_PREFIX) and not name.startswith(_OURS_ALONE):
            environment.setdefault(_TWIN + name[len(_PREFIX):], value)
    conf = home / "jarvis.conf"
    if "CLEARML_CONFIG_FILE" not in environment and "TRAINS_CONFIG_FILE" not in environment and conf.is_file():
        environment["CLEARML_CONFIG_FILE"] = str(conf)


def apply() -> None:
    """translate() for this process."""
    translate(os.environ, pathlib.Path.home())
