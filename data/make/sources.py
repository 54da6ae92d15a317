"""What the scripts of this folder share: finding a source file and writing a table.

Each script takes the folder that holds the published files (searched at any depth) and writes
its table beside its SOURCE.md, which names every file by publisher and version.
"""
import csv
import gettext
import io
import json
import pathlib
import subprocess
import sys
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent
HAND = HERE / "hand"
ISO_CODES_MO = pathlib.Path("/usr/share/locale")  # Debian's iso-codes package


def sources():
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} FOLDER-WITH-THE-PUBLISHED-FILES")
    return pathlib.Path(sys.argv[1])


def find(folder, ending):
    """The one file whose path ends with the given parts."""
    parts = tuple(ending.split("/"))
    found = sorted(p for p in folder.rglob(parts[-1]) if p.parts[-len(parts):] == parts)
    if not found:
        sys.exit(f"no {ending} in {folder}")
    return found[0]


def read_json(folder, ending):
    return json.loads(find(folder, ending).read_text(encoding="utf-8"))


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hand(name):
    """A table written by hand for Tambo: first column -> second column."""
    return {row["code" if "code" in row else "alpha2"]: row for row in read_csv(HAND / name)}


def cldr(folder, locale, what):
    return read_json(folder, f"{locale}/{what}.json")["main"][locale]["localeDisplayNames"][what]


def iso_codes_names(locale, domain):
    """Translations of Debian iso-codes, English name -> name; empty where there are none."""
    path = ISO_CODES_MO / locale / "LC_MESSAGES" / f"{domain}.mo"
    if not path.exists():
        return {}
    with open(path, "rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {key: value for key, value in catalogue.items() if isinstance(key, str) and key}


def fold(text):
    """Lower case without accents, one space between words: how two spellings are compared."""
    plain = unicodedata.normalize("NFD", text.casefold())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def write(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8")
    print(f"{path.relative_to(DATA)}: {len(rows)} rows, {path.stat().st_size} bytes")
