"""Requests to Twilio, checked against its own description."""

import json
import os
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from attrs import evolve
from twilio_script import (
    NOW,
    SERVICE,
    SETTINGS,
    answer,
    created,
    message_id,
    outbound,
    record,
    transport,
)


HERE = Path(__file__).parent
FOLDER = Path(
    os.environ.get("ANONSMS_CONTRACTS", HERE.parents[2] / "shared/contracts")
)
CONTRACT = FOLDER / "twilio_messages.json"
needs_contract = pytest.mark.skipif(
    not CONTRACT.exists(),
    reason="the contract is not here: set ANONSMS_CONTRACTS to its folder",
)


@cache
def contract():
    """Twilio's OpenAPI description, and a checker made of it."""
    from openapi_core import OpenAPI  # noqa: PLC0415 - slow to import

    described = json.loads(CONTRACT.read_text("utf-8"))
    return described, OpenAPI.from_dict(described)


def check(request):
    """Raise if Twilio's description does not allow the request."""
    from openapi_core.testing import MockRequest  # noqa: PLC0415

    parts = urlsplit(request.url)
    contract()[1].validate_request(
        MockRequest(
            f"{parts.scheme}://{parts.netloc}",
            request.method.lower(),
            parts.path,
            args=dict(parse_qsl(parts.query)),
            headers=dict(request.headers),
            data=request.body,
            content_type=request.headers.get("Content-Type", ""),
        )
    )


@needs_contract
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_creations_pass_the_contract(settings):
    """Also the names of fields, which the checker does not look at."""
    request, fields = created("Été 😀", "36123", **settings)
    check(request)
    path = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
    media = contract()[0]["paths"][path]["post"]["requestBody"]["content"]
    [described] = media.values()
    names = described["schema"]["properties"]
    assert fields.keys() <= names.keys()
    assert request.headers["Content-Type"] in media
    for name in ("SmartEncoded", "ProvideFeedback"):
        assert fields.get(name) in {None, "true", "false"}
    for name in ("ContentRetention", "AddressRetention", "RiskCheck"):
        listed = resolved(names[name]).get("enum")
        assert fields.get(name) in {None, *listed}


def resolved(schema):
    """The schema that a reference stands for."""
    if "$ref" not in schema:
        return schema
    return contract()[0]["components"]["schemas"][
        schema["$ref"].rpartition("/")[2]
    ]


@needs_contract
def test_scheduled_creations_pass_the_contract():
    """With the enum's only value and a date-time."""
    twilio, script = transport(
        answer(201, record()), messaging_service_sid=SERVICE
    )
    twilio.schedule([outbound()], NOW + timedelta(days=2))
    check(script.requests[0])


@needs_contract
@pytest.mark.parametrize(
    ("ask", "given"),
    [
        (lambda t: t.fetch_receipts([message_id()]), answer(200, record())),
        (lambda t: t.cancel(message_id()), answer(200, record())),
        (lambda t: t.redact(message_id()), answer(200, record())),
        (lambda t: t.delete(message_id()), answer(204)),
        (lambda t: t.feedback(message_id()), answer(201, {})),
        (
            lambda t: t.feedback(message_id(), confirmed=False),
            answer(201, {}),
        ),
        (
            lambda t: t.reconcile([outbound()], NOW),
            answer(200, {"messages": [], "next_page_uri": None}),
        ),
    ],
)
def test_all_other_requests_pass_the_contract(ask, given):
    """Fetch, cancel, redact, delete, feedback and the list."""
    twilio, script = transport(given)
    ask(twilio)
    [request] = script.requests
    check(request)
    assert not request.private or request.method == "GET"


@needs_contract
def test_the_contract_would_notice():
    """A request without a sender does not pass."""
    request, _ = created(webhook_url=None)
    broken = evolve(request, body=request.body.replace(b"From=", b"Fram="))
    try:
        check(broken)
    except Exception:  # noqa: BLE001 - it shows the body, so it ends here
        return
    pytest.fail("A request without a sender passed.")
