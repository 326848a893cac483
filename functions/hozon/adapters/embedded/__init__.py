"""An archive in a folder: WARC objects as files, everything else in SQLite."""
