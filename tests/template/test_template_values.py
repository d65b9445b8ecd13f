"""What becomes of values: missing, unclean, over-long, of odd types."""

from __future__ import annotations

import copy
import enum
import pickle
import traceback
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.template import (
    MissingTagError,
    Overlong,
    Syntax,
    Template,
    TemplateError,
    Unclean,
    UnsafeValueError,
    ValuePolicy,
)
from anonsms.template.links import looks_like_link


class NAType:
    """Stands in for the NA of pandas."""


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "  ",
        "\u200b",
        "\u00a0",
        float("nan"),
        Decimal("NaN"),
        NAType(),
        "\ufe0f",
        "\U000e0100",
        "\u2065\u0378",
        "\ue000",
        "\ufffc\U0001d159\U00016fe4",
        "\u0301 \u0903",
    ],
)
def test_nothing_counts_as_missing(value):
    """Absent, blank, NaN and invisible are all missing."""
    with pytest.raises(MissingTagError) as caught:
        Template("{{ a }}").render({"a": value})
    assert caught.value.tags == ("a",)
    assert Template('{{ a | default: "x" }}').render({"a": value}) == "x"


def test_all_missing_tags_are_named_at_once():
    """One look is enough to complete the data."""
    template = Template('{{ a }} {{ b }} {{ c | default: "-" }} {{ d }} {{a}}')
    with pytest.raises(MissingTagError) as caught:
        template.render({"b": "x"})
    assert caught.value.tags == ("a", "d")


def test_a_bad_row_stops_nobody_else():
    """`render_many` gives one item a row, lazily and in order."""
    seen = []

    def rows():
        for row in ({"a": "x"}, {}, {"a": "evil.com"}, {"a": "y"}):
            seen.append(row)
            yield row

    texts = Template("{{ a }}").render_many(rows())
    assert next(texts) == "x"
    assert len(seen) == 1
    kinds = [type(text) for text in texts]
    assert kinds == [MissingTagError, UnsafeValueError, str]


def test_names_match_exactly_first_then_folded():
    """Case and underscores do not matter unless they tell two apart."""
    template = Template("[Nom du client]", Syntax.BRACKETS)
    assert template.render({"nom_du_client": "Zoé"}) == "Zoé"
    assert (
        template.render({"nom du client": "x", "Nom du client": "Zoé"})
        == "Zoé"
    )
    with pytest.raises(MissingTagError):
        template.render({"nom du client": "x", "NOM DU CLIENT": "y"})
    decomposed = unicodedata.normalize("NFD", "Prénom")
    assert Template("{{ Prénom }}").render({decomposed: "Zoé"}) == "Zoé"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" Zoé  Martin\n", "Zoé Martin"),
        ("a\r\nb\tc\u2028d\x85e", "a b c d e"),
        ("a\x00\x1bb", "ab"),
        ("\u202eevil\u202c", "evil"),
        ("Zo\u200be\ufeff", "Zoe"),
        ("Zoe\u0301", "Zoé"),
        ("1\u202f234\u00a0EUR", "1 234 EUR"),
        ("a\ud800b", "ab"),
        ("a|b", "a|b"),
        ("Zoe" + "\U000e0155\U000e0153" * 100, "Zoe"),
        ("Zoe\ufe0f", "Zoe"),
        ("❤\ufe0f\ufe0f ok", "❤\ufe0f ok"),
        ("Zoe\ufe0f\u0301", "Zoé"),
        ("\ue000Zoé\u0378", "Zoé"),
        ("a \u0301 b", "a b"),
        (
            "Z" + "\u0302\u0303\u0304" * 99,
            "Z\u0302\u0303\u0304".replace("Z\u0302", "Ẑ") + "\u0302",
        ),
        ("क्षिति שָׁלוֹם พี่น้อง", None),
        ("Łukasz ’ ŻÓŁĆ", None),
    ],
)
def test_invisible_characters_are_taken_out(value, text):
    """White space becomes plain spaces; the rest of it goes; NFC stays."""
    expected = value if text is None else text
    assert Template("{{ a }}").render({"a": value}) == expected


@pytest.mark.parametrize("value", ["a\nb", "a\u200bb", "a\x1fb", "a\u2029b"])
def test_a_policy_may_refuse_them(value):
    """Unclean.REFUSE leaves the person out."""
    policy = ValuePolicy(unclean=Unclean.REFUSE)
    with pytest.raises(UnsafeValueError, match="invisible"):
        Template("{{ a }}", policy=policy).render({"a": value})
    assert Template("{{ a }}", policy=policy).render({"a": "a  b"}) == "a b"


@pytest.mark.parametrize(
    "value", ["[%goto:x%]", "[%1%]", "{{ nom }}", "a}}", "[\u200b%1%\u200b]"]
)
def test_template_code_is_refused(value):
    """What a provider might run as a macro never gets that far."""
    with pytest.raises(UnsafeValueError, match="template code"):
        Template("{{ a }}").render({"a": value})


def test_template_code_cannot_be_put_together():
    """Neither from a literal and a value nor from two values."""
    with pytest.raises(UnsafeValueError, match="template code") as caught:
        Template("[{{ a }}]").render({"a": "%1%"})
    assert caught.value.tag == "a"
    with pytest.raises(UnsafeValueError, match="template code"):
        Template("{{ a }}{{ b }}").render({"a": "x[", "b": "%1"})


def test_budgets_cut_text_and_nothing_else():
    """A name is cut; half a number or link would be a wrong one."""
    policy = ValuePolicy(budgets={"A": 5, "l": 5}, links={"l"})
    template = Template("{{ a }}", policy=policy)
    assert template.render({"a": "Marie-Ange"}) == "Marie"
    assert template.render({"a": "Marie!"}) == "Marie"
    with pytest.raises(UnsafeValueError, match="budget of 5"):
        template.render({"a": 1234567})
    with pytest.raises(UnsafeValueError, match="budget of 5"):
        Template("{{ l }}", policy=policy).render({"l": "https://a.example"})
    number = Template("{{ a | number: 0 }}", policy=policy)
    with pytest.raises(UnsafeValueError, match="budget of 5"):
        number.render({"a": 1234567})


def test_a_policy_may_refuse_overlong_values():
    """Overlong.REFUSE leaves the person out instead of cutting."""
    policy = ValuePolicy(budgets={"a": 5}, overlong=Overlong.REFUSE)
    template = Template("{{ a }}{{ a | upper }}", policy=policy)
    assert template.render({"a": "Marie"}) == "MarieMARIE"
    with pytest.raises(UnsafeValueError, match="budget of 5"):
        template.render({"a": "Marie-Ange"})


@pytest.mark.parametrize("size", [0, -1, True, "5"])
def test_a_budget_is_a_whole_number(size):
    """A policy that cannot mean anything is refused when made."""
    with pytest.raises(ConfigurationError, match="whole number"):
        ValuePolicy(budgets={"a": size})
    with pytest.raises(ConfigurationError, match="collection"):
        ValuePolicy(links="suivi")


def test_a_subclass_of_str_is_judged_by_what_it_holds():
    """What is printed is what was checked."""

    class Shout(str):
        __slots__ = ()

        def __str__(self):
            return "http://evil.example"

        def __format__(self, spec):
            return "http://evil.example"

    class Colour(str, enum.Enum):  # noqa: UP042 - prints as Colour.RED
        RED = "rouge"

    assert Template("{{ a }}").render({"a": Shout("Zoé")}) == "Zoé"
    assert Template("{{ a }}").render({"a": Colour.RED}) == "rouge"


def test_a_row_that_is_no_mapping_is_the_programs_fault():
    """A list of values is a TypeError, not a person's error."""
    with pytest.raises(TypeError, match="dict"):
        Template("{{ a }}").render(["Zoé"])


def test_errors_and_their_tracebacks_show_no_value():
    """Law 4: neither the message, nor the chain, nor the locals."""
    secret = "Canary-4711.example/x"
    for values in ({"a": secret}, {"a": secret, "b": secret}, {"b": "x"}):
        with pytest.raises(TemplateError) as caught:
            Template("{{ a }} {{ b }}").render(values)
        frames = [frame for frame, _line in traceback.walk_tb(caught.tb)]
        ours = [f for f in frames if "anonsms" in f.f_globals["__name__"]]
        assert ours
        assert not any(secret in repr(f.f_locals) for f in ours)
        assert secret not in repr(caught.value)
        assert caught.value.__context__ is None
    (error,) = Template("{{ a }}").render_many([{"a": secret}])
    assert error.__traceback__ is None
    assert error.__context__ is None
    assert secret not in repr(error)


def test_frames_of_a_fault_of_the_program_hold_no_row():
    """A row of another kind is a TypeError that shows nothing of it."""
    template = Template("{{ a }} {{ b }}")
    for call in (
        lambda: template.render(["Canary-4711"]),
        lambda: list(template.render_many([["Canary-4711"]])),
    ):
        with pytest.raises(TypeError, match="dict") as caught:
            call()
        assert caught.value.__context__ is None
        frames = [frame for frame, _line in traceback.walk_tb(caught.tb)]
        ours = [
            frame
            for frame in frames
            if "template" in frame.f_code.co_filename
            and "tests" not in frame.f_code.co_filename
        ]
        assert ours
        for frame in ours:
            assert "Canary" not in repr(frame.f_locals)


def test_the_skeleton_holds_nothing_of_anybody():
    """A neutral word for each tag, a link where links are declared."""
    template = Template(
        'Bonjour {{ nom | default: "STOP" }}, {{ lien }} {{ n | number: 2 }}'
        ' https://shop.example/{{ nom }} {{ "{{" }}',
        policy=ValuePolicy(links={"Lien"}),
    )
    assert template.skeleton == (
        "Bonjour x, https://link.example/x x https://shop.example/x {{"
    )
    assert Template("[a].", Syntax.BRACKETS).skeleton == "x."
    assert pickle.loads(pickle.dumps(template)).skeleton == template.skeleton


def test_a_template_is_a_value():
    """Equal, hashable, picklable, frozen; its repr shows tags only."""
    policy = ValuePolicy(budgets={"a": 5})
    template = Template("Bonjour {{ a }}", policy=policy)
    twin = pickle.loads(pickle.dumps(template))
    assert twin == template == copy.deepcopy(template)
    assert hash(twin) == hash(template)
    assert twin.render({"a": "Zoé"}) == "Bonjour Zoé"
    assert template != Template("Bonjour {{ a }}")
    assert repr(template).endswith(": a>")
    assert template.sha256 == Template("Bonjour {{ a }}").sha256
    assert template.sha256 != Template("Bonsoir {{ a }}").sha256
    with pytest.raises(AttributeError):
        template.source = "x"


NASTY = st.one_of(
    st.text(max_size=12),
    st.text(
        "ab.:/@%[]{}|\n\t\u200b\u202e\u3002．Éé\u0301 -comwty", max_size=14
    ),
    st.text("0189 -.STOPx٣³", max_size=12),
    st.sampled_from(["Zoé", "bit", "ly", "Dr.No", "http:", "//x", "a.com"]),
    st.none(),
    st.integers(-(10**6), 10**6),
    st.floats(),
    st.booleans(),
)
SOURCES = [
    "{{ a }}",
    "Bonjour {{ a }} {{ b }}, à bientôt.",
    "{{ a }}{{ b }}",
    "[{{ a }}]{{ b }}",
    '({{ a | default: "client" }}) {{ b | upper }}',
    "{{ a | truncate: 4 }}-{{ b | title }}!",
    "{{ a | number: 1 }} {{ b }}",
    "{{ a }}.{{ b }}",
    "{{ c }} {{ a }}",
    "{{ b }} {{ a }} {{ c | upper }}",
]
POLICIES = [
    ValuePolicy(),
    ValuePolicy(budgets={"a": 3, "b": 4}, links={"c"}),
    ValuePolicy(budgets={"a": 3}, overlong="refuse", unclean="refuse"),
    ValuePolicy(numbers={"b"}),
]
TEMPLATES = [Template(s, policy=p) for s in SOURCES for p in POLICIES]


@given(
    st.sampled_from(TEMPLATES),
    st.lists(
        st.dictionaries(st.sampled_from("abcA"), NASTY, max_size=4), max_size=4
    ),
)
@example(TEMPLATES[0], [{"a": "a‘b"}])
def test_whatever_the_values_the_text_is_fit_to_send(template, rows):
    """
    No control character, macro, raw tag or made link comes out.

    And the three ways to render agree: one by one, many, and careful.
    """
    for row, text in zip(rows, template.render_many(rows), strict=True):
        careful = template._rendering.carefully(row)
        assert type(careful) is type(text)
        assert str(careful) == str(text)
        if isinstance(text, TemplateError):
            with pytest.raises(type(text)):
                template.render(row)
            continue
        assert template.render(row) == text
        assert all(
            char == "\n"
            or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            for char in text
        )
        assert not any(unicodedata.category(c) in {"Cn", "Co"} for c in text)
        assert "[%" not in text
        assert "{{" not in text
        for word in text.split():
            if "c" not in template.tags:
                assert not looks_like_link(word.strip("(\"'.,;:!?)"))


@given(st.text(max_size=30))
def test_clean_values_are_stable(value):
    """Rendering a rendered value changes nothing more."""
    template = Template("{{ a }}")
    (once,) = template.render_many([{"a": value}])
    if isinstance(once, str):
        assert template.render({"a": once}) == once
        assert unicodedata.is_normalized("NFC", once)
