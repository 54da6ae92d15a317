#!/usr/bin/env python3
"""names/LANGUAGE.csv of countries, currencies and languages: their names in one further language, as CLDR has them."""
import pathlib
import sys

from sources import DATA, cldr, read_csv, read_json, write

if len(sys.argv) != 3:
    sys.exit(f"usage: {sys.argv[0]} FOLDER-WITH-THE-PUBLISHED-FILES LANGUAGE")
folder, language = pathlib.Path(sys.argv[1]), sys.argv[2]
currencies = read_json(folder, f"{language}/currencies.json")["main"][language]["numbers"]["currencies"]
published = {
    "countries": ("alpha2", cldr(folder, language, "territories")),
    "currencies": ("code", {code: names.get("displayName", "") for code, names in currencies.items()}),
    "languages": ("code", cldr(folder, language, "languages")),
}

for data_set, (key, names) in published.items():
    codes = [row[key] for row in read_csv(DATA / data_set / f"{data_set}.csv")]
    # Where CLDR has no name it gives the code itself: then there is none, and the page falls back.
    rows = [[code, names[code]] for code in codes if names.get(code, code) != code]
    write(DATA / data_set / "names" / f"{language}.csv", [key, "name"], rows)
