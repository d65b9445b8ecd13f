"""Settings that are wrong teach, and show no secret to error reports."""

import traceback

import pytest
from twilio_script import HOOK, SID

from anonsms.errors import ConfigurationError
from anonsms.transports.twilio import TwilioTransport


TOKEN = "token-of-the-live-account"
WORD = "secret-of-the-api-key"
SWAPPED = "another-token-in-the-wrong-place"
SETTINGS = [
    *("account_sid", "auth_token", "api_key", "api_secret"),
    *("messaging_service_sid", "base_url", "lookups_url", "accounts_url"),
    *("webhook_url", "webhook_overrides", "validity"),
]


def shown(error):
    """What a tool that reports variables prints of our frames."""
    frames = traceback.walk_tb(error.__traceback__.tb_next)
    parts = [repr(dict(frame.f_locals)) for frame, _ in frames]
    return "".join([str(error), repr(error.__context__), *parts])


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    "wrong", [f"\ud800:{SWAPPED}", b"x", object(), [], 0, 1.5]
)
def test_a_wrong_setting_teaches_and_shows_nothing(setting, wrong):
    """Whatever stands there instead; it may be the token itself."""
    given = {
        "account_sid": SID,
        "auth_token": TOKEN,
        "api_key": "SK" + "b2" * 16,
        "api_secret": WORD,
        "webhook_url": HOOK,
        setting: wrong,
    }
    with pytest.raises(ConfigurationError) as caught:
        TwilioTransport(**given)
    told = shown(caught.value)
    assert not [word for word in (TOKEN, WORD, SWAPPED) if word in told]


@pytest.mark.parametrize(
    "wrong", [5, 0, [], SWAPPED, b"rc=3", object(), "rc", "rc=3&x"]
)
def test_overrides_that_are_none_teach(wrong):
    """Neither is a pair without a value left out in silence."""
    with pytest.raises(ConfigurationError, match="webhook_overrides"):
        TwilioTransport(SID, TOKEN, webhook_url=HOOK, webhook_overrides=wrong)
