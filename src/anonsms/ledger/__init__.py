"""
The ledger: consent on record, opt-out that wins, and the proof of both.

Events are only ever added; where a person stands is their fold.
"""

from __future__ import annotations

from anonsms.ledger.checks.verification import Fault, Verification
from anonsms.ledger.ledger import Ledger
from anonsms.ledger.opening import open_ledger
from anonsms.ledger.pacing import StorePaceBook
from anonsms.ledger.proofs.checkpoint import (
    Checkpoint,
    CheckpointFile,
    CheckpointSink,
)
from anonsms.ledger.proofs.growth import Growth, verify_growth
from anonsms.ledger.proofs.note import Verifier
from anonsms.ledger.proofs.proof import Disclosed, Proof
from anonsms.ledger.proofs.proofcheck import (
    Proven,
    read_checkpoint,
    verify_proof,
)
from anonsms.ledger.rights.certificate import ErasureCertificate
from anonsms.ledger.rights.personal import PersonalData
from anonsms.ledger.rotation import RotationReport
from anonsms.ledger.store import Hold, Store
from anonsms.ledger.tally import ImportReport


__all__ = [
    "Checkpoint",
    "CheckpointFile",
    "CheckpointSink",
    "Disclosed",
    "ErasureCertificate",
    "Fault",
    "Growth",
    "Hold",
    "ImportReport",
    "Ledger",
    "PersonalData",
    "Proof",
    "Proven",
    "RotationReport",
    "Store",
    "StorePaceBook",
    "Verification",
    "Verifier",
    "open_ledger",
    "read_checkpoint",
    "verify_growth",
    "verify_proof",
]
