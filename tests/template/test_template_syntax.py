"""What a template may look like, and how a fault is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.template import (
    Syntax,
    Template,
    TemplateError,
    TemplateSyntaxError,
)
from anonsms.template.filters import FILTER_NAMES


def test_tags_are_listed_in_order_and_once():
    """`.tags` names each tag once, in the order of the text."""
    template = Template("{{ b }} {{ a }} {{b|upper}}")
    assert template.tags == ("b", "a")
    assert template.literals == (" ", " ")


def test_bracket_names_may_have_spaces_and_accents():
    """Marketing people's tags work, with filters too."""
    template = Template(
        'Bonjour [Prénom | default: "client"], n° [N° de commande]',
        Syntax.BRACKETS,
    )
    assert template.tags == ("Prénom", "N° de commande")
    assert template.render({"N° de commande": "A12"}) == (
        "Bonjour client, n° A12"
    )


@pytest.mark.parametrize(
    ("source", "syntax", "text"),
    [
        ('{{ "{{" }}a{{ "}}" }}', Syntax.BRACES, "{{a}}"),
        ("a { b } c [Promo]", Syntax.BRACES, None),
        ("a {1} c [Promo]", Syntax.BRACES, "a {1} c [Promo]"),
        ('["[Boutique]"] ici', Syntax.BRACKETS, "[Boutique] ici"),
        ('{{ "dit \\"oui\\" \\\\ " }}', Syntax.BRACES, 'dit "oui" \\ '),
        ("deux\r\nlignes", Syntax.BRACES, "deux\nlignes"),
        ("", Syntax.BRACES, ""),
    ],
)
def test_marks_can_be_written_as_they_are(source, syntax, text):
    """A quoted text in a tag is literal; single marks mean themselves."""
    if text is None:
        with pytest.raises(TemplateSyntaxError, match="another system"):
            Template(source, syntax)
    else:
        assert Template(source, syntax).render({}) == text


FAULTS = [
    ("Bonjour {{ prenom", 1, 9, "not closed"),
    ("a\nb {{ x | uper }}", 2, 10, "did you mean upper"),
    ("{{ x | zzzz }}", 1, 8, "the filters are"),
    ("{{ x | truncate }}", 1, 8, "whole number"),
    ("{{ x | truncate: 0 }}", 1, 8, "whole number"),
    ('{{ x | upper: "a" }}', 1, 8, "no arguments"),
    ('{{ x | date: "%B" }}', 1, 8, "knows no %B"),
    ("{{ x | upper | number: 2 }}", 1, 16, "before all"),
    ("{{ x | number: 2 | truncate: 3 }}", 1, 20, "never cut"),
    ('{{ x | number: 2, ".", "." }}', 1, 8, "different"),
    ("{{ x | number: 77 }}", 1, 8, "0 to 9"),
    ('{{ x | default: "a" | default: "b" }}', 1, 23, "already"),
    ('{{ x | default: "{{" }}', 1, 8, "template code"),
    ("{{ x | default: nope }}", 1, 17, "in quotes"),
    ('{{ x | default: "a }}', 1, 17, "not closed"),
    ("{{ x.__class__ }}", 1, 5, "not a path"),
    ("{{ x() }}", 1, 5, "letters, digits, spaces"),
    ("{{ Panier moyen (€) }}", 1, 17, "A tag name has letters"),
    ("{{ Prénom/Nom }}", 1, 10, "A tag name has letters"),
    ("{{ x | upper () }}", 1, 14, "Expected"),
    ('{{ "x" y }}', 1, 8, "Expected"),
    ("{{ }}", 1, 1, "no name"),
    ("{{ 1 }}", 1, 4, "begins with a letter"),
    ("fin }} ici", 1, 5, "closes nothing"),
    ("voir [%goto:x%]", 1, 6, "macro"),
    ('{{ "[" }}% x', 1, 1, "macro"),
    ("Bonjour *|FNAME|*", 1, 9, "another system"),
    ("Bonjour ${prenom}", 1, 10, "another system"),
    ("Bonjour %PRENOM%", 1, 9, "another system"),
    ("a\u202eb", 1, 2, "U[+]202E"),
    ("a\tb", 1, 2, "U[+]0009"),
    ("{{ nom }}.com", 1, 1, "host"),
    ("https://{{ nom }}.example/", 1, 9, "host"),
]


@pytest.mark.parametrize(("source", "line", "column", "why"), FAULTS)
def test_a_fault_names_its_place_and_reason(source, line, column, why):
    """Line, column and reason are right for each kind of fault."""
    with pytest.raises(TemplateSyntaxError, match=why) as caught:
        Template(source)
    assert (caught.value.line, caught.value.column) == (line, column)


def test_the_caret_stands_under_the_fault():
    """The message shows the line with a caret under the wrong word."""
    with pytest.raises(TemplateSyntaxError) as caught:
        Template("Premier\nBonjour {{ prenom | uper }} !")
    assert str(caught.value) == (
        "There is no filter named uper; did you mean upper or number?\n"
        "  line 2, column 21:\n"
        "    Bonjour {{ prenom | uper }} !\n"
        "                        ^"
    )


def test_a_long_line_is_shown_around_the_fault():
    """The caret is right even when the line is shown in part."""
    with pytest.raises(TemplateSyntaxError) as caught:
        Template("é" * 300 + " }} " + "x" * 300)
    *_rest, shown, caret = str(caught.value).split("\n")
    assert len(shown) < 80
    assert shown[caret.index("^") :].startswith("}}")


def test_braces_in_a_bracket_template_are_a_fault():
    """The other syntax is not sent to people by mistake."""
    with pytest.raises(TemplateSyntaxError, match=r"Syntax\.BRACES"):
        Template("Bonjour {{ nom }}", Syntax.BRACKETS)
    with pytest.raises(TemplateSyntaxError, match="closes nothing"):
        Template("a ] b", Syntax.BRACKETS)


def test_a_template_too_long_for_any_text_is_a_fault():
    """Sources are bounded."""
    with pytest.raises(TemplateSyntaxError, match="5000"):
        Template("x" * 5001)


ANY_SOURCE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            [
                *("{{", "}}", "[", "]", "|", ":", ",", '"', "'", "\\", " "),
                *("nom", "é", "\n", "2", ".", "/", "%", "“", "”", "{", "}"),
                *FILTER_NAMES,
            ]
        ),
        max_size=14,
    ).map("".join),
)


@given(ANY_SOURCE, st.sampled_from(Syntax))
def test_any_source_compiles_or_is_refused_with_a_place(source, syntax):
    """Nothing but TemplateSyntaxError, and its place lies in the source."""
    template, fault = None, None
    try:
        template = Template(source, syntax)
    except TemplateSyntaxError as refused:
        fault = refused
    if fault is not None:
        lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= fault.line <= len(lines)
        assert fault.column >= 1
        assert str(fault).endswith("^")
    if template is not None:
        (text,) = template.render_many([dict.fromkeys(template.tags, "7")])
        fixed = "".join(template.literals)
        assert isinstance(text, TemplateError) or len(text) >= len(fixed)
