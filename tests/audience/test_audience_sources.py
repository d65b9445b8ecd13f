from __future__ import annotations

import contextlib
import csv
import gc
import io

import pytest

from anonsms.audience import Audience, Columns, read_contacts
from anonsms.errors import ContactsError


TEXT = "Prénom,Téléphone\nZoé,06 39 98 12 34\nÈve,06 39 98 12 35\n"


def read(text: str, **options: object) -> Audience:
    """Read this text."""
    return read_contacts(io.StringIO(text, newline=""), region="FR", **options)


def names(audience: Audience) -> list[object]:
    """Tell the first names."""
    return [contact.values.get("first_name") for contact in audience]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
@pytest.mark.parametrize("as_path", [True, False])
def test_unicode_files_need_no_encoding(tmp_path, encoding, as_path):
    """With and without a mark, as a path and as a stream of bytes."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(TEXT.encode(encoding))
    source = str(path) if as_path else io.BytesIO(path.read_bytes())
    people = read_contacts(source, region="FR")
    assert names(people) == ["Zoé", "Ève"]
    assert people.notes == ()


def test_what_is_not_utf_8_is_read_as_windows_1252_with_a_note(tmp_path):
    """Old Excel files are readable, and the guess is told."""
    path = tmp_path / "contacts.csv"
    path.write_bytes(TEXT.encode("cp1252"))
    people = read_contacts(path, region="FR")
    assert names(people) == ["Zoé", "Ève"]
    assert "Windows-1252" in people.notes[0]


def test_a_named_encoding_is_taken(tmp_path):
    """Polish letters of cp1250 come out right when it is named."""
    path = tmp_path / "contacts.csv"
    path.write_bytes("imię;telefon\nŁucja;212 000 123".encode("cp1250"))
    people = read_contacts(path, region="PL", encoding="cp1250")
    assert names(people) == ["Łucja"]


@pytest.mark.parametrize("encoding", ["ascii", "klingon", "hex"])
def test_a_wrong_encoding_is_refused_without_the_bytes(encoding):
    """The error neither shows nor keeps a piece of the file."""
    with pytest.raises(ContactsError) as caught:
        read_contacts(
            io.BytesIO(TEXT.encode()), region="FR", encoding=encoding
        )
    assert "39 98" not in str(caught.value)
    assert not isinstance(caught.value.__context__, UnicodeDecodeError)


def test_streams_of_the_caller_stay_open():
    """Only what was opened here is closed here."""
    for content in (TEXT, "Nom\nZoé\n"):
        for stream in (io.StringIO(content), io.BytesIO(content.encode())):
            with contextlib.suppress(ContactsError):
                read_contacts(stream, region="FR")
            gc.collect()
            assert not stream.closed


def test_a_pipe_can_be_read():
    """A stream that cannot go back is read all the same."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert len(read_contacts(Pipe(TEXT.encode()), region="FR")) == 2


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(separator):
    """Comma, semicolon, tab and bar, also beside quoted ones."""
    people = read(TEXT.replace(",", separator).replace("Zoé", '"Zoé,;"'))
    assert names(people) == ["Zoé,;", "Ève"]


def test_the_separator_line_of_excel_is_understood():
    """`sep=;` is no header, and counts as a line."""
    people = read("sep=;\r\nPhone;Note\r\n06 39 98 12 34;a,b,c\r\n")
    assert people[0].line == 3
    assert people[0].values["Note"] == "a,b,c"


def test_lines_are_those_of_the_file():
    """Line breaks in quotes and blank lines count, as an editor counts."""
    people = read(
        "Name,Phone\r\n"
        '"Zoé\r\nMartin",06 39 98 12 34\r\n'
        "\r\n"
        "Ève,06 39\r\n"
        "Léa,06 39 98 12 35\r\n"
    )
    assert [c.line for c in people] == [2, 6]
    assert [r.line for r in people.refused] == [5]
    assert people.rows == 3


@pytest.mark.parametrize("text", ["", "\n\n", "  \n", "sep=;\n"])
def test_an_empty_source_is_refused(text):
    """No header and no row is most likely the wrong file."""
    with pytest.raises(ContactsError, match="empty"):
        read(text)


def test_a_header_without_rows_is_an_empty_audience():
    """Nobody is an answer."""
    people = read("Phone,City\n")
    assert list(people) == []
    assert people.columns == ("City", "city")


def test_a_missing_column_is_named_and_the_header_is_not():
    """The error says what was looked for; the header may be a customer."""
    with pytest.raises(ContactsError) as caught:
        read("Zoé,06 39 98 12 34\n")
    assert "phone, " in str(caught.value)
    assert "39 98" not in str(caught.value)
    assert "Zoé" not in str(caught.value)


def test_a_column_that_the_caller_names_must_be_there():
    """A typing mistake in `columns` does not pass in silence."""
    with pytest.raises(ContactsError, match="consent"):
        read(TEXT, columns=Columns(phone="Téléphone", consent="Accepte"))


def test_a_file_without_header_takes_one_from_the_caller():
    """With `header`, the first line is a customer."""
    people = read("Zoé,06 39 98 12 34\n", header=["Prénom", "Tel"])
    assert people[0].line == 1
    assert names(people) == ["Zoé"]


@pytest.mark.parametrize(
    "header",
    [
        "Handy",
        "Telefon",
        "Téléphone portable",
        "N° de téléphone",
        "Numer telefonu",
        "phone_number",
        "MOBILE",
        "Numero",
        "SMS",
    ],
)
def test_usual_names_of_the_column_are_known(header):
    """English, French, German and Polish, whatever case and accents."""
    assert len(read(f"x,{header}\n1,06 39 98 12 34\n")) == 1


def test_a_mobile_column_is_preferred_row_by_row():
    """The other column serves where the better one is blank."""
    people = read(
        "Phone,Mobile\n01 99 00 12 34,06 39 98 12 34\n06 39 98 12 35,\n"
    )
    assert [c.number.reveal() for c in people] == [
        "+33639981234",
        "+33639981235",
    ]


def test_a_number_column_beside_a_phone_column_is_something_else():
    """It may be the number of an order, so nobody is texted by it."""
    people = read("Number,Phone\n06 39 98 12 34,\n")
    assert [r.reason for r in people.refused] == ["empty"]


def test_a_second_column_of_one_name_is_left_out():
    """The first one counts."""
    people = read("Phone,City,City,\n06 39 98 12 34,Lyon,Lille,x\n")
    assert people[0].values == {"City": "Lyon", "city": "Lyon"}
    assert people.columns == ("City", "city")


@pytest.mark.parametrize("second", ["Phone", "phone", "PHONE:"])
def test_a_second_column_of_one_name_fills_the_blanks_of_the_first(second):
    """Whatever its case; the number stays out of the values."""
    people = read(f"Phone,{second}\n,06 39 98 12 34\n06 39 98 12 35,x\n")
    assert [c.number.reveal() for c in people] == [
        "+33639981234",
        "+33639981235",
    ]
    assert [c.values for c in people] == [{}, {}]


@pytest.mark.parametrize(
    "header",
    [
        "Phone,SMS consent,SMS consent",
        "Phone,SMS consent,sms consent",
        "Phone,Accepts SMS Marketing,SMS consent",
        "Phone,Accepts SMS Marketing,Accepts SMS Marketing",
    ],
)
@pytest.mark.parametrize("claims", ["yes,no", "no,yes"])
def test_a_no_in_any_column_about_consent_wins(header, claims):
    """Also in one of the same name, and in an app's beside Shopify's."""
    people = read(f"{header}\n06 39 98 12 34,{claims}\n")
    assert people[0].claims_consent is False
    assert set(people[0].values) <= set(people.columns)


def test_zero_bytes_and_huge_cells_stop_nothing():
    """What the CSV reader refuses is one refused row, not a failure."""
    huge = "x" * (csv.field_size_limit() + 1)
    people = read(
        f"Phone,Note\n06 39 98 12 34,a\0b\n06 39 98 12 35,{huge}\n"
        "06 39 98 12 36,c\n"
    )
    assert len(people) == 2
    assert [(r.line, r.reason) for r in people.refused] == [(3, "unreadable")]


def test_a_dict_reader_keeps_its_lines():
    """`csv.DictReader` works as the file it reads would."""
    text = 'Name,Phone\n"Zoé\nM",06 39 98 12 34\n\nÈve,06 39 98 12 35\n'
    rows = csv.DictReader(io.StringIO(text))
    people = read_contacts(rows, region="FR")
    assert [c.line for c in people] == [2, 5]


def test_rows_in_memory_are_read_by_position():
    """Mappings, whose keys may differ, and sequences below a header."""
    mappings = read_contacts(
        [{"City": "Lyon"}, {"phone": "06 39 98 12 34"}], region="FR"
    )
    sequences = read_contacts(
        [("Lyon", ""), ("", "06 39 98 12 34")],
        header=["City", "phone"],
        region="FR",
    )
    for people in (mappings, sequences):
        assert [c.line for c in people] == [2]
        assert [(r.line, r.reason) for r in people.refused] == [(1, "empty")]


def test_no_rows_in_memory_are_an_empty_audience():
    """A query may find nobody."""
    assert list(read_contacts([])) == []


@pytest.mark.parametrize(
    "source", [["Phone", "06 39 98 12 34"], [["06 39 98 12 34"]]]
)
def test_rows_without_names_are_refused_as_a_whole(source):
    """Lists need a header; a column of texts is no row."""
    with pytest.raises(ContactsError, match="header="):
        read_contacts(source)


def test_a_text_is_no_path():
    """CSV passed as a text is told how to be passed."""
    with pytest.raises(ContactsError, match="StringIO"):
        read_contacts(TEXT)


def test_an_excel_workbook_is_told_apart(tmp_path):
    """Its first bytes are those of an archive."""
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ContactsError, match="Excel"):
        read_contacts(path)


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (None, "NoneType"),
        (5, "int"),
        (b"Phone\n06 39 98 12 34", "BytesIO"),
        (bytearray(b"06 39 98 12 34"), "bytearray"),
        ("0639981234", "does not name a file"),
        ("0639981234\0", "does not name a file"),
        ("0639981234" * 99, "does not name a file"),
    ],
)
def test_what_is_no_source_is_told_by_its_type(source, told):
    """With what to pass instead, and never with what it holds."""
    with pytest.raises(ContactsError, match=told) as caught:
        read_contacts(source)
    assert "39" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("contacts", [["0639981234"], None, 5])
def test_an_audience_is_made_of_contacts_only(contacts):
    """What else is passed is told by its type."""
    with pytest.raises(ContactsError, match=r"str|NoneType|int") as caught:
        Audience.of(contacts)
    assert "Contact(" in str(caught.value)
    assert "39" not in str(caught.value)


def test_a_missing_file_is_an_error_of_the_system(tmp_path):
    """It is not dressed up."""
    with pytest.raises(FileNotFoundError):
        read_contacts(tmp_path / "none.csv")


def test_an_empty_dict_reader_is_an_empty_source():
    """It has not even a header."""
    with pytest.raises(ContactsError, match="empty"):
        read_contacts(csv.DictReader(io.StringIO("")))


def test_a_header_that_is_no_csv_is_refused():
    """Bare carriage returns, as in very old files, in a stream of text."""
    with pytest.raises(ContactsError, match="header"):
        read_contacts(io.StringIO("Phone,City\rx,y\rz\n", newline="\n"))
