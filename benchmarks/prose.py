"""English and Japanese prose made of word lists: reads like news and says nothing.

Its only purpose is to compress, to parse and to be found as the main text of a page
as real prose is. The words lie in ``words.toml``.
"""

import random
import re
import tomllib
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words.toml"
_SLOT = re.compile(r"\{(?:(\d+)-(\d+)|(\w+))\}")


@cache
def _language(code: str) -> dict[str, list[str]]:
    stated = tomllib.loads(WORDS.read_text("utf-8"))[code]
    gap = stated.pop("gap")
    lists = {k: v if isinstance(v, list) else v.split() for k, v in stated.items()}
    return lists | {"gap": [gap]}


def _filled(chance: random.Random, language: str, kind: str) -> str:
    words = _language(language)

    def fill(slot: re.Match[str]) -> str:
        if slot[3]:
            return chance.choice(words[slot[3]])
        return str(chance.randint(int(slot[1]), int(slot[2])))

    return _SLOT.sub(fill, chance.choice(words[kind]))


def sentence(chance: random.Random, language: str) -> str:
    """Return a sentence in `language`, "en" or "ja"."""
    return _filled(chance, language, "sentences")


def paragraph(chance: random.Random, language: str) -> str:
    """Return three to six sentences."""
    count = chance.randint(3, 6)
    gap = _language(language)["gap"][0]
    return gap.join(sentence(chance, language) for _ in range(count))


def headline(chance: random.Random, language: str) -> str:
    """Return a title."""
    return _filled(chance, language, "headlines")


def name(chance: random.Random, language: str) -> str:
    """Return the name of an author."""
    return _filled(chance, language, "names")
