"""Draws a run's log as an SVG of small curves, one a column. `run.sh curves LOG.csv OUT.svg`"""
import argparse
import csv
from html import escape
from pathlib import Path
from typing import Sequence

PANEL_WIDE, PANEL_HIGH, MARGIN, COLUMNS = 360, 150, 28, 2
# Single rows of a GAN's log jump; the line is drawn over their means, the rows behind it in gray.
SMOOTH_SHARE = 0.05


def read_log(file: Path) -> dict[str, list[float]]:
    with file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    if len(rows) < 2:
        raise SystemExit(f"Expected a log of two rows or more, found {len(rows)} in {file}.")
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


def smoothed(values: Sequence[float]) -> list[float]:
    """The mean of each value and its neighbours, a twentieth of the run wide."""
    reach = int(len(values) * SMOOTH_SHARE / 2)
    windows = (values[max(0, at - reach) : at + reach + 1] for at in range(len(values)))
    return [sum(window) / len(window) for window in windows]


def panel(title: str, steps: Sequence[float], values: Sequence[float], left: int, top: int) -> str:
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    smooth = smoothed(values)
    ends_at = smooth[-1]

    def line(points: Sequence[float], colour: str, wide: float) -> str:
        path = " ".join(
            f"{left + (step - steps[0]) / (steps[-1] - steps[0]) * PANEL_WIDE:.1f},"
            f"{top + (high - value) / span * PANEL_HIGH:.1f}"
            for step, value in zip(steps, points)
        )
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{wide}"/>'

    return "\n".join((
        f'<rect x="{left}" y="{top}" width="{PANEL_WIDE}" height="{PANEL_HIGH}" fill="#fff" stroke="#ccc"/>',
        line(values, "#bbb", 1), line(smooth, "#246", 1.8),
        f'<text x="{left}" y="{top - 6}">{escape(title)}: {low:.4g} to {high:.4g}, last {ends_at:.4g}</text>',
        f'<text x="{left}" y="{top + PANEL_HIGH + 14}">step {steps[0]:.0f}</text>',
        f'<text x="{left + PANEL_WIDE}" y="{top + PANEL_HIGH + 14}" text-anchor="end">{steps[-1]:.0f}</text>',
    ))


def svg(log: dict[str, list[float]]) -> str:
    steps = log["step"]
    names = [name for name in log if name not in ("step", "ms_per_step")]
    cell_wide, cell_high = PANEL_WIDE + MARGIN, PANEL_HIGH + 2 * MARGIN
    wide = COLUMNS * cell_wide + MARGIN
    high = -(-len(names) // COLUMNS) * cell_high + MARGIN
    panels = []
    for at, name in enumerate(names):
        left, top = MARGIN + at % COLUMNS * cell_wide, MARGIN + at // COLUMNS * cell_high
        panels.append(panel(name.replace("_", " "), steps, log[name], left, top))
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}"',
        ' font-family="sans-serif" font-size="11">',
        "<title>The losses of a training run, by step</title>",
        f'<rect width="{wide}" height="{high}" fill="#fafafa"/>', *panels, "</svg>\n",
    ))


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws a run's log.")
    parser.add_argument("log", type=Path, help="CSV file of a run")
    parser.add_argument("out", type=Path, help="SVG file to write")
    options = parser.parse_args()
    options.out.write_text(svg(read_log(options.log)))


if __name__ == "__main__":
    main()
