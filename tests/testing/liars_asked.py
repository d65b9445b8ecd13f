"""Transports that hear or ask wrongly, and the checks that notice."""

LIARS = {
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
    "MisspeltWebhooks": (
        """
        parse_webhook = property(lambda self: self.parse_webhok)
        """,
        "test_what_it_promises_to_hear_it_can_hear",
    ),
    "KnowsAllNumberingPlans": (
        """
        def inbound(self, request, told):
            PhoneNumber.parse(told["from"])
            return super().inbound(request, told)
        """,
        "test_a_stop_from_an_unknown_number_arrives",
    ),
    "LosesWhatWasUnderWay": (
        """
        def send(self, batch):
            said = super().send(batch)
            return [
                Rejected(o.key, Rejection.OTHER, "away")
                if isinstance(o, Uncertain) else o for o in said
            ]
        """,
        "test_a_provider_that_is_away_loses_no_message[Fault.SERVER_ERROR]",
    ),
    "RefusesTheRest": (
        """
        def send(self, batch):
            said = super().send(batch)
            if any(isinstance(o, Rejected) for o in said):
                return [
                    Rejected(o.key, Rejection.BAD_NUMBER, "E") for o in said
                ]
            return said
        """,
        "test_refused_messages_stand_at_their_places",
    ),
    "ClosesOnce": (
        """
        def close(self):
            if self.__dict__.setdefault("closed", False):
                raise RuntimeError("closed already")
            self.closed = True
        """,
        "test_it_can_be_closed_twice",
    ),
    "ForgetsToSendInALoop": (
        """
        async def send_async(self, batch):
            return [Accepted(m.key, "post-0") for m in batch]
        """,
        "test_it_can_be_awaited",
    ),
    "PromisesLookUps": (
        """
        capabilities = evolve(Letterbox.capabilities, look_up=True)
        """,
        "test_it_has_the_methods_that_it_promises",
    ),
    "SettlesWithAnothersId": (
        """
        def reconcile(self, messages, since, *, final=False, known=()):
            return super().reconcile(messages, since, final=final)
        """,
        "test_what_belongs_to_others_settles_no_doubt",
    ),
    "GivesUpEarly": (
        """
        def reconcile(self, messages, since, *, final=False, known=()):
            return super().reconcile(messages, since, final=True)
        """,
        "test_a_doubt_stays_until_the_records_are_complete[Fault.RESET_LATE]",
    ),
    "FindsNothing": (
        """
        def reconcile(self, messages, since, *, final=False, known=()):
            return [NotSent(m.key, "no record") for m in messages]
        """,
        "test_a_doubt_is_settled_by_what_the_provider_has[Fault.RESET_LATE]",
    ),
    "TakesAnyTime": (
        """
        def aware(self, moment):
            pass
        """,
        "test_a_time_without_zone_is_refused",
    ),
    "AnswersOncePerNumber": (
        """
        def look_up(self, numbers):
            return super().look_up(list(dict.fromkeys(numbers)))
        """,
        "test_a_look_up_has_one_answer_each",
    ),
    "LogsLookUps": (
        """
        def look_up(self, numbers):
            LOG.debug("asking for %s", [n.reveal() for n in numbers])
            return super().look_up(numbers)
        """,
        "test_a_look_up_shows_nothing",
    ),
    "CancelsNothing": (
        """
        def cancel(self, provider_id):
            return True
        """,
        "test_what_is_held_can_be_taken_back",
    ),
    "HoldsTwice": (
        """
        def schedule(self, batch, at):
            return [*super().schedule(batch[:1], at), *self.send(batch[1:])]
        """,
        "test_nothing_is_held_twice",
    ),
    "ForgetsWhatIsOver": (
        """
        def schedule(self, batch, at):
            return [Accepted(m.key, "post-0") for m in batch]
        """,
        "test_what_is_over_is_not_held",
    ),
}
# Liars that can be asked.
ASKED = {
    *("SettlesWithAnothersId", "GivesUpEarly", "FindsNothing"),
    *("TakesAnyTime", "AnswersOncePerNumber"),
    *("LogsLookUps", "CancelsNothing", "HoldsTwice", "ForgetsWhatIsOver"),
}
