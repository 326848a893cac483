"""The museum of bad input: a table of rows, each with the tests that stand for it.

``python -m tests.museum`` (``make museum``) runs them and prints the table.
"""
