"""Writes one planned and trained run with the official client, at the time it is planned for."""

from __future__ import annotations

import json
import random
import threading
from datetime import datetime
from functools import lru_cache

import mlflow.data
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag
from mlflow.tracking import MlflowClient

from team import DAYS, commit_of
from training import Fit, is_regression, split
from workload import Plan

# What a run of that family costs the made-up team, in seconds: its measured fit is far too short.
SETUP_SECONDS = {"mlp": 140, "gradient_boosting": 70, "random_forest": 60, "svm": 45}


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@lru_cache(maxsize=None)
def dataset_input(name: str, seed: int, rows: int, context: str) -> DatasetInput:
    """Digest, schema and profile as MLflow itself computes them for these very rows."""
    x_train, x_test, y_train, y_test = split(name, seed)
    x, y = (x_train[:rows], y_train[:rows]) if context == "training" else (x_test, y_test)
    made = mlflow.data.from_numpy(x, targets=y, name=name)
    described = made.to_dict()
    source = json.dumps(
        {"url": f"https://scikit-learn.org/stable/datasets/toy_dataset.html#{name}"}
    )
    dataset = Dataset(name, made.digest, "http", source, described["schema"], described["profile"])
    return DatasetInput(dataset, [InputTag("mlflow.data.context", context)])


class Logbook:
    def __init__(self, client: MlflowClient, experiments: dict[str, str], recorded_at: datetime):
        self.client = client
        self.experiments = experiments
        self.recorded_at = milliseconds(recorded_at)
        # Two runs that bring the same new dataset at once make the server fail on a unique key.
        self.one_dataset_at_a_time = threading.Lock()

    def tags(self, plan: Plan, fit: Fit | None, parent: str | None) -> dict[str, str]:
        day = DAYS - int((self.recorded_at - milliseconds(plan.start)) / 86_400_000)
        tags = {
            "mlflow.user": plan.user,
            "mlflow.source.name": plan.source,
            "mlflow.source.type": plan.source_type,
            **plan.tags,
        }
        if plan.source_type != "NOTEBOOK":
            tags["mlflow.source.git.commit"] = commit_of(plan.branch, day)
            tags["mlflow.source.git.branch"] = plan.branch
        if parent:
            tags["mlflow.parentRunId"] = parent
        if fit:
            kind = type(fit.estimator)
            tags["estimator_name"] = kind.__name__
            tags["estimator_class"] = f"{kind.__module__}.{kind.__name__}"
        return tags

    def write(self, plan: Plan, fit: Fit | None, parent: str | None = None) -> str:
        """Gives the id of the run. A plan without a fit is a parent: it is closed by `close`."""
        rng = random.Random(f"{plan.start}{plan.seed}{plan.family}")
        start = milliseconds(plan.start)
        run = self.client.create_run(
            self.experiments[plan.experiment], start, self.tags(plan, fit, parent), plan.name
        )
        run_id = run.info.run_id
        if not fit:
            return run_id
        took = SETUP_SECONDS.get(plan.family, 25) * rng.lognormvariate(0, 0.45)
        end = start + int(1000 * (took + 400 * fit.metrics.get("fit_seconds", 0.0)))
        end = min(end, self.recorded_at - 60_000)
        self.client.log_batch(
            run_id,
            self.metrics(plan, fit, start, end, rng),
            self.params(plan),
            self.last_words(fit),
        )
        if plan.experiment != "iris-smoke-test":
            rows = max(8, int(len(split(plan.dataset, plan.seed)[0]) * plan.train_fraction))
            kinds = ["training", "eval"] if rng.random() < 0.5 else ["training"]
            with self.one_dataset_at_a_time:
                self.client.log_inputs(
                    run_id,
                    [dataset_input(plan.dataset, plan.seed % 5, rows, kind) for kind in kinds],
                )
        if fit.error:
            self.client.set_terminated(run_id, "FAILED", end)
        elif plan.status in ("RUNNING", "SCHEDULED"):
            self.client.update_run(run_id, status=plan.status)
        elif plan.no_end:
            self.client.update_run(run_id, status=plan.status)
        else:
            self.client.set_terminated(run_id, plan.status, end)
        if plan.deleted:
            self.client.delete_run(run_id)
        return run_id

    def params(self, plan: Plan) -> list[Param]:
        values = {
            "model": plan.family,
            "seed": plan.seed,
            "train_fraction": plan.train_fraction,
            "scale": plan.scale,
        }
        values |= plan.hyper
        values |= {"epochs": plan.epochs} if plan.epochs and plan.family == "mlp" else {}
        return [Param(key, str(value)) for key, value in values.items()]

    def last_words(self, fit: Fit) -> list[RunTag]:
        return [RunTag("failure", fit.error[:400])] if fit.error else []

    def metrics(
        self, plan: Plan, fit: Fit, start: int, end: int, rng: random.Random
    ) -> list[Metric]:
        """A killed run stops somewhere on its way, one still running is on its way."""
        if plan.status == "SCHEDULED":
            return []
        unfinished = plan.status in ("KILLED", "RUNNING")
        share = rng.uniform(0.2, 0.8) if unfinished else 1.0
        logged = []
        for key, values in fit.series.items():
            for step, value in enumerate(values[: max(1, int(len(values) * share))]):
                at = start + int((end - start) * (step + 1) / (len(values) + 1))
                logged.append(Metric(key, value, at, step))
        if not unfinished:
            logged += [
                Metric(key, value, end - 50, 0)
                for key, value in fit.metrics.items()
                if key not in fit.series
            ]
        return logged

    def close(self, plan: Plan, run_id: str, fits: list[Fit]) -> None:
        """A parent ends after its last child, with the best score the children reached."""
        end = milliseconds(plan.children[-1].start) + 9 * 60_000
        key = "rmse" if is_regression(plan.dataset) else "accuracy"
        scores = [fit.metrics[key] for fit in fits if key in fit.metrics]
        batch = (
            [Metric(f"best_{key}", max(scores), end, 0), Metric("trials", len(scores), end, 0)]
            if scores
            else []
        )
        self.client.log_batch(run_id, batch, [Param("trials_planned", str(len(plan.children)))])
        self.client.set_terminated(run_id, "FINISHED", end)
