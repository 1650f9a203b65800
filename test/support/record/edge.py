"""Writes the hard cases to any tracking server, over raw REST: `python edge.py http://HOST:PORT`.

A server may refuse an item (file and SQL stores differ): it is reported and the rest goes on.
Needs only the standard library, so a test can import it from any Python.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SCRIPT = "</script><img src=x onerror=alert(1)>"
BEYOND_DOUBLE = 9007199254740993
UNICODE = {
    "emoji": "🚀👩‍🔬🏳️‍🌈",
    "combining": "e\u0301 n\u0303 Zalgo\u0336",
    "precomposed": "é ñ",
    "rtl": "שלום עולם \u202ertl\u202c مرحبا",
    "cjk": "模型精度 実験 한국어",
    "astral": "𝔘𝔫𝔦 \U0010ffff",
    "separators": "line\u2028para\u2029nbsp\u00a0zero\u200bwidth\ufeffbom",
}
TEXTS = {
    "empty": "",
    "space": " ",
    "single quote": "it's",
    "double quote": 'say "hi"',
    "both quotes": 'it\'s "both"',
    "backtick": "a`b",
    "backslash": "C:\\dir\\new \\u0041 \\",
    "newline": "one\ntwo\r\nthree",
    "tab": "a\tb",
    "control": "bell\x07 esc\x1b del\x7f",
    "null byte": "a\x00b",
    "percent": "100% _under_ %s",
    "sql": "'; DROP TABLE runs; --",
    "formula": "=1+2",
    "comma": 'a,b;"c"',
    "nan word": "NaN",
    "null word": "null",
    "long": "x" * 5900,
    "script": SCRIPT,
    **UNICODE,
}
KEYS = [
    "a b",
    "a.b.c",
    "a/b/c",
    "a-b_c",
    "0",
    "A",
    "a",
    "é",
    "key:colon",
    "x" * 240,
    "mlflow.odd",
    SCRIPT,
    "a`b",
    'a"b',
    "日本",
]
# JSON has no number for the first three: the REST API takes them as strings.
VALUES: dict[str, Any] = {
    "nan": "NaN",
    "inf": "Infinity",
    "neg_inf": "-Infinity",
    "neg_zero": -0.0,
    "zero": 0,
    "huge": 1e300,
    "largest": 1.7976931348623157e308,
    "tiny": 5e-324,
    "tenth": 0.1,
    "third": 1 / 3,
    "three": 3,
    "beyond_double": float(2**53 + 2),
    "negative": -1.5,
}


class Edge:
    """One writing of the cases; `refused` lists what the server did not take."""

    def __init__(self, tracking_uri: str) -> None:
        self.uri = tracking_uri.rstrip("/")
        self.refused: list[str] = []

    def post(self, what: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        request = Request(
            f"{self.uri}/api/2.0/mlflow/{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urlopen(request, timeout=60) as answer:
                return json.loads(answer.read() or b"{}")
        except HTTPError as error:
            said = error.read().decode(errors="replace")[:160].replace("\n", " ")
            self.refused.append(f"{what}: {error.code} {said}")
            return {}

    def run(
        self,
        experiment: str,
        name: str,
        status: str | None = "FINISHED",
        end: int | None = 1_700_000_060_000,
        **more: Any,
    ) -> str:
        body = {
            "experiment_id": experiment,
            "run_name": name,
            "start_time": 1_700_000_000_000,
            "user_id": "edge",
            **more,
        }
        body = {key: value for key, value in body.items() if value is not None}
        run_id = (
            self.post(f"run {name!r}", "runs/create", body)
            .get("run", {})
            .get("info", {})
            .get("run_id", "")
        )
        if run_id and status:
            self.post(
                f"status of {name!r}",
                "runs/update",
                {"run_id": run_id, "status": status, **({"end_time": end} if end else {})},
            )
        return run_id

    def metric(
        self, run_id: str, key: str, value: Any, timestamp: int = 1_700_000_001_000, step: int = 0
    ) -> None:
        body = {"run_id": run_id, "key": key, "value": value, "timestamp": timestamp, "step": step}
        self.post(f"metric {key!r} = {value!r}", "runs/log-metric", body)

    def param(self, run_id: str, key: str, value: str) -> None:
        self.post(
            f"param {key[:60]!r}",
            "runs/log-parameter",
            {"run_id": run_id, "key": key, "value": value},
        )

    def tag(self, run_id: str, key: str, value: str) -> None:
        self.post(
            f"tag {key[:60]!r}", "runs/set-tag", {"run_id": run_id, "key": key, "value": value}
        )

    def experiment(self, name: str) -> str:
        tags = [{"key": "note", "value": SCRIPT}, {"key": "empty", "value": ""}]
        made = self.post(f"experiment {name!r}", "experiments/create", {"name": name, "tags": tags})
        return made.get("experiment_id", "")

    def numbers(self, experiment: str) -> None:
        run_id = self.run(experiment, "numbers")
        for key, value in VALUES.items():
            self.metric(run_id, key, value)
        self.metric(run_id, "big_step", 1.0, step=BEYOND_DOUBLE)
        self.metric(run_id, "negative_step", 1.0, step=-5)
        self.metric(run_id, "big_timestamp", 1.0, timestamp=BEYOND_DOUBLE)
        self.metric(run_id, "zero_timestamp", 1.0, timestamp=0)
        # The latest is the highest step, not the last written, and NaN may be among the points.
        for step, value in [(5, 0.5), (3, 0.3), (5, 0.55), (4, "NaN")]:
            self.metric(run_id, "out_of_order", value, step=step)

    def texts(self, experiment: str) -> None:
        run_id = self.run(experiment, "texts")
        for name, text in TEXTS.items():
            self.param(run_id, f"text.{name}", text)
            self.tag(run_id, f"text.{name}", text)
        self.tag(run_id, "mlflow.note.content", f"# note\n\n{SCRIPT}")
        for text in TEXTS.values():
            self.run(experiment, text)

    def keys(self, experiment: str) -> None:
        run_id = self.run(experiment, "keys")
        for key in KEYS:
            self.metric(run_id, key, 1.25)
            self.param(run_id, key, f"param of {key[:40]}")
            self.tag(run_id, key, f"tag of {key[:40]}")

    def lives(self, experiment: str) -> None:
        self.run(experiment, "killed without an end", "KILLED", end=None)
        self.run(experiment, "finished without an end", "FINISHED", end=None)
        self.run(experiment, "start at zero", start_time=0)
        self.run(experiment, "no start", start_time=None)
        self.run(experiment, "before 1970", start_time=-86_400_000)
        self.run(experiment, "far future", start_time=BEYOND_DOUBLE)
        self.run(experiment, "ends before it starts", end=1_600_000_000_000)
        self.run(experiment, "no user", user_id=None)
        self.run(
            experiment,
            "user in a tag only",
            user_id=None,
            tags=[{"key": "mlflow.user", "value": "tagged"}],
        )
        self.run(experiment, SCRIPT, user_id=SCRIPT)
        self.run(experiment, "scheduled", "SCHEDULED", end=None)
        self.run(experiment, "running", None)
        self.run(experiment, "bare")
        resumed = self.run(experiment, "resumed")
        self.post("resume", "runs/update", {"run_id": resumed, "status": "RUNNING"})
        parent = self.run(experiment, "parent")
        self.run(experiment, "child", tags=[{"key": "mlflow.parentRunId", "value": parent}])
        self.run(experiment, "orphan", tags=[{"key": "mlflow.parentRunId", "value": "0" * 32}])
        deleted = self.run(experiment, "deleted")
        self.metric(deleted, "loss", 0.5)
        self.post("delete", "runs/delete", {"run_id": deleted})

    def wide(self, experiment: str) -> None:
        run_id = self.run(experiment, "wide")
        metrics = [
            {"key": f"m{i:03d}", "value": i / 7, "timestamp": 1_700_000_001_000 + i, "step": i}
            for i in range(150)
        ]
        params = [{"key": f"p{i:03d}", "value": str(i)} for i in range(100)]
        self.post(
            "wide batch", "runs/log-batch", {"run_id": run_id, "metrics": metrics, "params": params}
        )

    def datasets(self, experiment: str) -> None:
        run_id = self.run(experiment, "datasets")
        inputs = [
            {
                "tags": [
                    {"key": "mlflow.data.context", "value": context},
                    {"key": "note", "value": SCRIPT},
                ],
                "dataset": {
                    "name": name,
                    "digest": digest,
                    "source_type": "local",
                    "source": json.dumps({"uri": SCRIPT}),
                },
            }
            for name, digest, context in [
                ("plain", "abc123", "training"),
                ("plain", "def456", "eval"),
                ("name with 'quotes\" 模型", "0", ""),
            ]
        ] + [{"dataset": {"name": "bare", "digest": "1", "source_type": "s3", "source": "{}"}}]
        for one in inputs:
            self.post(
                f"dataset {one['dataset']['name']!r}",
                "runs/log-inputs",
                {"run_id": run_id, "datasets": [one]},
            )


def write_edge_cases(tracking_uri: str) -> list[str]:
    """Writes all cases and gives what was refused. A second call only adds more runs."""
    edge = Edge(tracking_uri)
    experiment = edge.experiment("edge cases") or existing(edge, "edge cases")
    for part in (edge.numbers, edge.texts, edge.keys, edge.lives, edge.wide, edge.datasets):
        part(experiment)
    for name in (
        SCRIPT,
        *UNICODE.values(),
        'it\'s "both"',
        "/Users/someone@example.org/path like",
        "with\nnewline",
    ):
        inside = edge.experiment(name)
        if inside:
            edge.run(inside, "only run")
    gone = edge.experiment("deleted experiment")
    if gone:
        edge.run(gone, "run of a deleted experiment")
        edge.post("delete experiment", "experiments/delete", {"experiment_id": gone})
    edge.experiment("no runs")
    return edge.refused


def existing(edge: Edge, name: str) -> str:
    listing = edge.post("search", "experiments/search", {"max_results": 1000, "view_type": "ALL"})
    found = (e["experiment_id"] for e in listing.get("experiments", []) if e["name"] == name)
    return next(found, "")


if __name__ == "__main__":
    for line in write_edge_cases(sys.argv[1]):
        print("refused:", line)
