"""Pages that hide themselves until a script shows them: they are shown.

Anti-flicker and anti-framing snippets put a style sheet into the page that hides all of it,
and a script takes it away. Where no script runs, nobody would see anything.
"""

import re

_WHOLE = r"(?:html|body|:root)(?:\[[^\]{}]{0,80}\]|[.#:][\w-]{1,80})*+"
_PART = rf"{_WHOLE}(?:\s*+>\s*+[\w.#*-]{{1,80}})?+"
_RULE = re.compile(
    rf"(?P<before>(?:\A|[}};\n]|\*/|-->)\s*+)(?P<of>{_PART}(?:\s*+,\s*+{_PART}){{0,20}}+)"
    r"\s*+\{(?P<said>[^{}]{0,2000})\}",
    re.IGNORECASE,
)
_HIDING = (
    (
        re.compile(r"\bopacity\s*:\s*0(?:\.0+)?(?=\s*(?:!|;|\Z))", re.IGNORECASE),
        "opacity:1",
    ),
    (re.compile(r"\bvisibility\s*:\s*hidden\b", re.IGNORECASE), "visibility:visible"),
)
_GONE = re.compile(r"\bdisplay\s*:\s*none\b", re.IGNORECASE)
_JUST_WHOLE = re.compile(rf"{_WHOLE}(?:\s*,\s*{_WHOLE})*", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTHING = re.compile(r"[01](?:px)?", re.IGNORECASE)


def revealed(css: str) -> str:
    """Return a style sheet of a page without what hides the page, or its top parts."""
    return _RULE.sub(_shown, css)


def _shown(rule: re.Match[str]) -> str:
    said = rule["said"]
    for hiding, shown in _HIDING:
        said = hiding.sub(shown, said)
    if _JUST_WHOLE.fullmatch(rule["of"].strip()):
        said = _GONE.sub("display:block", said)
    return f"{rule['before']}{rule['of']}{{{said}}}"


def is_unseen(style: str | None, width: str | None, height: str | None) -> bool:
    """Tell whether a frame is one that nobody was to see."""
    sizes = (each for each in (width, height) if each is not None)
    return _UNSEEN.search(style or "") is not None or any(
        _NOTHING.fullmatch(each.strip()) for each in sizes
    )
