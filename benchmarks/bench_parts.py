"""
Counting and splitting: ours against Python peers, on one seeded corpus.

Run ``python benchmarks/bench_parts.py``. Peers that are not installed are
skipped: ``pip install smsutil gsmcodecs``.
"""

from __future__ import annotations

import operator
import random
import statistics
import time

from anonsms.parts import Encoding, encode_parts, measure, simplify, tally

WORDS = (
    "Bonjour votre commande est prete en boutique soldes ce week-end code "
    "promo merci STOP au 36123 livraison offerte demain profitez de -20 % "
    "sur tout le magasin jusqu'a dimanche soir rendez-vous chez nous"
).split()
ACCENTS = "été déjà à où für schön grüße Ñu señal Åse lørdag".split()
FOREIGN = ["Привет,", "скидка", "😀", "ça", "l’été", "garçon", "łódź", "日本"]
EXTENSION = ["10 €", "[TTC]", "a|b", "~5", "{code}"]


def corpus(size: int = 10_000, seed: int = 338) -> list[str]:
    """35 % ASCII, 25 % accents, 20 % UCS-2, 10 % extension, 10 % borders."""
    rng = random.Random(seed)

    def text(special: list[str], share: float, length: int) -> str:
        words: list[str] = []
        have = 0
        while have < length:
            pool = special if rng.random() < share else WORDS
            words.append(rng.choice(pool))
            have += len(words[-1]) + 1
        return " ".join(words)[:length]

    texts = []
    for _ in range(size):
        kind = rng.random()
        length = min(700, max(20, round(rng.gammavariate(2.2, 95))))
        if kind < 0.35:
            texts.append(text([], 0, length))
        elif kind < 0.60:
            texts.append(text(ACCENTS, 0.3, length))
        elif kind < 0.80:
            texts.append(text(FOREIGN, 0.2, length))
        elif kind < 0.90:
            texts.append(text(EXTENSION, 0.1, length))
        else:
            border = rng.choice((70, 134, 153, 160, 161, 201, 306, 459))
            texts.append(text(ACCENTS, 0.1, border + rng.randint(-1, 1)))
    return texts


def contenders(texts: list[str]) -> dict[str, object]:
    """Name to a function of one text; peers only where installed."""
    found: dict[str, object] = {
        "ours: tally": tally,
        "ours: measure().count": lambda text: measure(text).count,
        "ours: measure().texts": lambda text: measure(text).texts,
        "ours: encode_parts": encode_parts,
        "ours: simplify": simplify,
    }
    try:
        import smsutil

        found["smsutil: split"] = smsutil.split
        agree = sum(len(smsutil.split(t).parts) == tally(t)[2] for t in texts)
        print(f"same number of parts as smsutil: {agree} of {len(texts)}")
    except ImportError:
        print("smsutil is not installed: skipped")
    try:
        import gsmcodecs  # registers its codecs

        def codec_and_ceil(text: str) -> int:
            try:
                units, one, many = len(text.encode("gsm23.038")), 160, 153
            except UnicodeEncodeError:
                units, one, many = len(text.encode("utf-16-be")) // 2, 70, 67
            return 1 if units <= one else -(-units // many)

        codec_and_ceil("probe")
        found["gsmcodecs: codec + ceil (wrong at borders)"] = codec_and_ceil
    except (ImportError, LookupError):
        print("gsmcodecs is not installed: skipped")
    return found


def main() -> list[tuple[str, str, float, str]]:
    """Print and return operations a second: medians of 15 mixed rounds."""
    texts = corpus()
    gsm7 = sum(tally(text)[0] is Encoding.GSM7 for text in texts)
    mean = sum(map(len, texts)) / len(texts)
    note = f"{len(texts)} texts, {mean:.0f} characters, {gsm7} in GSM-7"
    print(note)
    functions = contenders(texts)
    rounds: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(15):
        some = texts[turn % 5 :: 5]
        for name, function in functions.items():
            start = time.perf_counter()
            for text in some:
                function(text)
            rounds[name].append(len(some) / (time.perf_counter() - start))
    rows = []
    speeds = {name: statistics.median(r) for name, r in rounds.items()}
    for name, speed in speeds.items():
        low, high = min(rounds[name]), max(rounds[name])
        print(
            f"{name:45} {speed:12,.0f}/s  {1e6 / speed:7.2f} us "
            f"[{low:,.0f} to {high:,.0f}]"
        )
        rows.append(("parts", name, speed, note))
    for peer in [name for name in rounds if not name.startswith("ours")]:
        for name in list(rounds)[:3]:
            ratios = map(operator.truediv, rounds[name], rounds[peer])
            print(f"{name} = {statistics.median(ratios):.1f} x {peer}")
    return rows


if __name__ == "__main__":
    main()
