"""The experiment that the search copies: logistic regression on a small data set, by gradient descent.

Run it once by hand: that records it as a template. Needs nothing but the SDK and numpy, which the SDK brings.
"""
import argparse

import numpy as np
from clearml import Task  # `from jarvis import Task` is the same where the jarvis package is installed

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=20)
parser.add_argument("--learning-rate", type=float, default=0.1)
parser.add_argument("--l2", type=float, default=0.0, help="weight of the L2 penalty")
parser.add_argument("--batch-size", type=int, default=32)
args = parser.parse_args()

task = Task.init(project_name="examples/automation", task_name="base template", reuse_last_task_id=False)
logger = task.get_logger()

# Two clouds of points, the same in every run.
random = np.random.default_rng(1)
points = np.concatenate([random.normal(-1, 1.2, (300, 4)), random.normal(1, 1.2, (300, 4))])
labels = np.concatenate([np.zeros(300), np.ones(300)])
order = random.permutation(len(points))
points, labels = points[order], labels[order]
train, test = slice(0, 450), slice(450, None)

weights, bias = np.zeros(4), 0.0
for epoch in range(args.epochs):
    for start in range(0, 450, args.batch_size):
        batch = slice(start, min(start + args.batch_size, 450))
        wrong = 1 / (1 + np.exp(-(points[batch] @ weights + bias))) - labels[batch]
        weights -= args.learning_rate * (points[batch].T @ wrong / len(wrong) + args.l2 * weights)
        bias -= args.learning_rate * wrong.mean()
    for name, part in (("train", train), ("test", test)):
        chance = np.clip(1 / (1 + np.exp(-(points[part] @ weights + bias))), 1e-9, 1 - 1e-9)
        loss = -np.mean(labels[part] * np.log(chance) + (1 - labels[part]) * np.log(1 - chance))
        logger.report_scalar("loss", name, value=float(loss), iteration=epoch)
        logger.report_scalar("accuracy", name, value=float(np.mean((chance > 0.5) == labels[part])), iteration=epoch)

print(f"test loss {loss:.4f}")
