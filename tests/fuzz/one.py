"""Fuzz one target: ``python -m tests.fuzz.one TARGET [options of libFuzzer] [corpora]``.

It needs atheris, which has an environment of its own (``make fuzz``).
"""

import sys

import atheris

# Comparisons of texts tell the fuzzer what would fit; what expressions look for does not
# show, so that there is a list of words.
atheris.enabled_hooks.add("str")

with atheris.instrument_imports(include=["hozon", "feedparser", "sgmllib"]):
    import feedparser  # noqa: F401  imported late by the product, too late to be seen

    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzz until libFuzzer has had enough, or found something."""
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
