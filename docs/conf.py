"""How the documentation is built: offline, and with warnings as errors."""

import sys
from pathlib import Path

import anonsms


sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "anonsms"
author = "The anonsms authors"
copyright = "2026, the anonsms authors"
release = version = anonsms.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "facade_reference",
]
exclude_patterns = ["_build", "_static"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# Attributes are described in the class docstring; a second entry for each
# would be a duplicate.
napoleon_use_ivar = True

nitpicky = True
# Nothing is fetched while building, so names of other projects cannot be
# links; names of ours that do not resolve still are errors.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!anonsms\b).*"),
    (r"py:obj", r"anonsms\.transport\.flow\.T"),
    # Parts of constructors that nobody calls: a method makes these objects.
    (
        r"py:class",
        (
            r"anonsms\.(campaign\.wiring\.Wiring|campaign\.outbox\.Tally"
            r"|ledger\.purposes\.Purposes|ledger\.settings\.Settings"
            r"|parts\.sizes\.Layout"
            # Type variables, an alias, and what a phrase pack is inside.
            r"|transport\.(flow|engine)\.T|transport\.limit\..*"
            r"|transport\.turn\.Turn"
            r"|optout\.pack\.Pack"
            r"|transports\.fake\.behaviour\.ReplyKind)"
        ),
    ),
]

html_theme = "furo"
html_title = "anonsms"
html_static_path = ["_static"]
html_show_sphinx = False
html_copy_source = False
# furo's footer icons and fonts are all local; keep it so.
html_theme_options = {"navigation_with_keys": True}
pygments_style = "friendly"
