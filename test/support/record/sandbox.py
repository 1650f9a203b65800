"""Runs that MLflow's own autologging writes: the real tags, params and metrics of that feature."""

from __future__ import annotations

import logging
import os
import random
import sys
import warnings
import tempfile
from contextlib import ExitStack, chdir, contextmanager
from datetime import datetime
from typing import Iterator
from unittest.mock import patch

import mlflow
from mlflow.tracking import MlflowClient

from logbook import milliseconds
from settings import settings
from team import Calendar, commit_of, pick_user
from training import LOADERS, build, split

COUNT = 48
FAMILIES = ["logistic_regression", "random_forest", "knn", "svm", "decision_tree"]


# Where autologging and the client look up the time, by which it can be told another one.
CLOCKS = [
    "mlflow.tracking.fluent.get_current_time_millis",
    "mlflow.tracking._tracking_service.client.get_current_time_millis",
    "mlflow.utils.autologging_utils.client.get_current_time_millis",
]


@contextmanager
def clock_at(moment: int) -> Iterator[None]:
    with ExitStack() as stack:
        for name in CLOCKS:
            stack.enter_context(patch(name, lambda: moment))
        yield


def autologged_runs(client: MlflowClient, experiment_id: str, recorded_at: datetime) -> None:
    """Works in an empty folder: MLflow would take the commit of the repository it stands in."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        write_runs(client, experiment_id, recorded_at)


def write_runs(client: MlflowClient, experiment_id: str, recorded_at: datetime) -> None:
    """Creates each run at its backdated start, then lets autologging fill it in."""
    rng = random.Random(7)
    calendar = Calendar(recorded_at, rng)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    # Autologging writes the name of the running script into datasets: say the team's, not ours.
    sys.argv[0] = "sandbox.py"
    mlflow.set_tracking_uri(client.tracking_uri)
    mlflow.sklearn.autolog(log_models=False, silent=True, max_tuning_runs=0)
    for number in range(COUNT):
        user = pick_user(rng)
        start = calendar.working_moment(user)
        os.environ["LOGNAME"] = user
        tags = {
            "mlflow.user": user,
            "mlflow.source.name": "sandbox.py",
            "mlflow.source.type": "LOCAL",
            "mlflow.source.git.commit": commit_of("main", calendar.index(start)),
            "mlflow.source.git.branch": "main",
        }
        begun = milliseconds(start)
        run_id = client.create_run(experiment_id, begun, tags).info.run_id
        dataset = rng.choice([name for name in LOADERS if name != "diabetes"])
        family = rng.choice(FAMILIES)
        x_train, x_test, y_train, y_test = split(dataset, number)
        with clock_at(begun + 2_500), mlflow.start_run(run_id=run_id):
            model = build(dataset, family, settings(family, 1.0, rng, False), number)
            model.fit(x_train, y_train)
            model.score(x_test, y_test)
        client.set_terminated(run_id, "FINISHED", begun + rng.randrange(4_000, 90_000))
    mlflow.sklearn.autolog(disable=True)
