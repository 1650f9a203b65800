"""Compares the service's Arrow file with the server's answers, run by run: `python edges_arrow.py URI SERVICE`.

For values that pandas itself cannot hold (times beyond the year 2262) the file is read by pyarrow alone.
Prints the number of runs and values compared.
"""

import io
import json
import sys
from urllib.request import urlopen

import pyarrow.ipc
from mlflow import MlflowClient

tracking_uri, service = sys.argv[1:3]
client = MlflowClient(tracking_uri)
with urlopen(f"{service}/api/v1/export/runs.arrow?view_type=all") as answer:
    rows = pyarrow.ipc.open_file(io.BytesIO(answer.read())).read_all()
    names = rows.column_names
values = 0
for index in range(rows.num_rows):
    row = {name: rows.column(name)[index] for name in names}
    run = client.get_run(row["run_id"].as_py())
    assert row["experiment_id"].as_py() == run.info.experiment_id
    assert row["status"].as_py() == run.info.status
    for field in ("start_time", "end_time"):
        time = row[field]
        unit = {"ms": 1, "us": 1000, "ns": 1_000_000}[time.type.unit] if hasattr(time.type, "unit") else 1
        got = None if not time.is_valid else time.value // unit
        assert got == getattr(run.info, field), f"{field} of {run.info.run_id}: {got}"
    for group, said in (("metrics", run.data.metrics), ("params", run.data.params), ("tags", run.data.tags)):
        held = {
            name.removeprefix(f"{group}."): row[name].as_py()
            for name in names
            if name.startswith(f"{group}.") and row[name].is_valid
        }
        if group == "metrics":
            held = {key: repr(value) for key, value in held.items()}
            said = {key: repr(float(value)) for key, value in said.items()}
        assert held == said, f"{group} of {run.info.run_id}: {held} is not {said}"
        values += len(said)
print(json.dumps({"runs": rows.num_rows, "values": values}))
