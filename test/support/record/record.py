"""Fills a tracking server with real trainings and records its answers. See README.md here."""

from __future__ import annotations

import argparse
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator
from urllib.request import urlopen

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    DO_NOT_TRACK="true",
    MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="true",
    OMP_NUM_THREADS="1",
    OPENBLAS_NUM_THREADS="1",
)

import mlflow  # noqa: E402
from mlflow.entities import ExperimentTag  # noqa: E402
from mlflow.tracking import MlflowClient  # noqa: E402

from logbook import Logbook  # noqa: E402
from responses import record  # noqa: E402
from sandbox import autologged_runs  # noqa: E402
from training import Fit, train  # noqa: E402
from workload import EXPERIMENTS, OLD, SANDBOX, Plan, all_plans  # noqa: E402


@contextmanager
def own_server(keep: Path | None) -> Iterator[tuple[str, Path]]:
    """A server on a fresh SQLite store that goes away again, unless `keep` names its folder."""
    with ExitStack() as stack, socket.socket() as probe:
        folder = str(keep.resolve()) if keep else stack.enter_context(tempfile.TemporaryDirectory())
        Path(folder).mkdir(parents=True, exist_ok=True)
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        store = Path(folder, "mlflow.db")
        command = [
            sys.executable,
            "-m",
            "mlflow",
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
        ]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{store}"]
        command += ["--artifacts-destination", str(Path(folder, "artifacts"))]
        env = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        with open(Path(folder, "server.log"), "w") as log:
            server = subprocess.Popen(command, env=env, stdout=log, stderr=log, cwd=folder)
        try:
            wait_for(f"http://127.0.0.1:{port}/health")
            yield f"http://127.0.0.1:{port}", store
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            urlopen(url, timeout=5).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def train_plan(plan: Plan) -> Fit:
    return train(
        plan.dataset,
        plan.family,
        plan.hyper,
        plan.seed,
        plan.train_fraction,
        plan.scale,
        plan.epochs,
        plan.corrupt,
    )


def write_all(logbook: Logbook, plans: list[Plan]) -> None:
    """Trains on this thread and writes on a few others: the server is the slower half."""
    with ThreadPoolExecutor(3) as pool:
        pending, parents = [], []
        for number, plan in enumerate(plans, 1):
            if plan.children:
                parent = logbook.write(plan, None)
                fits = [train_plan(child) for child in plan.children]
                pending += [
                    pool.submit(logbook.write, c, f, parent) for c, f in zip(plan.children, fits)
                ]
                parents.append((plan, parent, fits))
            else:
                pending.append(pool.submit(logbook.write, plan, train_plan(plan)))
            if number % 200 == 0:
                print(f"{number} of {len(plans)} plans trained", flush=True)
        for written in pending:
            written.result()
    for plan, parent, fits in parents:
        logbook.close(plan, parent, fits)


def backdate_experiments(store: Path, recorded_at: datetime) -> None:
    """The API cannot say when an experiment was created, so our own store is told directly."""
    created = int((recorded_at - timedelta(days=92)).timestamp() * 1000)
    with sqlite3.connect(store, timeout=30) as db:
        db.execute(
            "UPDATE experiments SET creation_time = ? + experiment_id * 1000,"
            " last_update_time = ? + experiment_id * 1000",
            (created, created),
        )


def fill_and_record(uri: str, out: Path, store: Path | None) -> None:
    recorded_at = datetime.now(timezone.utc).replace(microsecond=0)
    client = MlflowClient(uri)
    ids = {
        name: client.create_experiment(name, tags={k: str(v) for k, v in tags.items()})
        for name, tags in EXPERIMENTS.items()
    }
    write_all(Logbook(client, ids, recorded_at), all_plans(recorded_at))
    autologged_runs(client, ids[SANDBOX], recorded_at)
    if store:
        backdate_experiments(store, recorded_at)
    client.delete_experiment(ids[OLD])
    said = record(uri, out)
    manifest = {
        "mlflow_version": mlflow.__version__,
        "recorded_at": recorded_at.isoformat().replace("+00:00", "Z"),
        **said,
    }
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(manifest, indent=2, ensure_ascii=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--tracking-uri", help="an EMPTY server to fill; without it one is started and thrown away"
    )
    parser.add_argument("--out", type=Path, default=Path("src/demo/recorded"))
    parser.add_argument(
        "--keep", type=Path, help="an empty folder to keep the started server's store in"
    )
    options = parser.parse_args()
    options.out = options.out.resolve()
    if options.tracking_uri:
        fill_and_record(options.tracking_uri.rstrip("/"), options.out, None)
        return
    with own_server(options.keep) as (uri, store):
        fill_and_record(uri, options.out, store)


if __name__ == "__main__":
    main()
