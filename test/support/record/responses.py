"""Asks the server over plain HTTP and keeps the bodies of its answers, byte for byte."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urlencode
from urllib.request import Request, urlopen

RUN_PAGES_A_FILE = 3


def ask(uri: str, path: str, body: dict[str, Any] | None = None, **query: Any) -> bytes:
    url = f"{uri}/api/2.0/mlflow/{path}" + (f"?{urlencode(query)}" if query else "")
    data = json.dumps(body).encode() if body is not None else None
    with urlopen(Request(url, data, {"Content-Type": "application/json"}), timeout=120) as answer:
        return answer.read()


def pages(uri: str, path: str, body: dict[str, Any]) -> Iterator[bytes]:
    token = None
    while True:
        raw = ask(uri, path, {**body, **({"page_token": token} if token else {})})
        yield raw
        token = json.loads(raw).get("next_page_token")
        if not token:
            return


def write_lines(out: Path, name: str, lines: list[dict[str, Any]]) -> None:
    """One JSON object a line: what was asked, and `body`, the text of the answer unchanged."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (out / name).write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def record(uri: str, out: Path) -> dict[str, Any]:
    """Writes the files and gives what the manifest says of them."""
    out.mkdir(parents=True, exist_ok=True)
    for old in [*out.glob("*.gz"), *out.glob("manifest.json")]:
        old.unlink()
    listing = [*pages(uri, "experiments/search", {"view_type": "ALL", "max_results": 1000})]
    write_lines(
        out,
        "experiments.ndjson.gz",
        [{"path": "experiments/search", "body": raw.decode()} for raw in listing],
    )
    experiments = [e for raw in listing for e in json.loads(raw).get("experiments", [])]
    wanted = {
        "experiment_ids": [e["experiment_id"] for e in experiments],
        "run_view_type": "ALL",
        "order_by": ["attributes.start_time ASC", "attributes.run_id ASC"],
        "max_results": 500,
    }
    listing = [*pages(uri, "runs/search", wanted)]
    lines = [{"path": "runs/search", "body": raw.decode()} for raw in listing]
    for first in range(0, len(lines), RUN_PAGES_A_FILE):
        name = f"runs-{first // RUN_PAGES_A_FILE + 1}.ndjson.gz"
        write_lines(out, name, lines[first : first + RUN_PAGES_A_FILE])
    runs = [run for raw in listing for run in json.loads(raw).get("runs", [])]
    histories = [
        {
            "path": "metrics/get-history",
            "run_id": run_id,
            "metric_key": key,
            "body": ask(
                uri, "metrics/get-history", run_id=run_id, metric_key=key, max_results=25000
            ).decode(),
        }
        for run in runs
        for run_id in [run["info"]["run_id"]]
        for key in sorted(m["key"] for m in run["data"].get("metrics", []) if m.get("step", 0) > 0)
    ]
    write_lines(out, "histories.ndjson.gz", histories)
    return counts(experiments, runs, histories)


def counts(experiments: list[dict], runs: list[dict], histories: list[dict]) -> dict[str, Any]:
    def tally(values: Iterator[str]) -> dict[str, int]:
        seen: dict[str, int] = {}
        for value in values:
            seen[value] = seen.get(value, 0) + 1
        return dict(sorted(seen.items()))

    keys = {
        kind: len({item["key"] for run in runs for item in run["data"].get(kind, [])})
        for kind in ("metrics", "params", "tags")
    }
    return {
        "experiments": len(experiments),
        "runs": len(runs),
        "runs_by_status": tally(run["info"]["status"] for run in runs),
        "runs_by_lifecycle_stage": tally(run["info"]["lifecycle_stage"] for run in runs),
        "runs_by_user": tally(run["info"]["user_id"] for run in runs),
        "distinct_keys": keys,
        "metric_histories": len(histories),
    }
