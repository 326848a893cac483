"""What is a change? Two readings of one article, compared as an editor would. Pure.

Compared are the text, title, authors, lead image and canonical link, each with its own
verdict. What changes by itself (`noise`) is left out, and so is what only the extraction
saw differently: a sentence has gone when the newer page has it nowhere, and has come
when the older page had it nowhere.
"""

from hozon.changes.article import Reading
from hozon.changes.comparing import Change, compare, is_other, is_part_of
from hozon.changes.said import shown

__all__ = ["Change", "Reading", "compare", "is_other", "is_part_of", "shown"]
