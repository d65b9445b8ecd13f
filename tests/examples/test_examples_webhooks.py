"""The endpoints of docs/pieces/webhooks.md, in the frameworks themselves."""

import re
import sys
import types
from pathlib import Path

import anyio
import django
import httpx
import pytest
from django.conf import settings
from django.test import Client
from django.urls import clear_url_caches, path, set_urlconf

import anonsms as sms
from anonsms.testing import TwilioServer


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
        with TwilioServer(
            webhook_url="https://shop.example/hooks/twilio"
        ) as t:
            self.stop = t.reply(PERSON, "STOP", to="36123")

    def status(self):
        """Where the person stands."""
        person = sms.PhoneNumber.parse(PERSON)
        return self.names["ledger"].state(person, "marketing").status


@pytest.fixture
def page():
    """The page, afresh for each framework."""
    made = Page()
    yield made
    made.names["ledger"].close()
    del sys.modules["webhooks_page"]


def fastapi_client(page):
    """Posts to the FastAPI application."""
    carrier = httpx.ASGITransport(page.names["api"])

    async def call(body, headers):
        async with httpx.AsyncClient(
            transport=carrier, base_url="http://inside.example"
        ) as client:
            return await client.post(
                "/hooks/twilio", content=body, headers=headers
            )

    def post(body, headers):
        answer = anyio.run(call, body, headers)
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
    urls.urlpatterns = [path("hooks/<path:rest>", page.names["hook"])]
    sys.modules["webhooks_urls"] = urls
    settings.ROOT_URLCONF = "webhooks_urls"
    clear_url_caches()
    set_urlconf(None)
    client = Client(enforce_csrf_checks=True)

    def post(body, headers):
        answer = client.post(
            "/hooks/twilio",
            data=body,
            content_type=headers["content-type"],
            headers={
                name: value
                for name, value in headers.items()
                if name != "content-type"
            },
        )
        text = answer.content.decode()
        return answer.status_code, answer.headers["Content-Type"], text

    return post


def flask_client(page):
    """Posts to the Flask application."""
    client = page.names["app"].test_client()

    def post(body, headers):
        answer = client.post("/hooks/twilio", data=body, headers=headers)
        return answer.status_code, answer.headers["Content-Type"], answer.text

    return post


@pytest.mark.parametrize(
    "framework", [fastapi_client, django_client, flask_client]
)
def test_a_signed_stop_is_taken_in(page, framework):
    """The raw body and the headers arrive as they were signed."""
    post = framework(page)
    status, kind, text = post(page.stop.body, dict(page.stop.headers))
    assert (status, kind) == (200, "text/xml; charset=utf-8")
    assert text.endswith("<Response/>")
    assert page.status() is sms.Status.WITHDRAWN


@pytest.mark.parametrize(
    "framework", [fastapi_client, django_client, flask_client]
)
def test_a_changed_body_is_refused(page, framework):
    """One octet more, and nothing is recorded."""
    post = framework(page)
    body = page.stop.body + b"&Extra=1"
    status, _, text = post(body, dict(page.stop.headers))
    assert (status, text) == (403, "refused")
    assert page.status() is sms.Status.UNKNOWN
