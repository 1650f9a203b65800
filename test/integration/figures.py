"""Recomputes the figures of three views from `mlflow.search_runs()` and compares them with the service's.

`python figures.py TRACKING_URI SERVICE_URL`. Prints one JSON line a view with its number of rows.
Reads nothing of Runlens but the answers under /api/v1/views.
"""

import json
import sys
from urllib.request import urlopen

import mlflow
import pandas

tracking_uri, service = sys.argv[1:3]
mlflow.set_tracking_uri(tracking_uri)
frame = mlflow.search_runs(search_all_experiments=True, max_results=50_000)
frame["day"] = frame.start_time.dt.floor("D")
frame["week"] = frame.day - pandas.to_timedelta(frame.day.dt.day_of_week, unit="D")
client = mlflow.MlflowClient()


def user_of(row):
    """The tag, else the run's user_id, which search_runs does not give."""
    tag = row.get("tags.mlflow.user")
    if isinstance(tag, str) and tag:
        return tag
    return client.get_run(row.run_id).info.user_id or "(unknown)"


frame["user"] = [user_of(row) for _, row in frame.iterrows()]


def view(name):
    with urlopen(f"{service}/api/v1/views/{name}.json?limit=100000") as answer:
        body = json.load(answer)
    rows = body["rows"] if isinstance(body, dict) else body
    return rows


def ms(time):
    """Milliseconds since 1970; the service prints digits for times beyond what ISO 8601 can say."""
    if isinstance(time, str) and time.lstrip("-").isdigit():
        return int(time)
    if isinstance(time, str):
        time = pandas.Timestamp(time).tz_convert("UTC")
    return int(time.to_datetime64().astype("datetime64[ms]").astype("int64"))


def same(name, expected, actual):
    missing = set(expected) ^ set(actual)
    assert not missing, f"{name}: only on one side: {list(missing)[:3]}"
    for key, want in expected.items():
        for got, wanted in zip(actual[key], want, strict=True):
            if isinstance(wanted, float):
                if wanted != wanted:
                    assert got in (None, "NaN"), f"{name} {key}: {got} is not {wanted}"
                    continue
                assert abs(float(got) - wanted) <= 1e-12 * max(1.0, abs(wanted)), f"{name} {key}: {got} is not {wanted}"
            else:
                assert got == wanted, f"{name} {key}: {got!r} is not {wanted!r}"
    print(json.dumps({"view": name, "rows": len(expected)}))


# total_runs: per day and status, and cumulative within an experiment and status.
expected = {}
for (experiment, status), group in frame.groupby(["experiment_id", "status"]):
    total = 0
    for day, runs in group.groupby("day").size().sort_index().items():
        total += int(runs)
        expected[(experiment, status, ms(day))] = (int(runs), total)
actual = {
    (row["experiment_id"], row["status"], ms(row["day"])): (row["runs"], row["cumulative_runs"])
    for row in view("total_runs")
}
same("total_runs", expected, actual)

# runs_per_user: per week, with totals and share.
totals = frame.groupby("user").size()
expected = {
    (user, ms(week)): (int(runs), int(totals[user]), float(totals[user] / len(frame)))
    for (user, week), runs in frame.groupby(["user", "week"]).size().items()
}
actual = {
    (row["user_name"], ms(row["week"])): (row["runs"], row["total_runs"], row["share"])
    for row in view("runs_per_user")
}
same("runs_per_user", expected, actual)

# metric_trends: the value of each run, the best so far both ways, the day's median and spread.
expected = {}
metrics = [name for name in frame.columns if name.startswith("metrics.")]
served = {(row["run_id"], row["key"]): row for row in view("metric_trends")}
for name in metrics:
    key = name.removeprefix("metrics.")
    # search_runs cannot tell a logged NaN from no metric at all.
    logged = frame[frame[name].notna()].sort_values(["start_time", "run_id"])
    for experiment, group in logged.groupby("experiment_id"):
        values = group[name]
        daily = group.groupby("day")[name]
        best_max, best_min = values.cummax(), values.cummin()
        median = daily.transform("median")
        p10 = daily.transform(lambda v: v.quantile(0.1))
        p90 = daily.transform(lambda v: v.quantile(0.9))
        for at, run_id in group.run_id.items():
            expected[(run_id, key)] = tuple(
                float(series[at]) for series in (values, best_max, best_min, median, p10, p90)
            )
FIELDS = ["value", "best_max", "best_min", "daily_median", "daily_p10", "daily_p90"]
actual = {
    key: tuple(row[field] for field in FIELDS) for key, row in served.items() if row["value"] != "NaN"
}
same("metric_trends", expected, actual)
