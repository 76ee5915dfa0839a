"""Recognise handwritten digits with logistic regression: a small, real training, recorded by two lines."""
import argparse

import joblib
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import confusion_matrix, log_loss
from sklearn.model_selection import train_test_split

from clearml import Task, OutputModel  # `from jarvis import ...` is the same where the jarvis package is installed

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=8)
parser.add_argument("--learning-rate", type=float, default=0.001)
parser.add_argument("--alpha", type=float, default=0.0001, help="weight of the L2 penalty")
args = parser.parse_args()

task = Task.init(project_name="examples", task_name="first experiment", reuse_last_task_id=False)
logger = task.get_logger()

data, labels = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(data / 16.0, labels, test_size=0.3, random_state=1)
model = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=args.learning_rate, alpha=args.alpha, random_state=1)

accuracy = 0.0
for epoch in range(args.epochs):
    model.partial_fit(train_x, train_y, classes=np.unique(labels))
    accuracy = model.score(test_x, test_y)
    logger.report_scalar("loss", "train", value=log_loss(train_y, model.predict_proba(train_x)), iteration=epoch)
    logger.report_scalar("accuracy", "test", value=accuracy, iteration=epoch)
    print(f"epoch {epoch}: accuracy {accuracy:.3f}", flush=True)

matrix = confusion_matrix(test_y, model.predict(test_x))
logger.report_confusion_matrix("confusion", "test", matrix=matrix, iteration=args.epochs, xaxis="predicted", yaxis="true")
logger.report_single_value("accuracy", accuracy)
task.upload_artifact("confusion matrix", matrix)

joblib.dump(model, "model.joblib")
OutputModel(task=task, name="digits", framework="ScikitLearn").update_weights("model.joblib", auto_delete_file=False)
print(f"accuracy {accuracy:.3f} with learning rate {args.learning_rate}")
