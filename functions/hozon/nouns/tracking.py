"""Query parameters that tell who came from where, and never what a page shows.

Only names that belong to one such system: an ``id``, a ``source`` or a ``from`` may
well choose the page. (After Miniflux's table, and what feeds of broadcasters add.)

Links are keyed without them (`uris.link_key`), so whoever changes the table changes the
keys of links that have the parameter: ``hozon reindex`` joins them anew.
"""

_PREFIXES = ("at_custom", "hsa_", "matomo_", "mtm_", "piwik_", "pk_", "utm_")
_NAMES = frozenset(
    [
        "__hsfp",
        "__hssc",
        "__hstc",
        "_branch_match_id",
        "_branch_referrer",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "_openstat",
        "at_campaign",
        "at_medium",
        "dclid",
        "epik",
        "fbclid",
        "gbraid",
        "gclid",
        "gclsrc",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "hsctatracking",
        "igsh",
        "igshid",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mibextid",
        "mkt_tok",
        "msclkid",
        "ns_campaign",
        "ns_fee",
        "ns_linkname",
        "ns_mchannel",
        "ns_source",
        "oly_anon_id",
        "oly_enc_id",
        "rb_clickid",
        "rdt_cid",
        "s_cid",
        "sccid",
        "srsltid",
        "ttclid",
        "twclid",
        "vero_conv",
        "vero_id",
        "wbraid",
        "wickedid",
        "wt.mc_id",
        "xtor",
        "yclid",
        "ysclid",
    ]
)


def tracks(parameter: str, host: str) -> bool:
    """Tell whether a parameter (``name=value``) of a URI at `host` only tracks readers.

    `host` is without ``www.``. ``ref`` does where it names that host, as some platforms
    write it; elsewhere it may say what the page shows.
    """
    name, _, value = parameter.lower().partition("=")
    if name == "ref":
        return value.removeprefix("www.") == host
    return name in _NAMES or name.startswith(_PREFIXES)
