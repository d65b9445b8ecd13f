"""The transport of the page "Write your own" passes the suite, as printed."""

import re
import subprocess
import sys
from pathlib import Path


PAGES = Path(__file__).parents[2] / "docs" / "pieces"
FENCE = re.compile(r"```python\n([^`]*)```")


def fences(page):
    """The Python that a page shows."""
    return FENCE.findall((PAGES / page).read_text("utf-8"))


def test_the_page_fits_on_one_screen():
    """Text and code together."""
    lines = (PAGES / "transports.md").read_text("utf-8").splitlines()
    assert len(lines) <= 50


def test_the_printed_transport_passes_the_suite(tmp_path):
    """With the double that the page on plug-ins shows, and nothing else."""
    transport, suite = fences("transports.md")
    [double] = [
        text for text in fences("plugins.md") if "class Courier" in text
    ]
    file = tmp_path / "test_courier.py"
    file.write_text(f"{transport}\n{double}\n{suite}")
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-p", "no:xdist", str(file)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed.group(1)) >= 60
