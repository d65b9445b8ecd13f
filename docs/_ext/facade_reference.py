"""
The reference page, written from the table of ``anonsms/__init__.py``.

``<!-- names -->`` in ``reference.md`` becomes one section per room with an
autodoc entry for each public name, so that a new name is documented by being
public. References to the room-internal path of a public name (which is what
annotations carry) lead to its entry.
"""

from __future__ import annotations

import inspect
from enum import Enum
from importlib import import_module

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

import anonsms


MARK = "<!-- names -->"


def _entry(name: str) -> list[str]:
    value = getattr(anonsms, name)
    options = []
    if inspect.isclass(value):
        kind = "exception" if issubclass(value, BaseException) else "class"
        options = [":show-inheritance:"] if kind == "exception" else []
        options.append(":members:")
        if issubclass(value, Enum):
            options.append(":undoc-members:")
    elif inspect.isroutine(value):
        kind = "function"
    else:
        kind, options = "data", [":no-value:"]
    body = [f".. auto{kind}:: anonsms.{name}"]
    return [*body, *(f"   {option}" for option in options), ""]


def reference() -> str:
    """The sections, in MyST."""
    parts = []
    for room, names in sorted(anonsms._ROOMS.items()):
        doc = inspect.getdoc(import_module(f"anonsms.{room}")) or ""
        summary = doc.split("\n\n", 1)[0].replace("\n", " ")
        parts += [f"## {room}", "", summary, "", "```{eval-rst}"]
        for name in sorted(names, key=str.lower):
            parts += _entry(name)
        parts += ["```", ""]
    return "\n".join(parts)


def _write(_: Sphinx, docname: str, source: list[str]) -> None:
    if docname == "reference":
        if MARK not in source[0]:
            raise ValueError(f"reference.md has lost its {MARK}")
        source[0] = source[0].replace(MARK, reference())


def _resolve(
    app: Sphinx,
    env: BuildEnvironment,
    node: pending_xref,
    contnode: nodes.TextElement,
) -> nodes.reference | None:
    target = node.get("reftarget", "")
    path = target.split(".")
    for place, name in enumerate(path):
        if name in anonsms.__all__ and target != f"anonsms.{name}":
            path = ["anonsms", *path[place:]]
            return env.get_domain("py").resolve_xref(
                env,
                node["refdoc"],
                app.builder,
                "obj",
                ".".join(path),
                node,
                contnode,
            )
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", _write)
    app.connect("missing-reference", _resolve)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
