"""Feed documents that no publisher writes, made on the spot, by what they are."""

from collections.abc import Callable

_RSS = '<rss version="2.0"><channel>{}</channel></rss>'
_ITEM = "<item><link>http://e.example.org/1</link>{}</item>"
TITLED = _RSS.format("<title>t</title>")
_ATOM = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>{}</feed>'


def rss(inside: str) -> str:
    """Return an RSS document with this in its channel."""
    return _RSS.format(inside)


def item(inside: str) -> str:
    """Return an RSS document with one item that has this in it."""
    return rss(_ITEM.format(inside))


def _entities(depth: int) -> str:
    said = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, depth))
    return f'<!DOCTYPE rss [<!ENTITY a0 "lollollollol">{said}]>'


EXPANDING = {
    "a billion laughs": _entities(10) + rss("&a9;"),
    "few laughs": _entities(6) + rss("&a5;"),
    "quadratic": f'<!DOCTYPE rss [<!ENTITY a "{"A" * 10_000}">]>' + rss("&a;" * 9_000),
    "in a circle": '<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>' + rss("&a;"),
    "in an attribute": '<!DOCTYPE rss [<!ENTITY a "AA">]>' + rss('<x y="&a;&a;"/>'),
    "of parameters": '<!DOCTYPE rss [<!ENTITY % a "AA"> %a;]>' + TITLED,
}

EXTERNAL = {
    "a file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("&x;"),
    "a host": '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.0.0.1:9/">]>' + rss("&x;"),
    "a parameter": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'
    + TITLED,
    "a DTD": '<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/e.dtd">' + TITLED,
    "a public DTD": '<!DOCTYPE rss PUBLIC "-//x" "file:///etc/passwd">' + TITLED,
    "XInclude": rss(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" '
        'href="file:///etc/passwd" parse="text"/>'
    ),
    "a style sheet": '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>' + TITLED,
    "a schema": '<rss xsi:schemaLocation="x http://127.0.0.1:9/s" version="2.0" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><channel/></rss>',
}

FILES = (
    "/dev/zero",
    "/proc/self/environ",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://127.0.0.1:9/feed",
    "-",
    "../../etc/passwd\0.xml",
)

ENCODINGS = (
    *(
        "utf-7",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "zip",
        "hex",
    ),
    *(
        "base64",
        "rot13",
        "undefined",
        "mbcs",
        "cp037",
        "x-none",
        "../../etc",
        "A" * 1000,
    ),
)

REFERENCES = (
    "&#x110000;",
    "&#55296;",
    "&#xD800;&#xDC00;",
    f"&#{'9' * 5_000};",
    f"&#x{'f' * 5_000};",
    "&#0;",
    "&#-1;",
    "&#;",
    "&;",
    "&nosuch;",
    "<gml:pos srsName='\\u0000'>1 2</gml:pos>",
    "<georss:point>x y z</georss:point>",
    "<geo:lat>1e999</geo:lat>",
)


def many(n: int) -> dict[str, Callable[[], str]]:
    """Return what is repeated `n` times, each made when it is called."""
    return {
        "tags": lambda: rss("<x>" * n),
        "tags that end": lambda: rss("<x>" * n + "</x>" * n),
        "items": lambda: "<item>" * n,
        "attributes": lambda: rss(
            "<x " + " ".join(f"a{i}='1'" for i in range(n)) + "/>"
        ),
        "namespaces": lambda: rss(
            "<x " + " ".join(f"xmlns:n{i}='u'" for i in range(n)) + "/>"
        ),
        "bases": lambda: _ATOM.format('<x xml:base="a/">' * n),
        "instructions": lambda: "<?a>" * n,
        "instructions, then a feed": lambda: "<?a>" * n + TITLED,
        "instructions, then a page": lambda: "<!doctype html>" + "<?a>" * n,
        "tags before the items": lambda: rss(
            "<a>" * n + "</b>" * n + "<item/>" * 5_002
        ),
        "comments": lambda: "<!-- -->" * n + TITLED,
        "open comments": lambda: rss("<!--" * n),
        "open CDATA": lambda: rss("<![CDATA[" * n),
        "half tags": lambda: rss("<" * n),
        "ampersands": lambda: rss("&" * n),
        "quotes": lambda: '<a b="' * n,
        "categories": lambda: item("<category>x</category>" * n),
        "authors": lambda: item("<author>x</author>" * n),
        "links": lambda: _ATOM.format("<entry>" + "<link href='http://x/'/>" * n),
        "enclosures": lambda: item('<enclosure url="http://x.org/a"/>' * n),
        "keywords": lambda: item(f"<itunes:keywords>{'a,' * n}</itunes:keywords>"),
        "letters in an author": lambda: item(f"<author>{'T' * 20 * n}</author>"),
        "letters in a creator": lambda: item(
            f"<dc:creator>{'T' * 20 * n}</dc:creator>"
        ),
        "titles": lambda: item("<title>x</title>" * n),
        "divisions in a description": lambda: item(
            f"<description>{'&lt;div&gt;' * n}</description>"
        ),
        "positions": lambda: item(f"<gml:pos>{'1 2 ' * n}</gml:pos>"),
        "addresses": lambda: item(f"<author>{'a@b.c ' * n}</author>"),
        "brackets of JSON": lambda: "[" * n,
        "objects of JSON": lambda: '{"a":' * n,
        "URIs of a sitemap": lambda: (
            f"<urlset>{'<url><loc>x</loc></url>' * n}</urlset>"
        ),
        "a long title": lambda: rss(f"<title>{'A' * 100 * n}</title>"),
        "a long comment": lambda: rss(f"<!--{'A' * 100 * n}-->"),
        "a long attribute": lambda: rss(f'<x y="{"A" * 100 * n}"/>'),
    }
