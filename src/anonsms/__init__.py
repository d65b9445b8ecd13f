"""
Privacy-safe bulk SMS, in pieces that work alone.

>>> import anonsms as sms
>>> zoe = sms.PhoneNumber.parse("06 39 98 12 34", region="FR")
>>> print(zoe)
+33 •••••••34
>>> sms.measure("Soldes d'hiver : -20 % ce week-end").count
1

Importing the package loads none of its rooms: a name is looked up in the
table below when it is first used.
"""

# Type checkers take the name for typing.TYPE_CHECKING; importing typing
# would cost more than all the rest of this file.
TYPE_CHECKING = False

if TYPE_CHECKING:
    # Written from the table by `make facade`.
    from anonsms.audience import SHOPIFY as SHOPIFY
    from anonsms.audience import Audience as Audience
    from anonsms.audience import Columns as Columns
    from anonsms.audience import Contact as Contact
    from anonsms.audience import RefusedRow as RefusedRow
    from anonsms.audience import read_contacts as read_contacts
    from anonsms.campaign import Campaign as Campaign
    from anonsms.campaign import CountryShare as CountryShare
    from anonsms.campaign import DearCharacter as DearCharacter
    from anonsms.campaign import Plan as Plan
    from anonsms.campaign import Report as Report
    from anonsms.campaign import Sample as Sample
    from anonsms.campaign import SendState as SendState
    from anonsms.consent import MARKETING as MARKETING
    from anonsms.consent import SECURITY as SECURITY
    from anonsms.consent import SERVICE as SERVICE
    from anonsms.consent import ConsentEvent as ConsentEvent
    from anonsms.consent import ConsentState as ConsentState
    from anonsms.consent import Controller as Controller
    from anonsms.consent import EventKind as EventKind
    from anonsms.consent import Family as Family
    from anonsms.consent import Purpose as Purpose
    from anonsms.consent import Scope as Scope
    from anonsms.consent import Source as Source
    from anonsms.consent import Status as Status
    from anonsms.consent import Wording as Wording
    from anonsms.consent import fold as fold
    from anonsms.errors import AnonsmsError as AnonsmsError
    from anonsms.errors import BoughtListError as BoughtListError
    from anonsms.errors import BudgetExceededError as BudgetExceededError
    from anonsms.errors import CampaignError as CampaignError
    from anonsms.errors import ConfigurationError as ConfigurationError
    from anonsms.errors import ConsentError as ConsentError
    from anonsms.errors import ContactsError as ContactsError
    from anonsms.errors import DuplicateError as DuplicateError
    from anonsms.errors import ForeignDatabaseError as ForeignDatabaseError
    from anonsms.errors import ForgedWebhookError as ForgedWebhookError
    from anonsms.errors import InvalidNumberError as InvalidNumberError
    from anonsms.errors import InvalidTextError as InvalidTextError
    from anonsms.errors import LedgerError as LedgerError
    from anonsms.errors import LostAnswerError as LostAnswerError
    from anonsms.errors import MissingExtraError as MissingExtraError
    from anonsms.errors import MissingTagError as MissingTagError
    from anonsms.errors import NeverLeftError as NeverLeftError
    from anonsms.errors import NoConsentError as NoConsentError
    from anonsms.errors import NoWayOutError as NoWayOutError
    from anonsms.errors import OptedOutError as OptedOutError
    from anonsms.errors import PluginError as PluginError
    from anonsms.errors import PretickedBoxError as PretickedBoxError
    from anonsms.errors import ProofError as ProofError
    from anonsms.errors import SchemaVersionError as SchemaVersionError
    from anonsms.errors import SealError as SealError
    from anonsms.errors import SendRefusedError as SendRefusedError
    from anonsms.errors import StaleGrantError as StaleGrantError
    from anonsms.errors import SuppressedError as SuppressedError
    from anonsms.errors import TemplateError as TemplateError
    from anonsms.errors import TemplateSyntaxError as TemplateSyntaxError
    from anonsms.errors import TransportError as TransportError
    from anonsms.errors import UnknownPersonError as UnknownPersonError
    from anonsms.errors import UnknownPurposeError as UnknownPurposeError
    from anonsms.errors import UnknownWordingError as UnknownWordingError
    from anonsms.errors import UnsafeValueError as UnsafeValueError
    from anonsms.errors import WebhookError as WebhookError
    from anonsms.errors import WouldLeakError as WouldLeakError
    from anonsms.gate import Budget as Budget
    from anonsms.gate import Decision as Decision
    from anonsms.gate import Reason as Reason
    from anonsms.keys import KeyProvider as KeyProvider
    from anonsms.keys import KeyRing as KeyRing
    from anonsms.keys import Power as Power
    from anonsms.keys import Signature as Signature
    from anonsms.keys import verify_signature as verify_signature
    from anonsms.ledger import Checkpoint as Checkpoint
    from anonsms.ledger import CheckpointFile as CheckpointFile
    from anonsms.ledger import CheckpointSink as CheckpointSink
    from anonsms.ledger import Disclosed as Disclosed
    from anonsms.ledger import ErasureCertificate as ErasureCertificate
    from anonsms.ledger import Fault as Fault
    from anonsms.ledger import Growth as Growth
    from anonsms.ledger import Hold as Hold
    from anonsms.ledger import ImportReport as ImportReport
    from anonsms.ledger import Ledger as Ledger
    from anonsms.ledger import PersonalData as PersonalData
    from anonsms.ledger import Proof as Proof
    from anonsms.ledger import Proven as Proven
    from anonsms.ledger import RotationReport as RotationReport
    from anonsms.ledger import Store as Store
    from anonsms.ledger import StorePaceBook as StorePaceBook
    from anonsms.ledger import Verification as Verification
    from anonsms.ledger import Verifier as Verifier
    from anonsms.ledger import open_ledger as open_ledger
    from anonsms.ledger import read_checkpoint as read_checkpoint
    from anonsms.ledger import verify_growth as verify_growth
    from anonsms.ledger import verify_proof as verify_proof
    from anonsms.masking import MessageText as MessageText
    from anonsms.masking import Secret as Secret
    from anonsms.message import Accepted as Accepted
    from anonsms.message import DeliveryReceipt as DeliveryReceipt
    from anonsms.message import DeliveryStatus as DeliveryStatus
    from anonsms.message import Event as Event
    from anonsms.message import Inbound as Inbound
    from anonsms.message import LineState as LineState
    from anonsms.message import Lookup as Lookup
    from anonsms.message import NotSent as NotSent
    from anonsms.message import Originator as Originator
    from anonsms.message import OriginatorKind as OriginatorKind
    from anonsms.message import Outbound as Outbound
    from anonsms.message import Outcome as Outcome
    from anonsms.message import ProviderOptOut as ProviderOptOut
    from anonsms.message import Rejected as Rejected
    from anonsms.message import Rejection as Rejection
    from anonsms.message import Scheduled as Scheduled
    from anonsms.message import Uncertain as Uncertain
    from anonsms.messenger import AsyncCampaign as AsyncCampaign
    from anonsms.messenger import AsyncMessenger as AsyncMessenger
    from anonsms.messenger import Messenger as Messenger
    from anonsms.messenger import Received as Received
    from anonsms.optout import Also as Also
    from anonsms.optout import Exit as Exit
    from anonsms.optout import Intent as Intent
    from anonsms.optout import Reply as Reply
    from anonsms.optout import WayOut as WayOut
    from anonsms.optout import confirmation as confirmation
    from anonsms.optout import parse_reply as parse_reply
    from anonsms.optout import way_out as way_out
    from anonsms.parts import Culprit as Culprit
    from anonsms.parts import Encoding as Encoding
    from anonsms.parts import Parts as Parts
    from anonsms.parts import Shift as Shift
    from anonsms.parts import UserData as UserData
    from anonsms.parts import decode_parts as decode_parts
    from anonsms.parts import encode_parts as encode_parts
    from anonsms.parts import measure as measure
    from anonsms.parts import simplify as simplify
    from anonsms.parts import tally as tally
    from anonsms.phone import NumberKind as NumberKind
    from anonsms.phone import PhoneNumber as PhoneNumber
    from anonsms.plugins import Plugin as Plugin
    from anonsms.plugins import load_key_provider as load_key_provider
    from anonsms.plugins import load_phrase_pack as load_phrase_pack
    from anonsms.plugins import load_transport as load_transport
    from anonsms.prices import PriceTable as PriceTable
    from anonsms.receipts import Disclosure as Disclosure
    from anonsms.receipts import Party as Party
    from anonsms.receipts import consent_receipt as consent_receipt
    from anonsms.receipts import consent_record as consent_record
    from anonsms.receipts import kantara_receipt as kantara_receipt
    from anonsms.receipts import receipt_schema as receipt_schema
    from anonsms.template import Longest as Longest
    from anonsms.template import Overlong as Overlong
    from anonsms.template import Syntax as Syntax
    from anonsms.template import Template as Template
    from anonsms.template import Unclean as Unclean
    from anonsms.template import ValuePolicy as ValuePolicy
    from anonsms.transport import AsyncExchange as AsyncExchange
    from anonsms.transport import Breaker as Breaker
    from anonsms.transport import Capabilities as Capabilities
    from anonsms.transport import Cost as Cost
    from anonsms.transport import Exchange as Exchange
    from anonsms.transport import Fate as Fate
    from anonsms.transport import Flow as Flow
    from anonsms.transport import HttpRequest as HttpRequest
    from anonsms.transport import HttpResponse as HttpResponse
    from anonsms.transport import HttpTransport as HttpTransport
    from anonsms.transport import Limit as Limit
    from anonsms.transport import LooksUp as LooksUp
    from anonsms.transport import Meaning as Meaning
    from anonsms.transport import MemoryPaceBook as MemoryPaceBook
    from anonsms.transport import Pace as Pace
    from anonsms.transport import PaceBook as PaceBook
    from anonsms.transport import Reconciles as Reconciles
    from anonsms.transport import Schedules as Schedules
    from anonsms.transport import SecretPath as SecretPath
    from anonsms.transport import Transport as Transport
    from anonsms.transport import WebhookReply as WebhookReply
    from anonsms.transport import WebhookRequest as WebhookRequest
    from anonsms.transport import WebhookTransport as WebhookTransport
    from anonsms.transport import perform as perform
    from anonsms.transport import perform_async as perform_async
    from anonsms.transports import FakeTransport as FakeTransport
    from anonsms.transports.brevo import BrevoTransport as BrevoTransport
    from anonsms.transports.fake import Behaviour as Behaviour
    from anonsms.transports.fake import ReplyMix as ReplyMix
    from anonsms.transports.mailjet import MailjetTransport as MailjetTransport
    from anonsms.transports.smsapi import SmsapiCallback as SmsapiCallback
    from anonsms.transports.smsapi import SmsapiTransport as SmsapiTransport
    from anonsms.transports.twilio import TwilioConsent as TwilioConsent
    from anonsms.transports.twilio import (
        TwilioConsentAnswer as TwilioConsentAnswer,
    )
    from anonsms.transports.twilio import TwilioTransport as TwilioTransport
    from anonsms.transports.twilio import (
        verify_twilio_signature as verify_twilio_signature,
    )
    from anonsms.wordings import Severity as Severity
    from anonsms.wordings import WordingFault as WordingFault
    from anonsms.wordings import WordingKind as WordingKind
    from anonsms.wordings import WordingModel as WordingModel
    from anonsms.wordings import WordingReport as WordingReport
    from anonsms.wordings import WordingRule as WordingRule
    from anonsms.wordings import check_wording as check_wording
    from anonsms.wordings import draft_wording as draft_wording
    from anonsms.wordings import wording_models as wording_models
    from anonsms.wordings import wording_rules as wording_rules

# Which room each public name lives in: the one place to add a name.
_ROOMS = {
    "audience": (
        "Audience",
        "Columns",
        "Contact",
        "RefusedRow",
        "SHOPIFY",
        "read_contacts",
    ),
    "campaign": (
        "Campaign",
        "CountryShare",
        "DearCharacter",
        "Plan",
        "Report",
        "Sample",
        "SendState",
    ),
    "consent": (
        "ConsentEvent",
        "ConsentState",
        "Controller",
        "EventKind",
        "Family",
        "MARKETING",
        "Purpose",
        "SECURITY",
        "SERVICE",
        "Scope",
        "Source",
        "Status",
        "Wording",
        "fold",
    ),
    "errors": (
        "AnonsmsError",
        "BoughtListError",
        "BudgetExceededError",
        "CampaignError",
        "ConfigurationError",
        "ConsentError",
        "ContactsError",
        "DuplicateError",
        "ForeignDatabaseError",
        "ForgedWebhookError",
        "InvalidNumberError",
        "InvalidTextError",
        "LedgerError",
        "LostAnswerError",
        "MissingExtraError",
        "MissingTagError",
        "NeverLeftError",
        "NoConsentError",
        "NoWayOutError",
        "OptedOutError",
        "PluginError",
        "PretickedBoxError",
        "ProofError",
        "SchemaVersionError",
        "SealError",
        "SendRefusedError",
        "StaleGrantError",
        "SuppressedError",
        "TemplateError",
        "TemplateSyntaxError",
        "TransportError",
        "UnknownPersonError",
        "UnknownPurposeError",
        "UnknownWordingError",
        "UnsafeValueError",
        "WebhookError",
        "WouldLeakError",
    ),
    "gate": (
        "Budget",
        "Decision",
        "Reason",
    ),
    "keys": (
        "KeyProvider",
        "KeyRing",
        "Power",
        "Signature",
        "verify_signature",
    ),
    "ledger": (
        "Checkpoint",
        "CheckpointFile",
        "CheckpointSink",
        "Disclosed",
        "ErasureCertificate",
        "Fault",
        "Growth",
        "Hold",
        "ImportReport",
        "Ledger",
        "PersonalData",
        "Proof",
        "Proven",
        "RotationReport",
        "Store",
        "StorePaceBook",
        "Verification",
        "Verifier",
        "open_ledger",
        "read_checkpoint",
        "verify_growth",
        "verify_proof",
    ),
    "masking": (
        "MessageText",
        "Secret",
    ),
    "message": (
        "Accepted",
        "DeliveryReceipt",
        "DeliveryStatus",
        "Event",
        "Inbound",
        "LineState",
        "Lookup",
        "NotSent",
        "Originator",
        "OriginatorKind",
        "Outbound",
        "Outcome",
        "ProviderOptOut",
        "Rejected",
        "Rejection",
        "Scheduled",
        "Uncertain",
    ),
    "messenger": (
        "AsyncCampaign",
        "AsyncMessenger",
        "Messenger",
        "Received",
    ),
    "optout": (
        "Also",
        "Exit",
        "Intent",
        "Reply",
        "WayOut",
        "confirmation",
        "parse_reply",
        "way_out",
    ),
    "parts": (
        "Culprit",
        "Encoding",
        "Parts",
        "Shift",
        "UserData",
        "decode_parts",
        "encode_parts",
        "measure",
        "simplify",
        "tally",
    ),
    "phone": (
        "NumberKind",
        "PhoneNumber",
    ),
    "plugins": (
        "Plugin",
        "load_key_provider",
        "load_phrase_pack",
        "load_transport",
    ),
    "prices": ("PriceTable",),
    "receipts": (
        "Disclosure",
        "Party",
        "consent_receipt",
        "consent_record",
        "kantara_receipt",
        "receipt_schema",
    ),
    "template": (
        "Longest",
        "Overlong",
        "Syntax",
        "Template",
        "Unclean",
        "ValuePolicy",
    ),
    "transport": (
        "AsyncExchange",
        "Breaker",
        "Capabilities",
        "Cost",
        "Exchange",
        "Fate",
        "Flow",
        "HttpRequest",
        "HttpResponse",
        "HttpTransport",
        "Limit",
        "LooksUp",
        "Meaning",
        "MemoryPaceBook",
        "Pace",
        "PaceBook",
        "Reconciles",
        "Schedules",
        "SecretPath",
        "Transport",
        "WebhookReply",
        "WebhookRequest",
        "WebhookTransport",
        "perform",
        "perform_async",
    ),
    "transports": ("FakeTransport",),
    "transports.brevo": ("BrevoTransport",),
    "transports.fake": (
        "Behaviour",
        "ReplyMix",
    ),
    "transports.mailjet": ("MailjetTransport",),
    "transports.smsapi": (
        "SmsapiCallback",
        "SmsapiTransport",
    ),
    "transports.twilio": (
        "TwilioConsentAnswer",
        "TwilioConsent",
        "TwilioTransport",
        "verify_twilio_signature",
    ),
    "wordings": (
        "Severity",
        "WordingFault",
        "WordingKind",
        "WordingModel",
        "WordingReport",
        "WordingRule",
        "check_wording",
        "draft_wording",
        "wording_models",
        "wording_rules",
    ),
}

_HOMES = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_HOMES)  # noqa: PLE0605 - sorted() makes a list


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})


if not TYPE_CHECKING:  # or checkers would believe in every name

    def __getattr__(name: str) -> object:
        """Load the room that ``name`` lives in (PEP 562)."""
        # Here, because importing anonsms must cost next to nothing.
        from importlib import import_module, metadata  # noqa: PLC0415

        if name == "__version__":
            return metadata.version("anonsms")
        if name not in _HOMES:
            raise AttributeError(
                f"module 'anonsms' has no attribute {name!r}", name=name
            )
        value = getattr(import_module(f"anonsms.{_HOMES[name]}"), name)
        globals()[name] = value  # the next look-up is an ordinary one
        return value
