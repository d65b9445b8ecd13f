"""The longest text is known before any data."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anonsms.parts import measure
from anonsms.template import Template, TemplateError, ValuePolicy


BUDGETS = ValuePolicy(budgets={"a": 20, "b": 90})


def test_unbounded_tags_are_named():
    """Without a budget or `truncate` nothing can be promised."""
    longest = Template(
        '{{ a }} {{ b | default: "x" }} {{ c | truncate: 3 }} {{ a }}'
    ).longest
    assert longest.unbounded == ("a", "b")
    assert longest.characters is None
    assert longest.parts_most is None


def test_the_longest_text_is_counted_in_parts():
    """20 characters of value and 8 of text are one part, either way."""
    longest = Template("Bonjour {{ a }}", policy=BUDGETS).longest
    assert longest.characters == 28
    assert (longest.parts_gsm7, longest.parts_ucs2) == (1, 1)
    assert longest.parts_most == 1
    longest = Template("Bonjour {{ a }}{{ b }}", policy=BUDGETS).longest
    assert longest.characters == 118
    assert (longest.parts_gsm7, longest.parts_ucs2) == (1, 2)
    assert longest.parts_most == 4


def test_a_template_in_ucs2_has_no_gsm7_count():
    """One emoji of the shop's own decides for everybody."""
    longest = Template("🎉 {{ a }}", policy=BUDGETS).longest
    assert longest.parts_gsm7 is None
    assert longest.parts_ucs2 == 1


def test_a_default_may_be_longer_than_the_budget():
    """The shop's own words are not cut, so they count in full."""
    template = Template(
        '{{ a | truncate: 3 | default: "cher client" }}', policy=BUDGETS
    )
    assert template.longest.characters == 11
    assert template.render({}) == "cher client"


@given(
    st.sampled_from(
        [
            "{{ a }} € [x] {{ b }}",
            "é{{ a | upper }}{{ b }}",
            '{{ a | default: "client" }} 🎉 {{ b | truncate: 80 }} fin',
            "ж" * 60 + "{{ a }}",
        ]
    ),
    st.text(st.sampled_from("aß€^😀éж🎉 "), max_size=100),
    st.text(st.sampled_from("ab[€{😀"), max_size=100),
)
def test_no_text_is_longer_or_in_more_parts(source, a, b):
    """`.longest` is a true bound, whatever the values."""
    template = Template(source, policy=BUDGETS)
    longest = template.longest
    for text in template.render_many([{"a": a, "b": b}]):
        if not isinstance(text, TemplateError):
            assert len(text) <= longest.characters
            assert measure(text).count <= longest.parts_most
