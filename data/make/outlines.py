#!/usr/bin/env python3
"""Country outlines of Natural Earth as delta-coded text: the Americas at 1:50m, the world at 1:110m.

One line a ring: country (ISO 3166-1 alpha-2, empty where there is none), polygon number, and the ring
as Google's encoded polyline (latitude, longitude) with two decimals. The first ring of a polygon is its
shore, the others are holes. The closing point is left out.
"""
from sources import DATA, find, read_csv, read_json, sources, write

folder = sources()
alpha2 = {c["numeric"]: c["alpha_2"] for c in read_json(folder, "iso-codes/iso_3166-1.json")["3166-1"]}
americas = {row["ISO3166-1-Alpha-2"] for row in read_csv(find(folder, "country-codes.csv"))
            if row["Region Code"].lstrip("0") == "19"}
STEPS = 100  # a hundredth of a degree, about 1.1 km: finer than what 1:50m shows
# Natural Earth draws these with the country they belong to; on a map of the Americas they stand alone.
OVERSEAS = {("FR", "GF"): (-55, 2, -51, 6), ("FR", "MQ"): (-61.5, 14, -60.5, 15), ("FR", "GP"): (-62, 15.5, -60.5, 17),
            ("NL", "BQ"): (-69, 12, -68, 13)}


def overseas(country, ring):
    """The code of the territory that the ring is, or nothing."""
    lon, lat = (sum(p[axis] for p in ring) / len(ring) / STEPS for axis in (0, 1))
    for (owner, code), (west, south, east, north) in OVERSEAS.items():
        if country == owner and west < lon < east and south < lat < north:
            return code
    return ""


def encode(numbers):
    text = ""
    for number in numbers:
        value = ~(number << 1) if number < 0 else number << 1
        while value >= 32:
            text += chr((32 | value & 31) + 63)
            value >>= 5
        text += chr(value + 63)
    return text


def arcs_of(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((round((x * sx + tx) * STEPS), round((y * sy + ty) * STEPS)))
        yield points


def ring_of(indexes, arcs):
    points = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for point in arc:
            if not points or points[-1] != point:
                points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def outlines(file, wanted):
    topology = read_json(folder, file)
    arcs = list(arcs_of(topology))
    for shape in topology["objects"]["countries"]["geometries"]:
        country = alpha2.get(shape.get("id", ""), "")
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for number, polygon in enumerate(polygons):
            for place, indexes in enumerate(polygon):
                ring = ring_of(indexes, arcs)
                if len(ring) < 3:
                    if place == 0:
                        break
                    continue
                code = overseas(country, ring) or country
                if not wanted(code):
                    break
                deltas, last = [], (0, 0)
                for lon, lat in ring:
                    deltas += [lat - last[1], lon - last[0]]
                    last = lon, lat
                yield [code, number, encode(deltas)]


write(DATA / "outlines" / "americas-50m.csv", ["country", "polygon", "ring"],
      sorted(outlines("world_atlas_countries-50m.json", lambda c: c in americas), key=lambda r: r[:2]))
write(DATA / "outlines" / "world-110m.csv", ["country", "polygon", "ring"],
      sorted(outlines("world_atlas_countries-110m.json", lambda c: True), key=lambda r: r[:2]))
