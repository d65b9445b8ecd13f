"""The suite for transports passes an honest one and catches liars."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from letterbox import SECRET, Letterbox, Post

from anonsms.testing import TransportSuite


class TestLetterbox(TransportSuite):
    """It signs, repeats safely, and fails in all the ways there are."""

    secrets = (SECRET,)

    @pytest.fixture
    def double(self):
        return Post()

    @pytest.fixture
    def transport(self, double):
        return Letterbox(double)


# A wrong method, and a check that has to notice.
LIARS = {
    "RepeatsAfter500": (
        """
        def submit(self, message):
            first = super().submit(message)
            if isinstance(first, Uncertain):
                return super().submit(
                    evolve(message, key=message.key + "-again")
                ).__class__(message.key, "post-1")
            return first
        """,
        "test_a_lost_answer_is_uncertain[Fault.SERVER_ERROR-True]",
    ),
    "SaysNotSentAfterReset": (
        """
        def submit(self, message):
            said = super().submit(message)
            if isinstance(said, Uncertain):
                return NotSent(message.key, said.why)
            return said
        """,
        "test_a_lost_answer_is_uncertain[Fault.RESET_LATE-True]",
    ),
    "SaysRejectedAfterSilence": (
        """
        def submit(self, message):
            said = super().submit(message)
            if isinstance(said, Uncertain):
                return Rejected(message.key, Rejection.OTHER, "timeout")
            return said
        """,
        "test_it_gives_up_in_time",
    ),
    "SaysUncertainWhenRefused": (
        """
        def submit(self, message):
            said = super().submit(message)
            if isinstance(said, NotSent):
                return Uncertain(message.key, said.why)
            return said
        """,
        "test_what_never_left_is_not_sent[Fault.REFUSED]",
    ),
    "JoinsRecipients": (
        """
        def send(self, batch):
            if not batch:
                return []
            everybody = ",".join(m.number.reveal() for m in batch)
            first = self.body(batch[0]) | {"to": everybody}
            self._post.request(self.url(batch[0]), json.dumps(first).encode())
            return [Accepted(m.key, "post-0") for m in batch]
        """,
        "test_one_recipient_per_message[True]",
    ),
    "SendsTheFirstTextToAll": (
        """
        def send(self, batch):
            return super().send(
                [evolve(m, text=batch[0].text) for m in batch]
            )
        """,
        "test_one_recipient_per_message[False]",
    ),
    "LogsNumbers": (
        """
        def submit(self, message):
            LOG.debug("to %s", message.number.reveal())
            return super().submit(message)
        """,
        "test_nothing_is_logged_when_all_is_well",
    ),
    "LogsBodiesInBase64": (
        """
        def submit(self, message):
            raw = json.dumps(self.body(message)).encode()
            LOG.debug("wire %s", base64.b64encode(raw))
            return super().submit(message)
        """,
        "test_nothing_is_logged_when_all_is_well",
    ),
    "QuotesThePersonInErrors": (
        """
        def submit(self, message):
            said = super().submit(message)
            if isinstance(said, NotSent):
                raise TransportError(f"no way to {message.number.reveal()}")
            return said
        """,
        "test_nothing_shows_when_something_goes_wrong[Fault.REFUSED]",
    ),
    "LeavesTheBodyInTheTraceback": (
        """
        def submit(self, message):
            body = self.body(message)
            said = super().submit(message)
            if isinstance(said, NotSent):
                raise TransportError("no way")
            return said
        """,
        "test_nothing_shows_when_something_goes_wrong[Fault.REFUSED]",
    ),
    "KeepsTheProvidersMessage": (
        """
        def outcome(self, message, status, body):
            said = super().outcome(message, status, body)
            if isinstance(said, Rejected):
                return evolve(said, code=json.loads(body)["message"])
            return said
        """,
        "test_one_refused_message_is_final[Fault.BAD_NUMBER]",
    ),
    "PutsTheNumberIntoTheUrl": (
        """
        def url(self, message):
            return super().url(message) + "?to=" + message.number.reveal()
        """,
        "test_urls_carry_no_personal_data[None]",
    ),
    "ShowsItsSecret": (
        """
        def __repr__(self):
            return f"<Letterbox {SECRET}>"
        """,
        "test_it_shows_neither_secrets_nor_people",
    ),
    "SaysAcceptedWhenRefused": (
        """
        def outcome(self, message, status, body):
            said = super().outcome(message, status, body)
            if isinstance(said, Rejected):
                return Accepted(message.key, "post-0")
            return said
        """,
        "test_one_refused_message_is_final[Fault.CONTENT]",
    ),
    "MixesReasonsUp": (
        """
        def outcome(self, message, status, body):
            said = super().outcome(message, status, body)
            if isinstance(said, Rejected):
                return evolve(said, reason=Rejection.OTHER)
            return said
        """,
        "test_one_refused_message_is_final[Fault.OPTED_OUT]",
    ),
    "StopsForOneBadNumber": (
        """
        def outcome(self, message, status, body):
            said = super().outcome(message, status, body)
            if isinstance(said, Rejected):
                return evolve(said, account_wide=True)
            return said
        """,
        "test_one_refused_message_stops_no_other[Fault.BAD_NUMBER]",
    ),
    "GoesOnWithoutMoney": (
        """
        def outcome(self, message, status, body):
            said = super().outcome(message, status, body)
            if isinstance(said, Rejected):
                return evolve(said, account_wide=False)
            return said
        """,
        "test_a_stopped_account_stops_the_batch[Fault.MONEY]",
    ),
    "SwapsOutcomes": (
        """
        def send(self, batch):
            return super().send(batch)[::-1]
        """,
        "test_outcomes_stand_in_the_order_of_the_batch",
    ),
    "SwapsIds": (
        """
        def send(self, batch):
            said = super().send(batch)
            ids = [getattr(each, "provider_id", "") for each in said]
            return [
                evolve(each, provider_id=other)
                if isinstance(each, Accepted) else each
                for each, other in zip(said, ids[::-1])
            ]
        """,
        "test_one_recipient_per_message[False]",
    ),
    "LosesAMessage": (
        """
        def send(self, batch):
            return super().send(batch)[:4]
        """,
        "test_a_full_batch_goes_out",
    ),
    "SendsHalfOfATooLargeBatch": (
        """
        def send(self, batch):
            super().send(batch[:5])
            if len(batch) > 5:
                raise ValueError("too many")
            return super().send(batch)
        """,
        "test_a_batch_too_large_is_refused_or_sent",
    ),
    "SharesStateBetweenThreads": (
        """
        def submit(self, message):
            self.now = message
            time.sleep(0.005)
            return super().submit(self.now)
        """,
        "test_threads_may_send_at_once",
    ),
    "PromisesRepeats": (
        """
        def body(self, message):
            return super().body(message) | {"key": str(time.perf_counter())}
        """,
        "test_the_same_key_goes_out_once",
    ),
    "TidiesTexts": (
        """
        def body(self, message):
            text = " ".join(message.text.reveal().split())
            return super().body(message) | {"text": text}
        """,
        "test_a_text_arrives_as_it_was_written[line breaks]",
    ),
    "FillsInFields": (
        """
        def body(self, message):
            text = message.text.reveal().replace("[%1%]", "Zoe")
            return super().body(message) | {"text": text}
        """,
        "test_a_text_arrives_as_it_was_written[smsapi field]",
    ),
    "ChoosesAnotherOriginator": (
        """
        def body(self, message):
            return super().body(message) | {"from": "Post"}
        """,
        "test_the_originator_is_never_another[name]",
    ),
    "BelievesForgeries": (
        """
        def check(self, request):
            if not request.headers.get("x-signature"):
                raise ForgedWebhookError("unsigned")
        """,
        "test_a_forged_call_is_refused[reply]",
    ),
    "BelievesTheUnsigned": (
        """
        def check(self, request):
            if request.headers.get("x-signature"):
                super().check(request)
        """,
        "test_a_call_without_headers_is_refused[receipt]",
    ),
    "SignsOnlyTheBeginning": (
        """
        def check(self, request):
            given = request.headers.get("x-signature", "")
            if not request.body.startswith(b'{"id"') or not given:
                raise ForgedWebhookError("forged")
        """,
        "test_a_changed_body_is_refused[receipt]",
    ),
    "CrashesOnGarbage": (
        """
        def check(self, request):
            json.loads(request.body)
            super().check(request)
        """,
        "test_garbage_is_refused_and_crashes_nothing[receipt]",
    ),
    "ReadsAMegabyte": (
        """
        def parse_webhook(self, request):
            if len(request.body) > 300_000:
                return []
            return super().parse_webhook(request)
        """,
        "test_a_call_too_long_is_refused",
    ),
    "CallsAllDelivered": (
        """
        def receipt(self, request, told):
            return evolve(
                super().receipt(request, told),
                status=DeliveryStatus.DELIVERED,
            )
        """,
        "test_a_receipt_says_what_the_provider_says[undelivered]",
    ),
    "QuotesForgeries": (
        """
        def check(self, request):
            try:
                super().check(request)
            except ForgedWebhookError:
                raise ForgedWebhookError(f"forged: {request.body!r}") from None
        """,
        "test_a_refusal_shows_nothing",
    ),
    "GoesByAnotherName": (
        """
        name = "Letterbox"
        """,
        "test_its_name_is_in_lower_case",
    ),
    "HasNoOriginators": (
        """
        capabilities = evolve(
            Letterbox.capabilities, originators=frozenset()
        )
        """,
        "test_its_capabilities_are_honest",
    ),
}
HEAD = """
import base64, json, time
import pytest
from attrs import evolve
from letterbox import *
from letterbox import LOG
from anonsms.errors import ForgedWebhookError, TransportError
from anonsms.testing import TransportSuite
"""
CASE = """
class {name}(Letterbox):
    {wrong}

class Test{name}(TransportSuite):
    secrets = (SECRET,)

    @pytest.fixture
    def double(self):
        return Post()

    @pytest.fixture
    def transport(self, double):
        return {name}(double)
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The liars that their check caught, all in one run of pytest."""
    folder = tmp_path_factory.mktemp("liars")
    cases = [
        CASE.format(name=name, wrong=wrong.strip().replace("\n    ", "\n"))
        for name, (wrong, _) in LIARS.items()
    ]
    source = HEAD + "".join(cases)
    ast.parse(source)
    file = folder / "test_liars.py"
    file.write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    checks = [
        f"{file}::Test{name}::{check}" for name, (_, check) in LIARS.items()
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-rf",
         "-p", "no:cacheprovider", "-p", "no:xdist", *checks],
        capture_output=True, text=True, check=False, cwd=folder,
        env={"PYTHONPATH": str(Path(__file__).parent), "COLUMNS": "999"},
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    failed = set()
    for line in done.stdout.splitlines():
        if line.startswith("FAILED "):
            node, _, why = line.removeprefix("FAILED ").partition(" - ")
            # A liar that is merely broken would prove nothing.
            assert not why.startswith(("Name", "Type", "Attribute", "Key"))
            _, name, test = node.split("::")
            failed.add(name.removeprefix("Test"))
            assert test == LIARS[name.removeprefix("Test")][1]
    return failed


@pytest.mark.parametrize("name", list(LIARS))
def test_the_suite_catches(verdicts, name):
    """Each liar fails the check that is made for it."""
    assert name in verdicts


def test_each_check_says_what_the_rule_is():
    """Whoever fails one reads why it is there."""
    checks = [
        check
        for name in dir(TransportSuite)
        if name.startswith("test_")
        for check in [getattr(TransportSuite, name)]
    ]
    assert len(checks) > 35
    assert all(len(check.__doc__ or "") > 30 for check in checks)
