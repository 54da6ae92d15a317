#!/usr/bin/env python3
"""data/demo/flows: published figures of the Americas, row by row as published; and what kinds of cause the reports of
incidents name (in data/mappings/flows/missing-migrants.json, where a statistician may change it)."""
import csv
import gzip
import io
import json
import re

from sources import DATA, find, read_csv, read_json, sources, write

folder = sources()
FLOWS = DATA / "demo/flows"
REGIONS = ("North America", "Central America", "South America", "Caribbean")  # as Missing Migrants names them


def write_rows(name, header, rows):
    """A CSV; one that ends in .gz packed, with the same bytes whenever it is made."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    path = FLOWS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    plain = out.getvalue().encode("utf-8")
    path.write_bytes(gzip.compress(plain, 9, mtime=0) if name.endswith(".gz") else plain)
    print(f"{path.relative_to(DATA)}: {len(rows)} rows, {path.stat().st_size} bytes")


def whole(source, name):
    rows = read_csv(find(folder, source))
    write_rows(name, list(rows[0]), [list(row.values()) for row in rows])


whole("panama_darien_by_nationality.csv", "panama/darien-nationality.csv")
whole("panama_darien_by_demography.csv", "panama/darien-demography.csv")
whole("honduras_irregular_total.csv", "honduras/total.csv")
whole("honduras_irregular_by_nationality.csv", "honduras/nationality.csv")
whole("honduras_irregular_by_demography.csv", "honduras/demography.csv")
whole("usa_swb_encounters.csv", "usa/southwest-border.csv.gz")
whole("lighthouse_irregular_entries_COL_HND_PAN.csv", "lighthouse/irregular-entries.csv.gz")
whole("lighthouse_regular_entries_8countries.csv", "lighthouse/regular-entries.csv.gz")

americas = {row["iso3"] for row in read_csv(find(folder, "countrynames.csv")) if row["region"] == "Americas"}
for table, name in (("population", "population"), ("asylum_applications", "asylum-applications")):
    rows = read_csv(find(folder, f"unhcr/{table}.csv"))
    write_rows(f"unhcr/{name}.csv.gz", list(rows[0]),
               [list(row.values()) for row in rows if row["coo_iso"] in americas or row["coa_iso"] in americas])

# The codes and names that UNHCR's own tables have for countries, beside ISO's.
called = {}
for table in ("population", "asylum_applications"):
    for row in read_csv(find(folder, f"unhcr/{table}.csv")):
        for side in ("coo", "coa"):
            called[row[side + "_iso"]] = [row[side + "_iso"], row[side], row[side + "_name"]]
write(DATA / "unhcr/countries.csv", ["iso", "unhcr", "name"], [called[code] for code in sorted(called)])

incidents = []
for year in range(2014, 2022):
    incidents += [row for row in read_json(folder, f"mmp_api_{year}.json") if row["region"] in REGIONS]
COLUMNS = ("web_id", "region", "reported_date", "number_dead", "number_missing", "total_dead_and_missing", "number_of_survivors",
           "number_of_female", "number_of_male", "number_of_children", "cause_death", "country_of_incident", "location_description",
           "migration_route", "information_source", "url", "source_quality")
table = []
for row in incidents:
    # One blank for any run of them: a cell stays on its line.
    cells = [" ".join(row[column].split()) for column in COLUMNS]
    place = [part.strip() for part in row["location_coodinates"].split(",")]  # spelt so in the source
    table.append(cells + (place if len(place) == 2 else ["", ""]))
write_rows("missing-migrants/incidents.csv.gz", [*COLUMNS, "latitude", "longitude"], table)

# What is only presumed counts as what it is presumed to be.
KINDS = {
    "VIOLENCE": r"\bshot|gun ?shot|stab|murder|violen|homicide|beat|kill|strangl|assault|tortur|behead|thrown|land mine|\brape|injuries from violent",
    "DROWNING": r"drown|water-?related|recovered from boats",
    "VEHICLE": r"vehicle|\bcar\b|truck|\bbus\b|train\b|train-related|crash|motor|hit by|plane|\bvan\b|run over|boat\b|road accident|tractor|railway",
    "ENVIRONMENT": r"hyperther|hypother|expo?us|expos|dehydrat|heat|cold|exhaust|\bfire\b|bee sting|spider|envenom|malnutrition$",
    "SICKNESS": r"sickness|\bill|cardi|heart|covid|pneumon|natural|infect|stroke|diabet|hemorrh|thrombo|respirat|organ failure|sepsis|"
                r"pulmonary|renal|cancer|coronary|seizure|hypertension|hypoglyc|bleeding|bronch",
    "ACCIDENT": r"\bfall|\bfell|accident|asphyx|suffoc|electroc|trauma|injur|blunt|choking|overdose|intoxic|alcohol|crush",
    "_O": r"suicid|hang|^other$",
}


def kind(cause):
    text = cause.lower()
    found = [code for code, words in KINDS.items() if re.search(words, text)]
    if text.startswith("mixed"):
        return "MIXED"
    # Who was killed is told by that alone, and whoever fell from a train by the train.
    if "VIOLENCE" in found:
        return "VIOLENCE"
    for outer, inner in (("VEHICLE", "ACCIDENT"), ("DROWNING", "ACCIDENT"), ("SICKNESS", "ACCIDENT")):
        if outer in found and inner in found:
            found.remove(inner)
    if re.search(r"heat ?stroke", text):
        found.remove("SICKNESS")
    return "MIXED" if len(found) > 1 else found[0] if found else "_U"


causes = sorted({row[COLUMNS.index("cause_death")] for row in table})
path = DATA / "mappings/flows/missing-migrants.json"
mapping = path.read_text(encoding="utf-8")
lines = ",\n".join(f'        {json.dumps(cause, ensure_ascii=False)}: [ {{ "to": {{ "CAUSE": "{kind(cause)}" }} }} ]' for cause in causes)
mapping = re.sub(r'("to": \[ "CAUSE" \], "values": \{\n).*?(\n      \})', lambda found: found.group(1) + lines + found.group(2), mapping, flags=re.S)
path.write_text(mapping, encoding="utf-8")
print(f"{path.relative_to(DATA)}: {len(causes)} causes")
