"""Whether an event, a purpose and a controller belong together."""

from __future__ import annotations

from anonsms.consent import ConsentEvent, Controller, Purpose
from anonsms.errors import ConsentError


def check_match(
    event: ConsentEvent, purpose: Purpose, controller: Controller
) -> None:
    """
    Refuse a document that would say what the event does not.

    Raises:
        ConsentError: The event is about another purpose, or was recorded
            with another controller.
    """
    if not event.touches(purpose):
        raise ConsentError(
            "The event is not about this purpose. Pass the purpose that it "
            "names, or one that its scope covers."
        )
    recorded = dict(event.details).get("controller") or controller.name
    if recorded != controller.name:
        raise ConsentError(
            "The event was recorded with a controller of another name. Pass "
            "the Controller that asked at the time: consent is given to one "
            "company (GDPR Art. 4(11))."
        )
