"""What becomes of elements and attributes. What stands in no table is written as it is."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEFT_OUT = _names(
    """
    script template base meta param portal fencedframe noembed handler
    bgsound listener
    """
)
"""Elements that are left out with all that is in them."""

MOVING = _names(
    """
    set animate animatemotion animatetransform
    """
)
"""Elements of SVG that change others by and by: left out where they change a link."""

UNWRAPPED = frozenset({"noscript", "noframes", "applet"})
"""Elements whose content is for readers like these."""

REPLACED = frozenset({"iframe", "frame", "object", "embed"})
"""Documents and programs in a page: a link stands for each."""

RENAMED = {"xmp": "pre", "plaintext": "pre", "listing": "pre", "frameset": "div"}
"""Elements that are written as others, which are read as others are."""

VOID = _names(
    """
    area br col embed hr img input link source track wbr keygen basefont
    """
)
"""Elements without content (HTML Standard §13.1.2)."""

FOREIGN = frozenset({"svg", "math"})

LINKS = frozenset({"a", "area"})

MEDIA = frozenset({"audio", "video", "track"})

SOURCED = MEDIA | {"img", "input", "source", "image", "amp-img", "amp-video"}
"""Elements whose ``src`` is shown."""

DROPPED = _names(
    """
    srcdoc action formaction method formmethod enctype formenctype ping
    manifest integrity nonce crossorigin target formtarget download http-equiv
    autofocus autoplay loading fetchpriority referrerpolicy codebase classid
    archive data profile lowsrc dynsrc xml:base is longdesc cite
    attributionsrc shadowrootmode popover popovertarget popovertargetaction
    command commandfor itemid imagesizes imagesrcset as blocking
    """
)
"""Attributes that make something happen, or would break what is changed."""

PAINTED = _names(
    """
    style fill stroke filter mask clip-path cursor marker marker-start
    marker-mid marker-end background-image
    """
)
"""Attributes that are CSS."""

LAZY = {
    "src": ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-full-src"),
    "srcset": ("data-srcset", "data-lazy-srcset", "data-original-set"),
}
"""Where a script finds what it puts into an image that waits to be seen."""
