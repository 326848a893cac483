"""Coverage-guided fuzzing (atheris): what any bytes may do to each reader of ours.

``make fuzz SECONDS=600`` runs every target that long; TARGETS="feeds warcs" picks some.
What is found lies in ``.cache/fuzz`` and becomes a file in ``tests/data/fuzz``, which
`tests.hostile.test_found` gives to its target on every run of the tests.

A reader that comes later (search segments, the log) gets a function in `targets` and a
line in its table; the rest follows from that.
"""
