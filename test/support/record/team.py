"""Who works on the recorded experiments, when, and from which commit. All of it is made up."""

from __future__ import annotations

import hashlib
import random
from datetime import datetime, timedelta

DAYS = 90

# user: how many runs against the others, first and last day on the project, hours from UTC
PEOPLE = {
    "amira.haddad": (10, 0, DAYS, 1),
    "bjorn.lind": (6, 0, DAYS, 1),
    "chen.wei": (9, 0, DAYS, 8),
    "divya.rao": (7, 12, DAYS, 5),
    "elena.petrova": (5, 0, 61, 2),
    "farid.aziz": (3, 30, DAYS, 3),
    "grace.okafor": (8, 0, DAYS, 0),
    "zoë.martin": (2, 55, DAYS, -5),
}
NIGHTLY = "nightly-bot"
CI = "ci-bot"

BRANCHES = ["main", "main", "feature/augment", "feature/scaling", "fix/leakage", "exp/wider-net"]


def digest(*parts: object) -> str:
    return hashlib.sha1("/".join(map(str, parts)).encode()).hexdigest()


def commit_of(branch: str, day: int, nth: int = 0) -> str:
    """The same day and branch give the same commit, as runs of one afternoon share it."""
    return digest("commit", branch, day, nth)


class Calendar:
    """Turns 'a working moment of that user' into a time; day 0 is DAYS before the recording."""

    def __init__(self, recorded_at: datetime, rng: random.Random) -> None:
        self.end = recorded_at
        self.midnight = recorded_at.replace(hour=0, minute=0, second=0, microsecond=0)
        self.rng = rng

    def day(self, index: int) -> datetime:
        return self.midnight - timedelta(days=DAYS - 1 - index)

    def progress(self, moment: datetime) -> float:
        return min(1.0, max(0.0, (moment - self.day(0)) / timedelta(days=DAYS)))

    def index(self, moment: datetime) -> int:
        return (moment - self.day(0)).days

    def working_moment(self, user: str, first: int = 0, last: int = DAYS) -> datetime:
        """Weekdays, mostly mid-morning and mid-afternoon where the user sits, never the future."""
        _, joined, left, offset = PEOPLE.get(user, (0, 0, DAYS, 0))
        first, last = max(first, joined), min(last, left)
        while True:
            index = min(DAYS - 1, first + int((last - first) * self.rng.random() ** 0.85))
            date = self.day(index)
            if date.weekday() >= 5 and self.rng.random() > 0.12:
                continue
            hour = self.rng.choice([10.2, 11.0, 14.5, 15.8]) + self.rng.gauss(0, 1.4) - offset
            moment = date + timedelta(hours=hour, milliseconds=self.rng.randrange(1000))
            if self.day(0) <= moment < self.end - timedelta(minutes=45):
                return moment

    def at(self, index: int, hour: int, minute: int) -> datetime:
        jitter = timedelta(seconds=self.rng.randrange(90), milliseconds=self.rng.randrange(1000))
        return self.day(index) + timedelta(hours=hour, minutes=minute) + jitter


def pick_user(rng: random.Random, among: list[str] | None = None) -> str:
    names = among or list(PEOPLE)
    return rng.choices(names, [PEOPLE[name][0] for name in names])[0]
