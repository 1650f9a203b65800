"""One of several teams that write to a tracking server at once, with the official client.

`python live_writer.py TRACKING_URI NAME SEED STOP_FILE` works until STOP_FILE is there: runs begin,
log, end, fail, are renamed, tagged, deleted and restored; experiments come and go.
"""

import os
import random
import sys
import time

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag


def main():
    uri, name, seed, stop = sys.argv[1:]
    client = MlflowClient(uri)
    draw = random.Random(int(seed))
    experiments = [client.create_experiment(f"{name} {n}") for n in range(2)]
    open_runs, ended, deleted = [], [], []
    steps = 0
    print("writing", flush=True)
    while not os.path.exists(stop):
        steps += 1
        now = int(time.time() * 1000)
        choice = draw.random()
        if choice < 0.3 or not open_runs:
            start = now if draw.random() < 0.8 else now - draw.randrange(40 * 86_400_000)
            run = client.create_run(draw.choice(experiments), start_time=start)
            open_runs.append(run.info.run_id)
        elif choice < 0.6:
            client.log_batch(
                draw.choice(open_runs),
                metrics=[
                    Metric(draw.choice("abc"), draw.choice([draw.random(), float("nan")]), now, n)
                    for n in range(draw.randrange(1, 6))
                ],
                params=[Param(f"p{steps}", str(draw.random()))],
                tags=[RunTag("note", f"🚀 {steps}")],
            )
        elif choice < 0.8:
            run_id = open_runs.pop(draw.randrange(len(open_runs)))
            client.set_terminated(run_id, draw.choice(["FINISHED", "FAILED", "KILLED"]))
            ended.append(run_id)
        elif choice < 0.9 and ended:
            run_id = draw.choice(ended)
            if run_id in deleted:
                client.restore_run(run_id)
                deleted.remove(run_id)
            else:
                client.set_tag(run_id, "mlflow.runName", f"renamed {steps}")
                if draw.random() < 0.5:
                    client.delete_run(run_id)
                    deleted.append(run_id)
        elif choice < 0.93 and len(experiments) < 6:
            experiments.append(client.create_experiment(f"{name} later {steps}"))
        time.sleep(draw.random() * 0.15)
    print(steps, "steps")


if __name__ == "__main__":
    main()
