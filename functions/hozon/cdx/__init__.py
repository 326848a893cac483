"""The CDX server API as pure functions: what a query asks for, and rows as text.

Its parameters and fields are those of two servers that differ: the Internet Archive's
(``original mimetype statuscode``) and pywb's (``url mime status``). Both are
understood; docs/http.md says where they part.
"""
