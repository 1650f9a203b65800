"""Computes the analysis views with pandas from the plain tables, and compares them with Runlens' own.

  pandas_views.py FOLDER    FOLDER/TABLE.parquet of runs, experiments, metrics, tags; FOLDER/VIEW.parquet

Prints one JSON line a view: its rows, or what differs. Nothing here is shared with the SQL.
"""

import json
import sys
from pathlib import Path

import numpy
import pandas

folder = Path(sys.argv[1])


def read(name):
    return pandas.read_parquet(folder / f"{name}.parquet")


experiments = read("experiments")
experiments = experiments[experiments.lifecycle_stage == "active"]
runs = read("runs")
runs = runs[runs.lifecycle_stage == "active"]
runs = runs.merge(
    experiments[["source", "experiment_id", "name"]].rename(columns={"name": "experiment_name"}),
    on=["source", "experiment_id"],
)
runs["started_at"] = runs.start_time
runs["user"] = runs.user_name.fillna("(unknown)")
runs["day"] = runs.started_at.dt.floor("D")
runs["week"] = runs.day - pandas.to_timedelta(runs.day.dt.day_of_week, unit="D")
took = (runs.end_time - runs.started_at).dt.total_seconds() / 3600
runs["hours"] = took.where(took >= 0)
metrics = read("metrics").merge(runs.drop(columns=["start_time", "end_time"]), on=["source", "run_id"])
metrics["number"] = metrics.value
IN_EXPERIMENT = ["source", "experiment_id", "key"]


def total_runs():
    by = ["source", "experiment_id", "experiment_name", "day", "status"]
    frame = runs.groupby(by).size().rename("runs").reset_index()
    frame["cumulative_runs"] = frame.sort_values("day").groupby(["source", "experiment_id", "status"]).runs.cumsum()
    return frame


def runs_per_user():
    frame = (
        runs.groupby(["source", "user", "week"])
        .agg(runs=("run_id", "size"), failed_runs=("status", lambda status: (status == "FAILED").sum()))
        .reset_index()
        .rename(columns={"user": "user_name"})
    )
    frame["total_runs"] = frame.groupby(["source", "user_name"]).runs.transform("sum")
    frame["share"] = frame.total_runs / frame.groupby("source").runs.transform("sum")
    return frame


def user_activity():
    frame = (
        runs.groupby(["source", "user"])
        .agg(
            runs=("run_id", "size"),
            failed_runs=("status", lambda status: (status == "FAILED").sum()),
            first_run_at=("started_at", "min"),
            last_run_at=("started_at", "max"),
            experiments=("experiment_id", "nunique"),
            hours=("hours", "sum"),
        )
        .reset_index()
        .rename(columns={"user": "user_name"})
    )
    frame["share"] = frame.runs / frame.groupby("source").runs.transform("sum")
    return frame


def user_shares():
    everyone = runs.groupby("source").size().rename("all_runs").reset_index()
    frame = everyone.merge(runs[["user"]].drop_duplicates(), how="cross").rename(columns={"user": "user_name"})
    own = runs.groupby(["source", "user"]).size()
    frame["runs"] = [own.get((source, user), 0) for source, user in zip(frame.source, frame.user_name)]
    return frame


def metric_trends():
    frame = metrics.sort_values(["started_at", "run_id"]).reset_index(drop=True)
    series = frame.groupby(IN_EXPERIMENT).number
    frame["best_max"] = series.cummax()
    frame["best_min"] = series.cummin()
    for name in ["best_max", "best_min"]:
        frame[name] = frame.groupby(IN_EXPERIMENT)[name].ffill()
        before = frame.groupby(IN_EXPERIMENT)[name].shift()
        frame[f"is_{name}"] = frame[name].notna() & ((frame[name] != before) | before.isna())
    daily = frame.groupby([*IN_EXPERIMENT, "day"]).number
    frame["daily_median"] = daily.transform("median")
    frame["daily_p10"] = daily.transform(lambda values: values.quantile(0.1))
    frame["daily_p90"] = daily.transform(lambda values: values.quantile(0.9))
    frame["daily_runs"] = daily.transform("size")
    return frame


def metric_keys():
    frame = (
        metrics.groupby(IN_EXPERIMENT)
        .agg(runs=("run_id", "size"), first_started_at=("started_at", "min"), last_started_at=("started_at", "max"))
        .reset_index()
    )
    best = directed().groupby(IN_EXPERIMENT).apply(
        lambda some: some.number.min() if (some.direction == "minimize").all() else some.number.max(),
        include_groups=False,
    )
    frame["best"] = best.to_numpy()
    return frame


def metric_days():
    grouped = metrics.groupby([*IN_EXPERIMENT, "day"]).number
    quantiles = {"median": 0.5, "p10": 0.1, "p90": 0.9}
    frame = pandas.DataFrame({name: grouped.quantile(part) for name, part in quantiles.items()})
    frame["runs"] = grouped.size()
    return frame.reset_index()


def directed():
    """Metrics with the direction of each; which it is, is a guess that the fixture tests look at."""
    return metrics.merge(read("metric_keys")[[*IN_EXPERIMENT, "direction"]], on=IN_EXPERIMENT)


def metric_progress():
    frame = metric_trends()
    less = directed().set_index(["source", "run_id", "key"]).direction == "minimize"
    less = less.reindex(pandas.MultiIndex.from_frame(frame[["source", "run_id", "key"]])).to_numpy()
    frame["best"] = frame.best_max.mask(less, frame.best_min)
    frame["is_best"] = frame.is_best_max.mask(less, frame.is_best_min)
    return frame


def ranked_runs():
    frame = directed()
    frame["user_name"] = frame.user
    cost = frame.number.mask(frame.direction == "maximize", -frame.number)
    frame["place"] = cost.groupby([frame[name] for name in IN_EXPERIMENT]).rank(method="min")
    return frame


def run_facts():
    frame = runs.copy()
    frame["known_user"] = frame.user_name
    frame["user_name"] = frame.user
    for name in ["finished", "failed", "killed"]:
        frame[name] = (frame.status == name.upper()).astype(int)
    frame["ended"] = frame.finished + frame.failed + frame.killed
    frame["hours_lost"] = frame.hours.where(frame.status.isin(["FAILED", "KILLED"]), 0)
    return frame


def run_status_daily():
    by = ["source", "experiment_id", "day", "status"]
    return runs.groupby(by).agg(runs=("run_id", "size"), hours=("hours", "sum")).reset_index()


def reliability():
    def sums(group):
        ended = group.status.isin(["FINISHED", "FAILED", "KILLED"]).sum()
        lost = group.status.isin(["FAILED", "KILLED"])
        return pandas.Series(
            {
                "runs": len(group),
                "failed": (group.status == "FAILED").sum(),
                "killed": (group.status == "KILLED").sum(),
                "failure_rate": lost.sum() / ended if ended else numpy.nan,
                "hours": group.hours.sum(),
                "hours_lost": group.hours[lost].sum(),
            }
        )

    by = ["source", "experiment_id", "experiment_name"]
    return runs.groupby(by).apply(sums, include_groups=False).reset_index()


def leaderboard():
    frame = metrics.copy()
    series = frame.groupby(IN_EXPERIMENT).number
    frame["rank_max"] = series.rank(method="min", ascending=False)
    frame["rank_min"] = series.rank(method="min")
    return frame


def tag_values():
    frame = read("tags").merge(runs, on=["source", "run_id"])
    return (
        frame.groupby(["source", "experiment_id", "experiment_name", "key", "value"])
        .agg(
            first_started_at=("started_at", "min"),
            last_started_at=("started_at", "max"),
            runs=("run_id", "size"),
        )
        .reset_index()
    )


KEYS = {
    total_runs: ["source", "experiment_id", "day", "status"],
    runs_per_user: ["source", "user_name", "week"],
    user_activity: ["source", "user_name"],
    user_shares: ["source", "user_name"],
    metric_trends: ["source", "run_id", "key"],
    metric_keys: IN_EXPERIMENT,
    metric_days: [*IN_EXPERIMENT, "day"],
    metric_progress: ["source", "run_id", "key"],
    ranked_runs: ["source", "run_id", "key"],
    run_facts: ["source", "run_id"],
    run_status_daily: ["source", "experiment_id", "day", "status"],
    reliability: ["source", "experiment_id"],
    leaderboard: ["source", "run_id", "key"],
    tag_values: ["source", "experiment_id", "key", "value"],
}

for compute, key in KEYS.items():
    actual = read(compute.__name__)
    expected = compute()
    # pandas has no guess at a metric's direction; the fixture tests have.
    columns = [name for name in actual.columns if name != "direction"]
    try:
        pandas.testing.assert_frame_equal(
            actual[columns].sort_values(key).reset_index(drop=True),
            expected[columns].sort_values(key).reset_index(drop=True),
            check_dtype=False,
            rtol=1e-9,
        )
        print(json.dumps({"view": compute.__name__, "rows": len(actual)}))
    except AssertionError as error:
        print(json.dumps({"view": compute.__name__, "error": str(error)}))
