"""Write the files of a module for one more AWS resource.

C(make module NAME=cloudwatch_dashboard) runs C(python -m tests.tools.new_module cloudwatch_dashboard [VARIABLE=VALUE]).
The table comes from botocore's model of the service. NAME is the boto3 client and the resource. What the tool guesses
can be given: CLIENT; the methods CREATE, CHANGE, READ, REMOVE; BY, the parameter with its name, in snake_case; TYPE,
CloudFormation's name; ARN, service and type in its ARN, such as C(cloudwatch:dashboard).
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Mapping

from tests.support.modules import find_collections
from tests.tools.new_module import emulation
from tests.tools.new_module.blueprint import Blueprint, NoModuleError, draw
from tests.tools.new_module.files import MODULE, SERVICES, TEST, Texts
from tests.tools.tree import ROOT

VARIABLES = ("CLIENT", "CREATE", "CHANGE", "READ", "REMOVE", "BY", "TYPE", "ARN")


def cloudformation_type(plan: Blueprint) -> str:
    """Return CloudFormation's name of the resource.

    :raises NoModuleError: several have its last word, or none.
    """
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

    known = PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1")
    found = [name for name in known if name.rpartition("::")[2].lower().endswith(plan.class_name.lower())]
    service = SERVICES.get(plan.client, plan.client).lower().replace("-", "")
    own = [name for name in found if name.split("::")[1].lower() == service]
    if not own:
        raise NoModuleError(
            f"CloudFormation has no {plan.class_name} of {plan.client}: give TYPE, such as AWS::RDS::DBCluster."
        )
    return min(own, key=len)


def read_arguments() -> tuple[str, dict[str, str]]:
    """Return the module's name, and what is given beside it.

    :raises NoModuleError: a variable is unknown.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("variables", nargs="*", metavar="VARIABLE=VALUE")
    arguments = parser.parse_args()
    given = dict(one.partition("=")[::2] for one in arguments.variables)
    unknown = sorted(given.keys() - set(VARIABLES))
    if unknown:
        raise NoModuleError(f"{', '.join(unknown)} is unknown: there are {', '.join(VARIABLES)}.")
    return arguments.name, {name: value for name, value in given.items() if value}


def write(name: str, given: Mapping[str, str]) -> tuple[Blueprint, list[str]]:
    """Write a module's files.

    :returns: what they were made of, and their paths.
    :raises NoModuleError: it is there already, or cannot be drawn. Then nothing is written.
    """
    if (ROOT / MODULE.format(name=name)).exists():
        raise NoModuleError(f"{MODULE.format(name=name)} exists.")
    plan = draw(name, given)
    kind = given.get("ARN") or f"{plan.client.replace('-', '')}:{plan.thing.replace('_', '-')}"
    texts = Texts(ROOT, plan, given.get("TYPE") or cloudformation_type(plan), kind)
    files = {**texts.files(), **emulation.files(ROOT, plan, kind)}
    for path, text in files.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, encoding="utf-8")
    programs = [path for path in files if path.endswith(".py")]
    run("-m", "ruff", "format", "--quiet", *programs)
    run("-m", "ruff", "check", "--quiet", "--fix", *programs)
    run("-m", "tests.tools.docs")
    return plan, list(files)


def run(*arguments: str) -> None:
    """Run a Python program of the checkout."""
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Write the files and say what is left to do.

    :returns: 0 when they are written.
    """
    find_collections()
    try:
        plan, paths = write(*read_arguments())
    except NoModuleError as reason:
        print(f"not written: {reason}", file=sys.stderr)
        return 2
    lines = [f"wrote {path}" for path in paths]
    lines += [f"left out {reason}" for reason in plan.left_out]
    lines += emulation.says(plan, any(path.startswith("emulator/") for path in paths))
    print(*lines, sep="\n")
    print(f"next: pytest {TEST.format(name=plan.name)}, and 'Adding a resource' in CONTRIBUTING.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
