"""The endpoints of docs/pieces/webhooks.md, in the frameworks themselves."""

import re
import sys
import types
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import django
import httpx
import pytest
from attrs import evolve
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path, set_urlconf

import anonsms as sms
from anonsms.testing import SmsapiServer, TwilioServer, no_waiting


PAGE = Path(__file__).parents[2] / "docs" / "pieces" / "webhooks.md"
PERSON = "+33639981234"


class Page:
    """The page's code, run, with calls of a provider to send to it."""

    def __init__(self):
        text = PAGE.read_text("utf-8").partition("## Try it")[0]
        self.names = {"__name__": "webhooks_page"}
        # FastAPI resolves annotations in the module of the endpoint.
        module = types.ModuleType("webhooks_page")
        module.__dict__.update(self.names)
        sys.modules["webhooks_page"] = module
        self.names = module.__dict__
        for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
            exec(code, self.names)
        twilio = TwilioServer(
            webhook_url="https://shop.example/hooks/twilio/sms"
        )
        self.calls = {
            "twilio": twilio.reply(PERSON, "STOP", to="36123"),
            "smsapi": SmsapiServer().reply(PERSON, "STOP", to="36123"),
        }

    def status(self):
        """Where the person stands."""
        person = sms.PhoneNumber.parse(PERSON)
        return self.names["ledger"].state(person, "marketing").status


@pytest.fixture
def page():
    """The page, afresh for each framework."""
    made = Page()
    with no_waiting():
        yield made
    made.names["ledger"].close()
    for transport in made.names["transports"].values():
        transport.close()
    del sys.modules["webhooks_page"]


def place(call):
    """The path and the query that a call goes to."""
    parts = urlsplit(call.url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def fastapi_client(page):
    """Posts to the FastAPI application."""
    carrier = httpx.ASGITransport(page.names["api"])

    async def carry(call):
        async with httpx.AsyncClient(
            transport=carrier, base_url="http://inside.example"
        ) as client:
            return await client.request(
                call.method,
                place(call),
                content=call.body,
                headers=dict(call.headers),
            )

    def post(call):
        answer = anyio.run(carry, call)
        return answer.status_code, answer.headers["content-type"], answer.text

    return post


def django_client(page):
    """Posts to the Django view, through the URLs that the page names."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["*"],
            SECRET_KEY="of this test",
            MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
        )
        django.setup()
    urls = types.ModuleType("webhooks_urls")
    urls.urlpatterns = [
        path("hooks/<provider>/<path:rest>", page.names["hook"])
    ]
    sys.modules["webhooks_urls"] = urls
    settings.ROOT_URLCONF = "webhooks_urls"
    clear_url_caches()
    set_urlconf(None)
    client = Client(enforce_csrf_checks=True)

    def post(call):
        answer = client.generic(
            call.method,
            place(call),
            call.body,
            call.headers.get("content-type", ""),
            headers={
                name: value
                for name, value in call.headers.items()
                if name != "content-type"
            },
        )
        text = answer.content.decode()
        return answer.status_code, answer.headers["Content-Type"], text

    return post


def flask_client(page):
    """Posts to the Flask application."""
    client = page.names["app"].test_client()

    def post(call):
        answer = client.open(
            place(call),
            method=call.method,
            data=call.body,
            headers=dict(call.headers),
        )
        return answer.status_code, answer.headers["Content-Type"], answer.text

    return post


FRAMEWORKS = pytest.mark.parametrize(
    "framework", [fastapi_client, django_client, flask_client]
)


@FRAMEWORKS
@pytest.mark.parametrize("provider", ["twilio", "smsapi"])
def test_a_stop_is_taken_in(page, framework, provider):
    """The raw body and the headers arrive as they were sent, at their URL."""
    status, kind, text = framework(page)(page.calls[provider])
    assert status == 200
    if provider == "twilio":
        assert kind == "text/xml; charset=utf-8"
        assert text.endswith("<Response/>")
    else:
        assert text == "OK"
    assert page.status() is sms.Status.WITHDRAWN


@FRAMEWORKS
@pytest.mark.parametrize("provider", ["twilio", "smsapi"])
def test_a_forged_call_is_refused(page, framework, provider):
    """One octet more, or another path, and nothing is recorded."""
    call = page.calls[provider]
    if provider == "twilio":
        forged = evolve(call, body=call.body + b"&Extra=1")
    else:
        forged = SmsapiServer().forged(call)
    status, _, text = framework(page)(forged)
    assert (status, text) == (403, "refused")
    assert page.status() is sms.Status.UNKNOWN


@FRAMEWORKS
def test_a_provider_that_nobody_has_is_not_found(page, framework):
    """Neither is anything recorded."""
    call = page.calls["twilio"]
    status, _, _ = framework(page)(
        evolve(call, url=call.url.replace("/twilio/", "/pigeon/"))
    )
    assert status == 404
    assert page.status() is sms.Status.UNKNOWN
