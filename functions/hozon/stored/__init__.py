"""The forms of what is stored: names, rows, jobs, metadata, records. Pure."""
