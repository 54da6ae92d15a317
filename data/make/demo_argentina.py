#!/usr/bin/env python3
"""data/demo/argentina: the Argentine missions abroad and their consular sections, with the position of each city."""
import re

from sources import DATA, HAND, find, read_csv, sources, write

folder = sources()
cities = {(row["pais_iso_2"], row["ciudad"]): row for row in read_csv(HAND / "mission-cities.csv")}
# What the publisher says of people rather than of offices; addresses such as abc@ are a person's initials.
PERSONAL = ("titular_nombre", "titular_apellido", "titular_cargo", "celular_guardia", "celulares_adicionales",
            "nombre_titular", "apellido_titular", "cargo_titular", "celular_de_guardia")
A_NAME = {"Fabricio  Sordoni"}  # stands where the section's name should
MOBILE = re.compile(r"(?i)[-(]?\s*(o\s+)?(al\s+)?celular(\s+de\s+guardia)?\s*:?\s*[+(]*\d[\d ()+-]{6,}\d\)?")
INITIALS = re.compile(r"^[a-z]{3}@+mrecic\.gov\.ar$")
NO_MISSION = {"DIGAC"}  # a desk of the ministry in Buenos Aires
ELSEWHERE = {"ELBIA"}   # works, as its address says, from another country's embassy


def without_people(row):
    for column in PERSONAL:
        if column in row:
            row[column] = ""
    if row["sede_desc_castellano"] in A_NAME:
        row["sede_desc_castellano"], row["sede_desc_ingles"] = "Sección Consular", "Consular Section"
    for column in row:
        if "comentario" in column:
            row[column] = MOBILE.sub("", row[column])
        if column.startswith("correo"):
            row[column] = "  //  ".join(a for a in re.split(r"\s*//\s*", row[column]) if a and not INITIALS.match(a.strip()))
    return row


missions = []
for row in read_csv(find(folder, "argentina_lista-sedes-datos.csv")):
    if row["sede_id"] in NO_MISSION:
        continue
    city = cities[row["pais_iso_2"], " ".join(row["ciudad_castellano"].split())]
    place = {} if row["sede_id"] in ELSEWHERE else city
    missions.append(without_people(row) | {
        "latitud_ciudad": place.get("latitud_ciudad", ""), "longitud_ciudad": place.get("longitud_ciudad", ""),
        "zona_horaria": place.get("zona_horaria", "")})

known = {row["sede_id"] for row in missions}
sections = [row for row in map(without_people, read_csv(find(folder, "argentina_lista-secciones.csv")))
            if row["sede_id"] in known
            and "onsular" in row["sede_desc_castellano"].lower()]

# A section that stands twice, with the same mailbox, is one section.
sections = list({(row["sede_id"], row["sede_desc_castellano"].strip(), row["correo_electronico"].strip()): row for row in reversed(sections)}.values())[::-1]

write(DATA / "demo/argentina" / "missions.csv", list(missions[0]), [list(row.values()) for row in missions])
write(DATA / "demo/argentina" / "sections.csv", list(sections[0]), [list(row.values()) for row in sections])
