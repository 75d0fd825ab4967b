"""Write what follows from the modules and from the roles' argument specs, or check that it is current.

C(python -m tests.tools.docs [--check]). What is written says which file of this folder makes it.
"""

from __future__ import annotations

import argparse
import pathlib
import sys
from collections.abc import Iterator

from tests.tools import catalogue, module_docs, module_files, role_readmes
from tests.tools.tree import ROOT

# in this order, as modules import the catalogue
MAKERS = (catalogue.wanted, module_docs.wanted, module_files.wanted, role_readmes.wanted)


def old() -> Iterator[tuple[pathlib.Path, str | None]]:
    """Yield each file that is not as it is to be, with the text that it is to have; None for one that is to go.

    What comes later may follow from what was written before.
    """
    for maker in MAKERS:
        for path, text in maker(ROOT):
            file = ROOT / path
            if (file.read_text(encoding="utf-8") if file.exists() else None) != text:
                yield file, text


def write(file: pathlib.Path, text: str | None) -> None:
    """Write a file, or remove it."""
    if text is None:
        file.unlink()
        return
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")


def main() -> int:
    """Write the files, or with C(--check) say which are old.

    :returns: 0 when all is well.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    findings = []
    for file, text in old():
        if arguments.check:
            findings.append(f"{file.relative_to(ROOT)} is old: make docs")
        else:
            write(file, text)
    findings += role_readmes.disagreements(ROOT)
    print("\n".join(findings) or "what make docs writes follows from modules and roles")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
