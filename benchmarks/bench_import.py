"""What `import anonsms` costs, beside importing httpx."""

import statistics
import subprocess
import sys


ROUNDS = 15
CODE = (
    "from time import perf_counter as now; start = now(); import {name};"
    "print(now() - start)"
)


def seconds(name):
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(name=name)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return float(done.stdout)


def main() -> list[tuple[str, str, float, str]]:
    names = ["anonsms", "anonsms.phone", "anonsms.parts", "httpx"]
    times = {name: [] for name in names}
    for name in names:
        seconds(name)  # writes the bytecode
    for _ in range(ROUNDS):
        for name in names:
            times[name].append(seconds(name))
    rows = []
    for name in names:
        median = statistics.median(times[name])
        contender = "anonsms" if name == "anonsms" else f"import {name}"
        rows.append(
            ("import anonsms", contender, 1 / median, f"{median * 1e3:.2f} ms")
        )
        print(f"import {name}: {median * 1e3:.2f} ms")
    return rows


if __name__ == "__main__":
    main()
