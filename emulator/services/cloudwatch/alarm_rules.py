"""The rules of composite alarms, as PutCompositeAlarm of the CloudWatch API Reference has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

State = Callable[[str], str]
TOKEN = re.compile(
    r'\s*(?:(?P<function>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^\s()"]+))\s*\)|(?P<word>AND\b|OR\b|NOT\b|TRUE\b|FALSE\b|[()]))'
)


class RuleError(Exception):
    """CloudWatch does not understand a rule."""


@dataclass(frozen=True)
class Rule:
    """What a rule says.

    :ivar alarms: the alarms that it names, by name or ARN, each once.
    :ivar elements: how many alarms, constants and brackets it has.
    :ivar holds: tells whether it is true, by what returns the state of an alarm.
    """

    alarms: frozenset[str]
    elements: int
    holds: Callable[[State], bool]


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.alarms: set[str] = set()

    def whole(self) -> Callable[[State], bool]:
        holds = self.either()
        if self.tokens:
            raise RuleError(f"{self.tokens[0][0]} is one too many")
        return holds

    def either(self) -> Callable[[State], bool]:
        found = [self.both()]
        while self.next_is("OR"):
            found.append(self.both())
        return lambda state: any(part(state) for part in found)

    def both(self) -> Callable[[State], bool]:
        found = [self.one()]
        while self.next_is("AND"):
            found.append(self.one())
        return lambda state: all(part(state) for part in found)

    def one(self) -> Callable[[State], bool]:
        if self.next_is("NOT"):
            turned = self.one()
            return lambda state: not turned(state)
        if self.next_is("("):
            inner = self.either()
            if not self.next_is(")"):
                raise RuleError("a bracket is not closed")
            return inner
        if not self.tokens or self.tokens[0][0] in ("AND", "OR", ")"):
            raise RuleError("a condition is missing")
        word, alarm = self.tokens.pop(0)
        if alarm is None:
            return lambda _state: word == "TRUE"
        self.alarms.add(alarm)
        return lambda state: state(alarm) == word

    def next_is(self, word: str) -> bool:
        found = bool(self.tokens) and self.tokens[0] == (word, None)
        if found:
            self.tokens.pop(0)
        return found


def _tokens(text: str) -> Iterator[tuple[str, str | None]]:
    if text != text.strip() or not text:
        raise RuleError("it is empty, or has space around it")
    place = 0
    while place < len(text):
        found = TOKEN.match(text, place)
        if found is None:
            raise RuleError(f"what is {text[place : place + 20]}?")
        place = found.end()
        yield found["function"] or found["word"], found["quoted"] or found["bare"]


def parsed(text: str) -> Rule:
    """Return what a rule says.

    :raises RuleError: it is none.
    """
    parser = _Parser(text)
    elements = sum(word not in ("AND", "OR", "NOT") for word, _alarm in parser.tokens)
    holds = parser.whole()
    return Rule(frozenset(parser.alarms), elements, holds)
