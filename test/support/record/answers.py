"""Asks a server again for the statuses in test/unit/mlflow/search-answers.json.

`python answers.py http://HOST:PORT` rewrites the file (then run prettier on it); the store may be
empty, but must be a SQL store. Only whether a text is taken is kept: the words of a refusal differ
from version to version.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

FILE = Path(__file__).parents[2] / "unit" / "mlflow" / "search-answers.json"
INVISIBLE = "\u00a0\u200b\u2028\ufeff"


def status_of(uri: str, search: dict[str, Any]) -> int:
    body = json.dumps({"experiment_ids": ["0"], "max_results": 1, **search}).encode()
    url = f"{uri}/api/2.0/mlflow/runs/search"
    try:
        with urlopen(Request(url, body, {"Content-Type": "application/json"}), timeout=60) as got:
            return got.status
    except HTTPError as refused:
        return refused.code


def printed(rows: list[dict[str, Any]]) -> str:
    lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in rows)
    for character in INVISIBLE:
        lines = lines.replace(character, f"\\u{ord(character):04x}")
    return f"[\n{lines}\n]"


def main() -> None:
    uri = sys.argv[1].rstrip("/")
    asked = json.loads(FILE.read_text(encoding="utf8"))
    for row in asked["filters"]:
        row["status"] = status_of(uri, {"filter": row["filter"]})
    for row in asked["orders"]:
        row["status"] = status_of(uri, {"order_by": [row["order_by"]]})
    with urlopen(f"{uri}/version", timeout=60) as got:
        version = got.read().decode()
    parts = [
        f'"mlflow_version": {json.dumps(version)}',
        f'"filters": {printed(asked["filters"])}',
        f'"orders": {printed(asked["orders"])}',
    ]
    FILE.write_text("{\n" + ",\n".join(parts) + "\n}\n", encoding="utf8")


if __name__ == "__main__":
    main()
