"""
Everything anonsms raises, and what each of it means.

::

    AnonsmsError
    ├── InvalidNumberError (ValueError)    not a number that can be texted
    ├── InvalidTextError (ValueError)      cannot be put on the air
    ├── TemplateError (ValueError)
    │   ├── TemplateSyntaxError            .line .column, with a caret
    │   ├── MissingTagError                .tags without value or default
    │   └── UnsafeValueError               .tag whose value was refused
    ├── ContactsError (ValueError)         the whole source is unreadable
    ├── ConsentError (ValueError)
    │   ├── BoughtListError                consent given to somebody else
    │   ├── PretickedBoxError              a pre-ticked box is no consent
    │   ├── StaleGrantError                older than a withdrawal
    │   ├── UnknownPurposeError            .purpose nobody declared
    │   └── UnknownWordingError            a text nobody published
    ├── SendRefusedError                   the gate said no: .decision
    │   ├── NoConsentError
    │   ├── OptedOutError
    │   ├── SuppressedError
    │   ├── NoWayOutError
    │   ├── DuplicateError
    │   └── BudgetExceededError
    ├── SealError                          wrong key, wrong place, or damage
    ├── ProofError (ValueError)            a proof does not hold
    ├── LedgerError
    │   ├── ForeignDatabaseError           belongs to another application
    │   ├── SchemaVersionError             newer or older than this anonsms
    │   └── UnknownPersonError             nobody of that number is on record
    ├── CampaignError (ValueError)         same id, other content
    ├── TransportError                     the provider's side failed
    │   ├── NeverLeftError                 the request did not leave
    │   └── LostAnswerError                it may have left; no answer
    ├── WebhookError (ValueError)          .status to answer with
    │   └── ForgedWebhookError             not signed by the provider
    └── WouldLeakError (TypeError)         personal data asked to leave

    ConfigurationError                     outside the base on purpose: no
    ├── MissingExtraError                  catch-all may swallow it
    └── PluginError                        missing, broken or claimed twice

No message carries a phone number, a name or a text. Where a person has to
be told apart, a message carries the person's token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn


if TYPE_CHECKING:
    from collections.abc import Sequence


class AnonsmsError(Exception):
    """Base of all errors that say no to data or to a send."""


class InvalidNumberError(AnonsmsError, ValueError):
    """
    The text is not a phone number that can be texted.

    Attributes:
        reason: A short, stable word for the cause, without the number:
            ``"empty"``, ``"not-a-number"``, ``"no-region"``,
            ``"unknown-region"``, ``"unknown-country-code"``,
            ``"too-short"``, ``"too-long"``, ``"not-valid"``, ``"type"``.
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class InvalidTextError(AnonsmsError, ValueError):
    """The text cannot be put on the air, for example a lone surrogate."""


class TemplateError(AnonsmsError, ValueError):
    """Base of the errors about a template or the values put into it."""


class TemplateSyntaxError(TemplateError):
    """
    The template cannot be understood.

    Attributes:
        line: Line of the fault, counted from 1.
        column: Column of the fault, counted from 1.
    """

    def __init__(self, message: str, *, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class MissingTagError(TemplateError):
    """
    A person has no value for a tag that has no default.

    Attributes:
        tags: The names of the tags, in the order of the template.
    """

    def __init__(self, message: str, *, tags: Sequence[str]) -> None:
        super().__init__(message)
        self.tags = tuple(tags)


class UnsafeValueError(TemplateError):
    """
    A value was refused: a link, a control character, too long.

    Attributes:
        tag: The name of the tag. The value itself is never shown.
    """

    def __init__(self, message: str, *, tag: str) -> None:
        super().__init__(message)
        self.tag = tag


class ContactsError(AnonsmsError, ValueError):
    """The source as a whole cannot be read; a single bad row never is."""


class ConsentError(AnonsmsError, ValueError):
    """Base of the refusals at capture: this cannot count as consent."""


class BoughtListError(ConsentError):
    """Whoever sold the list got consent for themselves, not for the shop."""


class PretickedBoxError(ConsentError):
    """Consent needs an act; a pre-ticked box is none (GDPR Art. 4(11))."""


class StaleGrantError(ConsentError):
    """The grant is older than a withdrawal of the same person."""


class UnknownPurposeError(ConsentError):
    """
    Nobody declared this purpose.

    Attributes:
        purpose: The name that was asked for.
    """

    def __init__(self, message: str, *, purpose: str) -> None:
        super().__init__(message)
        self.purpose = purpose


class UnknownWordingError(ConsentError):
    """No text of that id, version and language was ever published."""


class SendRefusedError(AnonsmsError):
    """
    The gate refused the message; nothing left.

    Attributes:
        reason: The id of the rule that refused, e.g. ``"consent.none"``.
        decision: The whole :class:`anonsms.Decision`, with its trail.
    """

    def __init__(self, message: str, *, reason: str, decision: object) -> None:
        super().__init__(message)
        self.reason = reason
        self.decision = decision


class NoConsentError(SendRefusedError):
    """There is no explicit, unexpired consent for this purpose."""


class OptedOutError(SendRefusedError):
    """The person said stop. Opt-out wins until newer, explicit consent."""


class SuppressedError(SendRefusedError):
    """The number is never to be texted, whatever the consent."""


class NoWayOutError(SendRefusedError):
    """A marketing text without a way to opt out."""


class DuplicateError(SendRefusedError):
    """This person has had this message already."""


class BudgetExceededError(SendRefusedError):
    """The message would go over a limit that the shop set."""


class SealError(AnonsmsError):
    """Sealed data does not open: wrong key, wrong place, or damaged."""


class ProofError(AnonsmsError, ValueError):
    """A proof, checkpoint or signature does not hold, or cannot be read."""


class LedgerError(AnonsmsError):
    """The ledger's database failed; the message carries no row data."""


class ForeignDatabaseError(LedgerError):
    """The database file belongs to another application."""


class SchemaVersionError(LedgerError):
    """The tables are those of another anonsms, or were changed by hand."""


class UnknownPersonError(LedgerError):
    """Nobody with that number or token is on record."""


class CampaignError(AnonsmsError, ValueError):
    """The campaign contradicts itself or an earlier run of its id."""


class TransportError(AnonsmsError):
    """The provider's side failed in a way that is not an outcome."""


class NeverLeftError(TransportError):
    """
    A request did not leave: no connection, or none was free.

    Its text is the cause in a few words, without the address.
    """


class LostAnswerError(TransportError):
    """
    A request left, or part of it, and no whole answer came.

    What it asked for may have happened. Its text is the cause in a few
    words, without the address.
    """


class WebhookError(AnonsmsError, ValueError):
    """
    A webhook's request cannot be taken.

    Attributes:
        status: HTTP status to answer with.
    """

    def __init__(self, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class ForgedWebhookError(WebhookError):
    """The request was not signed by the provider, or the secret is wrong."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=403)


class WouldLeakError(AnonsmsError, TypeError):
    """Personal data was asked to leave other than through ``.reveal()``."""


class ConfigurationError(Exception):
    """The set-up is wrong; outside the base so that nothing swallows it."""


class MissingExtraError(ConfigurationError, ImportError):
    """
    A feature needs a package that is not installed.

    Attributes:
        extra: The name of the extra, as in ``pip install "anonsms[extra]"``.
    """

    def __init__(self, feature: str, *, extra: str) -> None:
        super().__init__(
            f"{feature} needs a package that is not installed. "
            f'Run: pip install "anonsms[{extra}]"'
        )
        self.extra = extra


class PluginError(ConfigurationError):
    """No package offers the plug-in, two do, or it does not load."""


def refuse_pickle(kind: str) -> NoReturn:
    """Raise the one error for a personal value that is being pickled."""
    raise WouldLeakError(
        f"A {kind} cannot be pickled: personal data leaves an object only "
        "through .reveal(). Pass the ledger's token instead, or call "
        ".reveal() where the value is truly needed."
    )
