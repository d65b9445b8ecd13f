from __future__ import annotations

import csv
import io

import pytest

from anonsms.audience import Audience, read_contacts


SWALLOWING = {
    "to the end": 'A,"Zoé\n06 39 98 12 35,Ida\n06 39 98 12 36,Max\n',
    "to a quote": 'A,"Zoé\n06 39 98 12 35,Ida\n06 39 98 12 36,"Max"\n',
    "to one that closes": 'A,"Zoé\n06 39 98 12 35,Ida\n06 39 98 12 36,Max"\n',
    "past two": 'A,"Zoé\n06 39 98 12 35,""\n06 39 98 12 36,Max"\n',
}


def read(text: str, *, by_caller: bool = False) -> Audience:
    """Read this text, or let the caller's own DictReader read it."""
    stream = io.StringIO(text, newline="")
    source = csv.DictReader(stream) if by_caller else stream
    return read_contacts(source, region="FR")


def ends(audience: Audience) -> list[str]:
    """Tell the last digits of the numbers."""
    return [contact.number.reveal()[-2:] for contact in audience]


@pytest.mark.parametrize("note", ["Prénom", "Note"])
@pytest.mark.parametrize("how", SWALLOWING)
def test_a_stray_quote_costs_its_own_row_alone(how, note):
    """The people below it are read, on their own lines."""
    rows = SWALLOWING[how].replace("A", "06 39 98 12 34")
    people = read(f"Phone,{note}\n{rows}")
    assert [(r.line, r.reason) for r in people.refused] == [(2, "unreadable")]
    assert ends(people) == ["35", "36"]
    assert [c.line for c in people] == [3, 4]
    assert people.rows == 3


@pytest.mark.parametrize("how", SWALLOWING)
def test_a_caller_s_reader_loses_no_row_in_silence(how):
    """What its reader has swallowed is refused line by line."""
    rows = SWALLOWING[how].replace("A", "06 39 98 12 34")
    text = f"Phone,Note\n06 39 98 12 33,ok\n{rows}"
    people = read(text, by_caller=True)
    assert {r.reason for r in people.refused} == {"unreadable"}
    assert [r.line for r in people.refused] == [3, 4, 5]
    assert ends(people) == ["33"]


@pytest.mark.parametrize("by_caller", [True, False])
def test_nobody_gets_the_number_of_the_next_row(by_caller):
    """The name of one and the number of another are no contact."""
    people = read(
        'Prénom,Phone\n"Zoé,06 39 98 12 34\nIda",06 39 98 12 35\n'
        "Max,06 39 98 12 36\n",
        by_caller=by_caller,
    )
    assert ends(people) == (["36"] if by_caller else ["35", "36"])
    assert people.refused[0].line == 2


@pytest.mark.parametrize("by_caller", [True, False])
def test_a_quote_that_closes_in_another_column_is_found_too(by_caller):
    """In a wide table the separators alone tell."""
    header = "Note,Phone,a,b,c,d,e,f,g"
    people = read(
        f"{header}\n"
        '"Zoé,06 39 98 12 34,,,,,,,\n'
        'Ida,06 39 98 12 35,"x",,,,,,\n'
        "Max,06 39 98 12 36,,,,,,,\n",
        by_caller=by_caller,
    )
    assert ends(people) == (["36"] if by_caller else ["35", "36"])
    assert people.refused[0].reason == "unreadable"


@pytest.mark.parametrize("by_caller", [True, False])
@pytest.mark.parametrize(
    "note",
    [
        "Bonjour,\nmerci, à bientôt",
        "une\n\ndeux",
        "tel\r\n06 39 98 12 39",
        'dit ""oui"",\r\nparfois, pas toujours',
    ],
)
def test_notes_of_several_lines_stay_whole(note, by_caller):
    """Line breaks and separators in quotes are what quotes are for."""
    people = read(
        f'Phone,Note\n06 39 98 12 34,"{note}"\n06 39 98 12 35,x\n',
        by_caller=by_caller,
    )
    assert ends(people) == ["34", "35"]
    assert people[0].values["Note"] == note.replace('""', '"')


def test_many_stray_quotes_are_read_past():
    """Each costs one row, and the reading ends."""
    rows = "".join(
        f"06 39 98 {n // 100:02} {n % 100:02},{quote}x\n"
        for n, quote in enumerate(["", '"'] * 200)
    )
    people = read(f"Phone,Note\n{rows}")
    assert people.rows == 400
    assert [c.line % 2 for c in people] == [0] * 200
    assert {r.line % 2 for r in people.refused} == {1}
