"""What became of the faults, and which of them no test could find."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum

ORIGINAL = "orig"
SEPARATOR = "__mutmut_"
PROSE = re.compile(r"\w[.,:;]? \w")


class Verdict(StrEnum):
    """What became of a fault.

    C(FOUND): a test failed, or ran without an end. C(MISSED): none did, or none ran. C(WORDS): only a sentence for
    people is another, found or not. C(SAME): the code does the same with it; C(same.yml) says why.
    """

    FOUND = "found"
    MISSED = "missed"
    WORDS = "words"
    SAME = "same"


@dataclass(frozen=True)
class Fault:
    """One fault in one function.

    :ivar name: mutmut's name for it: the function's, and a number.
    :ivar before: the first line that it changes.
    :ivar after: how that line reads with it.
    """

    name: str
    verdict: Verdict
    before: str
    after: str


class Forget(ast.NodeTransformer):
    """Makes all sentences alike, and gives all functions one name."""

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:  # the name is Python's
        """Replace a text in which one word follows another."""
        told = isinstance(node.value, str) and PROSE.search(node.value)
        return ast.Constant("words") if told else node


def functions(tree: ast.AST) -> dict[str, str]:
    """Return all that mutmut wrote, by name: each function as it is, and with each fault. Layout is lost."""
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and SEPARATOR in node.name)
    return {node.name: ast.unparse(ast.FunctionDef("f", node.args, node.body, [], lineno=0)) for node in nodes}


def difference(one: str, other: str) -> tuple[str, str]:
    """Return the first line that differs of two pieces of code."""
    for before, after in zip(one.splitlines(), other.splitlines(), strict=False):
        if before != after:
            return before.strip(), after.strip()
    return "", ""


def judged(code: str, found: Mapping[str, bool], same: Set[tuple[str, str]]) -> Iterator[Fault]:
    """Yield all faults that were tried.

    :param code: what mutmut wrote.
    :param found: whether a test found it, by mutmut's name of the fault.
    :param same: lines that do the same as others: before and after.
    """
    whole, wordless = functions(ast.parse(code)), functions(Forget().visit(ast.parse(code)))
    for full, was_found in found.items():
        name = full.rpartition(".")[2]
        original = name.partition(SEPARATOR)[0] + SEPARATOR + ORIGINAL
        lines = difference(whole[original], whole[name])
        if wordless[name] == wordless[original]:
            verdict = Verdict.WORDS
        elif was_found:
            verdict = Verdict.FOUND
        else:
            verdict = Verdict.SAME if lines in same else Verdict.MISSED
        yield Fault(name, verdict, *lines)


def rate(verdicts: Counter[Verdict]) -> float:
    """Return how many of the faults were found that a test can find, in percent."""
    counted = verdicts[Verdict.FOUND] + verdicts[Verdict.MISSED]
    return 100 * verdicts[Verdict.FOUND] / counted if counted else 100.0
