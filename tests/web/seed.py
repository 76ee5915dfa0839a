"""A workspace as a small team leaves it after some months: what screenshots show and what tests of long lists need."""
from __future__ import annotations

import json
import math
import random
import struct
import zlib
from collections.abc import Callable

import requests

from jarvis_fixtures import Server

NETS = ["resnet50", "vit-b16", "convnext-tiny", "efficientnet-b3", "swin-s", "mobilenet-v3"]
TASKS = ["baseline", "augment", "longer schedule", "label smoothing", "mixup", "no weight decay", "cosine warmup", "larger batch", "half precision", "ema"]
PROJECTS = ["vision/classification", "vision/detection", "speech/asr", "nlp/ranking"]
STATES = ["completed"] * 11 + ["failed"] * 3 + ["stopped"] * 2 + ["published"] * 2 + ["created"] * 2


class Seed:
    """Everything by the API, as its clients would."""

    def __init__(self, server: Server):
        self.server = server
        self.random = random.Random(7)

    def events(self, events: list[dict]) -> None:
        for start in range(0, len(events), 5000):
            part = events[start:start + 5000]
            answer = requests.post(f"{self.server.api}/events.add_batch", data="\n".join(map(json.dumps, part)), auth=self.server.keys, timeout=60,
                                   headers={"Content-Type": "application/json-lines"})
            assert answer.json()["data"]["added"] == len(part), answer.text

    def upload(self, path: str, content: bytes, kind: str) -> str:
        answer = requests.post(self.server.files, files={path: (path.rsplit("/", 1)[-1], content, kind)}, auth=self.server.keys, timeout=60)
        assert answer.status_code == 200, answer.text
        return f"{self.server.files}/{path}"

    def project(self, name: str, **more) -> str:
        return self.server.call("projects.create", name=name, **more)["id"]

    def task(self, project: str, name: str, *, net: str, lr: float, status: str = "completed", epochs: int = 40, tags: list[str] | None = None, kind: str = "training",
             curves: bool = True, while_running: Callable[[str], None] | None = None, **more) -> str:
        call = self.server.call
        task = call("tasks.create", name=name, type=kind, project=project, tags=tags or [], script={
            "repository": "https://github.com/example/nets.git", "branch": "main", "version_num": f"{self.random.getrandbits(160):040x}", "entry_point": "train.py", "working_dir": ".",
            "binary": "python3.11", "diff": DIFF, "requirements": {"pip": "torch==2.4.0\ntorchvision==0.19.0\ntimm==1.0.9\nnumpy==2.1.0\nclearml==2.1.12"}},
            hyperparams={"Args": {key: {"section": "Args", "name": key, "value": value, "type": type_, "description": text} for key, value, type_, text in [
                ("model", net, "str", "name of the backbone"), ("lr", str(lr), "float", "learning rate"), ("batch_size", "256", "int", ""), ("epochs", str(epochs), "int", ""),
                ("weight_decay", "0.05", "float", ""), ("data", "/data/imagenet", "str", "root of the data set"), ("amp", "True", "bool", "mixed precision")]},
                "General": {"seed": {"section": "General", "name": "seed", "value": str(self.random.randrange(1000)), "type": "int"}}},
            configuration={"augmentation": {"name": "augmentation", "value": "random_crop: 224\nflip: true\ncolor_jitter:\n  brightness: 0.4\n  contrast: 0.4\n", "type": "yaml"}},
            container={"image": "nvidia/cuda:12.4.1-runtime-ubuntu22.04", "arguments": "--ipc=host -e WANDB_API_KEY=abcdef123 -v /data:/data", "setup_shell_script": ""}, **more)["id"]
        if status == "created":
            return task
        call("tasks.started", task=task)
        if curves:
            self.curves(task, lr, epochs)
        if while_running:
            while_running(task)
        if status == "failed":
            call("tasks.failed", task=task, status_reason="exit code 1", status_message="RuntimeError: CUDA out of memory. Tried to allocate 2.50 GiB")
        elif status == "stopped":
            call("tasks.stopped", task=task, status_reason="aborted by ada", status_message="asked to stop")
        elif status in ("completed", "published"):
            call("tasks.completed", task=task)
            if status == "published":
                call("tasks.publish", task=task)
        return task

    def curves(self, task: str, lr: float, epochs: int) -> None:
        noise, events = self.random, []
        best = 0.70 + 0.15 * math.exp(-abs(math.log10(lr) + 3))
        for step in range(epochs):
            at = step / max(1, epochs - 1)
            loss = 2.3 * math.exp(-3.2 * at) + 0.25 + noise.gauss(0, 0.03)
            for metric, variant, value in [("loss", "train", loss), ("loss", "validation", loss + 0.12 + 0.1 * at + noise.gauss(0, 0.02)),
                                           ("accuracy", "top1", best * (1 - math.exp(-4 * at)) + noise.gauss(0, 0.006)), ("accuracy", "top5", min(0.99, 0.12 + best * (1 - math.exp(-6 * at)))),
                                           ("learning rate", "lr", lr * 0.5 * (1 + math.cos(math.pi * at)))]:
                events.append({"type": "training_stats_scalar", "task": task, "metric": metric, "variant": variant, "iter": step, "value": value})
        self.events(events)

    def log(self, task: str, lines: int = 600) -> None:
        events = []
        for i in range(lines):
            text = f"epoch {i // 20:3d} step {i % 20:3d}  loss {2.3 * math.exp(-i / 200) + 0.2:.4f}  \x1b[32mlr 1.0e-03\x1b[0m"
            if i % 97 == 40:
                text = "\x1b[33mWARNING\x1b[0m dataloader: worker 3 is slow (1.2 s for a batch)"
            if i == lines - 3:
                text = "\x1b[31mERROR\x1b[0m Traceback (most recent call last):\n  File \"train.py\", line 214, in <module>\n    main()\nRuntimeError: CUDA out of memory"
            events.append({"type": "log", "task": task, "level": "INFO", "worker": "gpu-1:0", "timestamp": 1_750_000_000_000 + i * 1000, "msg": text})
        self.events(events)

    def drawings(self, task: str) -> None:
        matrix = [[round(max(0, self.random.gauss(60 if a == b else 4, 6)), 1) for a in range(10)] for b in range(10)]
        names = ["plane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        plots = [
            ("confusion matrix", "validation", {"data": [{"type": "heatmap", "z": matrix, "x": names, "y": names, "colorscale": "Viridis"}], "layout": {"title": {"text": "Confusion matrix"}, "xaxis": {"title": {"text": "predicted"}}, "yaxis": {"title": {"text": "true"}}}}),
            ("precision recall", "classes", {"data": [{"type": "scatter", "mode": "lines", "name": name, "x": [i / 20 for i in range(21)], "y": [1 - (i / 20) ** (2 + n) for i in range(21)]} for n, name in enumerate(names[:4])], "layout": {"title": {"text": "Precision and recall"}}}),
            ("gradients", "histogram", {"data": [{"type": "histogram", "x": [self.random.gauss(0, 1) for _ in range(400)], "name": "layer4"}], "layout": {"title": {"text": "Gradients"}}}),
            ("embedding", "umap", {"data": [{"type": "scatter3d", "mode": "markers", "x": [self.random.gauss(i % 3, 0.4) for i in range(200)], "y": [self.random.gauss(i % 2, 0.4) for i in range(200)], "z": [self.random.gauss(0, 1) for _ in range(200)], "marker": {"size": 3}}], "layout": {"title": {"text": "Embedding"}}}),
            ("per class", "table", {"data": [{"type": "table", "header": {"values": ["class", "precision", "recall"]}, "cells": {"values": [names, [round(self.random.uniform(0.6, 0.95), 3) for _ in names], [round(self.random.uniform(0.6, 0.95), 3) for _ in names]]}}], "layout": {"title": {"text": "Per class"}}}),
        ]
        self.events([{"type": "plot", "task": task, "metric": metric, "variant": variant, "iter": iteration, "plot_str": json.dumps(plot)} for metric, variant, plot in plots for iteration in (0, 10, 20)])
        events = []
        for iteration in range(0, 12):
            for variant in ("input", "prediction", "target"):
                url = self.upload(f"samples/{task}/{variant}_{iteration}.png", picture(160, 110, iteration * 31 + len(variant) * 50), "image/png")
                events.append({"type": "training_debug_image", "task": task, "metric": "validation samples", "variant": variant, "iter": iteration, "url": url})
        self.events(events)

    def artifacts(self, task: str) -> None:
        call = self.server.call
        url = self.upload(f"artifacts/{task}/metrics.json", b'{"top1": 0.81}', "application/json")
        call("tasks.add_or_update_artifacts", task=task, force=True, artifacts=[
            {"key": "metrics", "type": "dict", "uri": url, "content_size": 14, "mode": "output", "hash": "ab" * 32, "type_data": {"preview": '{"top1": 0.81}', "content_type": "application/json"}},
            {"key": "predictions", "type": "pandas", "uri": "s3://nets/predictions.parquet", "content_size": 8_400_000, "mode": "output", "type_data": {"preview": "   image  label  score\n0    a.jpg    cat   0.98\n1    b.jpg    dog   0.91"}}])
        model = call("models.create", name="best weights", uri=f"{self.server.files}/models/{task}/best.pt", framework="PyTorch", task=task, project=self.server.task(task)["project"], labels={"cat": 1, "dog": 2}, comment="validation top1 0.81")["id"]
        call("tasks.add_or_update_model", task=task, name="best weights", model=model, type="output")

    def pipeline(self) -> dict[str, str]:
        """A run as the SDK's controller leaves it: steps that are done, one that works, two that wait."""
        call = self.server.call
        project = self.project("vision/.pipelines/nightly", system_tags=["hidden", "pipeline"])
        steps: dict[str, dict] = {}
        for name, parents, status in [("load", [], "completed"), ("clean", ["load"], "completed"), ("split", ["clean"], "completed"), ("train small", ["split"], "completed"), ("train large", ["split"], "in_progress"),
                                      ("evaluate", ["train small", "train large"], "created"), ("publish", ["evaluate"], "created")]:
            task = None if status == "created" else self.task(project, name, net="resnet50", lr=0.001, status=status, epochs=5)
            steps[name] = {"base_task_id": None, "parents": parents, "queue": "gpu", "executed": task if status == "completed" else None, "job_id": task, "status": {"completed": "completed", "in_progress": "running"}.get(status, "pending"),
                           **({"job_started": 1_000, "job_ended": 1_090} if status == "completed" else {})}
        run = call("tasks.create", name="nightly #12", type="controller", project=project, script={"repository": "https://github.com/example/nets.git", "branch": "main", "entry_point": "nightly.py", "working_dir": "."}, system_tags=["pipeline"], configuration={"Pipeline": {"name": "Pipeline", "type": "dictionary", "value": json.dumps(steps)}},
                   hyperparams={"Args": {"epochs": {"section": "Args", "name": "epochs", "value": "5", "type": "int", "description": "of each training"}}})["id"]
        call("tasks.started", task=run)
        return {"pipeline": project, "run": run}

    def dataset(self) -> dict[str, str]:
        call = self.server.call
        project = self.project("vision/.datasets/imagenet", system_tags=["hidden", "dataset"])
        versions: list[str] = []
        for number in (1, 2):
            version = call("tasks.create", name="imagenet", type="data_processing", project=project, system_tags=["dataset"], runtime={"version": f"1.0.{number}"})["id"]
            call("tasks.started", task=version)
            struct = {str(at): {"job_id": one, "status": "completed", "parents": [str(at - 1)] if at else []} for at, one in enumerate([*versions, version])}
            files = [f"train/cat, dog {at}.jpg, {1000 + at * 37 % 900}, {at:064x}" for at in range(300 * number)]
            content = "\n".join([f"File Name ({len(files)} files), File Size (total 1.2 MB), Hash (SHA2)", *files])
            call("tasks.edit", task=version, force=True, configuration={
                "Dataset Struct": {"name": "Dataset Struct", "type": "json", "value": json.dumps(struct)},
                "Dataset Content": {"name": "Dataset Content", "type": "CSV", "value": content}})
            call("tasks.add_or_update_artifacts", task=version, force=True, artifacts=[
                {"key": "state", "type": "dict", "mode": "output", "uri": "s3://data/state.json", "content_size": 900, "display_data": [["files added", "1200"], ["files removed", "3"]], "type_data": {"preview": "Dataset state\nFiles added/modified: 1200 - total size 3.2 GB"}},
                {"key": "data", "type": "custom", "mode": "output", "uri": "s3://data/imagenet.zip", "content_size": 3_200_000_000}])
            call("tasks.completed", task=version)
            versions.append(version)
        return {"dataset": project, "version": versions[-1]}

    def workers(self) -> None:
        queues = {one["name"]: one["id"] for one in self.server.call("queues.get_all")["queues"]}
        for host, names in (("gpu-1", ["default", "gpu"]), ("gpu-2", ["gpu"]), ("cpu-9", ["default", "services"])):
            for slot in (0, 1):
                self.server.call("workers.register", worker=f"{host}:{slot}", queues=[queues[name] for name in names], tags=[host.split("-")[0]])

    def busy(self, worker: str, task: str, now_ms: int) -> None:
        self.server.call("workers.status_report", worker=worker, task=task, timestamp=now_ms, machine_stats={
            "cpu_usage": [41.0, 63.5, 12.0, 88.0], "cpu_temperature": [54.0], "memory_used": 41_000, "memory_free": 23_000, "gpu_usage": [97.0], "gpu_temperature": [71.0], "gpu_memory_used": [30_500],
            "gpu_memory_free": [10_000], "network_tx": 12.5, "network_rx": 80.1, "disk_free_home": 410, "disk_read": 210.0, "disk_write": 35.0})


def fill(server: Server, tasks: int = 60) -> dict[str, str]:
    """Fills an empty server; names → ids of what tests and pictures look at."""
    seed = Seed(server)
    for name in ("gpu", "services"):
        server.call("queues.create", name=name)
    projects = {name: seed.project(name, description=f"# {name}\n\nWhat we try, and what came of it.") for name in PROJECTS}
    made: dict[str, str] = {f"project {name}": id_ for name, id_ in projects.items()}
    queues = {one["name"]: one["id"] for one in server.call("queues.get_all")["queues"]}
    for number in range(tasks):
        net, what = NETS[number % len(NETS)], TASKS[number // len(NETS) % len(TASKS)]
        seed.task(projects[PROJECTS[0] if number % 3 else PROJECTS[number // 3 % 4]], f"{net} {what}", net=net, lr=10 ** seed.random.uniform(-4.5, -1.5), status=STATES[number % len(STATES)],
                  tags=[["baseline"], ["ablation", "imagenet"], []][number % 3], epochs=20 + number % 30)
    main = made["main"] = seed.task(projects[PROJECTS[0]], "resnet50 reference run", net="resnet50", lr=0.001, epochs=90, tags=["baseline", "reference"], comment="The run that all others are measured against.", while_running=seed.artifacts)
    seed.log(main)
    seed.drawings(main)
    running = made["running"] = seed.task(projects[PROJECTS[0]], "vit-b16 long schedule", net="vit-b16", lr=0.0005, status="in_progress", epochs=60, tags=["imagenet"])
    seed.log(running, 200)
    for number in range(7):
        task = seed.task(projects[PROJECTS[1]], f"detr seed {number}", net="detr", lr=0.0001, status="created")
        server.call("tasks.enqueue", task=task, queue=queues["gpu"] if number < 5 else queues["default"])
        made[f"queued {number}"] = task
    made["draft"] = seed.task(projects[PROJECTS[0]], "swin-s draft", net="swin-s", lr=0.002, status="created")
    made.update(seed.pipeline())
    made.update(seed.dataset())
    made["model"] = server.call("models.get_all", only_fields=["id"])["models"][0]["id"]
    seed.workers()
    made.update({f"queue {name}": id_ for name, id_ in queues.items()})
    return made


def picture(width: int, height: int, shift: int) -> bytes:
    """A PNG with a soft pattern, made by hand."""
    rows = b"".join(b"\0" + bytes(channel for x in range(width) for channel in (int(127 + 120 * math.sin((x + shift) / 19)), int(127 + 120 * math.sin((y + shift) / 13)), int(127 + 120 * math.cos((x + y) / 29)))) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


DIFF = """diff --git a/train.py b/train.py
index 3b18e51..a9c2f01 100644
--- a/train.py
+++ b/train.py
@@ -41,7 +41,8 @@ def train(args):
     for epoch in range(args.epochs):
-        lr = args.lr
+        lr = args.lr * warmup(epoch)
+        print("lr", lr)
         for batch in loader:
"""

