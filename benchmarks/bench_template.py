"""
Templates: 6 tags, strict, values cleaned; against template engines.

The peers clean nothing and, but for the strict ones, let a missing value
through; anonsms does all of it on the clock. Corpus: made-up customers, a
third with letters beyond ASCII; the "mixed" corpus adds rows with a missing
name (default), prices with a point, and a decomposed accent.
"""

from __future__ import annotations

import random
import statistics
import time
import unicodedata
from collections.abc import Callable

from anonsms.template import Syntax, Template, ValuePolicy


ROWS = 20_000
ROUNDS = 7
SOURCE = (
    "Bonjour {{ prenom }} {{ nom }}, votre commande {{ commande }} de "
    "{{ total }} part pour {{ ville }}. Points : {{ points }}. STOP au 36123"
)
# Order numbers are longer than what may stand in any text.
POLICY = ValuePolicy(numbers={"commande"})
FIRST = ("Zoé", "Marie", "Paul", "Anaïs", "Karim", "Jean-Luc", "Nadia", "Ida")
LAST = ("Martin", "Lefèvre", "Dubois", "Moreau", "d'Arc", "Petit", "Roux")
TOWNS = ("Lyon", "Lille", "Nantes", "Saint-Étienne", "Angers", "Le Havre")


def clean_rows(count: int = ROWS, seed: int = 7) -> list[dict[str, object]]:
    draw = random.Random(seed)
    return [
        {
            "prenom": draw.choice(FIRST),
            "nom": draw.choice(LAST),
            "commande": f"FR2026-{draw.randrange(10**6):06}",
            "total": f"{draw.randrange(5, 200)},{draw.randrange(100):02} EUR",
            "ville": draw.choice(TOWNS),
            "points": str(draw.randrange(5000)),
        }
        for _ in range(count)
    ]


def mixed_rows(count: int = ROWS, seed: int = 8) -> list[dict[str, object]]:
    rows = clean_rows(count, seed)
    draw = random.Random(seed)
    for row in rows:
        chance = draw.random()
        if chance < 0.05:
            row["prenom"] = ""
        elif chance < 0.10:
            row["total"] = str(row["total"]).replace(",", ".")
        elif chance < 0.12:
            row["nom"] = unicodedata.normalize("NFD", "Lefèvre")
    return rows


def contenders() -> dict[str, tuple[Callable[[list], None], str]]:
    ours = Template(SOURCE, policy=POLICY)
    found: dict[str, tuple[Callable[[list], None], str]] = {}

    def anonsms(rows: list) -> None:
        for _ in ours.render_many(rows):
            pass

    found["anonsms"] = anonsms, "strict, values cleaned"
    marks = SOURCE.replace("{{ ", "{").replace(" }}", "}")
    whole = marks.format_map

    def format_map(rows: list) -> None:
        for row in rows:
            whole(row)

    found["str.format_map"] = format_map, "nothing checked"
    try:
        import jinja2
    except ImportError:
        print("jinja2 is not installed: skipped")
    else:
        page = jinja2.Environment(
            undefined=jinja2.StrictUndefined
        ).from_string(SOURCE)

        def jinja(rows: list) -> None:
            for row in rows:
                page.render(row)

        found["jinja2"] = jinja, "StrictUndefined"
    try:
        import minijinja
    except ImportError:
        print("minijinja is not installed: skipped")
    else:
        engine = minijinja.Environment(templates={"t": SOURCE})
        engine.undefined_behavior = "strict"

        def rust(rows: list) -> None:
            for row in rows:
                engine.render_template("t", **row)

        found["minijinja"] = rust, "strict, Rust"
    return found


def timed(run: Callable[[list], None], rows: list) -> float:
    begin = time.perf_counter()
    run(rows)
    return len(rows) / (time.perf_counter() - begin)


def main() -> list[tuple[str, str, float, str]]:
    results: list[tuple[str, str, float, str]] = []
    forgiving = Template(
        SOURCE.replace("prenom", 'prenom | default: "client"'), policy=POLICY
    )
    brackets = Template(
        SOURCE.replace("{{ ", "[").replace(" }}", "]"),
        Syntax.BRACKETS,
        policy=POLICY,
    )
    mixed = mixed_rows()
    peers = contenders()
    rows = clean_rows()
    rates: dict[str, list[float]] = {name: [] for name in peers}
    extra: dict[str, list[float]] = {"mixed": [], "brackets": []}
    for _ in range(ROUNDS):
        for name, (run, _note) in peers.items():
            rates[name].append(timed(run, rows))
        extra["mixed"].append(
            timed(lambda r: list(forgiving.render_many(r)), mixed)
        )
        extra["brackets"].append(
            timed(lambda r: list(brackets.render_many(r)), rows)
        )
    for name, found in rates.items():
        rate = statistics.median(found)
        results.append(("render_many, 6 tags", name, rate, peers[name][1]))
    for name, found in extra.items():
        rate = statistics.median(found)
        note = "12 % of rows take the careful way" if name == "mixed" else ""
        results.append((f"render_many, {name}", "anonsms", rate, note))
    own = results[0][2]
    for work, name, rate, note in results:
        print(
            f"{work:24} {name:16} {rate:12,.0f}/s"
            f"  anonsms is {own / rate:5.2f} x  {note}"
        )
    begin = time.perf_counter()
    for _ in range(200):
        Template(SOURCE, policy=POLICY)
    rate = 200 / (time.perf_counter() - begin)
    results.append(("compile, 6 tags", "anonsms", rate, ""))
    print(f"{'compile, 6 tags':24} {'anonsms':16} {rate:12,.0f}/s")
    return results


if __name__ == "__main__":
    main()
