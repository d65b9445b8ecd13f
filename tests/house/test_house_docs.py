"""The documentation is complete, and what it shows has been run."""

import ast
import inspect
import re
import runpy
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import anonsms
import pages


ROOT = Path(pages.__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]
FENCE = re.compile(r"^ *(`{3,}|~{3,})(?P<kind>[^\n`]*)\n", re.MULTILINE)
# Other spellings of a fence that looks like Python and would not be run.
LOOKALIKES = {"py", "python3", "ipython", "doctest", "Python", "pycon3"}


@cache
def attribute_docs(room):
    """Names that are followed by a docstring of their own, as in PEP 258."""
    package = Path(anonsms.__file__).parent
    files = [package / f"{room}.py", *(package / room).rglob("*.py")]
    found = set()
    for path in files:
        if not path.is_file():
            continue
        body = ast.parse(path.read_text("utf-8")).body
        for one, after in pairwise(body):
            if isinstance(one, ast.Assign):
                target = one.targets[0]
            elif isinstance(one, ast.AnnAssign):
                target = one.target
            else:
                continue
            if (
                isinstance(target, ast.Name)
                and isinstance(after, ast.Expr)
                and isinstance(after.value, ast.Constant)
                and isinstance(after.value.value, str)
            ):
                found.add(target.id)
    return found


@pytest.mark.parametrize("name", anonsms.__all__)
def test_every_public_name_has_a_docstring(name):
    """Of its own, not that of its type or of its base."""
    value = getattr(anonsms, name)
    if inspect.isclass(value):
        assert (vars(value).get("__doc__") or "").strip()
    elif inspect.isroutine(value):
        assert (value.__doc__ or "").strip()
    else:
        assert name in attribute_docs(anonsms._HOMES[name])


@pytest.mark.parametrize("name", anonsms.__all__)
def test_public_methods_have_docstrings(name):
    """What a class offers, it explains; inherited explanations count."""
    value = getattr(anonsms, name)
    if not inspect.isclass(value) or issubclass(value, BaseException):
        return
    for method, member in vars(value).items():
        if method.startswith("_"):
            continue
        if isinstance(member, (property, classmethod, staticmethod)) or (
            inspect.isfunction(member)
        ):
            assert inspect.getdoc(getattr(value, method)), method


def test_the_reference_has_every_public_name():
    """The page is written from the table; this holds the writing to it."""
    extension = runpy.run_path(str(DOCS / "_ext" / "facade_reference.py"))
    text = extension["reference"]()
    entries = re.findall(
        r"^\.\. auto\w+:: anonsms\.(\w+)$", text, re.MULTILINE
    )
    assert sorted(entries) == anonsms.__all__
    assert extension["MARK"] in (DOCS / "reference.md").read_text("utf-8")


def code_of(text):
    """What a page says in code: Python fences, and spans in its prose."""
    said = []
    prose = []
    position = 0
    while (opening := FENCE.search(text, position)) is not None:
        prose.append(text[position : opening.start()])
        ends = re.compile(rf"^ *{opening[1]} *$", re.MULTILINE)
        closing = ends.search(text, opening.end())
        position = closing.end()
        if opening["kind"].strip() in {"python", "pycon"}:
            said.append(text[opening.end() : closing.start()])
    prose.append(text[position:])
    for part in prose:
        said += re.findall(r"(?<!`)`([^`]+)`(?!`)", part)
    return said


def named_in(code):
    """Words of code that can be names; not attributes of other things."""
    words = r"(?<![\w.])(?:sms\.|anonsms\.)?([A-Za-z_]\w*)"
    return {name for part in code for name in re.findall(words, part)}


def test_only_code_counts_as_a_name():
    """A word of prose that is spelt like a name explains nothing."""
    page = (
        "Transport by `fold`; see `sms.Plan.run` and a.Report.\n"
        "```python\nsms.Budget(max_parts=Outcome)\n```\n"
        "```text\nCampaign\n```\nEvery Sample, `x.Wording`.\n"
    )
    names = named_in(code_of(page)) & set(anonsms.__all__)
    assert names == {"fold", "Plan", "Budget", "Outcome"}


def test_every_name_is_explained_on_a_page():
    """A reference is no explanation: each name is used in some page, too."""
    told = set()
    for page in PAGES:
        told |= named_in(code_of(page.read_text("utf-8")))
    untold = [
        name
        for name in anonsms.__all__
        if name not in told
        and not (
            inspect.isclass(getattr(anonsms, name))
            and issubclass(getattr(anonsms, name), BaseException)
        )
    ]
    assert untold == [], f"Not on any page of docs/: {untold}"


@pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_every_python_fence_is_run(page):
    """Each fence that says it is Python has an example that executes."""
    text = page.read_text("utf-8")
    assert pages.PAGES.should_parse(page) or ROOT not in page.parents
    document = pages.PAGES.parse(page)
    starts = [(region.start, region.end) for region in document]
    position = 0
    while (opening := FENCE.search(text, position)) is not None:
        closing = re.compile(
            rf"^ *{re.escape(opening[1])} *$", re.MULTILINE
        ).search(text, opening.end())
        assert closing, (
            f"an open fence at {text.count(chr(10), 0, opening.start()) + 1}"
        )
        kind = opening["kind"].strip()
        line = text.count("\n", 0, opening.start()) + 1
        assert kind not in LOOKALIKES, f"line {line}: say python or pycon"
        assert kind != "", f"line {line}: say what it is, e.g. text"
        if kind in ("python", "pycon"):
            inside = [
                start
                for start, end in starts
                if opening.start() <= start and end <= closing.end()
            ]
            assert inside, f"the fence in line {line} is not run"
        position = closing.end()


def test_the_check_for_fences_can_fail(tmp_path):
    """A fence of a kind that looks like Python is refused."""
    page = tmp_path / "page.md"
    page.write_text("```py\nimport anonsms\n```\n")
    with pytest.raises(AssertionError, match="say python"):
        test_every_python_fence_is_run(page)


def test_pages_promise_nothing_remote():
    """The build fetches nothing: no intersphinx, no remote pictures."""
    conf = (DOCS / "conf.py").read_text("utf-8")
    assert "intersphinx" not in conf
    for page in PAGES:
        assert not re.search(r"!\[[^\]]*\]\(https?:", page.read_text("utf-8"))


def test_every_docstring_is_run():
    """The pattern for the sources matches each file at each depth."""
    source = ROOT / "src" / "anonsms"
    files = list(source.rglob("*.py"))
    assert files
    assert all(pages.DOCSTRINGS.should_parse(path) for path in files)
