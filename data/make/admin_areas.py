#!/usr/bin/env python3
"""areas.csv: P-codes of the Americas (two levels), ISO 3166-2 where OCHA has no P-codes."""
from sources import DATA, find, fold, read_csv, read_json, sources, write

folder = sources()
countries = {c["alpha_3"]: c["alpha_2"] for c in read_json(folder, "iso-codes/iso_3166-1.json")["3166-1"]}
subdivisions = read_json(folder, "iso-codes/iso_3166-2.json")["3166-2"]
americas = {row["ISO3166-1-Alpha-2"] for row in read_csv(find(folder, "country-codes.csv"))
            if row["Region Code"].lstrip("0") == "19"}
pcodes = [row for row in read_csv(find(folder, "ocha_pcodes_adm1_2_americas_hxl.csv"))
          if not row["Location"].startswith("#") and " " not in row["P-Code"] and row["P-Code"] != "ECISLA"]
# Haiti's ten departments stand in the source under English names ("West"); these are the French ones.
haiti = dict(zip((f"HT{n:02}" for n in range(1, 11)),
                 ("Ouest", "Sud-Est", "Nord", "Nord-Est", "Artibonite", "Centre", "Sud", "Grand’Anse", "Nord-Ouest",
                  "Nippes")))

# The published names lost their accents. They are restored where one, and only one, accented
# spelling of the same letters is known in that country from ISO 3166-2 or GeoNames.
accented = {}


def learn(country, name):
    accented.setdefault((country, fold(name)), set()).add(name)


for row in subdivisions:
    learn(row["code"][:2], row["name"])
for row in read_csv(find(folder, "geonames_cities_latin_america.csv")):
    learn(row["country_iso2"], row["name"])
learn("CO", "Bogotá, D.C.")


def restored(country, name):
    spellings = {s for s in accented.get((country, fold(name)), ()) if len(s) == len(name)}
    marked = {s for s in spellings if not s.isascii()}
    return marked.pop() if len(marked) == 1 else name


rows, changed = [], 0
for row in pcodes:
    code, country = row["P-Code"], countries[row["Location"]]
    level = int(row["Admin Level"])
    parent = row["Parent P-Code"] if level == 2 else ""
    if parent == row["Location"]:  # Ecuador: the second level names the country as its parent
        parent = code[:4]
    name = haiti.get(code) or restored(country, row["Name"])
    changed += name != row["Name"]
    rows.append([code, "pcode", country, level, name, parent])

with_pcodes = {countries[row["Location"]] for row in pcodes}
known = {row["code"] for row in subdivisions}
for row in subdivisions:
    country = row["code"][:2]
    if country in americas - with_pcodes:
        parent = row.get("parent", "")
        if parent and parent not in known:
            parent = f"{country}-{parent}"
        rows.append([row["code"], "iso3166-2", country, 2 if parent else 1, row["name"], parent])

codes = {row[0] for row in rows}
lost = [row for row in rows if row[5] and row[5] not in codes]
if lost or len(codes) != len(rows):
    raise SystemExit(f"parents missing or codes twice: {lost[:5]} {len(rows) - len(codes)}")
print(f"{changed} names with accents restored")
write(DATA / "admin-areas" / "areas.csv", ["code", "scheme", "country", "level", "name", "parent"],
      sorted(rows, key=lambda r: (r[2], r[3], r[0])))
