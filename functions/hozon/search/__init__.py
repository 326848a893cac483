"""Full-text search in immutable objects that are read by ranges: no server, no engine.

A *segment* is one object (`layout`), made of *documents* (`documents`) once and for all
(`writing`) and later merged with others (`merging`); the *manifest* (`manifest`) says
which segments count. A query (`query`) is answered in three dependent rounds of reads
(`finding`):

1. the manifest, with the directory of each segment;
2. the blocks of terms that the query needs, with their postings: what may match;
3. blocks of text, newest first, until enough of that does match (`matching`).

What is found contains what was asked for: each hit is verified against its text. Terms
(`terms`) are words and, where a script has no spaces between them, pairs of characters.
All comparing is done on *folded* text (`folding`).
"""
