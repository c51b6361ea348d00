"""Draws a run's curve: the loss, and the measures on held-out projects, over minutes of training.

    plot.py --curve target/run/curve.jsonl --out docs/images/learning-curve.svg
"""

import argparse
import json
import pathlib

WIDTH, HEIGHT, MARGIN = 720, 300, 44
SERIES = {"joint": "#1b6ac9", "paired_accuracy": "#2a8f4f", "recall_at_10": "#c2571a"}


def arguments():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--curve", type=pathlib.Path, required=True)
    options.add_argument("--out", type=pathlib.Path, required=True)
    return options.parse_args()


def read(path):
    """Points of the loss and of each measure: (minutes, value)."""
    losses, measures = [], {name: [] for name in SERIES}
    for line in path.read_text().splitlines():
        row = json.loads(line)
        if "loss" in row:
            losses.append((row["minutes"], row["loss"]))
        for name, points in measures.items():
            if "validation" in row:
                points.append((row["minutes"], row["validation"]["overall"][name]))
    return losses, measures


def polyline(points, last, low, high, colour):
    def place(point):
        x = MARGIN + point[0] / last * (WIDTH - 2 * MARGIN)
        y = HEIGHT - MARGIN - (point[1] - low) / (high - low) * (HEIGHT - 2 * MARGIN)
        return f"{x:.1f},{y:.1f}"

    joined = " ".join(map(place, points))
    return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{joined}"/>'


def label(x, y, text, colour="#444", anchor="start"):
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}" text-anchor="{anchor}">{text}</text>'


def main():
    options = arguments()
    losses, measures = read(options.curve)
    last = max(minutes for minutes, _ in losses)
    top = max(value for _, value in losses)
    bottom = HEIGHT - MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{MARGIN} {MARGIN}V{bottom}H{WIDTH - MARGIN}" fill="none" stroke="#444"/>',
        polyline(losses, last, 0, top, "#bbb"),
        label(MARGIN, MARGIN - 8, f"loss (grey, 0 to {top:.1f}); shares of held-out functions (0 to 1)"),
        label(WIDTH - MARGIN, bottom + 18, f"{last:.0f} minutes", anchor="end"),
    ]
    for at, (name, colour) in enumerate(SERIES.items()):
        points = measures[name]
        if points:
            parts.append(polyline(points, last, 0, 1, colour))
            text = f"{name.replace('_', ' ')} {points[-1][1]:.2f}"
            parts.append(label(MARGIN + 8 + at * 180, bottom + 18, text, colour))
    parts.append("</svg>\n")
    options.out.write_text("\n".join(parts))


if __name__ == "__main__":
    main()
