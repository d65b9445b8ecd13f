"""What a transport must not do to a text."""

# ruff: noqa: S101  # asserts are what a test is made of

from __future__ import annotations

from typing import Final

import pytest

from anonsms.message import Accepted, Rejected, Rejection
from anonsms.testing.faults import ProviderDouble
from anonsms.testing.transport_rules import TransportRules, hand_over, settle
from anonsms.transport import Transport


TEXTS: Final = {
    "plain": "Votre commande est prete.",
    "accents": "Été à Noël, ça va : où êtes-vous ?",
    "gsm extension": "[10 €] {a|b} ~ ^ \\ fin",
    "emoji": "Bravo 🎉👩‍👩‍👧 et merci 🇫🇷",
    "other scripts": "Привет, 你好, שלום, नमस्ते",
    "long": "Une phrase de quarante caractères, ou ~. " * 12,
    "pipe": "a|b||c|",
    "smsapi field": "[%1%] et [%2%], 100 % [%",
    "line breaks": "Bonjour,\nà demain.\n\nLa boutique",
    "quotes": '"l\'été" «là» `x` ’',
    "form signs": "a=1&b=2+3%20;c=%2B #d",
    "markup": "<b>5 < 6</b> &amp; &lt;",
    "template signs": "{{ prenom }} {0} %s $x",
    "json signs": '{"to": "x", "a": [1, null]} \\u0041 \\n',
    "spaces": "a  b\tc",
    "invisible": "a\u200bb\u00a0c\u2009d",
    "digits": "0012 000.50 1e5",
    "one word": "null",
}


class TextSuite(TransportRules):
    """Texts arrive as they were written, a part of `TransportSuite`."""

    @pytest.mark.parametrize("kind", list(TEXTS))
    def test_a_text_arrives_as_it_was_written(
        self, transport: Transport, double: ProviderDouble, kind: str
    ) -> None:
        """
        Or it is refused as CONTENT; it is never changed on the way.

        What a person agreed to, what was counted and paid for, and what is
        kept as evidence is this text and no other.
        """
        batch = self.messages(transport, [TEXTS[kind]])
        outcomes = hand_over(transport, batch)[0]
        settle(batch, outcomes, double)
        [outcome] = outcomes
        if isinstance(outcome, Rejected):
            assert outcome.reason is Rejection.CONTENT
            assert not outcome.account_wide
        else:
            assert isinstance(outcome, Accepted)
            assert [taken.text for taken in double.accepted] == [TEXTS[kind]]

    def test_texts_do_not_mix(
        self, transport: Transport, double: ProviderDouble
    ) -> None:
        """Odd signs in one text change no other text of the same batch."""
        size = self.most(transport)
        texts = list(TEXTS.values())
        for start in range(0, len(texts), size):
            batch = self.messages(
                transport, texts[start : start + size], first=100 * start + 1
            )
            outcomes = hand_over(transport, batch)[0]
            settle(batch, outcomes, double)
            said = {m.number.reveal(): m.text.reveal() for m in batch}
            for taken in double.accepted:
                assert taken.text == said.get(taken.number, taken.text)
        assert {taken.text for taken in double.accepted} <= set(texts)
