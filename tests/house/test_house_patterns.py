"""No regular expression of ours can hang."""

import ast
import re
from pathlib import Path

# The parser of `re` is the one judge of what a pattern says.
from re import _constants as op
from re import _parser

import pytest

import anonsms


SRC = Path(anonsms.__file__).parent
ALPHABET = [chr(code) for code in range(0x250)] + ["\u2009", "漢", "٣"]
REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}


def characters(items):
    """Which characters of ALPHABET the first of ``items`` can match."""
    code, value = items[0]
    if code is op.SUBPATTERN:
        return characters(value[-1])
    if code is op.BRANCH:
        return set().union(*map(characters, value[1]))
    if code in REPEATS:
        rest = items[1:]
        more = characters(rest) if value[0] == 0 and rest else set()
        return characters(value[2]) | more
    if code is op.AT or code in (op.ASSERT, op.ASSERT_NOT):
        return characters(items[1:]) if items[1:] else set(ALPHABET)
    if code in (op.LITERAL, op.NOT_LITERAL, op.IN, op.ANY):
        state = _parser.State()
        state.str = ""
        one = _parser.SubPattern(state, [items[0]])
        matches = re._compiler.compile(one).fullmatch
        return {char for char in ALPHABET if matches(char)}
    return set(ALPHABET)  # something rare: assume the worst


def tails(items):
    """The characters that a body can end on by repeating itself."""
    found = set()
    for item in reversed(list(items)):
        code, value = item
        if code in REPEATS and value[0] != value[1]:
            found |= characters(list(value[2]))
            if value[0]:
                break
        elif code is op.SUBPATTERN:
            found |= tails(value[-1])
            break
        elif code is op.BRANCH:
            for branch in value[1]:
                found |= tails(branch)
            break
        else:
            break
    return found


def ambiguous(items):
    """
    Whether some text can be cut in many ways by a repeat within a repeat.

    A repeated body may end in a repeat of its own if what the body begins
    with cannot be what it ends on: then each cut is forced.
    """
    inner = []
    for code, value in items:
        if code in REPEATS:
            body = list(value[2])
            if value[1] > 1 and body and tails(body) & characters(body):
                return True
            inner.append(body)
        elif code is op.SUBPATTERN:
            inner.append(value[-1])
        elif code is op.BRANCH:
            inner += value[1]
        elif code in (op.ASSERT, op.ASSERT_NOT):
            inner.append(value[1])
    return any(map(ambiguous, inner))


def patterns():
    """Each literal pattern in the sources, and where it stands."""
    for path in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                yield f"{path.name}:{node.lineno}", node


def flags_of(call):
    """The flags by name, e.g. ``re.VERBOSE | re.ASCII``."""
    given = [*call.args[1:], *(word.value for word in call.keywords)]
    names = {
        node.attr
        for argument in given
        for node in ast.walk(argument)
        if isinstance(node, ast.Attribute) and node.attr.isupper()
    }
    flags = re.NOFLAG
    for name in names:
        flags |= getattr(re, name, re.NOFLAG)
    return flags


@pytest.mark.parametrize(
    "bad", [r"(?:a+)*", r"(\d{1,3})+", r"(?:\w+\s?)*", r"(?:[ -]?\d+){2,9}"]
)
def test_a_pattern_that_can_hang_is_seen(bad):
    """The check itself: these take time without bound on the wrong text."""
    assert ambiguous(_parser.parse(bad))


@pytest.mark.parametrize(
    "good", [r"(?:-\w{2,8})*", r"\d(?:[ .]?\d){6,14}", r"(?:ab|cd)+", r"a+b*"]
)
def test_a_harmless_pattern_passes(good):
    """A mark before each repetition forces the cuts."""
    assert not ambiguous(_parser.parse(good))


def test_no_pattern_of_ours_can_hang():
    """Every literal pattern in the sources is of the harmless kind."""
    seen = list(patterns())
    assert seen
    bad = [
        where
        for where, call in seen
        if ambiguous(_parser.parse(call.args[0].value, flags_of(call)))
    ]
    assert bad == []
