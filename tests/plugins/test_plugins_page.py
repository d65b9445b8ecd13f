"""The transport of the page "Write your own" passes the suite, as printed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest


PAGES = Path(__file__).parents[2] / "docs" / "pieces"
FENCE = re.compile(r"```python\n([^`]*)```")


def fences(page):
    """The Python that a page shows."""
    return FENCE.findall((PAGES / page).read_text("utf-8"))


def test_the_page_fits_on_one_screen():
    """Text and code together."""
    lines = (PAGES / "transports.md").read_text("utf-8").splitlines()
    assert len(lines) <= 50


def fence_of(page, line):
    """The one fence with this line."""
    [found] = [text for text in fences(page) if f"{line}\n" in text]
    return found


DOUBLE = fence_of("plugins.md", "class Courier:")
PRINTED = {
    # With a function in the place of the client.
    "printed": f"{DOUBLE}\n{fences('transports.md')[1]}",
    # It is called back, too.
    "hearing": f"""
{DOUBLE}
{fence_of("plugins.md", "class CourierWebhooks:")}
{fence_of("plugins.md", "class CallingCourier(Courier):")}
import pytest
from anonsms.testing import CallingDouble, TransportSuite

class HearingCourier(CourierWebhooks, CourierTransport):
    capabilities = sms.Capabilities(batch_size=100)

    def __init__(self, token, webhook_key, **options):
        super().__init__(token, **options)
        self.webhook_key = sms.Secret.of(webhook_key)

class TestHearing(TransportSuite):
    secrets = ("t0ken-4711", CallingCourier.key)

    @pytest.fixture
    def double(self):
        assert isinstance(CallingCourier(), CallingDouble)
        return CallingCourier()

    @pytest.fixture
    def transport(self, double):
        return HearingCourier("t0ken-4711", double.key, client=double)
""",
    # Over real HTTP, with a server of one's own.
    "served": f"""
import pytest
from anonsms.testing import Fault, TransportSuite
{fence_of("local-servers.md", "class CourierServer(LocalServer):")}

class TestServed(TransportSuite):
    @pytest.fixture
    def double(self):
        with CourierServer() as server:
            yield server

    @pytest.fixture
    def transport(self, double, patience):
        with CourierTransport(
            "t0ken-4711", f"{{double.url}}/texts", timeout=patience
        ) as transport:
            yield transport
""",
}
LEAST = {"printed": 70, "hearing": 105, "served": 80}


@pytest.mark.parametrize("name", list(PRINTED))
def test_the_printed_transport_passes_the_suite(tmp_path, name):
    """With the doubles that the pages show, by public names alone."""
    source = f"{fences('transports.md')[0]}\n{PRINTED[name]}"
    ours = re.findall(r"(?:from|import) (anonsms[\w.]*)", source)
    assert set(ours) <= {"anonsms", "anonsms.testing"}
    assert not re.search(r"\b(?:self|double|server)\._(?!token|url)", source)
    file = tmp_path / "test_courier.py"
    file.write_text(source)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "-p", "no:xdist", str(file)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed.group(1)) >= LEAST[name], done.stdout[-300:]
