"""Anyone can verify what a laptop sent, by docs/verify.md; and nobody can change a bit of it unnoticed."""

import os
import random
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from sync.ledger.intake import aside
from sync.ledger.ledger import Ledger
from sync.seal.change import sha256
from tests.day.world import PROGRAM, ROOT, SAMPLES, Node, World, environment

NOW = "2026-11-24T12:00"
LATER = "2026-11-24T12:10"
VERIFY = (ROOT / "docs" / "verify.md").read_text("utf-8")
BLOCKS = re.findall(r"^```bash\n(.*?)^```$", VERIFY, re.DOTALL | re.MULTILINE)


FROM_PAPERS = re.search(r"^```shell\n(.*?)^```$", VERIFY, re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Sent:
    """A batch on its way to the county."""

    world: World
    batch: Path


@pytest.fixture
def sent(world: World) -> Sent:
    course = world.laptop.ask("course", "list", at=NOW)[0]["code"]
    days = ("--from", "2026-11-24", "--to", "2026-12-04")
    world.laptop.ask("class", "add", "--code", "A1", "--course", course, "--name", "一班", *days, at=NOW)
    world.laptop.ask("roster", "import", SAMPLES / "roster-township-60.xlsx", "--class", "A1", at=NOW)
    (name,) = world.laptop.ask("sync", "--folder", world.stick, at=NOW)["written"]
    return Sent(world, world.stick / name)


def follow(world: World, folder: Path, blocks: list[str]) -> subprocess.CompletedProcess[str]:
    """Types the document's commands on the county's machine."""
    homes = world.folder / "homes"
    homes.mkdir(exist_ok=True)
    if not (homes / "xiangpei").exists():
        (homes / "xiangpei").symlink_to(world.county.folder)
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    env = environment() | {"XDG_DATA_HOME": str(homes), "PATH": path}
    script = "\n".join(["set -euo pipefail", *blocks])
    return subprocess.run(["bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_the_document_verifies_a_batch(sent: Sent, tmp_path: Path) -> None:
    (tmp_path / "batch.xpb").write_bytes(sent.batch.read_bytes())
    done = follow(sent.world, tmp_path, BLOCKS)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    anchor = sent.world.laptop.ask("anchor", at=LATER)
    with Ledger.open(sent.world.laptop.folder) as ledger:
        fingerprint = ledger.signer.public.fingerprint.replace("-", "")
    assert [line for line in done.stdout.splitlines() if re.fullmatch("[A-Z2-7]{16}", line)] == [
        fingerprint,
        anchor["anchor"],
    ]


@pytest.mark.parametrize("what", ["payload", "signature", "type", "key"])
def test_the_document_finds_what_was_changed(sent: Sent, tmp_path: Path, what: str) -> None:
    (tmp_path / "batch.xpb").write_bytes(sent.batch.read_bytes())
    spoil = {
        "payload": "printf '\\x00' | dd of=payload bs=1 seek=100 conv=notrunc status=none",
        "signature": "printf '\\x00\\x00' | dd of=signature bs=1 seek=7 conv=notrunc status=none",
        "type": "TYPE=${TYPE/batch/grant}",
        "key": "KEY=${KEY%?}$(tr 0-9a-f 1-9a-f0 <<< ${KEY: -1})",
    }[what]
    verifying = next(block for block in BLOCKS if "pkeyutl" in block)
    signing = next(block for block in BLOCKS if "DSSEv1" in block)
    upto = BLOCKS[: BLOCKS.index(signing)]
    if what == "type":
        first, rest = signing.split("\n", 1)
        spoiled = [first, spoil, rest]
    else:
        spoiled = [spoil, signing]
    done = follow(sent.world, tmp_path, [*upto, *spoiled, verifying])
    assert done.returncode != 0
    assert "Signature Verification Failure" in done.stdout


def test_the_document_reads_a_receipt(sent: Sent, tmp_path: Path) -> None:
    done = sent.world.county.ask("county", "import", sent.batch, "--receipts", sent.world.stick, at=NOW)
    (tmp_path / "envelope.json").write_bytes((sent.world.stick / done["receipts"][0]).read_bytes())
    last = next(number for number, block in enumerate(BLOCKS) if "pkeyutl" in block)
    checked = follow(sent.world, tmp_path, BLOCKS[1 : last + 1])
    assert checked.returncode == 0, checked.stderr
    assert "Signature Verified Successfully" in checked.stdout


def test_the_papers_of_the_enrolment_hold_the_keys(sent: Sent, tmp_path: Path) -> None:
    """The laptop's and the county's, each with the fingerprint that is read to the other."""
    for name in ("request.xpq", "grant.xpg"):
        (tmp_path / name).write_bytes((sent.world.stick / name).read_bytes())
    assert FROM_PAPERS is not None
    fingerprints = [block for block in BLOCKS if block.startswith("hex()")]
    commands = [part for line in FROM_PAPERS[1].splitlines() for part in (line, *fingerprints)]
    done = follow(sent.world, tmp_path, commands)
    assert done.returncode == 0, done.stderr
    own = sent.world.laptop.ask("enrol", "request", "--to", tmp_path / "again.xpq", at=LATER)["fingerprint"]
    county = sent.world.laptop.ask("enrol", "accept", tmp_path / "grant.xpg", "--preview", at=LATER)[
        "county_fingerprint"
    ]
    assert done.stdout.split() == [own.replace("-", ""), county.replace("-", "")]


def test_verify_and_unseal(sent: Sent, tmp_path: Path) -> None:
    laptop, county = sent.world.laptop, sent.world.county
    envelope = tmp_path / "envelope.json"
    status = laptop.ask("status", at=LATER)
    for node in (laptop, county):
        said = node.ask("verify", sent.batch, at=LATER)
        assert (said["ok"], said["feed"], said["first"]) == (True, status["feed"], 1)
        assert (said["last"], said["head"]) == (status["seq"], status["head"])
        node.ask("unseal", sent.batch, "--to", envelope, at=LATER)
        assert node.ask("verify", envelope, at=LATER)["ok"]
        again = laptop.ask("status", at=LATER)
        assert {**again, "clock": None} == {**status, "clock": None}  # to look is not to write
    envelope.write_bytes(envelope.read_bytes().replace(b'"payload":"H4', b'"payload":"I4'))
    assert county.fail("verify", envelope, at=LATER)["error"] == "bad-signature"


def test_a_stranger_opens_nothing(sent: Sent, tmp_path: Path) -> None:
    stranger = Node(tmp_path / "stranger")
    stranger.ask("init", "--name", "别处", at=NOW)
    for verb in (("verify", sent.batch), ("unseal", sent.batch, "--to", tmp_path / "e")):
        assert stranger.fail(*verb, at=NOW)["error"] == "not-for-us-or-damaged"
    assert not (tmp_path / "e").exists()


def test_one_flipped_bit_is_refused_and_kept(sent: Sent, tmp_path: Path) -> None:
    """All over the file, its ends among them; each spoiled copy stays in quarantine as it came."""
    sound = sent.batch.read_bytes()
    draw = random.Random(20261124)
    # The first bit makes it no age file, the 41st one of an unknown kind.
    spoiled_at = {0, 40, 8 * len(sound) - 1, *draw.sample(range(8 * len(sound)), 150)}
    folder = tmp_path / "spoiled"
    folder.mkdir()
    hashes = {}
    for bit in sorted(spoiled_at):
        spoiled = bytearray(sound)
        spoiled[bit // 8] ^= 1 << bit % 8
        name = f"bit-{bit:08d}.xpb"
        (folder / name).write_bytes(spoiled)
        hashes[name] = sha256(bytes(spoiled))
    said = sent.world.county.fail("county", "import", folder, "--receipts", folder, at=NOW)
    assert {file["file"] for file in said["refused"]} == hashes.keys()
    assert said["taken"] == said["held"] == []
    assert {file["reason"] for file in said["refused"]} == {"bad-envelope", "not-sealed", "not-for-us-or-damaged"}
    assert all(file["message"] for file in said["refused"])
    with Ledger.open(sent.world.county.folder) as ledger:
        assert {row["sha256"] for row in aside(ledger, "refused")} == set(hashes.values())
        assert ledger.position(sent.batch.name.split("-")[0]).seq == 0
    taken = sent.world.county.ask("county", "import", sent.batch, "--receipts", folder, at=LATER)["taken"]
    assert [file["file"] for file in taken] == [sent.batch.name]
    assert sent.world.county.ask("check", at=LATER)["ok"]
