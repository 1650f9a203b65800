"""Runs recipes, each a Python text of its own that leaves its frame in `runs`, and says what is in it.

`python recipes.py` reads a JSON list of texts from standard input and prints one JSON line for each.
"""

import json
import sys

for text in json.load(sys.stdin):
    names = {}
    exec(compile(text, "recipe", "exec"), names)
    runs = names["runs"]
    statuses = list(runs["status"])
    print(
        json.dumps(
            {
                "kind": type(runs).__module__.split(".")[0],
                "rows": len(runs),
                "columns": list(runs.columns),
                "ids": sorted(runs["run_id"]),
                "finished": statuses.count("FINISHED"),
            }
        )
    )
