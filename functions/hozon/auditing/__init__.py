"""Audits: all of an archive held against its log, mended, and copied."""
