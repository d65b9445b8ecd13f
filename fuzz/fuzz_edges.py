"""
Fuzzes what comes from strangers: webhooks, signatures, providers' answers.

    make fuzz                       each target for half a minute
    python fuzz/fuzz_edges.py answers -max_total_time=600

The targets are those of tests/edges.py. Needs atheris, which `make fuzz`
installs into an environment of its own.
"""

import sys
from pathlib import Path


sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import atheris  # noqa: E402


with atheris.instrument_imports(include=["anonsms"]):
    import edges

# What people would never think of comes from the fuzzer; what it would take
# years to find comes from here.
SEEDS = (
    b"\x00",
    b"\x06abcdefMessageSid=SM1&MessageStatus=delivered&To=%2B33639981234",
    b"\x00SmsStatus=received&From=%2B33639981234&Body=STOP&OptOutType=STOP",
    b"\x2cMsgId=1,2&status=404,405&idx=" + b"a" * 32 + b"&donedate=1,2",
    b"\x3asms_from=33639981234&sms_to=36123&sms_text=STOP&sms_date=1&MsgId=1",
    b'\x00{"msg_status":"delivered","messageId":1,"tag":"a","ts_event":1}',
    b'\x01\x64{"code": 21610, "message": "x", "status": 400}',
    b'\x01\x32{"error": 53, "message": "x"}',
    b'\x01\x32{"count":1,"list":[{"id":"1","points":"0.1","idx":"a"}]}',
    b'\x01\x32{"sid": "SM1", "num_segments": "1"}',
    b'\x01\x96{"ErrorCode": "sms-0001"}',
)


def main():
    name, *rest = sys.argv[1:]
    target = getattr(edges, name)
    for seed in SEEDS:
        target(seed)
    corpus = Path(__file__).parent / "corpus" / name
    corpus.mkdir(parents=True, exist_ok=True)
    for n, seed in enumerate(SEEDS):
        (corpus / f"seed-{n:02d}").write_bytes(seed)
    atheris.Setup([sys.argv[0], str(corpus), *rest], target)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
