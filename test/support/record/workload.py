"""The plan: which runs the made-up team starts in the last 90 days, with which hyper-parameters.

`progress` runs from 0 to 1 over those days, and the later half of it uses better settings, so
charts over time have something true to show.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Iterator

from settings import BROKEN, settings
from team import CI, DAYS, NIGHTLY, Calendar, pick_user

DIGITS = "digits-classification"
SWEEP = "digits-mlp-sweep"
DIABETES = "diabetes-regression"
BOOSTING = "diabetes-boosting"
SCREENING = "tumor-screening nightly"
WINE = "wine-cultivars"
SMOKE = "iris-smoke-test"
OLD = "wine-cultivars-v0"
SANDBOX = "sandbox"

EXPERIMENTS = {
    DIGITS: {"team": "vision", "objective": "accuracy", "stage": "research"},
    SWEEP: {"team": "vision", "objective": "val_accuracy", "stage": "research"},
    DIABETES: {"team": "health", "objective": "rmse", "stage": "research"},
    BOOSTING: {"team": "health", "objective": "staged_rmse", "stage": "candidate"},
    SCREENING: {"team": "health", "objective": "roc_auc", "stage": "production"},
    WINE: {"team": "quality", "objective": "f1_macro", "stage": "research"},
    SMOKE: {"team": "platform", "objective": "accuracy", "stage": "ci"},
    SANDBOX: {"team": "platform", "stage": "scratch"},
    OLD: {"team": "quality", "stage": "abandoned"},
}


@dataclass
class Plan:
    experiment: str
    dataset: str
    family: str
    hyper: dict[str, Any]
    user: str
    start: datetime
    seed: int
    train_fraction: float = 1.0
    scale: bool = True
    epochs: int = 0
    corrupt: bool = False
    name: str | None = None
    source: str = "train.py"
    source_type: str = "LOCAL"
    branch: str = "main"
    status: str = "FINISHED"
    deleted: bool = False
    no_end: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    children: list["Plan"] = field(default_factory=list)


MIX = {
    # experiment: data set, runs, families early, families late
    DIGITS: (
        "digits",
        420,
        ["naive_bayes", "decision_tree", "logistic_regression", "knn"],
        ["knn", "svm", "random_forest", "mlp", "logistic_regression"],
    ),
    DIABETES: (
        "diabetes",
        390,
        ["knn", "lasso", "random_forest", "svm"],
        ["ridge", "gradient_boosting", "svm", "lasso"],
    ),
    BOOSTING: ("diabetes", 220, ["gradient_boosting"], ["gradient_boosting"]),
    WINE: (
        "wine",
        210,
        ["naive_bayes", "knn", "decision_tree"],
        ["logistic_regression", "svm", "random_forest", "mlp"],
    ),
    SMOKE: ("iris", 270, ["logistic_regression", "knn"], ["logistic_regression", "decision_tree"]),
    OLD: ("wine", 40, ["knn", "decision_tree"], ["naive_bayes"]),
}


def fate(plan: Plan, rng: random.Random) -> Plan:
    """About 6 in 100 fail, 3 are killed, 2 are deleted afterwards."""
    draw = rng.random()
    if draw < 0.058:
        return replace(plan, hyper={**plan.hyper, **BROKEN[plan.family]}, epochs=0)
    if draw < 0.105:
        return replace(plan, status="KILLED", no_end=rng.random() < 0.1)
    return replace(plan, deleted=rng.random() < 0.022)


def everyday(experiment: str, calendar: Calendar, rng: random.Random) -> Iterator[Plan]:
    dataset, count, early, late = MIX[experiment]
    for number in range(count):
        ci = experiment == SMOKE and number % 10 < 9
        user = CI if ci else pick_user(rng)
        first, last = (0, 25) if experiment == OLD else (0, DAYS)
        start = calendar.working_moment(user, first, last)
        p = calendar.progress(start)
        family = rng.choice(late if rng.random() < p else early)
        by_step = experiment == BOOSTING
        plan = Plan(
            experiment=experiment,
            dataset=dataset,
            family=family,
            hyper=settings(family, p, rng, dataset == "diabetes"),
            user=user,
            start=start,
            seed=number,
            train_fraction=round(min(1.0, 0.25 + 0.75 * p + rng.uniform(-0.1, 0.1)), 2),
            scale=rng.random() < 0.35 + 0.65 * p,
            epochs=12 if by_step else 0,
            source="ci_check.py" if ci else rng.choice(["train.py", "train.py", "explore.ipynb"]),
            source_type="JOB" if ci else "LOCAL",
            branch=(
                "main"
                if ci and number % 3
                else rng.choice(["main", "feature/scaling", "exp/wider-net"])
            ),
        )
        if plan.source.endswith(".ipynb"):
            plan = replace(plan, source_type="NOTEBOOK")
        yield fate(plan, rng)


def sweeps(calendar: Calendar, rng: random.Random) -> Iterator[Plan]:
    """A parent and its trials; each trial starts when the one before would have ended."""
    for number in range(24):
        user = pick_user(rng, ["amira.haddad", "chen.wei", "grace.okafor"])
        start = calendar.working_moment(user, int(3.4 * number), int(3.4 * number) + 9)
        p = calendar.progress(start)
        common = dict(
            experiment=SWEEP,
            dataset="digits",
            family="mlp",
            user=user,
            source="sweep.py",
            branch=rng.choice(["main", "exp/wider-net"]),
            train_fraction=round(0.4 + 0.6 * p, 2),
        )
        parent = Plan(**common, hyper={}, start=start, seed=number, name=f"sweep-{number:02d}")
        for trial in range(11):
            hyper = settings("mlp", p, rng, False)
            diverges = trial == 7 and number % 3 == 0
            if diverges:
                hyper |= {"solver": "sgd", "learning_rate_init": 1e200, "activation": "relu"}
            child = Plan(
                **common,
                hyper=hyper,
                start=start + timedelta(minutes=2 + 6 * trial),
                seed=trial,
                name=f"sweep-{number:02d}/{trial:02d}",
                epochs=rng.choice([12, 16, 20]),
            )
            parent.children.append(child if diverges else fate(child, rng))
        yield parent


def cross_validations(calendar: Calendar, rng: random.Random) -> Iterator[Plan]:
    for number in range(10):
        user = pick_user(rng, ["divya.rao", "bjorn.lind"])
        start = calendar.working_moment(user)
        p = calendar.progress(start)
        family = rng.choice(["logistic_regression", "svm", "random_forest"])
        hyper = settings(family, p, rng, False)
        parent = Plan(
            WINE,
            "wine",
            family,
            {},
            user,
            start,
            number,
            name=f"cv {family} #{number}",
            source="cv.py",
        )
        parent.children = [
            Plan(
                WINE,
                "wine",
                family,
                hyper,
                user,
                start + timedelta(seconds=40 * fold + 5),
                fold,
                name=f"fold {fold}",
                source="cv.py",
                tags={"fold": str(fold)},
            )
            for fold in range(5)
        ]
        yield parent


def nightly(calendar: Calendar, rng: random.Random) -> Iterator[Plan]:
    """Four models each night. Two releases make them better; nights 47 to 49 read a broken table."""
    for day in range(DAYS):
        release = 1 + (day >= 30) + (day >= 62)
        for slot, family in enumerate(
            ["logistic_regression", "random_forest", "svm", "naive_bayes"]
        ):
            start = calendar.at(day, 2, 10 + 12 * slot)
            if start > calendar.end - timedelta(hours=1):
                continue
            hyper = {
                "logistic_regression": {"C": [0.0005, 0.02, 1.0][release - 1], "max_iter": 200},
                "random_forest": {
                    "n_estimators": [3, 12, 40][release - 1],
                    "max_depth": [1, 3, 8][release - 1],
                },
                "svm": {"C": [0.005, 0.1, 2.0][release - 1], "probability": False},
                "naive_bayes": {"var_smoothing": [0.5, 1e-2, 1e-9][release - 1]},
            }[family]
            hyper.pop("probability", None)
            yield Plan(
                SCREENING,
                "breast_cancer",
                family,
                hyper,
                NIGHTLY,
                start,
                day,
                scale=release > 1,
                train_fraction=round(0.3 + 0.7 * day / DAYS, 2),
                name=f"nightly {family}",
                source="nightly.py",
                source_type="JOB",
                corrupt=47 <= day <= 49 and family != "random_forest",
                tags={"release": f"v{release}", "schedule": "10 2 * * *"},
            )


def still_open(calendar: Calendar, rng: random.Random) -> Iterator[Plan]:
    """Running now, waiting now, and two that a crashed machine left running weeks ago."""
    for number in range(16):
        user = pick_user(rng)
        experiment = [DIGITS, DIABETES, WINE][number % 3]
        dataset, _, _, late = MIX[experiment]
        family = rng.choice(late)
        back = (
            timedelta(days=rng.randint(18, 45))
            if number < 2
            else timedelta(minutes=6 + 11 * number)
        )
        yield Plan(
            experiment,
            dataset,
            family,
            settings(family, 1.0, rng, dataset == "diabetes"),
            user,
            calendar.end - back,
            number,
            branch="main",
            status="RUNNING" if number < 10 else "SCHEDULED",
        )


def all_plans(recorded_at: datetime) -> list[Plan]:
    rng = random.Random(20)
    calendar = Calendar(recorded_at, rng)
    plans = [plan for experiment in MIX for plan in everyday(experiment, calendar, rng)]
    plans += [*sweeps(calendar, rng), *cross_validations(calendar, rng)]
    plans += [*nightly(calendar, rng), *still_open(calendar, rng)]
    return sorted(plans, key=lambda plan: plan.start)
