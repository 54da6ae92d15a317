#!/usr/bin/env python3
"""currencies.csv: ISO 4217 codes with names in five languages."""
from sources import DATA, find, hand, read_csv, read_json, sources, write

folder = sources()
iso = read_json(folder, "iso-codes/iso_4217.json")["4217"]
iso += [{"alpha_3": "XCG", "numeric": "532", "name": "Caribbean Guilder"},  # amendments since that list was made
        {"alpha_3": "ZWG", "numeric": "924", "name": "Zimbabwe Gold"}]
kreyol = hand("currencies-ht.csv")
names = {tag: read_json(folder, f"{locale}/currencies.json")["main"][locale]["numbers"]["currencies"]
         for tag, locale in (("en", "en"), ("es", "es-419"), ("fr", "fr"), ("pt", "pt"))}
minor = {}
for row in read_csv(find(folder, "country-codes.csv")):
    codes, units = row["ISO4217-currency_alphabetic_code"], row["ISO4217-currency_minor_unit"]
    for code, unit in zip(codes.split(","), units.split(",")):
        if unit.strip().isdigit():
            minor[code.strip()] = unit.strip()

rows = []
for currency in sorted(iso, key=lambda c: c["alpha_3"]):
    code = currency["alpha_3"]
    english = names["en"].get(code, {}).get("displayName") or currency["name"]
    rows.append([code, currency["numeric"], minor.get(code, ""), english,
                 *(names[tag].get(code, {}).get("displayName", "") for tag in ("es", "fr", "pt")),
                 kreyol[code]["name"] if code in kreyol else "", "false"])
write(DATA / "currencies" / "currencies.csv",
      ["code", "numeric", "minor_unit", "name_en", "name_es", "name_fr", "name_pt", "name_ht", "ht_reviewed"], rows)
