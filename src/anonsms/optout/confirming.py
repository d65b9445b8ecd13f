"""
The one text that tells a person that the stop has worked.

It carries no marketing (47 CFR 64.1200(a)(12); 89 FR 15756) and fits one
part with the longest name. Its wording is ours, one per language pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anonsms.optout.pack import known_languages, of_packs, packs


_FALLBACK: Final = "en"


def confirmation(language: str | None, region: str | None, sender: str) -> str:
    """
    Word the confirmation of an opt-out.

    Send it once, without consent to anything else being asked for; in the US
    within five minutes.

    Args:
        language: BCP 47 tag of the language that the person wrote in, as
            :attr:`Reply.language`; ``None`` if the keyword told none.
        region: ISO 3166 code of where the person is. Its main language is
            used where ``language`` tells nothing.
        sender: What your texts say they are from.

    Returns:
        The text, in English where nothing better is known.

    >>> confirmation("fr", None, "MaBoutique")
    "C'est noté : vous ne recevrez plus de SMS publicitaire de MaBoutique."
    >>> confirmation(None, "DE", "MaBoutique")
    'Abgemeldet: Sie erhalten keine Werbe-SMS mehr von MaBoutique.'
    """
    known = known_languages(() if language is None else (language,))
    spoken = next(iter(known), None)
    if spoken is None or not packs()[spoken].confirmation:
        spoken = _main_languages().get((region or "").upper(), _FALLBACK)
    return packs()[spoken].confirmation.replace("{sender}", sender)


@of_packs()
def _main_languages() -> Mapping[str, str]:
    """Language to answer in, by region."""
    return {
        region: pack.language
        for pack in packs().values()
        for region in pack.main_in
    }
