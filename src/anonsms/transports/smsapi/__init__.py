"""SMSAPI (smsapi.com, smsapi.pl): many recipients in one request."""

from anonsms.transports.smsapi.callbacks import SmsapiCallback
from anonsms.transports.smsapi.transport import SmsapiTransport


__all__ = ["SmsapiCallback", "SmsapiTransport"]
