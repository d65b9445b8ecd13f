"""What shows that nothing was changed: the tree, notes, proofs."""
