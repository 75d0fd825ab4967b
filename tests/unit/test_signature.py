"""What ansible-sign takes for the project's content, by MANIFEST.in."""

from __future__ import annotations

import pathlib
import shutil

import pytest

from tests.tools.tree import ROOT, sources


@pytest.fixture
def checkout(tmp_path: pathlib.Path) -> pathlib.Path:
    """Give a copy of the project, with its links."""
    for name in sources():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, tmp_path / name, follow_symlinks=False)
    return tmp_path


def test_all_of_a_checkout_is_signed_and_nothing_may_be_added(checkout: pathlib.Path) -> None:
    from ansible_sign.checksum import ChecksumFile, ChecksumMismatch
    from ansible_sign.checksum.differ import DistlibManifestChecksumFileExistenceDiffer as ByManifest

    signed = ChecksumFile(str(checkout), differ=ByManifest)
    sums = signed.parse(signed.generate_gnu_style())
    # it looks at no links
    files = {
        str(file.relative_to(checkout)) for file in checkout.rglob("*") if file.is_file() and not file.is_symlink()
    }
    assert sums.keys() == files
    (checkout / "outputs").mkdir()
    (checkout / "outputs" / "dev.json").write_text("{}")
    signed.verify(sums)
    (checkout / "roles" / "network" / "tasks" / "more.yml").write_text("[]")
    with pytest.raises(ChecksumMismatch, match=r"more\.yml"):
        signed.verify(sums)
