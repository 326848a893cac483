"""Words to compare: those of Latin scripts; of Japanese, runs of one script. Pure."""

import re

_TOKEN = re.compile(
    "[0-9\uff10-\uff19]+(?:[.,:/][0-9]+)*"  # numbers, with what stands between digits
    "|[A-Za-z\u00c0-\u024f\u0370-\u052f'’_-]+"  # words of the scripts that space them
    "|[\u3041-\u309f]|[\u30a0-\u30ff\uff66-\uff9f]+"  # hiragana singly, katakana words
    "|[\u4e00-\u9fff\u3400-\u4dbf々〆ヶ]"  # kanji singly
    "|[\uac00-\ud7a3]+"
    "|\\s+|."
)


def tokens(text: str) -> list[str]:
    """Return the tokens of a text; joined, they are the text again."""
    return _TOKEN.findall(text)
