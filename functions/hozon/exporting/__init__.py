"""Take what is held elsewhere: as WARC, WACZ and BagIt, as feeds, lists and tables.

`wishes` says which entries and which WARC objects an export is of; `copying` joins all
records they need, each once; each of the other modules writes one format. They act on
ports, read what they write as it comes, and keep on disk (`hozon.nouns.workspace`) what
must be sorted: an export takes the same memory whatever its size.
"""
