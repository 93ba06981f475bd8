"""The elements of HTML by what they do to text (https://html.spec.whatwg.org/multipage/indices.html#elements-3)."""

from __future__ import annotations

from collections.abc import Mapping


def names(listed: str) -> frozenset[str]:
    """The names of elements in a list."""
    return frozenset(listed.split())


VOID = names("area base br col embed hr img input link meta param source track wbr")
INLINE = names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
"""Between these and what stands beside them a browser sets no space; before and behind any other element it breaks."""
CELLS = names("td th option button img input svg canvas video audio object meter progress template math")
SILENT = frozenset(("script", "style", "title"))
"""Elements whose text is none of the page's."""
RAW = frozenset(("noscript", "noembed", "noframes", "iframe"))
"""Elements whose markup a browser that runs scripts takes for text."""
KEPT = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
"""Elements whose white space counts."""
CLOSERS: Mapping[str, frozenset[str]] = {
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "tr": frozenset(("tr", "td", "th")),
    "td": frozenset(("td", "th")),
    "th": frozenset(("td", "th")),
    "option": frozenset(("option",)),
}
"""What a start tag ends when it is the innermost open element: end tags that pages leave out."""
PARAGRAPH_ENDERS = names(
    "address article aside blockquote center details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header hr main menu nav ol p pre section table ul"
)
BLOCKS = PARAGRAPH_ENDERS | names(
    "body dd dir dt html legend li listing option optgroup search summary tbody td textarea tfoot th thead title tr xmp"
)
"""Elements that begin a line of their own unless a style says otherwise."""
RAW_TEXT = RAW | SILENT | names("textarea xmp plaintext")
"""Elements in which HTML knows no tags but their own end; in XML, drawings and formulas they are like any other."""
BREAKOUT = names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta "
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
"""Elements of HTML that end a drawing or a formula they stand in
(https://html.spec.whatwg.org/multipage/parsing.html#parsing-main-inforeign)."""
HTML_WITHIN = names("foreignobject desc title mi mo mn ms mtext")
"""Elements of drawings and formulas in which there is HTML again."""
ROOTS = names(
    "html head body title meta link script style base noscript template div p span a b i u em strong br hr h1 h2 h3 "
    "h4 h5 h6 ul ol li dl dt dd table thead tbody tr td th section article main aside header footer nav figure "
    "figcaption blockquote pre code img picture video audio iframe form input button label textarea select center "
    "font small sub sup s del ins mark q cite time details summary"
)
"""With one of these a page, or a piece of one, begins."""
