"""Transports that send wrongly, and the checks that have to notice."""

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
        "test_it_gives_up_in_time[Fault.SILENT]",
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
