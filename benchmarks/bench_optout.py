"""
Reading replies: how fast, and how many opt-outs are seen.

The corpus (10,000 texts, EN FR PL DE, seeded) and the rules have one author,
so the share that anonsms sees proves nothing about real people; it tells
that the peers, which know exact words only, miss what is typed around them.

Run: python benchmarks/bench_optout.py
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable

from anonsms.optout import Intent, parse_reply
from anonsms.optout.pack import Meaning, packs


KEYWORDS = {
    "en": ["STOP", "UNSUBSCRIBE", "OPT OUT", "REMOVE ME", "STOPALL"],
    "fr": ["STOP", "ARRÊT", "ARRET", "DÉSABONNER", "DÉSINSCRIPTION"],
    "pl": ["STOP", "WYPISZ", "ZAKOŃCZ", "REZYGNACJA", "WYPISZ MNIE"],
    "de": ["STOP", "STOPP", "ABMELDEN", "ABBESTELLEN", "AUSTRAGEN"],
}
POLITE = {
    "en": ["please", "now", "thanks", "pls"],
    "fr": ["svp", "merci", "s'il vous plaît", "maintenant"],
    "pl": ["proszę", "dziękuję", "natychmiast"],
    "de": ["bitte", "sofort", "danke"],
}
ORDINARY = {
    "en": [
        "Thanks, see you tomorrow",
        "is it sold out?",
        "where is my parcel",
        "which bus stop?",
        "ok great",
        "don't stop!",
        "what size do you have",
        "I'll stop by the shop tomorrow afternoon if it is still there",
        "please cancel my order 4711, I ordered the wrong size by mistake",
        "when does the sale end?",
        "lol",
        "wrong number",
        "Liked \u201c-20 % this week-end. Reply STOP to opt out\u201d",
    ],
    "fr": [
        "merci beaucoup",
        "où est mon colis ?",
        "c'est dur",
        "d'accord",
        "jusqu'à quand dure la promo ?",
        "annuler ma commande svp",
        "Bonjour, je voudrais savoir si la robe existe en taille 38, merci",
        "super",
        "fin de semaine",
        "mauvais numéro",
    ],
    "pl": [
        "dziękuję",
        "gdzie jest moja paczka?",
        "super promocja",
        "anuluj zamówienie",
        "do kiedy trwa wyprzedaż?",
        "ok",
        "dobrze",
        "Dzień dobry, czy ta sukienka jest dostępna w rozmiarze M?",
    ],
    "de": [
        "danke schön",
        "wo ist mein Paket?",
        "wann ist der Ausverkauf zu Ende",
        "alles klar",
        "falsche Nummer",
        "bis morgen",
        "Guten Tag, ich hätte gern gewusst, ob es das Kleid auch in Blau gibt",
    ],
}


def _cased(rng: random.Random, word: str) -> str:
    return rng.choice([word, word.lower(), word.capitalize(), word.lower()])


def _opt_out(rng: random.Random, language: str) -> str:
    word = _cased(rng, rng.choice(KEYWORDS[language]))
    kind = rng.random()
    if kind < 0.45:
        return word
    if kind < 0.60:
        return word + rng.choice([".", "!", " ", "!!", " .", "\n"])
    if kind < 0.80:
        return f"{word} {rng.choice(POLITE[language])}"
    if kind < 0.86:
        return f"STOP {rng.choice(['36180', 'SMS', 'au 36007', 'pub'])}"
    if kind < 0.90:
        return rng.choice(["ST0P", "STOPPP", "SOTP", "stpo"])
    if kind < 0.93:
        return rng.choice(["🛑", "S\u200bTOP", "STОP", "ARR?T", "«STOP»"])
    return f"{rng.choice(POLITE[language])} {word}"


def corpus(size: int = 10_000, seed: int = 7) -> list[tuple[str, bool]]:
    """Texts, and whether each is an opt-out; 45 in 100 are."""
    rng = random.Random(seed)
    rows = []
    for _ in range(size):
        language = rng.choice(["en", "fr", "pl", "de"])
        if rng.random() < 0.45:
            rows.append((_opt_out(rng, language), True))
        else:
            rows.append((_cased(rng, rng.choice(ORDINARY[language])), False))
    return rows


PROVIDER = frozenset(
    ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"]
)


def provider_words(text: str) -> bool:
    return text in PROVIDER


def provider_words_upper(text: str) -> bool:
    return text.strip().upper() in PROVIDER


def our_words() -> Callable[[str], bool]:
    known = {
        word.casefold(): True
        for pack in packs().values()
        for group in pack.groups
        if group.means is Meaning.OPT_OUT and not group.regions
        for word in group.words
    }
    return lambda text: text.strip().casefold() in known


def anonsms(text: str) -> bool:
    return parse_reply(text).intent is Intent.OPT_OUT


def main() -> list[tuple[str, str, float, str]]:
    rows = corpus()
    texts = [text for text, _ in rows]
    contenders: dict[str, Callable[[str], bool]] = {
        "exact words of a provider": provider_words,
        "the same, strip + upper": provider_words_upper,
        "strip + casefold + our words": our_words(),
        "anonsms.parse_reply": anonsms,
    }
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for name, reads in contenders.items():
        reads("warm up")
    for _ in range(7):
        for name, reads in contenders.items():
            start = time.perf_counter()
            for text in texts:
                reads(text)
            seconds[name].append(time.perf_counter() - start)
    wanted = sum(stops for _, stops in rows)
    results = []
    print(f"{len(rows):,} texts, {wanted:,} opt-outs; one author wrote both")
    for name, reads in contenders.items():
        seen = sum(reads(text) for text, stops in rows if stops)
        wrong = sum(reads(text) for text, stops in rows if not stops)
        rate = len(texts) / statistics.median(seconds[name])
        note = f"sees {seen / wanted:.1%}, wrongly opts out {wrong}"
        print(f"{name:32} {rate / 1e6:6.2f} M/s  {note}")
        results.append(("reply", name, rate, note))
    ours, floor = results[-1][2], results[2][2]
    print(f"anonsms runs at {ours / floor:.2f} of the floor's rate")
    return results


if __name__ == "__main__":
    main()
