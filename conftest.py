"""
What every run has: the canaries, and documentation that is executed.

``tests`` is on the path (see ``pythonpath`` in pyproject.toml).
"""

from pages import DOCSTRINGS, PAGES


pytest_plugins = ["canaries", "postgres"]

pytest_collect_file = (PAGES + DOCSTRINGS).pytest()
