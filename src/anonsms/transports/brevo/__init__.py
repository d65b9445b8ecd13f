"""Brevo (once Sendinblue): transactional SMS over its API v3."""

from anonsms.transports.brevo.transport import BrevoTransport


__all__ = ["BrevoTransport"]
