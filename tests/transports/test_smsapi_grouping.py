"""Texts that share a request come out as they went in, each to its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smsapi_double import SHOP, Account, form_of, text, transport

from anonsms.errors import ConfigurationError
from anonsms.message import Accepted, Originator, Rejected, Rejection
from anonsms.transports.smsapi.grouping import Personalisation, Sheet, sheets
from anonsms.transports.smsapi.layout import fill, layout_of


RULES = Personalisation(per_request=8)
names = st.sampled_from(
    ["Zoé", "Ana", "Jean Paul", "", " ", "a|b", "l\nm", "%]", "1%", "[", "]"]
)
templates = st.sampled_from(
    [
        "Bonjour {}, -20 % ce week-end. STOP au 36123",
        "{} vous attend, code {}",
        "Code {} et {} et {} et {} et {} fin",
        "Votre colis est prêt. {}",
        "{}",
        "Pas de valeur",
    ]
)
wordy = st.builds(
    lambda template, values: template.format(*values),
    templates,
    st.tuples(names, names, names, names, names),
)
anything = st.text("ab |%[]\n1é", max_size=12)
bodies = st.lists(
    (wordy | anything).filter(lambda body: "[%" not in body), max_size=30
)


@given(
    bodies,
    st.lists(st.integers(0, 12), min_size=30, max_size=30),
    st.booleans(),
)
def test_every_text_comes_back_to_the_letter(texts, numbers, whole):
    """Filling gives each text back; nothing of one person is another's."""
    batch = [
        text(to, body, key=f"{nth:032x}")
        for nth, (to, body) in enumerate(zip(numbers, texts, strict=False))
    ]
    made = sheets(batch, Personalisation(per_request=8, whole_texts=whole))
    seen = [message.key for sheet in made for message in sheet]
    assert sorted(seen) == [message.key for message in batch]
    for sheet in made:
        assert sheet.texts() == [each.text.reveal() for each in sheet]
        assert len({each.number for each in sheet}) == len(sheet) <= 8
        assert len(sheet.columns) <= 4
        if len(sheet) == 1:
            assert sheet.columns == ()
        for column in sheet.columns:
            assert len(column) == len(sheet)
            for value in column:
                assert value == value.strip() != ""
                assert "|" not in value
                assert "\n" not in value
                assert len(value) <= 80 or whole
        if sheet.columns:
            assert "%]" not in fill(sheet.template, [("",)] * 4, 1)[0]
            assert whole or sheet.template != "[%1%]"


@given(bodies)
def test_the_request_says_what_the_sheet_says(texts):
    """Read as SMSAPI reads it, the form has each text beside its number."""
    batch = [text(nth, body) for nth, body in enumerate(texts)]
    asked = []
    shop = transport(None)
    for group in shop.groups(batch):
        flow = shop.submit(group)
        form = form_of(next(flow))
        numbers, keys = form["to"].split(","), form["idx"].split("|")
        columns = [
            form[f"param{nth}"].split("|")
            for nth in range(1, 5)
            if f"param{nth}" in form
        ]
        filled = fill(form["message"], columns, len(numbers))
        asked += zip(numbers, keys, filled, strict=True)
    assert sorted(asked) == sorted(
        (m.number.reveal()[1:], m.key, m.text.reveal()) for m in batch
    )


@given(st.lists(wordy, min_size=1), st.integers(1, 4))
def test_a_layout_takes_apart_and_puts_together(texts, slots):
    """Whatever values a layout finds, around them the text comes back."""
    layout = layout_of(texts, slots)
    assert len(layout.literals) <= slots + 1
    for body in texts:
        values = layout.values(body) if len(layout.literals) > 1 else []
        if values is None:
            continue
        columns = [(value,) for value in values]
        assert fill(layout.template, columns, 1) == [body]


def one_sheet(*texts, rules=RULES):
    """The sheet that these texts share."""
    [sheet] = sheets([text(n, body) for n, body in enumerate(texts)], rules)
    return sheet


def test_a_campaign_fits_in_one_request():
    """Names, codes and dates are values; all the rest is the template."""
    sheet = one_sheet(
        "Bonjour Zoé, votre code est A1, valable 3 jours. STOP au 36123",
        "Bonjour Jean Paul, votre code est B7, valable 5 jours. STOP au 36123",
        "Bonjour Ana, votre code est C9, valable 30 jours. STOP au 36123",
    )
    assert sheet.template == (
        "Bonjour [%1%] votre code est [%2%] valable [%3%] jours. STOP au 36123"
    )
    assert sheet.columns[0] == ("Zoé,", "Jean Paul,", "Ana,")


def test_a_thousand_texts_are_learnt_from_a_few():
    """The sample shows the template; those that do not fit go alone."""
    texts = [f"Bonjour {n}, votre code {n * 7}. Merci" for n in range(999)]
    texts[517] = "Tout autre chose"
    made = sheets(
        [text(n, body) for n, body in enumerate(texts)], Personalisation()
    )
    assert sorted(map(len, made)) == [1, 998]


def test_more_than_four_differences_share_a_place():
    """The places with the least between them become one."""
    sheet = one_sheet(
        "A 1 B 2 C 3 D E F 4 G H I 5 J", "A 6 B 7 C 8 D E F 9 G H I 0 J"
    )
    assert sheet.template == "A [%1%] C [%2%] D E F [%3%] G H I [%4%] J"


def test_equal_texts_need_no_values():
    """One message for all."""
    sheet = one_sheet("Fermé lundi", "Fermé lundi", "Fermé lundi")
    assert (sheet.template, sheet.columns) == ("Fermé lundi", ())


@pytest.mark.parametrize(
    "odd", ["a|b", "l\nm", "x" * 81, "\u2028", "%] x", "a\x00b"]
)
def test_an_odd_value_goes_alone(odd):
    """And the others still share."""
    texts = ["Bonjour Zoé fin", "Bonjour Ana fin", f"Bonjour {odd} fin"]
    made = sheets([text(n, body) for n, body in enumerate(texts)], RULES)
    assert sorted(map(len, made)) == [1, 2]


def test_languages_make_requests_of_their_own():
    """Texts that end or begin alike are tried together."""
    french = [f"Bonjour {n}, soldes. STOP au 36123" for n in range(3)]
    polish = [f"Czesc {n}, promocja. STOP pod 7055" for n in range(3)]
    texts = [
        body for pair in zip(french, polish, strict=True) for body in pair
    ]
    made = sheets([text(n, body) for n, body in enumerate(texts)], RULES)
    assert sorted(map(len, made)) == [3, 3]


def test_whole_texts_share_only_if_the_shop_wants_it():
    """Nobody says whether SMSAPI takes a text that is all value."""
    texts = ["Bonjour Zoé", "Votre colis"]
    batch = [text(n, body) for n, body in enumerate(texts)]
    assert len(sheets(batch, RULES)) == 2
    [sheet] = sheets(batch, Personalisation(whole_texts=True))
    assert sheet.template == "[%1%]"


def test_originators_never_share():
    """A request has one `from`."""
    batch = [text(1), text(2, origin=Originator.parse("+12025550100"))]
    assert len(sheets(batch, RULES)) == 2


def test_a_number_that_comes_twice_gets_two_requests():
    """SMSAPI may drop the second, and shift what comes after it."""
    batch = [text(1, key="a"), text(2, key="b"), text(1, key="c")]
    made = sheets(batch, RULES)
    assert [[each.key for each in sheet] for sheet in made] == [
        ["a", "b"],
        ["c"],
    ]


@pytest.mark.parametrize(
    ("body", "key", "reason", "code"),
    [
        ("Code [%1%]", "k", Rejection.CONTENT, "macro"),
        ("[%idzdo:https://shop.example%]", "k", Rejection.CONTENT, "macro"),
        ("a [% b", "k", Rejection.CONTENT, "macro"),
        ("\ud800", "k", Rejection.CONTENT, "encoding"),
        ("Bonjour", "a|b", Rejection.OTHER, "key"),
        ("Bonjour", "a,b", Rejection.OTHER, "key"),
        ("Bonjour", "", Rejection.OTHER, "key"),
    ],
)
def test_what_could_inject_is_refused_here(body, key, reason, code):
    """It never reaches SMSAPI, and stops nobody else."""
    account = Account()
    batch = [text(1), text(2, body, key=key), text(3)]
    outcomes = transport(account).send(batch)
    assert outcomes[1] == Rejected(key, reason, code)
    assert isinstance(outcomes[0], Accepted)
    assert isinstance(outcomes[2], Accepted)
    assert len(account.taken) == 2


def test_sheets_show_nothing():
    """Neither numbers nor texts."""
    sheet = one_sheet("Bonjour Zoé fin", "Bonjour Ana fin")
    assert repr(sheet) == "<Sheet 2 messages, 1 values each>"
    assert "Zoé" not in repr(layout_of(sheet.texts(), 4))
    assert isinstance(sheet, Sheet)
    assert sheet[0].originator is SHOP
    assert len(sheet[:1]) == 1
    assert Sheet.alone(sheet[0]).halves() == []


@pytest.mark.parametrize("options", [{"per_request": 0}, {"longest": 0}])
def test_rules_make_sense(options):
    """Nobody to send to is a mistake in the settings."""
    with pytest.raises(ConfigurationError):
        Personalisation(**options)
