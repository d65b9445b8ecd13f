"""No frame of ours that an error passes through holds anything personal."""

import traceback
from pathlib import Path

import anyio
import pytest

import anonsms as sms
from leakscan import leaks
from shops import OFFER, PARCEL, Shop, contact, number


NAME = "Zoé-Frédérique"
OURS = str(Path(sms.__file__).parent)


def frames_of_ours(error):
    """The traceback with locals, of frames inside anonsms only."""
    whole = traceback.TracebackException.from_exception(
        error, capture_locals=True
    )
    shown = [str(error), repr(error)]
    for frame in whole.stack:
        if frame.filename.startswith(OURS):
            shown += [
                f"{name} = {value}"
                for name, value in (frame.locals or {}).items()
            ]
    return "\n".join(shown)


def refused(shop):
    """A send without consent."""
    shop.messenger.send(
        OFFER, to=number(), purpose="marketing", values={"prenom": NAME}
    )


def hostile(shop):
    """A service text whose value is refused."""
    shop.messenger.send(
        PARCEL,
        to=number(),
        purpose="service",
        values={"colis": f"{NAME} http://win.example"},
    )


def broken(shop):
    """A service text that the transport breaks on."""
    shop.network.fail_next(RuntimeError("x"))
    shop.messenger.send(
        PARCEL, to=number(), purpose="service", values={"colis": NAME}
    )


def mistyped(shop):
    """A purpose that nobody declared."""
    shop.messenger.send(
        OFFER, to=number(), purpose="markting", values={"prenom": NAME}
    )


def unheard(shop):
    """An opt-out on a ledger that is closed."""
    shop.ledger.close()
    shop.messenger.receive_text("ARRÊT svp", sender=number())


def awaited(shop):
    """A refusal through the async messenger."""
    waiting = sms.AsyncMessenger(
        shop.network, shop.ledger, originator="MaBoutique"
    )

    async def story():
        await waiting.send(
            OFFER, to=number(), purpose="marketing", values={"prenom": NAME}
        )

    anyio.run(story)


def campaigned(shop):
    """A campaign that the transport breaks on."""
    shop.agree(number())
    shop.network.fail_next(RuntimeError("x"))
    shop.campaign(contact(prenom=NAME)).run()


@pytest.mark.parametrize(
    "act",
    [refused, hostile, broken, mistyped, unheard, awaited, campaigned],
)
def test_tracebacks_with_locals_show_nobody(tmp_path, act):
    """Sentry and structlog show locals: ours hold masks only."""
    with pytest.raises(sms.AnonsmsError) as caught:
        act(Shop(tmp_path))
    shown = frames_of_ours(caught.value)
    assert NAME not in shown
    assert "svp" not in shown
    assert leaks(shown) == []
