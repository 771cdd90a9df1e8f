"""The CSV log of a run: a row of means every so many steps."""
import csv
import os
from pathlib import Path
from typing import Mapping, Sequence


class RunLog:
    """
    Columns: step, the given ones, lr, ms_per_step. Values are means over the steps since the last row.

    A resumed run drops the rows after its checkpoint and carries on the half-filled mean, so that the log is the one of
    an undisturbed run, but for the milliseconds.
    """

    def __init__(self, file: Path, columns: Sequence[str], every_steps: int) -> None:
        self._file = file
        self._columns = ("step", *columns, "lr", "ms_per_step")
        self._every_steps = every_steps
        self._sums: dict[str, float] = {}
        self._count = 0

    def start(self, steps_done: int, state: Mapping[str, object] | None = None) -> None:
        """Opens the log at a step: afresh at 0, else cut back to it."""
        rows = self._rows_until(steps_done) if steps_done else []
        part = self._file.with_name(self._file.name + ".part")
        with part.open("w", newline="") as stream:
            csv.writer(stream).writerows((self._columns, *rows))
        os.replace(part, self._file)
        if state:
            self._sums, self._count = dict(state["sums"]), state["count"]

    def add(self, steps_done: int, values: Mapping[str, float]) -> None:
        """Takes one step's values; writes a row where one is due."""
        for name, value in values.items():
            self._sums[name] = self._sums.get(name, 0.0) + value
        self._count += 1
        if steps_done % self._every_steps:
            return
        means = {name: total / self._count for name, total in self._sums.items()}
        row = [steps_done, *(f"{means[name]:.6g}" for name in self._columns[1:])]
        with self._file.open("a", newline="") as stream:
            csv.writer(stream).writerow(row)
        print("  ".join(f"{name} {value}" for name, value in zip(self._columns, row)), flush=True)
        self._sums, self._count = {}, 0

    def state(self) -> dict[str, object]:
        return {"sums": dict(self._sums), "count": self._count}

    def _rows_until(self, steps_done: int) -> list[list[str]]:
        if not self._file.exists():
            return []
        with self._file.open(newline="") as stream:
            rows = list(csv.reader(stream))
        # A row that a crash cut short is dropped with those that come after the checkpoint.
        return [row for row in rows[1:] if len(row) == len(self._columns) and int(row[0]) <= steps_done]
