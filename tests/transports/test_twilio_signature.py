"""Twilio's signature: every quirk of its signers, and no forgery."""

import json
import string
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator
from twilio_script import FORM, signature

from anonsms.masking import Secret
from anonsms.transports.twilio import verify_twilio_signature


TOKEN = "12345"
U = "https://mycompany.com/myapp.php?foo=1&bar=2"
# Numbers of the vectors that Twilio publishes.
P = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
SEVEN = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
EMPTY = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
JSON_SEVEN = b'{"property": "value", "boolean": true}'
REPEATED = [
    ("Sid", "CA123"),
    ("SidAccount", "AC123"),
    ("Digits", "5678"),
    ("Digits", "1234"),
    ("Digits", "1234"),
]
ADDRESSES = [
    ("MessagingBinding.Address", "+1415xxxxxxx"),
    ("MessagingBinding.Address", "+1325xxxxxxx"),
]

VECTORS = [
    (U, P, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (U.replace(".com", ".com:1234"), P, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
    (
        "http://mycompany.com:1234/myapp.php?foo=1&bar=2",
        P,
        "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
    ),
    (U, P, "kvajT1Ptam85bY51eRf/AJRuM3w="),
    (U.replace("https", "http"), P, "0ZXoZLH/DfblKGATFgpif+LLRf4="),
    (U, REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
    (f"{U}&bodySHA256={SEVEN}", JSON_SEVEN, "a9nBmqA0ju/hNViExpshrM61xv4="),
    (f"{U}&bodySHA256={EMPTY}", b"{}", "Ldidvp12m26NI7eqEvxnEpkd9Hc="),
    (
        f"https://mycompany.com/myapp.php?bodySHA256={SEVEN}",
        JSON_SEVEN,
        "y77kIzt2vzLz71DgmJGsen2scGs=",
    ),
    (U.replace("//", "//user:pass@"), P, "CukzLTc1tT5dXEDIHm/tKBanW10="),
    (U.replace("//", "//user@"), P, "2YRLlVAflCqxaNicjMpJcSTgzSs="),
    (U.replace("//", "//user:pass@"), P, "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI="),
    (f"{U}&Body=It's+amazing", P, "TfZzewPq8wqrGlMfyAud8+/IvJ0="),
    (U, ADDRESSES, "83O6e2vORAoJHUNzJjDWN1jz+BA="),
]


def body_of(content):
    """The body and its media type."""
    if isinstance(content, bytes):
        return content, "application/json"
    return urlencode(content).encode(), FORM


@pytest.mark.parametrize(("url", "content", "signed"), VECTORS)
def test_twilios_own_vectors_hold(url, content, signed):
    """Each published signature is accepted, and for no other token."""
    body, media = body_of(content)
    assert verify_twilio_signature(TOKEN, url, body, media, signed)
    assert verify_twilio_signature(Secret(TOKEN), url, body, media, signed)
    assert not verify_twilio_signature("12346", url, body, media, signed)


@pytest.mark.parametrize(("url", "content", "signed"), VECTORS)
def test_nothing_that_is_signed_can_be_changed(url, content, signed):
    """Another path, query, field or body is refused."""
    body, media = body_of(content)
    changed = body[:-1] + bytes([body[-1] ^ 1])
    for forged, other in (
        (url.replace("myapp", "yourapp"), body),
        (f"{url}&more=1", body),
        (url, changed),
        (url, body + (b"&More=1" if media == FORM else b" ")),
    ):
        assert not verify_twilio_signature(TOKEN, forged, other, media, signed)


@pytest.mark.parametrize("media", ["application/json", FORM, None])
def test_a_digest_in_the_url_is_always_checked(media):
    """A signed URL with a digest is worth nothing with another body."""
    url = f"{U}&bodySHA256={SEVEN}"
    for body in (b"", b"{}", b"A=1"):
        assert not verify_twilio_signature(
            TOKEN, url, body, media, signature(url)
        )


def test_a_body_that_nothing_covers_is_refused():
    """The signature of a GET does not carry a JSON body."""
    assert verify_twilio_signature(TOKEN, U, b"", None, signature(U))
    for media in ("application/json", None, "text/plain", ""):
        assert not verify_twilio_signature(
            TOKEN, U, b'{"a": 1}', media, signature(U)
        )


def test_a_port_after_a_password_is_found():
    """The first colon of an address need not be the port's."""
    bare = "https://user:pass@mycompany.com/a"
    asked = "https://user:pass@mycompany.com:443/a"
    for url in (bare, asked):
        for signed in (bare, asked):
            assert verify_twilio_signature(
                TOKEN, url, b"", None, signature(signed)
            )


def test_an_ipv6_address_is_not_cut():
    """Brackets keep the colons of the address."""
    bare = "https://[2001:db8::1]/a"
    asked = "https://[2001:db8::1]:443/a"
    assert verify_twilio_signature(TOKEN, bare, b"", None, signature(asked))
    assert verify_twilio_signature(TOKEN, asked, b"", None, signature(bare))


def test_blank_and_padded_values_are_signed_as_they_are():
    """Neither empty fields nor spaces are lost on the way."""
    pairs = [("Body", "  oui \n"), ("FromCity", ""), ("A", "")]
    body = urlencode(pairs).encode()
    good = signature(U, pairs)
    assert verify_twilio_signature(TOKEN, U, body, FORM, good)
    assert verify_twilio_signature(
        TOKEN, U, body, f"{FORM.title()} ; charset=UTF-8", good
    )
    trimmed = signature(U, [("Body", "oui")])
    assert not verify_twilio_signature(TOKEN, U, body, FORM, trimmed)


@pytest.mark.parametrize("token", ["", " ", Secret(""), None, 5])
def test_no_token_accepts_nothing(token):
    """Not even what was signed with the same emptiness."""
    for key in ("", " "):
        assert not verify_twilio_signature(
            token, U, b"", None, signature(U, token=key)
        )


anything = st.one_of(
    st.none(),
    st.integers(),
    st.binary(max_size=80),
    st.text(max_size=80),
    st.text(st.characters(min_codepoint=0xD7F0, max_codepoint=0xE010)),
    st.sampled_from([U, FORM, "https://[", "http://:x/?'", "//", "#"]),
)


@given(anything, anything, anything, anything, anything)
def test_it_never_raises_and_accepts_no_chance_hit(
    token, url, body, media, signed
):
    """Whatever it is given, the answer is no."""
    assert not verify_twilio_signature(token, url, body, media, signed)


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12
)
hosts = st.sampled_from(["a.example", "a.example:8443", "a.example:443"])
queries = st.text(string.ascii_letters + string.digits + "=&+%.", max_size=20)
urls = st.builds(
    "{}://{}/{}{}".format,
    st.sampled_from(["https", "http"]),
    hosts,
    st.text(string.ascii_lowercase + "/", max_size=8),
    queries.map(lambda query: query and f"?q=1&{query}"),
)
forms = st.lists(st.tuples(words.filter(bool), words), max_size=6)


@given(urls, forms)
def test_what_an_independent_signer_signs_is_accepted(url, pairs):
    """Any URL and any form, repeated and empty fields too."""
    body = urlencode(pairs).encode()
    signed = signature(url, pairs)
    assert verify_twilio_signature(TOKEN, url, body, FORM, signed)
    assert not verify_twilio_signature(
        TOKEN, url, body, FORM, signature(url, pairs, "x")
    )


@given(urls, forms, st.sampled_from([TOKEN, "another"]))
def test_the_official_validator_agrees(url, pairs, token):
    """On forms, where it is right, both say the same."""
    body = urlencode(pairs).encode()
    signed = signature(url, pairs, token)
    official = RequestValidator(TOKEN).validate(url, MultiDict(pairs), signed)
    ours = verify_twilio_signature(TOKEN, url, body, FORM, signed)
    assert ours == official == (token == TOKEN)


def test_the_faults_of_the_official_validator_are_not_ours():
    """What it lets pass, or stumbles over, is refused here."""
    url = f"{U}&bodySHA256={SEVEN}"
    official = RequestValidator(TOKEN)
    assert official.validate(url, {}, signature(url))
    forged = json.dumps({"amount": 1}).encode()
    assert not verify_twilio_signature(
        TOKEN, url, forged, "application/json", signature(url)
    )
    assert not verify_twilio_signature(TOKEN, U, b"", None, None)
    assert not verify_twilio_signature(
        TOKEN, U, b"{}", "application/json", signature(U)
    )
