"""Fits small scikit-learn models on its bundled data sets and measures them.

Every number that reaches the recording comes from here, so all of them are measured, also the
failures: a run fails because scikit-learn really refused it.
"""

from __future__ import annotations

import pickle
import time
import warnings
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from sklearn import datasets, metrics
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR
from sklearn.tree import DecisionTreeClassifier

LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "diabetes": datasets.load_diabetes,
}
CLASSIFIERS = {
    "logistic_regression": LogisticRegression,
    "random_forest": RandomForestClassifier,
    "gradient_boosting": GradientBoostingClassifier,
    "decision_tree": DecisionTreeClassifier,
    "knn": KNeighborsClassifier,
    "naive_bayes": GaussianNB,
    "svm": SVC,
    "mlp": MLPClassifier,
}
REGRESSORS = {
    "ridge": Ridge,
    "lasso": Lasso,
    "random_forest": RandomForestRegressor,
    "gradient_boosting": GradientBoostingRegressor,
    "knn": KNeighborsRegressor,
    "svm": SVR,
    "mlp": MLPRegressor,
}
UNSEEDED = {"knn", "naive_bayes"}


@dataclass
class Fit:
    """What one training gave: the last value of each metric, and series for those with steps."""

    estimator: Any
    metrics: dict[str, float] = field(default_factory=dict)
    series: dict[str, list[float]] = field(default_factory=dict)
    error: str | None = None


@lru_cache(maxsize=None)
def split(dataset: str, seed: int):
    """The held-out third never depends on the run, so scores of a data set can be compared."""
    x, y = LOADERS[dataset](return_X_y=True)
    stratify = None if dataset == "diabetes" else y
    return train_test_split(x, y, test_size=0.3, random_state=seed % 5, stratify=stratify)


def is_regression(dataset: str) -> bool:
    return dataset == "diabetes"


def build(dataset: str, family: str, hyper: dict[str, Any], seed: int):
    kind = (REGRESSORS if is_regression(dataset) else CLASSIFIERS)[family]
    seeded = {} if family in UNSEEDED or kind is SVR else {"random_state": seed}
    return kind(**hyper, **seeded)


def train(
    dataset: str,
    family: str,
    hyper: dict[str, Any],
    seed: int,
    train_fraction: float = 1.0,
    scale: bool = True,
    epochs: int = 0,
    corrupt: bool = False,
) -> Fit:
    """Fits one model. `epochs` > 0 trains step by step and keeps a series; `corrupt` puts a hole
    in the training data, as a broken upstream table would."""
    x_train, x_test, y_train, y_test = split(dataset, seed)
    rows = max(len(np.unique(y_train)) * 4, int(len(x_train) * train_fraction))
    x_train, y_train = x_train[:rows].astype(float), y_train[:rows]
    if corrupt:
        x_train = x_train.copy()
        x_train[seed % len(x_train), 0] = np.nan
    fit = Fit(build(dataset, family, hyper, seed))
    model = make_pipeline(StandardScaler(), fit.estimator) if scale else fit.estimator
    begun = time.perf_counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            if epochs and family == "mlp":
                model = train_by_epoch(fit, x_train, y_train, x_test, y_test, epochs, scale)
            else:
                model.fit(x_train, y_train)
            fit.metrics["fit_seconds"] = time.perf_counter() - begun
            measure(fit, model, x_test, y_test, is_regression(dataset))
            if epochs and family == "gradient_boosting":
                staged(fit, model, x_test, y_test, epochs, is_regression(dataset))
        except ValueError as refused:
            fit.error = str(refused).splitlines()[0]
    return fit


def measure(fit, model, x_test, y_test, regression) -> None:
    begun = time.perf_counter()
    predicted = model.predict(x_test)
    fit.metrics["predict_ms_per_row"] = (time.perf_counter() - begun) * 1000 / len(x_test)
    fit.metrics["model_kib"] = len(pickle.dumps(model)) / 1024
    score = score_regression if regression else score_classification
    fit.metrics.update(score(model, x_test, y_test, predicted))


def train_by_epoch(fit, x_train, y_train, x_test, y_test, epochs, scale):
    """One `partial_fit` an epoch. A diverging network is left with the NaN loss it reached."""
    scaler = StandardScaler().fit(x_train) if scale else None
    seen, unseen = (scaler.transform(v) if scaler else v for v in (x_train, x_test))
    extra = {"classes": np.unique(y_train)} if isinstance(fit.estimator, MLPClassifier) else {}
    for epoch in range(epochs):
        try:
            fit.estimator.partial_fit(seen, y_train, **(extra if epoch == 0 else {}))
        except ValueError as refused:
            if "non-finite" not in str(refused):
                raise
            fit.series.setdefault("loss", []).append(float("nan"))
            fit.metrics["loss"] = float("nan")
            raise
        fit.series.setdefault("loss", []).append(float(fit.estimator.loss_))
        score = float(fit.estimator.score(unseen, y_test))
        name = "val_r2" if isinstance(fit.estimator, MLPRegressor) else "val_accuracy"
        fit.series.setdefault(name, []).append(score)
    fit.metrics.update({key: values[-1] for key, values in fit.series.items()})
    return make_pipeline(scaler, fit.estimator) if scaler else fit.estimator


def staged(fit, model, x_test, y_test, points, regression) -> None:
    """Score after each share of the boosting rounds, from scikit-learn's staged predictions."""
    head, booster = (model[:-1], model[-1]) if hasattr(model, "steps") else (None, model)
    stages = list(booster.staged_predict(head.transform(x_test) if head else x_test))
    every = max(1, len(stages) // points)
    name = "staged_rmse" if regression else "staged_accuracy"
    scored = metrics.root_mean_squared_error if regression else metrics.accuracy_score
    fit.series[name] = [float(scored(y_test, stage)) for stage in stages[::every]]
    fit.metrics[name] = fit.series[name][-1]


def score_classification(model, x_test, y_test, predicted) -> dict[str, float]:
    scores = {
        "accuracy": metrics.accuracy_score(y_test, predicted),
        "f1_macro": metrics.f1_score(y_test, predicted, average="macro"),
        "precision_macro": metrics.precision_score(y_test, predicted, average="macro"),
        "recall_macro": metrics.recall_score(y_test, predicted, average="macro"),
    }
    if hasattr(model, "predict_proba"):
        odds = model.predict_proba(x_test)
        scores["log_loss"] = metrics.log_loss(y_test, odds)
        odds = odds[:, 1] if odds.shape[1] == 2 else odds
        scores["roc_auc"] = metrics.roc_auc_score(y_test, odds, multi_class="ovr")
    return {key: float(value) for key, value in scores.items()}


def score_regression(model, x_test, y_test, predicted) -> dict[str, float]:
    oldest = x_test[:, 0] >= 0.08
    return {
        "r2": float(metrics.r2_score(y_test, predicted)),
        "rmse": float(metrics.root_mean_squared_error(y_test, predicted)),
        "mae": float(metrics.mean_absolute_error(y_test, predicted)),
        "explained_variance": float(metrics.explained_variance_score(y_test, predicted)),
        # A handful of patients; where the split leaves one, scikit-learn says NaN.
        "r2_oldest": float(metrics.r2_score(y_test[oldest], predicted[oldest])),
    }
