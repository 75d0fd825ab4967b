"""The regular expressions of AWS's service models, which are Java's and JavaScript's, as Python's."""

from __future__ import annotations

import functools
import re
import sys
import unicodedata
import warnings
from collections.abc import Iterable, Iterator

Ranges = tuple[tuple[int, int], ...]

# the models have these, and no engine takes them as they stand
BROKEN = {
    r"^arn:\S+:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule/[0-9a-zA-Z]{11}{0,1011}$": "two quantifiers in a row",
    r"[^-A-Za-z0-9+/=]|=[^=]|={3,}${1,4096}": "a quantifier on the end of the text",
    r"^[-_a-zA-Z0-9]*${2,64}$": "a quantifier on the end of the text",
    r"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,128}": "a quantifier on the end of the text",
    r"([\p{L}\p{Z}\p{N}_.:\/=+\-@]*)${1,256}": "a quantifier on the end of the text",
}
_LETTERS, _CAPITALS, _DIGITS = (0x61, 0x7A), (0x41, 0x5A), (0x30, 0x39)
# Java's names of character classes; those of Unicode's categories are computed
NAMED: dict[str, Ranges] = {
    "ASCII": ((0x00, 0x7F),),
    "Alnum": (_DIGITS, _CAPITALS, _LETTERS),
    "Alpha": (_CAPITALS, _LETTERS),
    "Blank": ((0x09, 0x09), (0x20, 0x20)),
    "Cntrl": ((0x00, 0x1F), (0x7F, 0x7F)),
    "Digit": (_DIGITS,),
    "Graph": ((0x21, 0x7E),),
    "Lower": (_LETTERS,),
    "Print": ((0x20, 0x7E),),
    "Punct": ((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    "Upper": (_CAPITALS,),
    "XDigit": (_DIGITS, (0x41, 0x46), (0x61, 0x66)),
    "IsWhitespace": ((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x2000, 0x200A), (0x2028, 0x2029)),
    "all": ((0x00, sys.maxunicode),),
}
# names of several categories, by their first letters
UNIONS = {"IsAlphabetic": ("L", "Nl"), "LD": ("L", "Nd")}
SURROGATES = re.compile(r"\\u(D[89AB][0-9A-F]{2})\\u(D[C-F][0-9A-F]{2})", re.IGNORECASE)
TOKEN = re.compile(r"\\[pP]\{\w+\}|\\[pP]\w|\\x\{[0-9A-Fa-f]+\}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\.|.", re.DOTALL)
IGNORE_CASE = "(?i)"


@functools.cache
def _categories() -> dict[str, Ranges]:
    """Return the characters of all of Unicode's categories."""
    found: dict[str, list[tuple[int, int]]] = {}
    start, present = 0, unicodedata.category("\0")
    for code in range(1, sys.maxunicode + 2):
        category = unicodedata.category(chr(code)) if code <= sys.maxunicode else ""
        if category != present:
            found.setdefault(present, []).append((start, code - 1))
            start, present = code, category
    return {category: tuple(ranges) for category, ranges in found.items()}


@functools.cache
def _ranges(name: str) -> Ranges:
    """Return the characters of a named class, such as C(L), C(Nd) or C(Alnum).

    :raises re.error: there is no such class.
    """
    if name in NAMED:
        return NAMED[name]
    starts = UNIONS.get(name, (name,))
    ranges = [pair for category, of in _categories().items() if category.startswith(starts) for pair in of]
    if not ranges:
        raise re.error(f"unknown character class {name}")
    return tuple(sorted(ranges))


def _others(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the characters that are not in the ranges, which are sorted."""
    after = 0
    for first, last in ranges:
        if first > after:
            yield after, first - 1
        after = last + 1
    if after <= sys.maxunicode:
        yield after, sys.maxunicode


def _text(ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _named_class(token: str, inside: bool) -> str:
    ranges: Iterable[tuple[int, int]] = _ranges(token[2:].strip("{}"))
    if token[1] == "P":
        ranges = _others(ranges)
    return _text(ranges) if inside else f"[{_text(ranges)}]"


def _token(token: str, inside: bool) -> str:
    """Write one token as Python has it."""
    if token[:2] in ("\\p", "\\P"):
        return _named_class(token, inside)
    if token.startswith("\\x{"):
        return f"\\U{int(token[3:-1], 16):08x}"
    if token == "\\z":
        return "\\Z"
    # an opening bracket in a class is a character, and so is a minus after a class of its own
    return "\\[" if token == "[" and inside else token


def _is_class(token: str) -> bool:
    return len(token) > 1 and token[0] == "\\" and token[1] in "wWdDsSpP"


def _pair(match: re.Match[str]) -> str:
    high, low = int(match[1], 16), int(match[2], 16)
    return f"\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08x}"


def translate(pattern: str) -> str:
    """Return a pattern as Python's C(re) takes it."""
    tokens = TOKEN.findall(SURROGATES.sub(_pair, pattern.replace(IGNORE_CASE, "")))
    done: list[str] = []
    inside, before = False, ""
    for token in tokens:
        if token == "-" and inside and _is_class(before):
            done.append("\\-")
        else:
            done.append(_token(token, inside))
        if token == "[" and not inside:
            inside = True
        elif token == "]" and inside and before not in ("[", "^"):
            inside = False
        before = token
    return "".join(done)


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of a service model, ready for use.

    :raises re.error: it cannot be compiled, and is not one of L(BROKEN) either.
    """
    # the case of letters is ignored in the whole pattern, as there is none in which only a part ignores it
    flags = re.ASCII | (re.IGNORECASE if IGNORE_CASE in pattern else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(translate(pattern), flags)


def matches(pattern: str, value: str) -> bool:
    """Tell whether the whole value matches, as AWS has it; nothing is said against a broken pattern."""
    return pattern in BROKEN or compiled(pattern).fullmatch(value) is not None
