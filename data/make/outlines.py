#!/usr/bin/env python3
"""Country outlines of Natural Earth as delta-coded text: the Americas at 1:10m and 1:50m, the world at 1:110m.

One line a ring: country (ISO 3166-1 alpha-2, empty where there is none), polygon number, and the ring
as Google's encoded polyline (latitude, longitude) with two decimals, at 1:10m with three. The first ring of a polygon is its
shore, the others are holes. The closing point is left out.
"""
import math

from sources import DATA, find, read_csv, read_json, sources, write

folder = sources()
alpha2 = {c["numeric"]: c["alpha_2"] for c in read_json(folder, "iso-codes/iso_3166-1.json")["3166-1"]}
americas = {row["ISO3166-1-Alpha-2"] for row in read_csv(find(folder, "country-codes.csv"))
            if row["Region Code"].lstrip("0") == "19"}
STEPS = 1000  # a thousandth of a degree while reading; the coarser files are written in hundredths
CLOSE = 2.5  # thousandths of a degree (about 280 m) that a simplified line may lie off, at 1:10m
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


def simplified(points, tolerance):
    """Ramer-Douglas-Peucker on an arc, so that neighbours keep the same border between them."""
    keep, stack = {0, len(points) - 1}, [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        length = math.hypot(bx - ax, by - ay)
        farthest, at = tolerance, None
        for i in range(first + 1, last):
            x, y = points[i][0] - ax, points[i][1] - ay
            away = abs(x * (by - ay) - y * (bx - ax)) / length if length else math.hypot(x, y)
            if away > farthest:
                farthest, at = away, i
        if at is not None:
            keep.add(at)
            stack += [(first, at), (at, last)]
    return [points[i] for i in sorted(keep)]


def ring_of(indexes, arcs, unit):
    points = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        for point in ((round(x / unit), round(y / unit)) for x, y in arc):
            if not points or points[-1] != point:
                points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def unwrapped(ring, circle):
    """A ring across the antimeridian without its jump from 180 to -180: it goes on beyond 180 instead.

    A ring around a pole cannot be: it stays as it is.
    """
    points, turn = [ring[0]], 0
    for (before, _), (x, y) in zip(ring, ring[1:]):
        turn += circle if x - before < -circle / 2 else -circle if x - before > circle / 2 else 0
        points.append((x + turn, y))
    return points if abs(points[-1][0] - points[0][0]) < circle / 2 else ring


def outlines(file, wanted, unit, tolerance=None):
    """Rings of the wanted countries; unit is how many thousandths of a degree a step of the written file has."""
    topology = read_json(folder, file)
    arcs = list(arcs_of(topology))
    if tolerance:
        arcs = [simplified(arc, tolerance) for arc in arcs]
    for shape in topology["objects"]["countries"]["geometries"]:
        country = alpha2.get(shape.get("id", ""), "")
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        for number, polygon in enumerate(polygons):
            for place, indexes in enumerate(polygon):
                ring = ring_of(indexes, arcs, unit)
                if len(ring) < 3:
                    if place == 0:
                        break
                    continue
                code = overseas(country, [(x * unit, y * unit) for x, y in ring]) or country
                if not wanted(code):
                    break
                ring = unwrapped(ring, 360 * STEPS // unit)
                deltas, last = [], (0, 0)
                for lon, lat in ring:
                    deltas += [lat - last[1], lon - last[0]]
                    last = lon, lat
                yield [code, number, encode(deltas)]


HEADER = ["country", "polygon", "ring"]
write(DATA / "outlines" / "americas-10m.csv", HEADER,
      sorted(outlines("world_atlas_countries-10m.json", lambda c: c in americas - {"GL"}, 1, CLOSE), key=lambda r: r[:2]))
write(DATA / "outlines" / "americas-50m.csv", HEADER,
      sorted(outlines("world_atlas_countries-50m.json", lambda c: c in americas, 10), key=lambda r: r[:2]))
write(DATA / "outlines" / "world-110m.csv", HEADER,
      sorted(outlines("world_atlas_countries-110m.json", lambda c: True, 10), key=lambda r: r[:2]))
