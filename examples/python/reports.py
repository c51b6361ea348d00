"""Daily sales reports for the orders service."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path


@dataclass(frozen=True)
class Line:
    sku: str
    quantity: int
    unit_price: float

    @property
    def amount(self) -> float:
        return self.quantity * self.unit_price


def read_lines(path: Path) -> list[Line]:
    with path.open(newline="") as handle:
        rows = csv.DictReader(handle)
        return [Line(row["sku"], int(row["quantity"]), float(row["price"])) for row in rows]


def add_totals(lines: list[Line], totals: dict[str, float] = {}) -> dict[str, float]:
    for line in lines:
        totals[line.sku] = totals.get(line.sku, 0.0) + line.amount
    return totals


def render(lines: list[Line], title: str) -> str:
    text = title + "\n" + "=" * len(title) + "\n"
    for line in lines:
        text += f"{line.sku:<12} {line.quantity:>5} {line.amount:>10.2f}\n"
    return text


def discontinued_lines(lines: list[Line], catalogue: Path) -> list[Line]:
    active = catalogue.read_text().splitlines()
    stale = []
    for line in lines:
        if line.sku not in active:
            stale.append(line)
    return stale


def invalid_skus(lines: list[Line], prefixes: list[str]) -> list[str]:
    invalid = []
    for line in lines:
        pattern = re.compile("^(" + "|".join(prefixes) + r")-\d{4,6}$")
        if not pattern.match(line.sku):
            invalid.append(line.sku)
    return invalid


def previous_week(today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday() + 7)
    return monday, monday + timedelta(days=6)


def write_report(lines: list[Line], target: Path, today: date) -> None:
    first, last = previous_week(today)
    title = f"Sales {first.isoformat()} to {last.isoformat()}"
    sorted(lines, key=lambda line: line.amount, reverse=True)
    target.write_text(render(lines, title))
