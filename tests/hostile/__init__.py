"""Hostile inputs through the whole product: nothing reached, nothing run, nothing lost.

``corpora`` finds real material, ``naughty``, ``torture`` and ``bombs`` make some of our
own, ``watching`` sees what a process opens. Doors that come later (search, replay…) get
their tests beside these; `tests.museum` says which rows they stand for.
"""
