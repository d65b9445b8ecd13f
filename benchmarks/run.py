"""
Runs every benchmark and prints, or records, the ratios.

    python benchmarks/run.py [--record] [--only WORD]

Each ``bench_*.py`` beside this file has a ``main()`` that returns rows of
(work, contender, operations per second, note). Contenders whose name
starts with "anonsms" or "ours" are compared with the others of their work.
Each file runs in a process of its own, so that none warms another's caches.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path


HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
# (pattern of the work and our way of doing it, of the peer, least ratio)
GOALS = [
    (r"^parts .*(tally|count)", r"smsutil", 20),
    (r"^parts .*texts", r"smsutil", 12),
    (r"^render_many, 6", r"^jinja2", 10),
    (r"^render_many, 6", r"^minijinja", 2),
    (r"^render_many, 6", r"format_map", 1),
    (r"valid only", r"^phonenumbers", 10),
    (r"numbers, mixed", r"^phonenumbers", 5),
    (r"plan", r"stack", 15),
    (r"grant", r"aevum", 8),
    (r"grant", r"effaced", 12),
    (r"import|batch", r"plain sqlite", 0.4),
    (r"^state", r"effaced", 18),
    (r"^verify the events", r"dpdpkit", 15),
    (r"^import anonsms", r"import httpx", 1),
    (r"^send one each, 50 ms, 256.* anonsms campaign", r"twilio async", 2),
    (r"^send one each, no delay.* anonsms campaign", r"twilio async", 1),
    (r"^send one each, no delay.* anonsms campaign", r"twilio sync", 4),
    (r"^send many a request, no delay anonsms campaign", r"one by one", 35),
]
# (pattern of the work and our way of doing it, least rate), without a peer
LEAST = [
    (r"^states of .* at once anonsms states", 300_000),
    (r"^proof anonsms path", 20_000),
]
LOADER = """
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("bench", sys.argv[1])
bench = importlib.util.module_from_spec(spec)
sys.modules["bench"] = bench
spec.loader.exec_module(bench)
rows = bench.main()
with open(sys.argv[2], "w", encoding="utf-8") as out:
    json.dump([list(row) for row in rows], out)
"""


def rows_of(path, scratch):
    """The rows of one benchmark file; None if it failed."""
    out = scratch / f"{path.stem}.json"
    done = subprocess.run([sys.executable, "-c", LOADER, path, out], cwd=HERE)
    if done.returncode or not out.is_file():
        return None
    return [tuple(row) for row in json.loads(out.read_text("utf-8"))]


def goal_for(work, peer):
    for works, peers, least in GOALS:
        if re.search(works, work, re.I) and re.search(peers, peer, re.I):
            return least
    return None


def least_of(work, way):
    """What is asked of a rate that nobody else's is compared with."""
    for works, least in LEAST:
        if re.search(works, f"{work} {way}", re.I):
            return least
    return None


def rate(value):
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:,.2f} {letter}/s"
    return f"{value:,.1f}/s"


def is_ours(contender):
    return contender.lower().startswith(("anonsms", "ours"))


def asked(work, contender, speed):
    """A rate, and whether it will do."""
    least = least_of(work, contender)
    if least is None:
        return rate(speed)
    met = "met" if speed >= least else "missed"
    return f"{rate(speed)} (goal ≥ {rate(least)}: {met})"


def ratio(work, way, ours, peer, theirs):
    """How many times the peer's rate ours is, and whether that will do."""
    if not theirs:
        return ""
    text = f"{ours / theirs:,.2f} ×"
    least = goal_for(f"{work} {way}", peer)
    if least is not None:
        met = "met" if ours / theirs >= least else "missed"
        text += f" (goal ≥ {least:g}: {met})"
    return text


def tables(results):
    """One Markdown table per work, with a column per way of ours."""
    lines = []
    for name, rows in results.items():
        lines += [f"## {name.removeprefix('bench_')}", ""]
        works = defaultdict(list)
        for work, contender, speed, note in rows:
            works[work].append((contender, speed, note))
        for work, entries in works.items():
            peers = [entry for entry in entries if not is_ours(entry[0])]
            ours = [entry for entry in entries if is_ours(entry[0])]
            ways = ours if peers else []
            heads = ["contender", "rate", *(f"{way[0]} is" for way in ways)]
            lines += [
                f"### {work}",
                "",
                f"| {' | '.join([*heads, 'note'])} |",
                f"| --- |{' ---: |' * (len(heads) - 1)} --- |",
            ]
            for contender, speed, note in ours + peers:
                cells = [contender, asked(work, contender, speed)]
                for way, fast, _ in ways:
                    peer = (contender, speed, note) in peers
                    cells.append(
                        ratio(work, way, fast, contender, speed)
                        if peer
                        else ""
                    )
                lines.append(f"| {' | '.join([*cells, note])} |")
            lines.append("")
    return lines


def cpu():
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.M)
    return found[1] if found else platform.machine()


def peers():
    """Name and version of each peer that is installed."""
    for line in (HERE / "peers.txt").read_text("utf-8").splitlines():
        name = re.match(r"[\w.-]*", line.strip())[0]
        if not name:
            continue
        try:
            yield f"{name} {metadata.version(name)}"
        except metadata.PackageNotFoundError:
            yield f"{name} (not installed)"


def report(results, failed):
    head = [
        "# Results",
        "",
        "Written by `make bench BENCH_ARGS=--record`. Rates hang on the"
        " machine and on",
        "what else it does; ratios, taken in one run, less so. Goals are ours.",
        "",
        f"- date: {datetime.now(UTC):%Y-%m-%d}",
        f"- machine: {cpu()}, {os.cpu_count()} cores,"
        f" {platform.system()} {platform.machine()}",
        f"- Python: {platform.python_implementation()}"
        f" {platform.python_version()}",
        f"- anonsms: {metadata.version('anonsms')}",
        f"- peers: {', '.join(peers())}",
    ]
    head += [f"- **failed to run: {name}**" for name in failed]
    why = (HERE / "missed.md").read_text("utf-8")
    return "\n".join([*head, "", *tables(results), why.rstrip()])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--only", default="", metavar="WORD")
    options = parser.parse_args()
    import tempfile

    results, failed = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        # What several of them need is built there, once.
        os.environ["BENCH_FOLDER"] = scratch
        for path in sorted(HERE.glob("bench_*.py")):
            if options.only not in path.stem:
                continue
            print(f"--- {path.stem}", flush=True)
            rows = rows_of(path, Path(scratch))
            if rows is None:
                failed.append(path.stem)
            else:
                results[path.stem] = rows
    text = report(results, failed)
    print(text)
    if options.record:
        if options.only:
            print("Nothing recorded: --record takes all benchmarks.")
            return 2
        RESULTS.write_text(text + "\n", "utf-8")
        print(f"Recorded in {RESULTS.relative_to(HERE.parent)}.")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
