"""Hyper-parameters: what somebody chooses early and late in the project, and what is refused."""

from __future__ import annotations

import random
from typing import Any


def settings(family: str, p: float, rng: random.Random, regression: bool) -> dict[str, Any]:
    """Hyper-parameters as somebody at progress `p` would choose them: less extreme, less often."""
    loose = 1.0 - p
    spread = lambda low, high: 10 ** rng.uniform(low, high)  # noqa: E731
    if family == "logistic_regression":
        return {"C": round(spread(-4.2 * loose, 0.6), 5), "max_iter": rng.choice([100, 200])}
    if family == "random_forest":
        depth = max(2, int(2 + 12 * p + rng.gauss(0, 2)))
        return {
            "n_estimators": rng.choice([5, 10, 20, 40][: 2 + int(2.99 * p)]),
            "max_depth": depth,
        }
    if family == "gradient_boosting":
        return {
            "n_estimators": rng.choice([20, 40, 60]),
            "learning_rate": round(spread(-2.2 + p, -0.4), 4),
            "max_depth": rng.choice([1, 2, 3]),
        }
    if family == "decision_tree":
        return {
            "max_depth": rng.randint(1, 3 + int(9 * p)),
            "criterion": rng.choice(["gini", "entropy"]),
        }
    if family == "knn":
        neighbors = rng.randint(1, 6 + int(60 * loose)) if not regression else rng.randint(3, 40)
        return {"n_neighbors": neighbors, "weights": rng.choice(["uniform", "distance"])}
    if family == "naive_bayes":
        return {"var_smoothing": float(f"{spread(-9, -1):.3g}")}
    if family == "svm":
        high = 3.2 if regression else 1.5
        return {
            "C": round(spread(-2 + 2 * p, high), 4),
            "kernel": rng.choice(["rbf", "linear"] if p < 0.5 else ["rbf"]),
        }
    if family == "mlp":
        width = rng.choice([[6], [16], [32], [32, 16], [64]][int(2.5 * p) : 3 + int(2.5 * p)])
        return {
            "hidden_layer_sizes": tuple(width),
            "learning_rate_init": round(spread(-3.6 + p, -1.6), 5),
            "alpha": float(f"{spread(-5, -2):.2g}"),
            "batch_size": 64,
        }
    return {"alpha": float(f"{spread(-2 - p, 2.2 - 2.2 * p):.3g}")}


BROKEN = {
    "logistic_regression": {"C": -1.0},
    "svm": {"C": 0.0},
    "knn": {"n_neighbors": 0},
    "random_forest": {"n_estimators": 0},
    "gradient_boosting": {"learning_rate": 0.0},
    "decision_tree": {"max_depth": 0},
    "naive_bayes": {"var_smoothing": -1.0},
    "mlp": {"hidden_layer_sizes": (0,)},
    "ridge": {"alpha": -1.0},
    "lasso": {"alpha": -1.0},
}
