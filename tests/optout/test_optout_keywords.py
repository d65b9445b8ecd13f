"""The keywords of every language, and the regions that change them."""

import pytest

from anonsms.consent import Scope
from anonsms.optout import Also, Intent, parse_reply


# Re-keyed from the fact sheet, not from the packs: two hands must agree.
HARD = {
    "en": "STOP, STOPALL, STOP ALL, UNSUBSCRIBE, UNSUB, OPTOUT, OPT OUT, "
    "OPT-OUT, REVOKE, REMOVE, REMOVE ME, STOP2QUIT, STOP TO QUIT",
    "fr": "STOP, ARRET, ARRÊT, ARRETER, ARRETEZ, DESABONNER, DESABONNEMENT, "
    "DESINSCRIRE, DESINSCRIPTION, STOP SMS, STOP PUB, STOP 36180, ARRETE, "
    "ARRETT, DÉSABONNEMENT",
    "pl": "STOP, WYPISZ, WYPISZ MNIE, WYPIS, ZAKONCZ, ZAKOŃCZ, REZYGNACJA, "
    "REZYGNUJE, REZYGNUJĘ",
    "es": "STOP, BAJA, DESUSCRIBIR, DARME DE BAJA, DAR DE BAJA, "
    "CANCELAR SUSCRIPCION",
    "pt": "STOP, PARAR, PARE, SAIR, DESCADASTRAR, CANCELAR INSCRICAO, REMOVER",
    "de": "STOP, STOPP, ABMELDEN, ABMELDUNG, ABBESTELLEN, AUSTRAGEN",
    "it": "STOP, CANCELLAMI, DISISCRIVI, CANCELLA ISCRIZIONE, RIMUOVI",
    "nl": "STOP, STOPPEN, AFMELDEN, UITSCHRIJVEN, AF",
    "sv": "STOPP, STOP, AVREGISTRERA, AVSLUTA, AVANMÄL, SLUTA",
    "da": "STOP, AFMELD, AFMELDING, FRAMELD",
    "nb": "STOPP, STOP, AVMELD, MELD AV",
    "nn": "STOPP, AVMELD",
    "fi": "STOP, LOPETA, PERU TILAUS, POISTA",
    "cs": "STOP, ODHLASIT, ODHLÁSIT, STOP ALL",
    "sk": "STOP, ODHLASIT, ODHLÁSIŤ",
    "hu": "STOP, LEIRATKOZAS, LEIRATKOZÁS, LEIRATKOZOM",
    "ro": "STOP, DEZABONARE, DEZABONEAZA",
    "el": "STOP, ΣΤΟΠ, ΔΙΑΓΡΑΦΗ, ΑΠΕΓΓΡΑΦΗ, DIAGRAFI",
    "tr": "STOP, RET, IPTAL, İPTAL, DUR, LISTEDEN CIK",
    "ar": "STOP, إلغاء, الغاء, إيقاف, ايقاف, قف, إلغاء الاشتراك",
    "he": "הסר, הסרה, STOP",
    "hi": "STOP",
    "zh": "TD, T, R, 退订, 退訂, 取消订阅, STOP",
    "ko": "수신거부, 수신 거부, STOP",
    "ja": "STOP, 停止, 配信停止, 解除",
    "ru": "СТОП, STOP, ОТПИСАТЬСЯ",
    "uk": "СТОП, STOP, ВІДПИСАТИСЯ",
    "vi": "TC, TU CHOI, TỪ CHỐI, HUY, STOP",
    "af": "STOP, END, CANCEL, UNSUBSCRIBE, QUIT, OPT OUT",
}
SOFT = {
    "en": "END, QUIT, CANCEL, NO, EXIT, BYE, LEAVE ME ALONE",
    "fr": "FIN, NON, ANNULER, RETIRER",
    "pl": "NIE, KONIEC, ANULUJ, USUN, DOSC",
    "es": "ALTO, PARAR, SALIR, CANCELAR, BASTA, QUITAR, NO, FIN",
    "pt": "CANCELAR, NAO, FIM",
    "de": "ENDE, ABBRECHEN, KÜNDIGEN, KUENDIGEN, STORNO, NEIN, RAUS",
    "it": "ANNULLA, CANCELLA, BASTA, FINE, NO, ALTO",
    "nl": "UIT, NEE, EINDE, ANNULEREN",
    "sv": "SLUT, NEJ, AV",
    "da": "RET, SLUT, NEJ",
    "nb": "SLUTT, NEI",
    "fi": "PERUUTA, LOPPU, EI, SEIS",
    "cs": "KONEC, ZRUSIT, ZRUŠIT, STORNO, NE",
    "sk": "KONIEC, ZRUSIT, STORNO, NIE",
    "hu": "VEGE, VÉGE, NEM, TOROL, LEMOND",
    "ro": "ANULEAZA, ANULARE, RENUNT, NU",
    "el": "ΑΚΥΡΩΣΗ, ΤΕΛΟΣ, ΟΧΙ",
    "tr": "HAYIR, SON",
    "ar": "لا",
    "he": "לא, ביטול",
    "hi": "बंद, रोको, नहीं",
    "zh": "取消, 不要",
    "ko": "거부, 취소",
    "ja": "終了, いいえ",
    "ru": "НЕТ, ОТМЕНА, КОНЕЦ",
    "uk": "НІ",
    "vi": "KHONG",
}
OPT_IN = {
    "en": "START, UNSTOP, YES, JOIN, SUBSCRIBE",
    "fr": "START, OUI, REPRENDRE",
    "pl": "START, TAK, WZNOW",
    "es": "ALTA, START, SI, INICIAR",
    "de": "START, JA, ANMELDEN",
    "nl": "START, AAN, JA",
    "tr": "ONAY, EVET, BASLA",
    "zh": "订阅, 訂閱",
    "ru": "СТАРТ, ДА",
    "vi": "DK, CO",
}
HELP = {
    "en": "HELP, INFO",
    "fr": "AIDE, CONTACT, INFO",
    "pl": "POMOC, INFO",
    "es": "AYUDA",
    "de": "HILFE",
    "sv": "HJÄLP",
    "da": "HJÆLP",
    "tr": "YARDIM, BILGI",
    "he": "עזרה",
    "ko": "도움말",
}


def listed(table):
    """Rows of language and word."""
    return [
        (language, word)
        for language, words in table.items()
        for word in words.split(", ")
    ]


@pytest.mark.parametrize(("language", "word"), listed(HARD))
def test_hard_keywords_opt_out_in_their_language(language, word):
    """Every hard keyword opts out where its language is read."""
    reply = parse_reply(word, [language])
    assert reply.intent is Intent.OPT_OUT
    assert reply.certain
    assert reply.rule.split(":")[0] in {"keyword", "addressed"}


@pytest.mark.parametrize(("language", "word"), listed(SOFT))
def test_soft_keywords_ask_for_review(language, word):
    """A word with everyday uses pauses and asks, it does not opt out."""
    reply = parse_reply(word, [language])
    assert reply.intent is Intent.REVIEW
    assert not reply.certain


@pytest.mark.parametrize(("language", "word"), listed(OPT_IN))
def test_opt_in_keywords(language, word):
    """A word of joining, alone, is an opt-in."""
    assert parse_reply(word, [language]).intent is Intent.OPT_IN


@pytest.mark.parametrize(("language", "word"), listed(HELP))
def test_help_keywords(language, word):
    """A word that asks for help, alone, gets help."""
    assert parse_reply(word, [language]).intent is Intent.HELP


@pytest.mark.parametrize(
    "word", ["STOP", "stopp", "STOPALL", "unsubscribe", "Opt out", "🛑"]
)
@pytest.mark.parametrize("languages", [["fr"], ["pl", "de"], [], ["xx"], "ja"])
def test_stop_counts_in_every_language(word, languages):
    """The words that everybody knows count whatever was chosen."""
    assert parse_reply(word, languages).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    ("text", "languages", "region", "intent"),
    [
        ("CANCEL", None, "US", Intent.OPT_OUT),
        ("CANCEL", None, "CA", Intent.OPT_OUT),
        ("cancel", None, "us", Intent.OPT_OUT),
        ("CANCEL", None, "PR", Intent.OPT_OUT),
        ("CANCEL", None, "ZA", Intent.OPT_OUT),
        ("CANCEL", None, "FR", Intent.REVIEW),
        ("CANCEL", None, None, Intent.REVIEW),
        ("CANCEL", ["en"], None, Intent.REVIEW),
        ("END", None, "US", Intent.OPT_OUT),
        ("QUIT", None, "CA", Intent.OPT_OUT),
        ("END", None, "GB", Intent.REVIEW),
        ("RET", None, "TR", Intent.OPT_OUT),
        ("RET", ["tr"], None, Intent.OPT_OUT),
        ("RET", None, "DK", Intent.REVIEW),
        ("RET", ["da"], None, Intent.REVIEW),
        ("RET", ["fr"], None, Intent.OTHER),
        ("DUR", None, "TR", Intent.OPT_OUT),
        ("DUR", None, "FR", Intent.OTHER),
        ("DUR", None, None, Intent.OTHER),
        ("FIN", ["fr"], None, Intent.REVIEW),
        ("FIN", None, "FR", Intent.REVIEW),
        ("fin", None, "SE", Intent.OTHER),
        ("fin", ["sv", "da"], None, Intent.OTHER),
        ("T", None, "CN", Intent.OPT_OUT),
        ("R", ["zh-Hant"], None, Intent.OPT_OUT),
        ("TD", None, "TW", Intent.OPT_OUT),
        ("T", None, None, Intent.OTHER),
        ("R", None, "US", Intent.OTHER),
        ("TC", None, "VN", Intent.OPT_OUT),
        ("tc", None, "GB", Intent.OTHER),
        ("AF", None, "NL", Intent.OPT_OUT),
        ("af", None, "DK", Intent.REVIEW),
        ("fine", None, "GB", Intent.OTHER),
        ("FINE", None, "IT", Intent.REVIEW),
        ("slut", None, None, Intent.OTHER),
        ("PARAR", None, "ES", Intent.REVIEW),
        ("PARAR", None, "BR", Intent.OPT_OUT),
        ("WYPISZ", None, "FR", Intent.OPT_OUT),
        ("WYPISZ", ["fr"], None, Intent.OTHER),
    ],
)
def test_language_and_region_gate_words(text, languages, region, intent):
    """The same word means other things in other places."""
    assert parse_reply(text, languages, region).intent is intent


def test_every_unknown_region_is_treated_alike():
    """A region that no pack speaks of changes nothing about hard words."""
    assert parse_reply("WYPISZ", region="XX").intent is Intent.OPT_OUT
    assert parse_reply("WYPISZ", region="").intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ARRÊT", "fr"),
        ("WYPISZ", "pl"),
        ("ABMELDEN", "de"),
        ("STOP", None),
        ("STOPP", None),
        ("退订", "zh"),
        # Two languages share it, so neither is told.
        ("STORNO", None),
    ],
)
def test_the_language_of_the_keyword_is_told(text, language):
    """A keyword of one language tells which one to answer in."""
    assert parse_reply(text).language == language


def test_region_settles_a_shared_word():
    """Where only one of the languages is spoken, it is that one."""
    assert parse_reply("STORNO", region="DE").language == "de"
    assert parse_reply("STORNO", region="CZ").language == "cs"


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("STOP", Scope.MARKETING),
        ("ARRÊT", Scope.MARKETING),
        ("STOP SMS", Scope.MARKETING),
        ("STOPALL", Scope.ALL),
        ("STOP ALL", Scope.ALL),
        ("stop everything", Scope.ALL),
        ("STOP tout", Scope.ALL),
        ("ABMELDEN alles bitte", Scope.ALL),
    ],
)
def test_scope(text, scope):
    """A plain stop ends marketing; "all" ends every text."""
    reply = parse_reply(text)
    assert reply.intent is Intent.OPT_OUT
    assert reply.scope is scope


@pytest.mark.parametrize(
    ("text", "also"),
    [
        ("delete my data", Also.ERASURE),
        ("Supprimer mes données svp", Also.ERASURE),
        ("borrar mis datos", Also.ERASURE),
        ("usuńcie moje dane", Also.ERASURE),
        ("İPTAL", Also.SUPPORT),
        ("STOP", None),
    ],
)
def test_what_else_is_asked_for(text, also):
    """An erasure request opts out too, and says so."""
    reply = parse_reply(text)
    assert reply.intent is Intent.OPT_OUT
    assert reply.also is also
    if also is Also.ERASURE:
        assert reply.scope is Scope.ALL


def test_bare_cancel_in_the_us_is_also_for_support():
    """A legal opt-out that may be about an order goes to both."""
    reply = parse_reply("cancel", region="US")
    assert (reply.intent, reply.also) == (Intent.OPT_OUT, Also.SUPPORT)


@pytest.mark.parametrize("word", ["no", "non", "nie", "nein", "nej"])
def test_no_opts_out_only_who_was_asked(word):
    """A no is an opt-out as the answer to our question, else a doubt."""
    assert parse_reply(word).intent is Intent.REVIEW
    asked = parse_reply(word, asked=True)
    assert asked.intent is Intent.OPT_OUT
    assert asked.certain


@pytest.mark.parametrize("word", ["yes", "oui", "tak", "ja"])
def test_yes_is_certain_only_from_who_was_asked(word):
    """A yes that nobody asked for is an opt-in with a doubt."""
    assert not parse_reply(word).certain
    assert parse_reply(word, asked=True).certain
    assert parse_reply(word, asked=True).intent is Intent.OPT_IN


@pytest.mark.parametrize("region", [None, "FR", "US", "GB"])
@pytest.mark.parametrize(
    "text",
    [
        "STOP STOP STOP STOP STOP STOP",
        "stop stop stop stop stop stop stop!",
        "STOP, STOP, STOP, STOP, STOP, STOP, STOP",
        "stop stop stop stop stop stop stop please",
        "STOP la pub",
        "STOP aux SMS",
        "STOP à la pub",
        "stop à vos SMS svp",
        "Stop ces messages",
        "stop the texts",
        "stop with your messages please",
        "Stop texting me",
        "please stop texting",
        "stop sending",
        "stop sending me texts",
        "Reply STOP",
        "Tapez STOP",
        "yes stop",
        "Oui, stop",
        "oui stop svp",
        "STOPSMS",
        "StopPub",
        "STOP 36 180",
        "STOP au 36 123",
        "STOP au 36 123 merci",
        "Non, stop",
        "Non. STOP",
        "NON ! STOP",
        "Non \N{EN DASH} stop",
        "Non\nSTOP",
        "No. Stop please",
        "nein, stopp!",
    ],
)
def test_stop_among_few_words_is_heard_in_every_region(text, region):
    """Articles, repeats, groups of digits and a yes change nothing."""
    assert parse_reply(text, region=region).intent is Intent.OPT_OUT


@pytest.mark.parametrize("region", [None, "FR", "US", "GB"])
@pytest.mark.parametrize(
    ("text", "originator"),
    [
        ("stop ma boutique", "MaBoutique"),
        ("STOP MABOUTIQUE", "Ma Boutique"),
        ("stop à ma boutique svp", "MaBoutique"),
        ("STOP Pharmacie du Lac", "Pharmacie du Lac"),
    ],
)
def test_our_name_may_be_spaced_in_any_way(text, originator, region):
    """People space a name their own way."""
    reply = parse_reply(text, region=region, originator=originator)
    assert (reply.intent, reply.rule) == (
        Intent.OPT_OUT,
        "addressed:und:stop",
    )
