"""Fills the SQLite store of a tracking server with made-up runs, straight into its tables.

`python fill_store.py FOLDER/mlflow.db RUNS EXPERIMENTS [METRICS PARAMS TAGS]`. The server makes its tables when
it first starts, so start it once before. Over the API the same runs would take minutes.
"""

import random
import sqlite3
import sys
import time

path, runs, experiments = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
n_metrics, n_params, n_tags = (int(a) for a in (sys.argv[4:7] or (10, 12, 7)))
rng = random.Random(7)
now = int(time.time() * 1000)
db = sqlite3.connect(path)
columns = {row[1] for row in db.execute("pragma table_info(experiments)")}


def insert(table, rows):
    names = list(rows[0])
    marks = ", ".join("?" * len(names))
    db.executemany(
        f"insert into {table} ({', '.join(names)}) values ({marks})",
        [tuple(row[name] for name in names) for row in rows],
    )


for e in range(1, experiments + 1):
    experiment = {
        "experiment_id": e,
        "name": f"bench {e}",
        "artifact_location": f"mlflow-artifacts:/{e}",
        "lifecycle_stage": "active",
        "creation_time": now,
        "last_update_time": now,
    }
    if "workspace" in columns:
        experiment["workspace"] = "default"
    insert("experiments", [experiment])

for start in range(0, runs, 2000):
    batch = {"runs": [], "metrics": [], "latest_metrics": [], "params": [], "tags": []}
    for i in range(start, min(runs, start + 2000)):
        run = f"{rng.getrandbits(128):032x}"
        begun = now - (runs - i) * 60_000
        batch["runs"].append(
            {
                "run_uuid": run,
                "name": f"run-{i}",
                "source_type": "LOCAL",
                "source_name": "train.py",
                "entry_point_name": "",
                "user_id": f"user-{i % 40}",
                "status": "FINISHED",
                "start_time": begun,
                "end_time": begun + rng.randrange(3_600_000),
                "source_version": "",
                "lifecycle_stage": "active",
                "artifact_uri": f"mlflow-artifacts:/{i % experiments + 1}/{run}/artifacts",
                "experiment_id": i % experiments + 1,
            }
        )
        for m in range(n_metrics):
            point = {
                "key": f"metric_{m}",
                "value": rng.random(),
                "timestamp": begun + m,
                "run_uuid": run,
                "step": m,
                "is_nan": 0,
            }
            batch["metrics"].append(point)
            batch["latest_metrics"].append(point)
        for p in range(n_params):
            batch["params"].append({"key": f"param_{p}", "value": f"{rng.random():.6f}", "run_uuid": run})
        tags = {"mlflow.user": f"user-{i % 40}", "mlflow.runName": f"run-{i}"}
        tags |= {f"tag_{t}": f"value-{rng.randrange(50)}" for t in range(n_tags - 2)}
        for key, value in tags.items():
            batch["tags"].append({"key": key, "value": value, "run_uuid": run})
    for table, rows in batch.items():
        insert(table, rows)
db.commit()
