"""Mailjet: transactional SMS over its API v4."""

from anonsms.transports.mailjet.transport import MailjetTransport


__all__ = ["MailjetTransport"]
