"""Writes a small team's runs to a tracking server with the official client: `python team_runs.py URI`."""

import random
import sys
import time

from mlflow import MlflowClient
from mlflow.entities import Metric, Param

client = MlflowClient(sys.argv[1])
rng = random.Random(11)
now = int(time.time() * 1000)
DAY = 86_400_000
USERS = ["amara", "bjorn", "chen", "zoë", None]

for name in ["churn", "prices", "digits </script><img src=x onerror=alert(1)>"]:
    experiment = client.create_experiment(name)
    for index in range(60):
        start = now - rng.randrange(60 * DAY)
        if index % 20 == 0:
            start = now - 30 * DAY  # the same millisecond, several times
        user = rng.choice(USERS)
        run = client.create_run(
            experiment,
            start_time=start,
            tags={"mlflow.user": user} if user else {},
            run_name=f"{name} {index}",
        )
        metrics = [Metric("loss", rng.random() / (index + 1), start, 1)]
        if index % 7 == 0:
            metrics.append(Metric("accuracy", float("nan") if index % 14 else rng.random(), start, 0))
        client.log_batch(run.info.run_id, metrics=metrics, params=[Param("lr", str(rng.random()))])
        if index % 10 != 3:
            status = rng.choice(["FINISHED", "FINISHED", "FINISHED", "FAILED", "KILLED"])
            client.set_terminated(run.info.run_id, status, end_time=start + rng.randrange(DAY))
        if index % 15 == 4:
            client.delete_run(run.info.run_id)
