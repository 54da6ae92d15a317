#!/usr/bin/env python3
"""data/training/point.csv: eight made-up weeks of groups counted at the training point of Puerto Quimera, the same whenever it is made."""
import csv
import datetime
import random

from sources import DATA

chance = random.Random(20261116)
FIRST, DAYS = datetime.date(2026, 9, 21), 56  # ends on the Sunday before the Monday that the made-up town is written for
NATIONALITIES = {"VEN": 40, "HTI": 22, "COL": 12, "ECU": 10, "CUB": 6, "BRA": 4, "CHL": 4, "": 2}
MODES = {"FOOT": 60, "BUS": 25, "CAR": 10, "BOAT": 5}
VULNERABLE = {"_Z": 88, "PREGNANT": 5, "DISABILITY": 4, "UAC": 3}


def one_of(weights):
    return chance.choices(list(weights), list(weights.values()))[0]


rows = []
for day in range(DAYS):
    date = FIRST + datetime.timedelta(days=day)
    busy = 9 + 4 * (date.weekday() in (4, 5)) + day // 14
    for _ in range(chance.randint(busy - 4, busy + 5)):
        direction = "IN" if chance.random() < 0.8 else "OUT"
        vulnerable = one_of(VULNERABLE)
        adults, children = chance.choice(((1, 0), (1, 0), (2, 0), (2, 1), (2, 2), (1, 1), (3, 2), (5, 3)))
        if vulnerable == "UAC":
            adults, children = 0, 1
        women, girls = sum(chance.random() < 0.45 for _ in range(adults)), sum(chance.random() < 0.5 for _ in range(children))
        rows.append([date.isoformat(), direction, one_of(NATIONALITIES), one_of(MODES), vulnerable,
                     adults - women, women, children - girls, girls])

with open(DATA / "training/point.csv", "w", encoding="utf-8", newline="") as file:
    table = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    table.writerow(["date", "direction", "nationality", "transport", "vulnerability", "men", "women", "boys", "girls"])
    table.writerows(rows)
print(f"training/point.csv: {len(rows)} groups, {sum(sum(row[5:]) for row in rows)} persons")
