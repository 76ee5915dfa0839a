"""A machine with GPUs that are not there: the driver's library is a stand-in, a file says what it tells."""
from __future__ import annotations

import pathlib

from jarvis_fixtures import stand_in


class GpuMachine:
    """What there is may change while daemons run."""

    def __init__(self, directory: pathlib.Path, maker: str = "nvidia"):
        library = stand_in({"nvidia": "fake_nvml", "amd": "fake_rocm_smi"}[maker])
        directory.mkdir(parents=True, exist_ok=True)
        self.file = directory / "gpus"
        self.lines: list[str] = []
        self.is_amd = maker == "amd"
        nothing = "/no/such/library"
        self.variables = {"JARVIS_NVML_LIBRARY": nothing if self.is_amd else str(library),
                          "JARVIS_ROCM_SMI_LIBRARY": str(library) if self.is_amd else nothing,
                          "FAKE_ROCM_GPUS" if self.is_amd else "FAKE_NVML_GPUS": str(self.file)}

    def devices(self, count: int) -> "GpuMachine":
        return self.set(*(["MI300X 196592 10 5 40"] * count if self.is_amd else ["device A100 81920 10 5 40"] * count))

    def set(self, *lines: str) -> "GpuMachine":
        self.lines = list(lines)
        new = self.file.with_suffix(".new")
        new.write_text("".join(line + "\n" for line in lines))
        new.rename(self.file)
        return self

    def used_by(self, device: int, *pids: int) -> "GpuMachine":
        """Processes that compute on a device; none: it is free again."""
        size = 5 if self.is_amd else 6
        self.lines[device] = " ".join(self.lines[device].split()[:size] + [str(pid) for pid in pids])
        return self.set(*self.lines)
