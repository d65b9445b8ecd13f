from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from anonsms.audience import Audience, read_contacts
from anonsms.errors import ContactsError


CELLS = st.one_of(
    st.sampled_from(
        [
            "06 39 98 12 34",
            "'+33639981234",
            "0639981235",
            "06 39",
            "",
            " ",
            "Zoé",
            "Jan",
            "yes",
            "no",
            "FR",
            "Freedonia",
            "3",
            "a, sms-stop",
            "'",
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
HEADERS = st.sampled_from(
    [
        ["Phone"],
        ["First Name", "Phone", "Accepts SMS Marketing"],
        ["Phone", "Default Address Phone", "Tags", "Total Orders"],
        ["imię", "kraj", "telefon", "telefon komórkowy", "tagi"],
        ["first_name", "country", "phone", "spent", "language", "first_name"],
    ]
)


def accounted(people: Audience, rows: int) -> None:
    """Every row is a contact, merged, or refused; each number once."""
    assert people.rows == rows
    assert people.rows == len(people) + people.merged + len(people.refused)
    assert len({c.number for c in people}) == len(people)
    assert people.shared_numbers <= people.merged
    lines = [row.line for row in people.refused]
    assert lines == sorted(lines)
    for contact in people:
        assert set(contact.values) <= set(people.columns)


@given(st.text())
@example("\x00")
@example('"')
@example("Phone\r\r\n")
@example("sep=;\nPhone")
@example("Phone\n\x1c\n'\n")
def test_any_text_is_read_or_refused_as_a_whole(text):
    """No text leads to another error than ContactsError."""
    try:
        people = read_contacts(io.StringIO(text, newline=""), region="FR")
    except ContactsError:
        return
    accounted(people, people.rows)


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xff\xfeP")
@example(b"Phone\n\xff\n\x81")
def test_any_bytes_are_read_or_refused_as_a_whole(data):
    """Nor do any bytes."""
    try:
        people = read_contacts(io.BytesIO(data), region="FR")
    except ContactsError:
        return
    accounted(people, people.rows)


@given(HEADERS, st.text(st.sampled_from('"\n\r,;\0 06398')))
def test_rows_below_a_header_never_stop_the_reading(header, text):
    """With a column for the number, nothing is fatal."""
    source = io.StringIO(f"{','.join(header)}\n{text}", newline="")
    people = read_contacts(source, region="FR")
    accounted(people, people.rows)


@given(HEADERS, st.lists(st.lists(CELLS, min_size=1, max_size=7)))
def test_every_row_is_accounted_for(header, rows):
    """Rows read are those that the csv module reads, blank lines aside."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    text.seek(0)
    expected = sum(map(bool, csv.reader(text))) - 1
    text.seek(0)
    accounted(read_contacts(text, region="FR"), expected)


@given(HEADERS, st.lists(st.lists(CELLS, min_size=5, max_size=5)))
def test_a_file_and_rows_in_memory_say_the_same(header, rows):
    """One reading, three forms: CSV, sequences, mappings."""
    rows = [row[: len(header)] for row in rows if row[0].strip()]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    text.seek(0)
    from_file = read_contacts(text, region="FR")
    in_memory = read_contacts(rows, header=header, region="FR")
    assert [c.values for c in from_file] == [c.values for c in in_memory]
    assert [c.claims_consent for c in from_file] == [
        c.claims_consent for c in in_memory
    ]
    assert from_file.merged == in_memory.merged
    assert from_file.columns == in_memory.columns
    if len(set(header)) == len(header) and rows:
        by_name = read_contacts(
            [dict(zip(header, row, strict=True)) for row in rows],
            region="FR",
        )
        assert by_name == in_memory
