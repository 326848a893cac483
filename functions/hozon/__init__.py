"""Hozon (保存): archive what feeds publish, as WARC, so that anyone can check it."""

__version__ = "0.1.0"
