"""A list is read to its end, which only an empty-handed page is."""

import pytest
from attrs import frozen

from anonsms.errors import TransportError
from anonsms.transport import (
    HttpRequest,
    HttpResponse,
    all_pages,
    perform,
)


@frozen(repr=False)
class Entry:
    """A row that hides what it holds."""

    mark: int


def listed(pages, **options):
    """What is read of pages, and by which offsets they were asked for."""
    offsets = []

    def ask(offset):
        offsets.append(offset)
        return HttpRequest("GET", f"https://api.example/list?offset={offset}")

    flow = all_pages(
        ask,
        lambda response: [Entry(n) for n in pages(response.status)],
        "The list",
        **options,
    )
    found = perform(flow, lambda request: HttpResponse(len(offsets)))
    return [each.mark for each in found], offsets


def test_pages_are_read_until_one_brings_nothing():
    """A short page is not the end, an empty one is."""
    pages = [[1, 2], [3], [4, 5], []]
    assert listed(lambda nth: pages[nth - 1]) == (
        [1, 2, 3, 4, 5],
        [0, 2, 3, 5],
    )


def test_each_entry_comes_once():
    """Entries move between two questions, and also within a page."""
    pages = [[1, 2], [2, 2, 3], [3, 2]]
    assert listed(lambda nth: pages[nth - 1]) == ([1, 2, 3], [0, 2, 5])


def test_a_server_that_knows_no_offset_is_not_asked_for_ever():
    """The same page again brings nothing new."""
    assert listed(lambda nth: [1, 2]) == ([1, 2], [0, 2])


def test_an_endless_list_is_given_up():
    """And never passed for the whole."""
    with pytest.raises(TransportError, match="The list has more than 7 pages"):
        listed(lambda nth: [nth], most=7)
