"""Strangers' bytes at every edge: no crash, and nothing in unsigned."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import edges


PIECES = st.lists(
    st.sampled_from(
        [
            b"MessageSid=SM1&",
            b"MessageStatus=delivered&",
            b"SmsStatus=received&",
            b"From=%2B33639981234&",
            b"To=%2B33639981234&",
            b"Body=STOP&",
            b"OptOutType=STOP&",
            b"AccountSid=AC" + b"0a" * 16 + b"&",
            b"ErrorCode=30004&",
            b"MsgId=1,2&",
            b"status=404,405&",
            b"idx=" + b"a" * 32 + b"&",
            b"donedate=99999999999999999999&",
            b"sms_from=33639981234&",
            b"sms_to=36123&",
            b"sms_text=%00&",
            b"sms_date=1&",
            b'{"msg_status":',
            b'"delivered"',
            b',"messageId":1,',
            b'"tag":["a"],',
            b'"to":"33639981234",',
            b'"error":53,',
            b'"code":21610,',
            b'"list":[',
            b'{"id":"1","idx":"' + b"a" * 32 + b'","points":"x"}',
            b"]",
            b"}",
            b"null",
            b"NaN",
            b"1e999",
            b"\xff",
            b"%",
        ]
    ),
    max_size=12,
).map(b"".join)


@pytest.mark.parametrize("target", edges.TARGETS, ids=lambda t: t.__name__)
@given(
    st.builds(
        lambda at, a, b: bytes([at]) + a + b,
        st.integers(0, 255),
        st.binary(max_size=40) | PIECES,
        st.binary(max_size=80) | PIECES,
    )
)
@example(b"")
@example(b"\x01\x32" + b'{"count":1,"list":[{"id":' + b"[" * 5000)
@example(b"\x02\x32" + b"9" * 5000)
def test_strangers_bytes(target, data):
    """What a target promises holds for any bytes."""
    target(data)
