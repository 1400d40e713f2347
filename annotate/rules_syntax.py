"""What a rule says: words, NEAR, AND, OR, NOT, as people type it, as JSON, and as a test of folded answers.

::

    顿挫                          the word is in the answer
    换挡 (顿 OR 冲) NOT 不顿        words side by side: all of them; also AND, 且; OR, 或; NOT, 非
    空间 NEAR/3 大                 at most 3 characters between, in either order; between Latin words: 3 words
    "fuel economy" charg*         in quotes: as it stands; * at the end of a Latin word: any ending

Chinese words are found anywhere, Latin ones as whole words, all of them folded (width, case, 空間 = 空间). There are no
regular expressions: the time for an answer grows with its length and no faster.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from annotate.aligned import aligned
from annotate.errors import AskedWronglyError
from annotate.messages import N_
from annotate.text import fold

if TYPE_CHECKING:
    from lark import Lark

VERSION = 1
LONGEST, MOST_TERMS, DEEPEST, FARTHEST = 1_000, 100, 20, 200
"""Characters of a rule, its words, its nested brackets, and the characters or words that NEAR may span."""
USUAL_DISTANCE = 10


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase, folded; ``open_end``: a Latin word that may go on."""

    text: str
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """Two things with at most ``within`` characters between them, in either order; words between Latin ones."""

    one: Expression
    other: Expression
    within: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these hold."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of these holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This does not hold."""

    part: Expression


Expression: TypeAlias = Term | Near | AllOf | AnyOf | Not
Place: TypeAlias = tuple[int, int]
Test: TypeAlias = Callable[[str], bool]
Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json]"

_GRAMMAR = r"""
?start: any
?any: all (_OR all)*
?all: unary (_AND? unary)*
?unary: _NOT unary -> negated | near
?near: atom (NEAR atom)*
?atom: WORD -> word | QUOTED -> quoted | "(" any ")"

_OR.3: /(?:OR|或)(?=[\s()"]|$)|\|+/i
_AND.3: /(?:AND|且)(?=[\s()"]|$)|&+/i
_NOT.3: /(?:NOT|非)(?=[\s()"]|$)|!/i
NEAR.3: /(?:NEAR|近)(?:\/\d{1,4})?(?=[\s()"]|$)/i
QUOTED.2: /"[^"]*"/
WORD.1: /[^\s()"|&!]+/
%ignore /\s+/
"""
_UNIFIED = str.maketrans("（）“”„｜＆！「」『』／", '()"""|&!""""/')


@cache
def _parser() -> Lark:
    from lark import Lark

    return Lark(_GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)


def parse(text: str) -> Expression:
    """Read a rule as typed; raises AskedWronglyError (bad-rule) that names the place, or what it lacks."""
    from lark import Token, Tree
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    if len(text) > LONGEST:
        raise _bad(N_("A rule has at most {limit} characters."), limit=LONGEST)
    unified = text.translate(_UNIFIED)
    if not unified.strip():
        raise _bad(N_("It is empty."))
    if _depth(unified) > DEEPEST:
        raise _bad(N_("Its brackets are nested more than {limit} deep."), limit=DEEPEST)
    try:
        tree = _parser().parse(unified)
    except (UnexpectedToken, UnexpectedCharacters) as error:
        at = error.pos_in_stream or 0
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            raise _bad(N_("It breaks off at its end: a word or a bracket is missing.")) from None
        raise _bad(N_("It cannot be read from here on: {rest}"), rest=text[at : at + 20]) from None
    except UnexpectedInput:  # what else the parser may meet names no place
        raise _bad(N_("It breaks off at its end: a word or a bracket is missing.")) from None

    def read(node: Tree[Token] | Token) -> Expression:
        if isinstance(node, Token):
            raise TypeError(node.type)
        children = node.children
        if node.data == "word":
            return _term(str(children[0]))
        if node.data == "quoted":
            return _term(str(children[0])[1:-1], quoted=True)
        if node.data == "negated":
            return Not(read(children[0]))
        if node.data == "near":
            found = _in_near(read(children[0]))
            for mark, other in zip(children[1::2], children[2::2], strict=True):
                found = Near(found, _in_near(read(other)), _distance(str(mark)))
            return found
        parts = tuple(read(child) for child in children)
        return AnyOf(parts) if node.data == "any" else AllOf(parts)

    return checked(read(tree))


def checked(rule: Expression) -> Expression:
    """Return a rule that may be used; raises AskedWronglyError (bad-rule) where it names nothing, or too much."""
    if len(_terms(rule)) > MOST_TERMS:
        raise _bad(N_("It has more than {limit} words."), limit=MOST_TERMS)
    if not _names_something(rule):
        raise _bad(N_("It only says what must not be there; it needs a word that must."))
    return rule


def _bad(why: str, **params: str | int) -> AskedWronglyError:
    return AskedWronglyError(
        "bad-rule",
        N_("The rule cannot be read."),
        why,
        N_("Write words with AND, OR, NOT, NEAR/5 and brackets, such as: 换挡 NEAR/6 (顿 OR 冲) NOT 不顿"),
        **params,
    )


def _depth(text: str) -> int:
    deepest = depth = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    chains = (len(_NEGATION.findall(run[0])) for run in _NEGATIONS.finditer(text))
    return max(deepest, *chains, 0)


_NEGATION = re.compile(r"(?i)!|not|非")
_NEGATIONS = re.compile(r"(?i)(?:!\s*|(?:not|非)\s+)+")


def _term(written: str, *, quoted: bool = False) -> Term:
    open_end = not quoted and len(written) > 1 and written.endswith("*")
    text = fold(written[:-1] if open_end else written)
    if not text:
        raise _bad(N_("There is no word in {written}."), written=written or '""')
    return Term(text, open_end and _is_latin(text[-1]))


def _in_near(part: Expression) -> Expression:
    """Return a part of NEAR: words, one of several words, or another NEAR."""
    if isinstance(part, Not | AllOf) or (isinstance(part, AnyOf) and not all(map(_is_placed, part.parts))):
        raise _bad(N_("Beside NEAR there may be a word, or words with OR in brackets."))
    return part


def _is_placed(part: Expression) -> bool:
    return isinstance(part, Term | Near) or (isinstance(part, AnyOf) and all(map(_is_placed, part.parts)))


def _distance(mark: str) -> int:
    _, _, number = mark.partition("/")
    distance = int(number) if number else USUAL_DISTANCE
    if distance > FARTHEST:
        raise _bad(N_("NEAR spans at most {limit}."), limit=FARTHEST)
    return distance


def _terms(rule: Expression) -> list[Term]:
    if isinstance(rule, Term):
        return [rule]
    if isinstance(rule, Not):
        return _terms(rule.part)
    return [term for part in _parts(rule) for term in _terms(part)]


def _parts(rule: Near | AllOf | AnyOf) -> tuple[Expression, ...]:
    return (rule.one, rule.other) if isinstance(rule, Near) else rule.parts


def _names_something(rule: Expression) -> bool:
    """Tell whether an answer must hold something for the rule to hold."""
    if isinstance(rule, Not):
        return False
    if isinstance(rule, AnyOf):
        return all(map(_names_something, rule.parts))
    return not isinstance(rule, AllOf) or any(map(_names_something, rule.parts))


def written(rule: Expression) -> str:
    """Return a rule as a person could type it; ``parse`` reads the same back."""
    return _written(rule, 0)


_LEVEL = {AnyOf: 0, AllOf: 1, Not: 2, Near: 3, Term: 4}
_WORDS = re.compile(r"(?i)(?:or|and|not|near(?:/\d+)?|或|且|非|近(?:/\d+)?)")


def _written(rule: Expression, level: int) -> str:
    if isinstance(rule, Term):
        plain = not re.search(r'[\s()"|&!*]', rule.text) and not _WORDS.fullmatch(rule.text)
        text = rule.text if plain else f'"{rule.text}"'
        return f"{text}*" if rule.open_end else text
    own = _LEVEL[type(rule)]
    if isinstance(rule, Not):
        text = f"NOT {_written(rule.part, 2)}"
    elif isinstance(rule, Near):
        text = f"{_written(rule.one, 3)} NEAR/{rule.within} {_written(rule.other, 4)}"
    else:
        text = (" OR " if isinstance(rule, AnyOf) else " ").join(_written(part, 2) for part in rule.parts)
    return f"({text})" if own < level else text


def to_json(rule: Expression) -> str:
    """Return a rule in the form that is stored."""
    return json.dumps({"v": VERSION, "rule": _plain(rule)}, ensure_ascii=False, sort_keys=True)


def _plain(rule: Expression) -> Json:
    if isinstance(rule, Term):
        return {"term": rule.text, "open": True} if rule.open_end else {"term": rule.text}
    if isinstance(rule, Not):
        return {"not": _plain(rule.part)}
    if isinstance(rule, Near):
        return {"near": [_plain(rule.one), _plain(rule.other)], "within": rule.within}
    return {"any" if isinstance(rule, AnyOf) else "all": [_plain(part) for part in rule.parts]}


def from_json(text: str) -> Expression:
    """Read a stored rule; raises AskedWronglyError (bad-rule) for one that this program does not know."""
    try:
        told = json.loads(text)
        if told["v"] != VERSION:
            raise ValueError(told["v"])
        return _told(told["rule"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _bad(N_("It is not in a form that this version knows.")) from None


def _told(node: dict[str, Json]) -> Expression:
    if "term" in node:
        return Term(str(node["term"]), bool(node.get("open")))
    if "not" in node:
        return Not(_told(_one(node["not"])))
    if "near" in node:
        one, other = _many(node["near"])
        within = node["within"]
        if not isinstance(within, int):
            raise TypeError(type(within))
        return Near(one, other, within)
    return AnyOf(_many(node["any"])) if "any" in node else AllOf(_many(node["all"]))


def _one(node: Json) -> dict[str, Json]:
    if not isinstance(node, dict):
        raise TypeError(type(node))
    return node


def _many(nodes: Json) -> tuple[Expression, ...]:
    if not isinstance(nodes, list):
        raise TypeError(type(nodes))
    return tuple(_told(_one(node)) for node in nodes)


# Testing answers

_LETTER = r"[^\W_㐀-鿿豈-﫿぀-ヿ𠀀-𿿽]"
"""A letter or digit of a script that puts spaces between words."""
_IS_LATIN = re.compile(_LETTER)
_LATIN_WORD = re.compile(rf"{_LETTER}(?:{_LETTER}|['.&-](?={_LETTER}))*")


def _is_latin(character: str) -> bool:
    return _IS_LATIN.match(character) is not None


def test_of(rule: Expression) -> Test:
    """Return the test of a rule: whether it holds for a folded answer."""
    if isinstance(rule, Term):
        text, pattern = rule.text, _pattern(rule)
        if pattern is None:
            return lambda told: text in told
        return lambda told: text in told and pattern.search(told) is not None
    if isinstance(rule, Not):
        part = test_of(rule.part)
        return lambda told: not part(told)
    if isinstance(rule, Near):
        one, other = _may_hold(rule.one), _may_hold(rule.other)
        return lambda told: one(told) and other(told) and bool(_places(rule, told))
    parts = [test_of(each) for each in rule.parts]
    if isinstance(rule, AnyOf):
        return lambda told: any(each(told) for each in parts)
    return lambda told: all(each(told) for each in parts)


def _may_hold(rule: Expression) -> Test:
    """Return the test of a part of NEAR on its own, without its distances: most answers fail it already."""
    if isinstance(rule, Near):
        one, other = _may_hold(rule.one), _may_hold(rule.other)
        return lambda told: one(told) and other(told)
    return test_of(rule)


def places(rule: Expression, answer: str) -> list[Place]:
    """Return where the words of a rule that holds stand in an answer as written: [start, stop), in order.

    What NOT names is left out. Places of one NEAR reach from its first to its last word.
    """
    told = aligned(answer)
    return sorted(set(_all_places(rule, told)))


def _all_places(rule: Expression, told: str) -> list[Place]:
    if isinstance(rule, Not):
        return []
    if isinstance(rule, Term | Near):
        return _places(rule, told)
    return [place for part in rule.parts for place in _all_places(part, told)]


@cache
def _pattern(term: Term) -> re.Pattern[str] | None:
    """Return the pattern of a term with Latin edges, which must not lie inside a longer word."""
    before = rf"(?<!{_LETTER})" if _is_latin(term.text[0]) else ""
    after = rf"(?!{_LETTER})" if _is_latin(term.text[-1]) and not term.open_end else ""
    return re.compile(before + re.escape(term.text) + after) if before or after else None


def _places(rule: Expression, told: str) -> list[Place]:
    """Return where a term, one of several, or a NEAR stands in a folded answer; by start, without repeats."""
    if isinstance(rule, Term):
        pattern = _pattern(rule) or re.compile(re.escape(rule.text))
        return [match.span() for match in pattern.finditer(told)]
    if isinstance(rule, Near):
        ones, others = _places(rule.one, told), _places(rule.other, told)
        if not ones or not others:
            return []
        words = [match.start() for match in _LATIN_WORD.finditer(told)]
        return sorted({place for one in ones for place in _beside(one, others, rule.within, told, words)})
    if isinstance(rule, AnyOf):
        return sorted({place for part in rule.parts for place in _places(part, told)})
    raise TypeError(type(rule))


def _beside(one: Place, others: list[Place], within: int, told: str, words: list[int]) -> list[Place]:
    """Return the spans of a place with the nearest of the others before and after it that do not lie upon it."""
    at = bisect_left(others, one)
    found = []
    for other in others[max(0, at - 2) : at + 2]:
        left, right = min(one, other), max(one, other)
        if left[1] > right[0]:
            continue
        if _is_latin(told[left[1] - 1]) and _is_latin(told[right[0]]):
            between = bisect_left(words, right[0]) - bisect_right(words, left[1] - 1)
        else:
            between = right[0] - left[1] - told.count(" ", left[1], right[0])
        if between <= within:
            found.append((left[0], right[1]))
    return found
