#!/usr/bin/env python3
"""languages.csv: ISO 639-2 languages, and languages of the Americas from ISO 639-3."""
from sources import DATA, cldr, hand, iso_codes_names, read_json, sources, write

folder = sources()
iso2 = read_json(folder, "iso-codes/iso_639-2.json")["639-2"]
iso3 = {row["alpha_3"] for row in read_json(folder, "iso-codes/iso_639-3.json")["639-3"]}
names = {tag: cldr(folder, locale, "languages")
         for tag, locale in (("en", "en"), ("es", "es-419"), ("fr", "fr"), ("pt", "pt"))}
published = {tag: iso_codes_names(tag, "iso_639-2") for tag in ("es", "fr", "pt")}
americas, kreyol, own = hand("languages-americas.csv"), hand("languages-ht.csv"), hand("languages-own.csv")


def plain(name):
    """iso-codes lists several names with semicolons; the first is the usual one."""
    return name.split(";")[0].strip()


rows = []
for language in iso2:
    alpha3, alpha2 = language["alpha_3"], language.get("alpha_2", "")
    code = alpha2 or alpha3
    if "-" in alpha3 or code in ("und", "mul", "mis", "zxx"):  # private use, and 'no language' codes
        continue
    english = names["en"].get(code) or plain(language["name"])
    if code in americas:  # where the published name is a library heading ("Nahuatl languages")
        continue
    translated = [names[tag].get(code) or plain(published[tag].get(language["name"], "")) for tag in ("es", "fr", "pt")]
    rows.append([code, alpha2, alpha3, language.get("bibliographic", ""), english, *translated,
                 kreyol[code]["name"] if code in kreyol else "", "false", own[code]["own"] if code in own else ""])

known = {row[0] for row in rows} | {row[2] for row in rows}
for code, language in americas.items():
    if code not in iso3 and code not in {row["alpha_3"] for row in iso2}:
        raise SystemExit(f"{code} is in neither ISO 639-2 nor ISO 639-3")
    if code not in known:
        rows.append([code, "", code, "", language["en"], language["es"], language["fr"], language["pt"],
                     language["ht"], "false", language["own"]])

unknown = (set(kreyol) | set(own)) - {row[0] for row in rows}
if unknown:
    raise SystemExit(f"names for unknown codes: {unknown}")
write(DATA / "languages" / "languages.csv",
      ["code", "alpha2", "alpha3", "alpha3b", "name_en", "name_es", "name_fr", "name_pt", "name_ht",
       "ht_reviewed", "own_name"], sorted(rows))
