#!/usr/bin/env python3
"""countries.csv: ISO 3166-1 codes, calling codes, currency, names in five languages."""
from sources import DATA, cldr, find, hand, iso_codes_names, read_csv, read_json, sources, write

folder = sources()
iso = read_json(folder, "iso-codes/iso_3166-1.json")["3166-1"]
facts = {row["ISO3166-1-Alpha-2"]: row for row in read_csv(find(folder, "country-codes.csv"))}
names = {tag: cldr(folder, locale, "territories")
         for tag, locale in (("en", "en"), ("es", "es-419"), ("fr", "fr"), ("pt", "pt"))}
published_ht = iso_codes_names("ht", "iso_3166-1")
by_hand = hand("countries-ht.csv")
missing_currencies = {"TR": "TRY"}  # absent from the source since the country's English name changed


def calling_codes(text):
    """'1-809,1-829,1-849' -> '1809 1829 1849': digits only, as dialled after the plus sign."""
    return " ".join("".join(c for c in part if c.isdigit()) for part in text.split(",") if part.strip())


rows = []
for country in sorted(iso, key=lambda c: c["alpha_2"]):
    code = country["alpha_2"]
    fact = facts.get(code, {})
    written = by_hand.get(code)
    ht = written["name"] if written else published_ht[country["name"]]
    rows.append([
        code, country["alpha_3"], country["numeric"], calling_codes(fact.get("Dial", "")),
        missing_currencies.get(code) or (fact.get("ISO4217-currency_alphabetic_code") or "").split(",")[0],
        *(names[tag][code] for tag in ("en", "es", "fr", "pt")),
        ht, "false" if written else "true",
    ])

write(DATA / "countries" / "countries.csv",
      ["alpha2", "alpha3", "numeric", "calling_codes", "currency",
       "name_en", "name_es", "name_fr", "name_pt", "name_ht", "ht_reviewed"], rows)
