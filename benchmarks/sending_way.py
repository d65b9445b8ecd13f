"""
One way of sending, in a process of its own.

    python sending_way.py WAY URL MESSAGES AT_ONCE

Prints messages per second, CPU per message in µs, and the most memory that
the process held in MiB.
"""

import asyncio
import itertools
import json
import logging
import os
import resource
import sys
import tempfile
import time


ACCOUNT, TOKEN = "AC" + "0" * 32, "t" * 32
TEXT = "Bonjour {{ prenom }}, -20 % ce week-end. STOP au 36123"
NAMES = ["Zoe", "Leo", "Ines", "Chloe", "Ana"]


def texts(count):
    """Numbers and rendered texts, as the SDKs are handed them."""
    for n in range(count):
        text = TEXT.replace("{{ prenom }}", NAMES[n % len(NAMES)])
        yield f"+3363998{n % 10_000:04d}", text


def outbound(count):
    """The same as messages."""
    import anonsms as sms

    shop = sms.Originator.parse("MaBoutique")
    for n, (number, text) in enumerate(texts(count)):
        yield sms.Outbound(
            sms.PhoneNumber.parse(number, allow_fictional=True),
            sms.MessageText(text),
            shop,
            f"{n:032x}",
        )


# --- the official packages --------------------------------------------------


def twilio_sync(url, count, at_once):
    from twilio.rest import Client

    client = Client(ACCOUNT, TOKEN)
    client.api.base_url = url

    def run():
        for number, text in texts(count):
            client.messages.create(to=number, from_="MaBoutique", body=text)

    return run


def twilio_async(url, count, at_once):
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.rest import Client

    async def main():
        async with AsyncTwilioHttpClient() as http:
            client = Client(ACCOUNT, TOKEN, http_client=http)
            client.api.base_url = url
            todo = iter(texts(count))

            async def worker():
                for number, text in todo:
                    await client.messages.create_async(
                        to=number, from_="MaBoutique", body=text
                    )

            await asyncio.gather(*(worker() for _ in range(at_once)))

    return lambda: asyncio.run(main())


def smsapi_single(url, count, at_once):
    from smsapi.client import Client

    client = Client(f"{url}/", access_token=TOKEN)

    def run():
        for number, text in texts(count):
            client.sms.send(to=number[1:], message=text)

    return run


def smsapi_bulk(url, count, at_once):
    from smsapi.client import Client

    client = Client(f"{url}/", access_token=TOKEN)

    def run():
        todo = iter(texts(count))
        while some := list(itertools.islice(todo, 1_000)):
            client.sms.send(
                to=[number[1:] for number, _ in some],
                message="Bonjour, -20 % ce week-end. STOP au 36123",
            )

    return run


# --- ours -------------------------------------------------------------------


def twilio(url, at_once):
    import anonsms as sms

    return sms.TwilioTransport(
        ACCOUNT, TOKEN, base_url=url, pace=sms.Pace(in_flight=at_once)
    )


def smsapi(url, at_once):
    import anonsms as sms

    return sms.SmsapiTransport(
        TOKEN, base_url=url, pace=sms.Pace(in_flight=at_once)
    )


def bare(transport):
    """Messages handed straight to a transport."""

    def way(url, count, at_once):
        carrier = transport(url, at_once)
        batch = list(outbound(count))
        size = carrier.capabilities.batch_size

        def run():
            import anonsms as sms

            with carrier:
                for start in range(0, count, size):
                    said = carrier.send(batch[start : start + size])
                    assert all(isinstance(each, sms.Accepted) for each in said)

        return run

    return way


def campaign(transport):
    """A campaign with gate, ledger and outbox; every step is durable."""

    def way(url, count, at_once):
        import anonsms as sms

        folder = tempfile.TemporaryDirectory()
        ledger = sms.open_ledger(
            f"sqlite:///{folder.name}/bench.db", sms.KeyRing.generate()
        )
        people = []
        for n in range(count):
            area, rest = divmod(n, 100)
            number = f"+1{200 + area % 790}555{100 + rest:04d}"
            if n < 10_000:
                number = f"+3363998{n:04d}"
            people.append(
                sms.Contact(
                    sms.PhoneNumber.parse(number, allow_fictional=True),
                    {"prenom": NAMES[n % len(NAMES)]},
                )
            )
        ledger.import_grants(
            [person.number for person in people],
            "marketing",
            wording=sms.Wording("w", "1", "fr", "Oui."),
            provenance="benchmark",
            obtained_at=ledger.clock(),
        )
        carrier = transport(url, at_once)
        shop = sms.Messenger(
            carrier, ledger, originator="MaBoutique", country="FR"
        )
        soldes = shop.campaign("soldes", sms.Template(TEXT), people)

        def run():
            with carrier:
                report = soldes.run()
            assert report.texted == count, report
            ledger.close()

        run.folder = folder
        return run

    return way


WAYS = {
    "twilio-sync": twilio_sync,
    "twilio-async": twilio_async,
    "smsapi-single": smsapi_single,
    "smsapi-bulk": smsapi_bulk,
    "ours-twilio": bare(twilio),
    "ours-twilio-campaign": campaign(twilio),
    "ours-smsapi": bare(smsapi),
    "ours-smsapi-campaign": campaign(smsapi),
}


def main():
    if os.environ.get("WITHOUT_FAST"):
        sys.modules["httptools"] = None  # as if it were not installed
    way, url, count, at_once = sys.argv[1:5]
    logging.disable()
    run = WAYS[way](url, int(count), int(at_once))
    began, used = time.perf_counter(), time.process_time()
    run()
    took, busy = time.perf_counter() - began, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([int(count) / took, busy / int(count) * 1e6, peak]))


if __name__ == "__main__":
    main()
