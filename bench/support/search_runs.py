"""The peer: `mlflow.search_runs()` of everything into pandas. Prints seconds and rows."""

import sys
import time

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
began = time.perf_counter()
frame = mlflow.search_runs(search_all_experiments=True, max_results=1_000_000)
print(f'{{"seconds": {time.perf_counter() - began}, "rows": {len(frame)}}}')
