"""WARC 1.1 (ISO 28500:2017): records from exchanges, their bytes, and bytes read back.

``records`` builds them, ``writer`` encodes them, ``reader`` reads them (and those of
others) again. ``fields``, ``members``, ``messages`` and ``fixity`` each know one layer
of the format.
"""
