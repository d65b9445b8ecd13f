"""
Numbers per second, beside the package whose answers ours have to be.

Run: python benchmarks/bench_phone.py. The corpus is made here with a fixed
seed: 20,000 numbers of FR, PL, US and DE, half written nationally and half
internationally, about 11 % not valid. Contenders take turns in one process;
figures are medians.
"""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable

import phonenumbers

from anonsms.phone import PhoneNumber


ROUNDS = 7
SIZE = 20_000
WRITTEN = {
    "FR": ("6 {} {} {} {}", (2, 2, 2, 2), "0"),
    "PL": ("{} {} {}", (3, 3, 3), ""),
    "US": ("({}) {}-{}", (3, 3, 4), ""),
    "DE": ("{} {}", (3, 8), "0"),
}
Row = tuple[str, str]


def valid(text: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, region))
    except phonenumbers.NumberParseException:
        return False


def written(rng: random.Random, region: str) -> str:
    form, sizes, trunk = WRITTEN[region]
    parts = ["".join(rng.choices("0123456789", k=size)) for size in sizes]
    if region == "PL":
        parts[0] = rng.choice("5678") + parts[0][1:]
    elif region == "US":
        area = rng.choice(("202", "212", "305", "415", "512", "617", "713"))
        parts[:2] = [area, rng.choice("23456789") + parts[1][1:]]
    elif region == "DE":
        parts[0] = rng.choice(("151", "160", "170", "171", "172", "176"))
        parts[1] = parts[1][
            : 8 if parts[0] == "151" else 7 + (parts[0] == "176")
        ]
    national = form.format(*parts)
    if rng.random() < 0.5:
        code = phonenumbers.country_code_for_region(region)
        return f"+{code} {national}"
    return trunk + national


def corpus(share_not_valid: float, seed: int = 7) -> list[Row]:
    rng = random.Random(seed)
    rows: list[Row] = []
    wrong = round(SIZE * share_not_valid)
    while len(rows) < SIZE:
        region = rng.choice(list(WRITTEN))
        text = written(rng, region)
        if len(rows) < wrong:
            # A digit lost, a digit too many, or a range that is not there.
            match rng.randrange(3):
                case 0:
                    text = text[:-1]
                case 1:
                    text += rng.choice("0123456789")
                case _:
                    text = text[:-7] + "".join(
                        rng.choice("01") if c.isdigit() else c
                        for c in text[-7:]
                    )
                    text = text.replace("6", "0", 1).replace("2", "1", 1)
            if valid(text, region):
                continue
        elif not valid(text, region):
            continue
        rows.append((text, region))
    rng.shuffle(rows)
    return rows


def peer(rows: list[Row]) -> list[str | None]:
    out: list[str | None] = []
    for text, region in rows:
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            out.append(None)
            continue
        if phonenumbers.is_valid_number(number):
            out.append(
                phonenumbers.format_number(
                    number, phonenumbers.PhoneNumberFormat.E164
                )
            )
        else:
            out.append(None)
    return out


def many(rows: list[Row]) -> list[object]:
    texts, regions = [r[0] for r in rows], [r[1] for r in rows]
    return list(PhoneNumber.parse_many(texts, regions))


def one_by_one(rows: list[Row]) -> list[object]:
    out: list[object] = []
    for text, region in rows:
        try:
            out.append(PhoneNumber.parse(text, region))
        except ValueError:
            out.append(None)
    return out


def rust(rows: list[Row]) -> list[str | None]:
    out: list[str | None] = []
    for text, region in rows:
        try:
            number = rphonenumbers.parse(text, region)
            out.append(
                rphonenumbers.format_number(
                    number, rphonenumbers.PhoneNumberFormat.E164
                )
                if rphonenumbers.is_valid_number(number)
                else None
            )
        except Exception:
            out.append(None)
    return out


try:
    import rphonenumbers
except ImportError:
    rphonenumbers = None


def main() -> list[tuple[str, str, float, str]]:
    contenders: dict[str, Callable[[list[Row]], object]] = {
        "phonenumbers": peer,
        "anonsms parse_many": many,
        "anonsms parse": one_by_one,
    }
    if rphonenumbers is None:
        print("rphonenumbers is not installed: skipped")
    else:
        contenders["rphonenumbers"] = rust
    results: list[tuple[str, str, float, str]] = []
    for work, share in (("valid only", 0.0), ("mixed, 11 % not valid", 0.11)):
        rows = corpus(share)
        expected = peer(rows)
        same = sum(
            want == (n.reveal() if isinstance(n, PhoneNumber) else None)
            for want, n in zip(expected, many(rows), strict=True)
        )
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(ROUNDS):
            for name, run in contenders.items():
                gc.collect()
                start = time.perf_counter()
                run(rows)
                times[name].append(time.perf_counter() - start)
        rates = {
            name: SIZE / statistics.median(spent)
            for name, spent in times.items()
        }
        print(f"{work}: {same} of {SIZE} answers are those of phonenumbers")
        for name, rate in rates.items():
            ratio = rate / rates["phonenumbers"]
            note = f"{ratio:.1f} x phonenumbers"
            print(f"  {name:20} {rate:10,.0f}/s  {1e6 / rate:6.2f} µs  {note}")
            results.append((f"numbers, {work}", name, rate, note))
    return results


if __name__ == "__main__":
    main()
