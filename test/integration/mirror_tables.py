"""Reads a whole tracking server with the official client and prints every table as JSON lines.

`python mirror_tables.py TRACKING_URI` walks all experiments, active and deleted, and all their runs.
Each line is {"table": name, "row": {...}} with the columns the mirror promises; int64 as numbers,
times as milliseconds, special doubles as Python prints them. It shares no code with Runlens.
"""

import json
import sys

from mlflow import MlflowClient
from mlflow.entities import ViewType


def pages(call, **kwargs):
    token = None
    while True:
        page = call(page_token=token, **kwargs)
        yield from page
        token = page.token
        if not token:
            return


def emit(table, **row):
    print(json.dumps({"table": table, "row": row}))


def uri_of(source):
    try:
        parsed = json.loads(source)
    except ValueError:
        return source
    if isinstance(parsed, dict):
        for key in ("uri", "url", "path"):
            if isinstance(parsed.get(key), str):
                return parsed[key]
    return source


def main():
    client = MlflowClient(sys.argv[1])
    experiments = list(pages(client.search_experiments, view_type=ViewType.ALL, max_results=500))
    for e in experiments:
        emit(
            "experiments",
            experiment_id=e.experiment_id,
            name=e.name,
            lifecycle_stage=e.lifecycle_stage,
            artifact_location=e.artifact_location,
            creation_time=e.creation_time,
            last_update_time=e.last_update_time,
        )
        for key, value in e.tags.items():
            emit("experiment_tags", experiment_id=e.experiment_id, key=key, value=value)
    for e in experiments:
        for run in pages(
            client.search_runs,
            experiment_ids=[e.experiment_id],
            run_view_type=ViewType.ALL,
            max_results=400,
        ):
            info, data, tags = run.info, run.data, run.data.tags
            emit(
                "runs",
                run_id=info.run_id,
                experiment_id=info.experiment_id,
                run_name=info.run_name or tags.get("mlflow.runName"),
                user_name=tags.get("mlflow.user") or info.user_id or None,
                status=info.status,
                lifecycle_stage=info.lifecycle_stage,
                start_time=info.start_time,
                end_time=info.end_time,
                artifact_uri=info.artifact_uri,
                source_name=tags.get("mlflow.source.name"),
                source_type=tags.get("mlflow.source.type"),
                git_commit=tags.get("mlflow.source.git.commit"),
                git_branch=tags.get("mlflow.source.git.branch"),
                parent_run_id=tags.get("mlflow.parentRunId"),
            )
            for m in data._metric_objs:
                emit(
                    "metrics",
                    run_id=info.run_id,
                    key=m.key,
                    value=repr(float(m.value)),
                    step=m.step,
                    logged_at=m.timestamp,
                )
            for table, values in (("params", data.params), ("tags", tags)):
                for key, value in values.items():
                    emit(table, run_id=info.run_id, key=key, value=value)
            for given in run.inputs.dataset_inputs if run.inputs else []:
                context = {t.key: t.value for t in given.tags}.get("mlflow.data.context")
                emit(
                    "dataset_inputs",
                    run_id=info.run_id,
                    name=given.dataset.name,
                    digest=given.dataset.digest,
                    context=context,
                    source_type=given.dataset.source_type,
                    source_uri=uri_of(given.dataset.source),
                )


if __name__ == "__main__":
    main()
