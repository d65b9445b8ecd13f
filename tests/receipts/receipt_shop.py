"""A shop with receipts: one of each value, and strategies for any event."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from anonsms.consent import (
    MARKETING,
    SECURITY,
    SERVICE,
    ConsentEvent,
    Controller,
    EventKind,
    Scope,
    Source,
    Wording,
)
from anonsms.receipts import (
    Disclosure,
    Party,
    consent_record,
    kantara_receipt,
)


NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDING = Wording("checkout-sms", "2026-03", "fr", "Oui, des offres.")
CONTROLLER = Controller(
    "Ma Boutique SAS",
    address="1 rue de l'Exemple, 75001 Paris",
    email="privacy@boutique.example",
    phone="3699 (exemple)",
    url="https://boutique.example",
    privacy_url="https://boutique.example/privacy",
    country="FR",
)
NIMBUS = Party(
    name="Nimbus SMS GmbH",
    address="2 Musterstrasse, 10115 Berlin",
    contact="dpo@nimbus.example",
    country="DE",
)
PARTNER = Party(
    name="Bonus Club SA",
    address="3 rue du Modele, 69001 Lyon",
    contact="https://bonus.example",
    country="FR",
)
AUTHORITY = Party(
    name="The authority",
    address="4 place du Droit, 75007 Paris",
    contact="https://authority.example",
    country="FR",
)
TOLD = {
    "service": "Ma Boutique par SMS",
    "language": "fr",
    "jurisdiction": "FR",
    "storage_locations": ("FR",),
    "retention": "P5Y",
    "withdrawal": ("Reply STOP", "https://boutique.example/stop"),
    "rights_url": "https://boutique.example/rights",
    "processors": (NIMBUS,),
    "authority": AUTHORITY,
}
DISCLOSURE = Disclosure(**TOLD)
SAYING = (
    EventKind.ASKED,
    EventKind.CONFIRMED,
    EventKind.GRANT,
    EventKind.IMPORTED,
    EventKind.RENEWAL,
    EventKind.SOFT_OPT_IN,
    EventKind.WITHDRAWAL,
    EventKind.OBJECTION,
    EventKind.EXPIRY,
)


def event(kind=EventKind.GRANT, n=1, after=0, **changes):
    """The n-th event, so many days after the first noon."""
    at = NOON + timedelta(days=after)
    return ConsentEvent(
        **{
            "id": f"{n:032x}",
            "token": "b2a7",
            "kind": kind,
            "scope": Scope.PURPOSE,
            "purpose": "marketing",
            "at": at,
            "recorded_at": at,
            "source": Source.CHECKOUT,
            "wording": WORDING if kind.gives else None,
            **changes,
        }
    )


def record(*story, **changes):
    """The record of the first event, with what came later."""
    first, *later = story or (event(),)
    return consent_record(
        first,
        **{
            "purpose": MARKETING,
            "controller": CONTROLLER,
            "disclosure": DISCLOSURE,
            "later": later,
            **changes,
        },
    )


def kantara(of=None, **changes):
    """The Kantara receipt of an event."""
    return kantara_receipt(
        of or event(),
        **{
            "purpose": MARKETING,
            "controller": CONTROLLER,
            "disclosure": DISCLOSURE,
            **changes,
        },
    )


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30
).filter(str.strip)
INSTANTS = st.integers(-(10**9), 4 * 10**9).map(
    lambda seconds: NOON + timedelta(seconds=seconds / 4)
)
IDS = st.binary(min_size=16, max_size=16).map(bytes.hex)
PURPOSES = st.sampled_from((MARKETING, SERVICE, SECURITY))
WORDINGS = st.builds(Wording, TEXTS, TEXTS, TEXTS, TEXTS)
PARTIES = st.builds(
    Party,
    name=TEXTS,
    address=TEXTS,
    contact=TEXTS,
    country=st.sampled_from(("FR", "PL", "US-CA")),
)
DISCLOSURES = st.builds(
    Disclosure,
    service=TEXTS,
    language=TEXTS,
    jurisdiction=st.sampled_from(("FR", "EU", "US-FL")),
    storage_locations=st.sampled_from((("FR",), ("EU", "US-CA"))),
    retention=st.one_of(st.just("P3Y"), TEXTS),
    withdrawal=st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    rights_url=st.just("https://boutique.example/rights"),
    processors=st.lists(PARTIES, min_size=1, max_size=2).map(tuple),
    third_parties=st.lists(PARTIES, max_size=2).map(tuple),
    authority=PARTIES,
    further_data=st.lists(TEXTS, max_size=2).map(tuple),
    gdpr=st.booleans(),
)


@st.composite
def events(draw, kinds=SAYING):
    """Any event that has a receipt."""
    kind = draw(st.sampled_from(kinds))
    needs = kind.gives and kind is not EventKind.SOFT_OPT_IN
    return ConsentEvent(
        id=draw(IDS),
        token=draw(st.binary(min_size=8, max_size=16).map(bytes.hex)),
        kind=kind,
        scope=Scope.PURPOSE,
        purpose="marketing",
        at=draw(INSTANTS),
        recorded_at=draw(INSTANTS),
        source=draw(st.sampled_from(Source)),
        wording=draw(WORDINGS if needs else st.none() | WORDINGS),
        expires_at=draw(st.none() | INSTANTS),
    )
