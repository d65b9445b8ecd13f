"""Mailjet at a fixed time: messages, and what its double says of them."""

import json
from datetime import UTC, datetime, timedelta

from brevo_double import exchange_with
from mailjet_double import TOKEN

from anonsms.masking import MessageText
from anonsms.message import Originator, Outbound
from anonsms.transport import HttpResponse, perform
from anonsms.transports.mailjet import MailjetTransport
from shops import number


MAILJET = MailjetTransport(TOKEN, base_url="http://127.0.0.1:9")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=5)
PERSON = number(7).reveal()


def message(key="k-1", n=7, text="Bonjour", sender="MaBoutique"):
    """One text to the n-th person."""
    return Outbound(
        number(n), MessageText(text), Originator.parse(sender), key
    )


def send(double, *messages):
    """Hand messages over to a double; their ids."""
    for each in messages:
        perform(MAILJET.submit([each]), exchange_with(double))
    return [record["MessageId"] for record in double.records]


def asking(exchange):
    """A transport that asks over an exchange, at a fixed time."""
    return MailjetTransport(
        TOKEN,
        base_url="http://127.0.0.1:9",
        client=exchange,
        clock=lambda: NOW,
    )


def settled(double, *messages, **options):
    """What a double says became of messages."""
    transport = asking(exchange_with(double))
    return transport.reconcile(messages, EARLIER, **options)


def page(*records):
    """An exchange with a list that never ends, if nobody looks."""
    body = json.dumps({"Data": records}).encode()
    return lambda request: HttpResponse(200, {}, body)
