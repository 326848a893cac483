"""The river as documents for feed readers: Atom (RFC 4287, 5005) and JSON Feed 1.1. Pure.

``items`` says what an entry is in them, ``atom`` and ``jsonfeed`` how it is written: in
the feeds that are served and in the files that are exported alike.
"""
