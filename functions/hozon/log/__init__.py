"""The signed log: what its leaves, tiles, checkpoints and receipts are. Pure.

Everything here is bytes and values, after RFC 6962 (the tree), C2SP (signed notes,
checkpoints, tiles, proofs) and RFC 3161 (time stamps). `docs/evidence.md` tells what it
is for; the use cases `sealing`, `following`, `proving` and `verifying` act on it.
"""
