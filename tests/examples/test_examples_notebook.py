"""The notebook runs from top to bottom and shows nobody."""

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from leakscan import leaks


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def executed():
    """The notebook with its outputs, run in the folder it lies in."""
    notebook = nbformat.read(EXAMPLES / "plan_a_sale.ipynb", as_version=4)
    client = NotebookClient(
        notebook, resources={"metadata": {"path": str(EXAMPLES)}}, timeout=120
    )
    return client.execute()


def outputs(notebook, kind):
    """All outputs of one MIME type."""
    return [
        output["data"][kind]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if kind in output.get("data", {})
    ]


def test_plan_and_report_show_themselves_as_tables(executed):
    """Jupyter gets HTML of the audience, the plan and the report."""
    html = "\n".join(outputs(executed, "text/html"))
    assert html.count("<table") >= 5
    assert "consent.none" in html
    assert "taken by the provider" in html


def test_no_output_shows_anybody(executed):
    """Neither HTML nor text nor the bar holds a number."""
    shown = json.dumps(executed.cells, ensure_ascii=False)
    assert "•" in shown
    assert leaks(shown) == []


def test_notebook_is_kept_without_outputs():
    """The file in the repository holds no outputs that could grow stale."""
    notebook = nbformat.read(EXAMPLES / "plan_a_sale.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells)
