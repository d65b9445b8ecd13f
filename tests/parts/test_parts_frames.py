"""What is on the stack when a text is refused."""

from __future__ import annotations

import traceback

import pytest

from anonsms.parts import (
    Encoding,
    decode_parts,
    encode_parts,
    measure,
    simplify,
    tally,
)


CANARY = "Canary4711"
OCTETS = CANARY.encode()
BROKEN = f"{CANARY}\ud800"


def exposed(error: BaseException) -> list[str]:
    """Local variables of our frames, in the whole chain of an error."""
    seen: list[str] = []
    trace = traceback.TracebackException.from_exception(
        error, capture_locals=True
    )
    while trace is not None:
        for frame in trace.stack:
            if "anonsms/" in frame.filename and frame.locals:
                seen.extend(frame.locals.values())
        trace = trace.__cause__ or trace.__context__
    return seen


CALLS = {
    "measure": lambda: measure(BROKEN),
    "measure-type": lambda: measure(OCTETS),
    "measure-languages": lambda: measure(CANARY, languages=["xx"]),
    "measure-tables": lambda: measure(BROKEN, languages=["tr"]),
    "measure-no-languages": lambda: measure(CANARY, languages=5),
    "measure-bits": lambda: measure(CANARY, reference_bits=9),
    "tally": lambda: tally(BROKEN),
    "tally-type": lambda: tally(OCTETS),
    "tally-languages": lambda: tally(CANARY, languages=["xx"]),
    "encode": lambda: encode_parts(BROKEN),
    "encode-reference": lambda: encode_parts(CANARY, reference=999),
    "encode-long": lambda: encode_parts(CANARY * 5000),
    "decode": lambda: decode_parts([OCTETS], Encoding.GSM7, has_header=True),
    "decode-encoding": lambda: decode_parts([OCTETS]),
    "decode-lengths": lambda: decode_parts([OCTETS], lengths=[]),
    "decode-odd": lambda: decode_parts([OCTETS + b"x"], Encoding.UCS2),
    "simplify": lambda: simplify(OCTETS),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_frames_of_a_refusal_hold_no_text(call):
    """A traceback that prints variables does not print the text."""
    with pytest.raises(Exception) as caught:
        call()
    assert not any(CANARY in shown for shown in exposed(caught.value))
    assert CANARY not in str(caught.value)


def test_the_search_for_texts_finds_them():
    """The check above sees locals: our own frames do hold the text."""

    def careless(text):
        raise ValueError(len(text))

    code = compile(
        "def run(call, text):\n    call(text)", "src/anonsms/x.py", "exec"
    )
    made = {}
    exec(code, made)
    with pytest.raises(ValueError, match="10") as caught:
        made["run"](careless, CANARY)
    assert any(CANARY in shown for shown in exposed(caught.value))
