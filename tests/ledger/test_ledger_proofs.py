"""Proofs: they show one event, nobody else, and never anything else."""

import base64
import contextlib
import hashlib
import json
import random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from ledger_corpus import rich_ledger
from ledger_people import person

from anonsms.consent import EventKind
from anonsms.errors import LedgerError, ProofError, SealError
from anonsms.keys import KeyRing, bind, seal_each
from anonsms.ledger import open_ledger
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.growth import Growth, verify_growth
from anonsms.ledger.proofs.merkle import verify_consistency
from anonsms.ledger.proofs.note import Verifier, parse_note, sign_note
from anonsms.ledger.proofs.proof import Disclosed, Proof
from anonsms.ledger.proofs.proofcheck import read_checkpoint, verify_proof
from anonsms.masking import Secret


WHO = {"by": "staff-7", "why": "a complaint"}
OPEN = {"disclose": True, **WHO}
PEOPLE = [person(n) for n in range(1, 11)]


@pytest.fixture(scope="module")
def ledger():
    """A small ledger."""
    found, _ = rich_ledger()
    yield found
    found.close()


@pytest.fixture(scope="module")
def events(ledger):
    """All that is in it."""
    shop = ledger._journal.events.about_nobody()
    return [*shop, *(e for each in PEOPLE for e in ledger.history(each))]


@pytest.fixture(scope="module")
def sealed(ledger):
    """An event with a wording and with evidence."""
    return next(
        e for e in ledger.history(PEOPLE[0]) if e.kind is EventKind.GRANT
    )


def shown(proven):
    """All that a proof has shown, with what is disclosed."""
    return (
        proven.event,
        proven.checkpoint,
        proven.signers,
        None if proven.number is None else proven.number.reveal(),
        None if proven.evidence is None else dict(proven.evidence),
    )


def test_there_and_back(ledger, events):
    """All kinds of events, by file, with and without what is sealed."""
    known = {ledger.pseudonym(each): {each} for each in PEOPLE}
    known[ledger.pseudonym(PEOPLE[9])].add(PEOPLE[8])  # the number before
    kinds, closed = set(), 0
    for event in events:
        proof = ledger.prove(event)
        assert Proof.loads(proof.dumps()) == proof
        proven = verify_proof(proof.dumps(), ledger.verifiers)
        assert proven.event == evolve(event, token="")
        assert proven.number is None
        assert proven.evidence is None
        kinds.add(event.kind)
        try:
            opened = ledger.prove(event, **OPEN)
        except SealError:
            closed += 1
            continue
        disclosed = verify_proof(opened.dumps(), map(str, ledger.verifiers))
        assert disclosed.event == proven.event
        if event.token:
            assert disclosed.number in known[event.token]
            assert dict(disclosed.evidence or {}) == dict(
                ledger.evidence(event, **WHO)
            )
        else:
            assert opened.disclosed is None
    assert len(kinds) >= 10
    assert closed == 3  # what is known of those who were erased


def test_a_proof_shows_nobody_else(ledger, events):
    """No id, token, key, number or sealed byte of anybody else is in it."""
    raw = ledger.store
    people = raw.query(
        "SELECT seq, id, number, number_sha256, wrapped FROM anonsms_subject"
    )
    tokens = dict(
        raw.query("SELECT DISTINCT subject, token FROM anonsms_standing")
    )
    ids = raw.query("SELECT id, subject FROM anonsms_event")
    for event in events:
        [[own]] = raw.query(
            "SELECT subject FROM anonsms_event WHERE id = ?",
            (bytes.fromhex(event.id),),
        )
        told = {value for _, value in event.details}
        texts = [ledger.prove(event).dumps()]
        with contextlib.suppress(SealError):
            texts.append(ledger.prove(event, **OPEN).dumps())
        foreign = [
            blob
            for seq, *blobs in people
            if seq != own
            for blob in (*blobs, tokens.get(seq))
            if blob
        ] + [id_ for id_, _ in ids if id_.hex() != event.id]
        for text in texts:
            if own in tokens:
                assert tokens[own].hex() not in text
            assert len(text) < 5_000
            for blob in foreign:
                if blob.hex() in told:
                    continue  # another row of the same person
                assert blob.hex() not in text
                assert base64.b64encode(blob).decode().rstrip("=") not in text
            for each in PEOPLE:
                assert each.reveal() not in text


def test_every_byte_of_a_proof(ledger, sealed):
    """Changed, it fails, or it shows the very same."""
    draw = random.Random(5)
    text = ledger.prove(sealed, **OPEN).dumps()
    verifiers = ledger.verifiers
    honest = shown(verify_proof(text, verifiers))
    whole = text.encode()
    same = 0
    for place, byte in enumerate(whole):
        others = {byte ^ 1, byte ^ 0x20, byte ^ 0x80, draw.randrange(256)}
        for other in sorted(others - {byte}):
            changed = whole[:place] + bytes([other]) + whole[place + 1 :]
            try:
                told = shown(verify_proof(changed.decode(), verifiers))
            except (ProofError, UnicodeDecodeError):
                continue
            assert told == honest, (place, other)
            same += 1
    assert same < 100  # blanks between values


def test_a_proof_cut_off(ledger, sealed, tmp_path):
    """At every length; only the line end at the very end may go."""
    text = ledger.prove(sealed, **OPEN).dumps()
    path = tmp_path / "cut.json"
    for length in range(len(text) - 1):
        with pytest.raises(ProofError):
            Proof.loads(text[:length])
    path.write_bytes(text.encode()[:-300] + b"\xc3")
    with pytest.raises(ProofError):
        Proof.load(path)
    assert verify_proof(text[:-1], ledger.verifiers).number == PEOPLE[0]


def test_parts_of_other_proofs(ledger, events):
    """No part of one proof fits into another."""
    one, other = (
        json.loads(ledger.prove(event, **OPEN).dumps())
        for event in (events[-1], events[-2])
    )
    alike = {"anonsms", "version", "checkpoint"}
    for name in one.keys() - alike:
        if one[name] == other[name]:
            continue
        mixed = json.dumps({**one, name: other[name]})
        with pytest.raises(ProofError):
            verify_proof(mixed, ledger.verifiers)
    for name, value in one["event"].items():
        if value == other["event"][name]:
            continue
        event = {**one["event"], name: other["event"][name]}
        with pytest.raises(ProofError):
            verify_proof(json.dumps({**one, "event": event}), ledger.verifiers)


def test_proofs_of_another_ledger(ledger, sealed):
    """Of another name, or of other keys."""
    keys = ledger._keys
    mine = ledger.prove(sealed)
    for origin, ring in (
        ("shop.example/other", keys),
        ("shop.example/consent", KeyRing.generate()),
    ):
        with open_ledger("sqlite://", ring, origin=origin) as other:
            event = other.withdraw(PEOPLE[0], source="sms")
            proof = other.prove(event)
            assert verify_proof(proof, other.verifiers).event.id == event.id
            with pytest.raises(ProofError):
                verify_proof(proof, ledger.verifiers)
            with pytest.raises(ProofError):
                verify_proof(mine, other.verifiers)
            mixed = evolve(mine, checkpoint=proof.checkpoint)
            for verifiers in (ledger.verifiers, other.verifiers):
                with pytest.raises(ProofError):
                    verify_proof(mixed, verifiers)
            with pytest.raises(LedgerError):
                ledger.prove(event)
    with pytest.raises(ProofError):
        verify_proof(mine, [])
    with pytest.raises(ProofError):
        verify_proof(mine, ["shop.example/consent+00000000+AAAA"])


def test_a_signer_of_another_name(ledger, sealed):
    """A key that is trusted for another ledger does not vouch for this one."""
    mine = ledger.prove(sealed)
    other = Verifier("shop.example/other", ledger.verifiers[0].public)
    with pytest.raises(ProofError):
        verify_proof(mine, [other])


def test_a_number_beside_what_is_about_nobody(ledger, events):
    """An event of the shop's is not turned into one of a person's."""
    proof = ledger.prove(events[0])
    assert proof.person == ""
    key = bytes(32)
    place = bind("anonsms/v1", "subject", "number") + bind(b"")
    number = PEOPLE[0].reveal().encode().ljust(16, b"\0")
    [blob] = seal_each([key], [number], [place], epoch=1)
    del number
    digest = hashlib.sha256(blob).hexdigest()
    opened = Disclosed(Secret(base64.b64encode(key).decode()), blob)
    for forged in (
        evolve(proof, number_sha256=digest, disclosed=opened),
        evolve(proof, number_sha256=digest),
        evolve(proof, disclosed=Disclosed(opened.key, b"")),
    ):
        with pytest.raises(ProofError, match="about nobody"):
            verify_proof(forged.dumps(), ledger.verifiers)


def test_another_key_in_a_proof(ledger, sealed):
    """What it discloses is held to what the ledger committed to."""
    proof = ledger.prove(sealed, **OPEN)
    opened = proof.disclosed
    for changed in (
        evolve(opened, key=Secret(base64.b64encode(bytes(32)).decode())),
        evolve(opened, key=Secret("no base64")),
        evolve(opened, key=Secret("")),
        evolve(opened, number=opened.evidence),
        evolve(opened, evidence=b""),
        evolve(opened, evidence=opened.number),
        evolve(opened, number=b""),
    ):
        with pytest.raises(ProofError):
            verify_proof(evolve(proof, disclosed=changed), ledger.verifiers)


def test_lines_slipped_into_a_field(ledger, events):
    """No field can take over the line of another one."""
    proof = ledger.prove(events[-1])
    event = proof.event
    text = proof.leaf
    for forged in (
        evolve(event, rule=f"{event.rule}\n"),
        evolve(event, purpose=f"{event.purpose}\n{event.at}"),
        evolve(event, rule="", purpose=f"\n{event.rule}"),
    ):
        assert evolve(proof, event=forged).leaf != text
        with pytest.raises(ProofError):
            verify_proof(evolve(proof, event=forged), ledger.verifiers)
    joined = evolve(
        proof, person=f"{proof.person} {proof.number_sha256}", number_sha256=""
    )
    with pytest.raises(ProofError):
        verify_proof(joined, ledger.verifiers)


def test_two_checkpoints(ledger):
    """An older one is shown to be continued by the newer one, or not."""
    older = read_checkpoint(ledger.checkpoint(), ledger.verifiers)
    tree = ledger._journal.tree
    ledger.withdraw(PEOPLE[1], source="sms")
    ledger.withdraw(PEOPLE[2], source="sms")
    note = ledger.checkpoint()
    newer = read_checkpoint(note, ledger.verifiers)
    assert newer.size == older.size + 2
    path = tree.consistency(older.size, newer.size)
    assert verify_consistency(
        older.size, older.root, newer.size, newer.root, path
    )
    for changed in (
        (older.size, newer.root, newer.size, newer.root, path),
        (older.size - 1, older.root, newer.size, newer.root, path),
        (older.size, older.root, newer.size, older.root, path),
        (older.size, older.root, newer.size, newer.root, path[:-1]),
        (older.size, older.root, newer.size, newer.root, path[::-1]),
    ):
        assert not verify_consistency(*changed)
    assert ledger.verify([note]).checkpoints >= 3


def test_growth_is_shown_without_the_database(ledger):
    """From a note that somebody kept to the newest; then nothing else."""
    note = ledger.checkpoint()
    ledger.withdraw(PEOPLE[1], source="sms")
    growth = ledger.prove_growth(note)
    again = Growth.loads(growth.dumps())
    assert again == growth
    newest = verify_growth(growth.dumps(), note, ledger.verifiers)
    older = read_checkpoint(note, ledger.verifiers)
    assert newest.size == older.size + 1
    same = ledger.prove_growth(growth.checkpoint)
    assert same.path == ()
    assert verify_growth(
        same, growth.checkpoint, str(ledger.verifiers[0])
    ) == read_checkpoint(growth.checkpoint, ledger.verifiers)


def test_growth_that_does_not_hold(ledger):
    """Other hashes, another note, other keys, a text that is none."""
    note = ledger.checkpoint()
    ledger.withdraw(PEOPLE[1], source="sms")
    growth, trusted = ledger.prove_growth(note), ledger.verifiers
    assert growth.path
    stranger = KeyRing.generate()
    for wrong, since, by in (
        (evolve(growth, path=growth.path[::-1][1:]), note, trusted),
        (evolve(growth, path=(*growth.path, bytes(32))), note, trusted),
        (growth, growth.checkpoint, trusted),
        (evolve(growth, checkpoint=note), growth.checkpoint, trusted),
        (evolve(growth, checkpoint="x"), note, trusted),
        (growth, "x", trusted),
        (growth, note, []),
        (
            growth,
            note,
            [Verifier(ledger.origin, p) for p in stranger.public_keys],
        ),
        (growth.dumps().replace("growth", "proof"), note, trusted),
        (growth.dumps().replace('"version": 1', '"version": true'), "", ()),
        (growth.dumps().replace("{", '{"more": 1,'), note, trusted),
        ("[" * 100_000, note, trusted),
        ("[]", note, trusted),
    ):
        with pytest.raises(ProofError):
            verify_growth(wrong, since, by)


def test_no_growth_is_shown_of_what_was_changed(ledger):
    """A ledger that was rewritten cannot show it, and says so."""
    note = ledger.checkpoint()
    known = read_checkpoint(note, ledger.verifiers)
    body = evolve(known, root=bytes(32)).body
    signed = ledger._keys.signatures(body.encode())
    other = sign_note(body, ledger.origin, signed)
    assert read_checkpoint(other, ledger.verifiers).size == known.size
    for since in (other, "x"):
        with pytest.raises(ProofError):
            ledger.prove_growth(since)


json_like = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
halves = st.text(st.characters(), max_size=6)


@given(st.text(max_size=80) | json_like.map(json.dumps))
def test_anything_is_refused_in_words(text):
    """No text whatever breaks a parser in another way than its own."""
    parsers = (
        Proof.loads,
        parse_note,
        Checkpoint.parse,
        Verifier.parse,
        lambda given: verify_proof(given, []),
        lambda given: read_checkpoint(given, []),
    )
    for parse in parsers:
        with pytest.raises(ProofError):
            parse(text)


@given(data=st.data())
def test_fields_of_a_proof_replaced(ledger, sealed, data):
    """By whatever JSON can say, in any one place."""
    text = ledger.prove(sealed, **OPEN).dumps()
    content = json.loads(text)
    honest = shown(verify_proof(text, ledger.verifiers))
    part = content
    while True:
        name = data.draw(
            st.sampled_from(
                sorted(part) if isinstance(part, dict) else range(len(part))
            )
        )
        inner = part[name]
        deeper = isinstance(inner, dict | list) and inner
        if not deeper or data.draw(st.booleans()):
            break
        part = inner
    kept = json.dumps(part[name])
    part[name] = data.draw(json_like | halves)
    if isinstance(part, dict) and data.draw(st.booleans()):
        part[data.draw(halves)] = part.pop(name)
    try:
        told = shown(
            verify_proof(
                json.dumps(content), [*ledger.verifiers, *ledger.verifiers]
            )
        )
    except ProofError:
        return
    if content["disclosed"] is None:  # left out altogether
        told = (*told[:3], *honest[3:])
    assert told == honest, (name, kept)


@given(
    place=st.integers(0, 10_000),
    count=st.integers(0, 4),
    put=st.text(st.characters(), max_size=4),
)
def test_notes_with_something_changed(ledger, place, count, put):
    """A checkpoint reads as it was signed, or not at all."""
    note = ledger.checkpoint()
    place %= len(note)
    changed = note[:place] + put + note[place + count :]
    try:
        read = read_checkpoint(changed, ledger.verifiers)
    except ProofError:
        return
    assert changed == note
    assert read.size == ledger.verify(people=False).size
