"""Sound consent texts in the words of other hands than the models."""

# Language, controller, kind, text.
SOUND_TEXTS = [
    (
        "fr",
        "L'Atelier du Thé SARL",
        "marketing",
        (
            "J'accepte de recevoir les bons plans de l'Atelier du Thé par "
            "texto. Désinscription à tout moment via le lien présent dans "
            "chaque message. Voir notre charte de protection des données."
        ),
    ),
    (
        "fr",
        "Chausse-Pied",
        "marketing",
        (
            "Prévenez-moi par SMS des ventes privées Chausse Pied ! Un "
            "simple STOP au 36 123 suffit pour ne plus en recevoir. Plus "
            "d'infos : chaussepied.example/vie-privee (protection de vos "
            "données)."
        ),
    ),
    (
        "fr",
        "Société Librairie Zola S.A.",
        "marketing",
        (
            "Je souhaite être informé(e) par SMS des promotions de la "
            "société Librairie Zola. Mes coordonnées ne sont jamais "
            "transmises à des tiers. Je peux me désabonner quand je veux "
            "depuis mon compte, par e-mail ou par téléphone. Mes droits "
            "d'accès, de rectification et d'opposition sont décrits dans la "
            "page « Vie privée »."
        ),
    ),
    (
        "fr",
        "Vélo Vert SAS",
        "marketing, long",
        (
            "Je consens à ce que Vélo Vert et son partenaire : Atelier Roue "
            "SARL m'adressent par SMS des offres sur les vélos. Ce "
            "consentement n'est pas une condition d'achat. Je peux le "
            "révoquer à tout moment : STOP au 36123, ou "
            "bonjour@velovert.example. Notice de protection des données : "
            "https://velovert.example/rgpd."
        ),
    ),
    (
        "fr",
        "Ma Boutique",
        "double opt-in",
        (
            "Ma Boutique: repondez OUI pour confirmer que vous voulez nos "
            "promos par SMS. Sinon, ignorez ce message. STOP pour ne rien "
            "recevoir."
        ),
    ),
    (
        "pl",
        "Herbaciarnia Nowak s.c.",
        "marketing",
        (
            "Zgadzam się na otrzymywanie od Herbaciarnia Nowak s.c. "
            "(administrator danych) informacji handlowych w wiadomościach "
            "SMS. Zgodę mogę cofnąć w dowolnym momencie, klikając link w "
            "wiadomości. Przysługuje mi prawo wglądu w dane, ich "
            "poprawiania i wniesienia sprzeciwu."
        ),
    ),
    (
        "pl",
        "Rower Plus Spółka z ograniczoną odpowiedzialnością",
        "marketing",
        (
            "Chcę wiedzieć o wyprzedażach! Proszę o SMS-y z rabatami. "
            "Administrator: Rower Plus. Rezygnacja w każdej chwili: "
            "wystarczy napisać STOP na 36123. Mam prawo dostępu do danych, "
            "sprostowania i sprzeciwu. Danych nie przekazujemy partnerom. "
            "Zasady: polityka prywatności na rowerplus.example."
        ),
    ),
    (
        "pl",
        "Księgarnia Lalka",
        "marketing, long",
        (
            "Wyrażam dobrowolną zgodę na przesyłanie mi przez Księgarnia "
            "Lalka, ul. Prusa 1, na numer telefonu podany w formularzu "
            "wiadomości SMS z ofertami marketingowymi. Zgoda nie jest "
            "warunkiem zakupu. W każdej chwili mogę ją odwołać mailem na "
            "dane@lalka.example, przez SMS lub telefonicznie. Mam prawo "
            "dostępu do swoich danych, ich sprostowania, usunięcia i "
            "sprzeciwu wobec profilowania."
        ),
    ),
    (
        "pl",
        "Zielona Kawa",
        "double opt-in",
        (
            "Zielona Kawa: czy wysylac Ci SMS-y z promocjami? Odpisz TAK "
            "lub NIE. Zrezygnujesz, kiedy chcesz: STOP."
        ),
    ),
    (
        "en",
        "Smith & Sons Bakery Ltd",
        "marketing",
        (
            "Text me deals from Smith & Sons Bakery! I can unsubscribe any "
            "time using the link in each message. We never share your "
            "number with third parties. How we use your data: "
            "smithbakery.example/privacy"
        ),
    ),
    (
        "en",
        "Cycle-Shed",
        "marketing",
        (
            "I'd like to get SMS alerts about sales at CycleShed. To stop, "
            "text STOP to 60123, email hello@cycleshed.example or call us. "
            "Ticking this is not required to buy anything. See our privacy "
            "statement."
        ),
    ),
    (
        "en",
        "The Tea Company",
        "marketing, long",
        (
            "I consent to The Tea Company sending promotional text messages "
            "to the phone number I gave. I may withdraw this consent at any "
            "time by writing to privacy@tea.example, or with STOP. I may "
            "also see my data and have it corrected, and I may object to "
            "marketing and profiling."
        ),
    ),
    (
        "en",
        "Green Coffee",
        "keyword",
        (
            "Fancy discounts by text? Text LATTE to 60123 and Green Coffee "
            "will send you its offers. Text STOP at any time. Our privacy "
            "notice of March 2026 is at greencoffee.example/privacy."
        ),
    ),
    (
        "de",
        "Buchhandlung Grün & Co. KG",
        "marketing",
        (
            "Ich willige ein, dass mir die Buchhandlung Grün Sonderangebote "
            "als SMS schickt. Abmeldung jederzeit über den Link in jeder "
            "Nachricht oder per E-Mail an post@gruen.example. Näheres in "
            "der Datenschutzerklärung."
        ),
    ),
    (
        "de",
        "Fahrrad Weiß GmbH & Co. KG",
        "marketing",
        (
            "Bitte informieren Sie mich per Kurznachricht über Rabatte bei "
            "FAHRRAD WEISS. Meine Nummer geht nicht an Dritte. Ich kann die "
            "Einwilligung jederzeit mit STOPP zurückziehen. Hinweise zum "
            "Datenschutz: fahrrad-weiss.example/daten"
        ),
    ),
    (
        "de",
        "Teehaus Müller e.K.",
        "marketing, long",
        (
            "Ja, das Teehaus Müller darf mir an meine Telefonnummer Werbung "
            "per SMS senden. Die Einwilligung ist freiwillig; sie ist keine "
            "Voraussetzung für einen Kauf. Ich kann sie jederzeit im "
            "Kundenkonto, telefonisch oder mit der SMS STOP widerrufen. Ich "
            "habe ein Recht auf Auskunft, Berichtigung und Widerspruch "
            "gegen Werbung und Profiling."
        ),
    ),
    (
        "de",
        "Rösterei Muster",
        "double opt-in",
        (
            "Rösterei Muster: Möchten Sie unsere Aktionen per SMS? "
            "Antworten Sie JA. Sonst ist nichts zu tun. Später abmelden: "
            "STOP."
        ),
    ),
]
