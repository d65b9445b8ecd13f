"""Settings that are wrong teach, and show no secret to error reports."""

import traceback
from datetime import timedelta

import pytest

from anonsms.errors import ConfigurationError
from anonsms.transports.smsapi import SmsapiTransport


TOKEN = "token-of-the-live-account"
WORD = "secret-path-of-the-hook-4711"
SWAPPED = "another-token-in-the-wrong-place"
SETTINGS = [
    *("site", "base_url", "backup_url", "webhook_url", "webhook_secret"),
    *("per_request", "longest_value", "max_parts", "time_restriction"),
    "validity",
]


def shown(error):
    """What a tool that reports variables prints of our frames."""
    frames = traceback.walk_tb(error.__traceback__.tb_next)
    parts = [repr(dict(frame.f_locals)) for frame, _ in frames]
    return "".join([str(error), repr(error.__context__), *parts])


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    "wrong", [f" {SWAPPED}", b"x", object(), [], 0, True, 1.5, ""]
)
def test_a_wrong_setting_teaches_and_shows_nothing(setting, wrong):
    """Whatever stands there instead; it may be the token itself."""
    given = {
        "webhook_url": "https://shop.example/hooks",
        "webhook_secret": WORD,
        setting: wrong,
    }
    with pytest.raises(ConfigurationError) as caught:
        SmsapiTransport(TOKEN, **given)
    told = shown(caught.value)
    assert not [word for word in (TOKEN, WORD, SWAPPED) if word in told]


@pytest.mark.parametrize("token", [None, b"x", 5, "", f"é{SWAPPED}"])
def test_a_wrong_token_shows_nothing(token):
    """Neither itself nor the secret of the webhook."""
    with pytest.raises(ConfigurationError, match="token") as caught:
        SmsapiTransport(token, webhook_secret=WORD)
    told = shown(caught.value)
    assert not [word for word in (WORD, SWAPPED) if word in told]


def test_sound_settings_are_taken():
    """So that the errors above are about what was wrong."""
    with SmsapiTransport(
        TOKEN,
        site="pl",
        backup_url="https://api2.smsapi.pl",
        webhook_url="https://shop.example/hooks",
        webhook_secret=WORD,
        per_request=1,
        longest_value=1,
        max_parts=10,
        time_restriction="follow",
        validity=timedelta(hours=1),
    ) as smsapi:
        assert smsapi.capabilities.replies
