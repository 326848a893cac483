"""Documents are read in a process of its own, which ends with the one that breaks it.

A child has no credentials and no environment, bounded memory and bounded time for each
document. It stays warm from one to the next. Whatever becomes of it, who asked has the
document's bytes, and is told. Nobody else reads a page, a style sheet or a feed before a
child has survived it; what a child says of it is checked like anything a stranger says.

Who asks imports `reader`, a child imports `child`: it starts sooner without what the other
needs.
"""
