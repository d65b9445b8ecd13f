"""Base URLs of providers, and public URLs of ours."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.masking import Secret
from anonsms.transport import public_url, sound_base
from exposed import exposed


@pytest.mark.parametrize(
    ("url", "base", "here"),
    [
        ("https://api.example", "https://api.example", False),
        ("https://api.example/v3/", "https://api.example/v3", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("http://[::1]:8080", "http://[::1]:8080", True),
        ("https://localhost", "https://localhost", True),
    ],
)
def test_base_urls_are_https_or_on_this_machine(url, base, here):
    """And a server on this machine reaches no handset."""
    assert sound_base(url) == (base, here)


BAD = [
    None,
    5,
    "",
    "api.example",
    "http://api.example",
    "ftp://127.0.0.1",
    "https://",
    "https://[::1",
    "https://api.example:port",
    "https://api.example?x=1",
    "https://api.example?",
    "https://api.example#top",
    "https://api.example#",
    "http://127.0.0.1.evil.example",
    "https://api.example/a b",
    "https://api.example/\n",
    "https://api.example/é",
]


@pytest.mark.parametrize("url", [*BAD, "https://user:pass@api.example"])
def test_other_base_urls_are_refused(url):
    """Numbers do not travel in clear, and credentials not in URLs."""
    with pytest.raises(ConfigurationError, match="base URL"):
        sound_base(url)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("https://shop.example", "https://shop.example/"),
        ("https://shop.example/hooks/", "https://shop.example/hooks/"),
        ("https://a_b.example/hooks", "https://a_b.example/hooks"),
        ("http://localhost:8000/x", "http://localhost:8000/x"),
        ("https://user:pass@shop.example/x",) * 2,
    ],
)
def test_public_urls_have_a_path_and_stay_as_they_are(url, whole):
    """Hidden: they may hold a password."""
    assert public_url(url) == public_url(Secret(url)) == Secret(whole)


@pytest.mark.parametrize("url", BAD)
def test_other_public_urls_are_refused(url):
    """Nobody could call them, or what they tell would go in clear."""
    with pytest.raises(ConfigurationError, match="webhook_url is"):
        public_url(url)


def test_underscores_in_a_host_are_the_providers_rule():
    """Twilio calls no such host."""
    with pytest.raises(ConfigurationError, match="without underscores"):
        public_url("https://a_b.example/x", underscores=False)
    assert public_url("https://a.example/x_y", underscores=False)


def test_a_refused_url_shows_no_password():
    """Neither in the error nor in a frame of it."""
    url = Secret("https://user:geheim-4711@shop.example/x?y=1")
    for given_ in (url, url.reveal()):
        with pytest.raises(ConfigurationError) as caught:
            public_url(given_)
        assert "geheim" not in " ".join(exposed(caught.value))
        with pytest.raises(ConfigurationError) as caught:
            sound_base(given_.reveal() if given_ is url else given_)


@given(st.text(max_size=40) | st.text("htps:/@?#[]ab.1", max_size=20))
def test_any_text_is_a_url_or_refused(text):
    """Nothing else happens."""
    for check in (sound_base, public_url):
        for prefix in ("", "https://"):
            with contextlib.suppress(ConfigurationError):
                assert check(prefix + text)
