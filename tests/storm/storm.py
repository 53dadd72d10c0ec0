"""The storm: `python3 dev.py storm --seeds N [--from S] [--verbose] [--jobs J]`.

One seed is one world: a county and 2 to 20 laptops, some dozens of steps of work and mishap, then calm, in which
everybody syncs until nothing moves, and the judge looks at everything. The same seed is the same storm.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sync.county import review
from sync.county.county import accept_branch, accept_clock
from sync.county.findings import findings
from sync.county.public import publishing, rotate, signed_batches
from sync.errors import UserError
from sync.ledger import backup, photos
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_feeds
from sync.seal import batch, kinds
from sync.seal.change import sha256
from tests.storm import attacker, carriers, judge
from tests.storm.faults import Crashed, WildClock, installed
from tests.storm.work import work
from tests.storm.world import Node, World, seeded

HOUR, DAY = 3_600_000, 86_400_000
ROUNDS = 12
"""Syncs of everybody after which nothing may move any more."""


@dataclass
class Outcome:
    seed: int
    steps: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    error: str = ""
    seconds: float = 0.0


def storm(seed: int, base: Path, say: Callable[[str], None] = lambda _: None) -> Outcome:
    """Runs one seed. `say` is told each step."""
    outcome = Outcome(seed)
    began = time.monotonic()
    root = base / f"seed-{seed}"
    root.mkdir(parents=True)
    # Keys are copied to the user's folder too, which is no business of a storm.
    os.environ["XDG_DATA_HOME"] = str(root / "home")
    chance = Random(seed)

    def told(text: str) -> None:
        outcome.steps.append(text)
        say(text)

    world = World(chance, root, told)
    try:
        with installed(world.fuse), seeded(chance):
            begin(world)
            for number in range(chance.choice([30, 40, 60, 90])):
                step(world, number)
            calm(world)
    except (Exception, Crashed):  # noqa: BLE001 - whatever it is, the seed that replays it is the answer
        outcome.error = traceback.format_exc()
    finally:
        shutil.rmtree(root, ignore_errors=True)
    outcome.counts.update(world.counts)
    outcome.counts["steps"] = len(outcome.steps)
    outcome.seconds = time.monotonic() - began
    return outcome


def begin(world: World) -> None:
    world.make_county()
    attacker.certify(world)
    schools = [f"学校{n}" for n in range(world.chance.choice([1, 2, 2, 3]))]
    for number in range(world.chance.choice([2, 2, 3, 3, 4, 5, 6, 8, 12, 20])):
        world.make_node(schools[number % len(schools)])
    found = world.county.ledger.conn.execute("SELECT name, id FROM institutions").fetchall()
    world.schools.update({name: school for name, school in found if name in schools})
    for number in range(world.chance.choice([1, 2])):
        stick = world.root / f"stick{number}"
        stick.mkdir()
        world.sticks.append(stick)
    world.say(f"{len(world.nodes)} laptops of {len(schools)} schools, {len(world.sticks)} sticks")


def step(world: World, number: int) -> None:
    act = world.chance.choices([act for _, act in STEPS], [weight for weight, _ in STEPS])[0]
    node = world.chance.choice(world.live())
    name = act.__name__
    world.count(name)
    world.pass_by(world.chance.choice([1000, 60_000, HOUR, HOUR]))
    armed = arm(world, node)
    try:
        said = act(world, node) or ""
    except UserError as error:
        said = f"→ {type(error).__name__} {error.reason}"
        world.count(f"told: {error.reason}")
    finally:
        world.fuse.disarm()
    world.say(f"{number:3} {node.name:7} {name} {said}{armed}")
    judge.after_step(world)


def arm(world: World, node: Node) -> str:
    """One step in six meets with a crash or a full disk, here or at the county."""
    chance = world.chance
    if chance.random() > 0.17:
        return ""
    target = chance.choice([node, node, world.county])
    kind = chance.choice(["crash", "crash", "full"])
    left, after = chance.choice([1, 2, 3, 5, 9, 15, 30]), chance.random() < 0.5
    world.fuse.arm(target.folder, left, kind, after=after)
    world.count(f"armed: {kind}")
    return f"   [{kind} at write {left} of {target.name}{' after' if after else ''}]"


# Steps


def some_work(world: World, node: Node) -> str:
    return work(world, node)


def much_work(world: World, node: Node) -> str:
    with world.running(node), node.ledger.writing() as w:
        for _ in range(300):
            w.fact("stamp", kinds.Stamp("L", "P", "in", "camera", reason=world.token()))
    return "300 stamps"


def photograph(world: World, node: Node) -> str:
    picture = world.chance.randbytes(world.chance.choice([300, 300, 150_000]))
    with world.running(node):
        digest = photos.keep(node.ledger, picture)
        with node.ledger.writing() as w:
            made = w.fact("photo", kinds.Photo(digest, "L", "start", len(picture), "", False))
        node.promised.add(made)
    return f"of {len(picture)} bytes"


def lose_photo(world: World, node: Node) -> str:
    """Somebody tidies up the folder."""
    files = sorted((node.folder / photos.FOLDER).glob("*.photo"))
    if not files:
        return "none"
    world.chance.choice(files).unlink()
    return "one"


def wire(world: World, node: Node) -> None:
    carriers.by_wire(world, node, world.chance.choice([0.0, 0.2, 0.6]))


def stick(world: World, node: Node) -> str:
    chosen = world.chance.choice(world.sticks)
    carriers.by_stick(world, node, chosen)
    return chosen.name


def stick_at_county(world: World, _: Node) -> str:
    chosen = world.chance.choice(world.sticks)
    carriers.at_county(world, chosen)
    return chosen.name


def stick_spoils(world: World, _: Node) -> str:
    chosen = world.chance.choice(world.sticks)
    return f"{chosen.name} {carriers.spoil(world, chosen)}"


def late_mail(world: World, _: Node) -> str:
    if not world.late:
        return "none"
    path, body = world.late.pop(world.chance.randrange(len(world.late)))
    status, answer = carriers.serve(world, path, body)
    if status == 200:
        world.answers.setdefault(path, []).append(answer)
    return f"{path} {status}"


def clock_jumps(world: World, node: Node) -> str:
    return node.clock.jump()


def days_pass(world: World, _: Node) -> str:
    days = world.chance.choice([1, 3, 12])
    world.pass_by(days * DAY)
    return f"{days}"


def power_cut(world: World, node: Node) -> None:
    world.kill(world.chance.choice([node, world.county]))


def back_up(world: World, node: Node) -> str:
    path = world.root / f"backup{len(world.backups)}.xpk"
    with world.running(node):
        backup.backup(node.ledger, path)
    world.backups.append((node, path))
    return path.name


def restore(world: World, _: Node) -> str:
    """A laptop is lost, or only thought lost; its backup goes on in another folder."""
    if not world.backups:
        return "no backup"
    of, path = world.chance.choice(world.backups)
    name = f"n{len(world.nodes)}"
    clock = WildClock(world.chance, of.clock.now, of.clock.off)
    made = Node(name, world.root / name, clock, of.school, of.key, old=of.old, revoked=of.revoked)
    world.fuse.disarm()
    with world.running(made):
        backup.restore(made.folder, path, clock=made.clock)
    world.restart(made)
    world.nodes.append(made)
    lost = world.chance.random() < 0.7
    if lost and of.live:
        of.gone = True
        of.ledger.close()
    return f"{of.name} from {path.name} as {name}{', the old one is gone' if lost else ''}"


def county_back(world: World, _: Node) -> str:
    """The county's server burns down, and goes on from its last backup. Its laptops give back what it lost."""
    county = world.county
    path = world.root / "county.xpk"
    world.fuse.disarm()
    if not world.county_backup:
        with world.running(county):
            backup.backup(county.ledger, path)
        world.county_backup = county.ledger.signer.public.id
        return "backed up"
    if world.county_backup != county.ledger.signer.public.id:
        # The key was changed since: a backup without the new key is worth nothing, so another is taken next time.
        world.county_backup = ""
        path.unlink()
        return "backup is out of date"
    county.ledger.close()
    world.counties += 1
    county.folder = world.root / f"county{world.counties}"
    with world.running(county):
        backup.restore(county.folder, path, clock=county.clock)
        county.ledger = Ledger.open(county.folder, county.clock)
    world.county_backup = ""
    path.unlink()
    world.went_back()
    return f"restored as {county.folder.name}"


def clone(world: World, node: Node) -> str:
    name = f"n{len(world.nodes)}"
    world.fuse.disarm()
    made = Node(
        name, world.root / name, type(node.clock)(world.chance, node.clock.now), node.school, node.key, old=node.old
    )
    made.revoked = node.revoked
    world.copy_of(node, made.folder)
    world.restart(made)
    world.nodes.append(made)
    return f"as {name}"


def put_back(world: World, node: Node) -> str:
    """An older copy of the folder is put over the newer one, without `restore`."""
    kept = world.root / f"old-{node.name}"
    world.fuse.disarm()
    if not kept.exists():
        world.copy_of(node, kept)
        return "copied"
    node.ledger.close()
    shutil.rmtree(node.folder)
    shutil.move(kept, node.folder)
    node.promised.clear()
    world.restart(node)
    return "put back"


def renew(world: World, node: Node) -> None:
    if not node.revoked:
        world.enrol(node)


def revoke(world: World, node: Node) -> str:
    if sum(not one.revoked for one in world.live()) < 3:
        return "not now"
    ledger, key = world.county.ledger, node.key
    last = max(0, ledger.position(node.ledger.feed).seq - world.chance.choice([-3, 0, 2]))
    feed = world.chance.choice(["", node.ledger.feed])
    with world.running(world.county), ledger.writing() as w:
        w.fact("device.revoke", kinds.DeviceRevoke(key, feed, last, "丢了"))
    held = dict(ledger.conn.execute("SELECT substr(feed, 1, 16), max(seq) FROM changes GROUP BY 1").fetchall())
    limits = world.limits.setdefault(key, {"": 0 if feed else last})
    for (other,) in ledger.conn.execute("SELECT id FROM feeds WHERE key_id = ?", (key,)).fetchall():
        limits.setdefault(other, max(held[other], last if feed in ("", other) else 0))
    limits.setdefault(node.ledger.feed, last)
    for one in world.nodes:
        one.revoked |= one.key == key
    return f"beyond {last}"


def rotate_key(world: World, _: Node) -> str:
    """The county's key is changed; the attacker has got hold of the old one.

    A county that was put back has its laptops sync first: what it doesn't know of its own feeds ends with the old key.
    """
    county = world.county.ledger
    feeds = {row[0] for row in county.conn.execute("SELECT id FROM feeds").fetchall()}
    for node in world.live():
        if any(
            feed not in feeds or node.ledger.position(feed).seq > county.position(feed).seq
            for feed in county_feeds(node.ledger, {"public", *world.schools.values()})
        ):
            return f"not yet: {node.name} knows more"
    old = world.county.ledger.signer
    with world.running(world.county):
        rotate(world.county.ledger)
    world.stolen.append(old)
    return world.county.ledger.feed


def decide(world: World, node: Node) -> str:
    """The county decides on a class, or says something to the node's institution; or the calendar changes."""
    county, chance = world.county, world.chance
    ledger = county.ledger
    school = world.schools[node.school]
    with world.running(county):
        classes = [row[0] for row in ledger.conn.execute("SELECT id FROM classes WHERE origin <> '' ORDER BY id")]
        act = chance.choice(["approve", "return", "verdict", "calendar"])
        if act == "calendar":
            with ledger.writing() as w:
                made = [w.fact("calendar.day", kinds.CalendarDay(f"2026-11-{chance.randint(1, 30)}", "off", "赶集"))]
            school = ""
        elif act == "approve" and classes:
            chosen = chance.choice(classes)
            made = [review.approve(ledger, chosen, review.Approval(paper=world.token()))]
            (origin,) = ledger.conn.execute("SELECT origin FROM classes WHERE id = ?", (chosen,)).fetchone()
            (school,) = ledger.conn.execute(
                "SELECT d.institution FROM feeds f JOIN devices d ON d.key_id = f.key_id WHERE f.id = ?"
                " ORDER BY d.until DESC, d.id LIMIT 1",
                (origin,),
            ).fetchone()
        else:
            with publishing(ledger, school) as w:
                subject = chance.choice(classes or ["C"])
                made = [
                    w.fact("class.return", kinds.ClassReturn(subject, "process", [world.token()]))
                    if act == "return"
                    else w.fact("class.verdict", kinds.ClassVerdict(subject, "cut", note=world.token()))
                ]
    world.decided.update(dict.fromkeys(made, school))
    return f"{act} for {node.school if school else 'everybody'}"


def leak(world: World, node: Node) -> str:
    """What the county said to another school is put before this node, opened by somebody who could."""
    ledger = world.county.ledger
    others = sorted(school for name, school in world.schools.items() if name != node.school)
    feeds = county_feeds(ledger, set(others))
    if not feeds or node.revoked:
        return "nothing"
    for signed in signed_batches(ledger, [world.chance.choice(feeds)], []):
        with world.running(node):
            found = take(node.ledger, batch.seal(signed, [node.ledger.age_recipient]), "某人", "usb")
        judge.demand(found.new == 0, f"{node.name} took what was for another school")
    return f"{found.state} {found.reason}"


def change_program(world: World, node: Node) -> str:
    node.old = not node.old
    with world.running(node):
        world.reopen(node)
    return "older" if node.old else "newer"


def accept(world: World, _: Node) -> str:
    forks = [one for one in findings(world.county.ledger) if one["kind"] == "fork"]
    if not forks:
        return "no fork"
    with world.running(world.county):
        accept_branch(world.county.ledger, world.chance.choice(forks)["sha256"], "核实")
    return "accepted"


def forgery(world: World, node: Node) -> str:
    name, data, made = attacker.attack(world)
    county = world.county
    if "another school's" in name:
        return crossing(world, name, data)
    world.forged.update(sealed.id for sealed in made)
    where = world.chance.choice(["county", "county", "stick", "laptop"])
    if "old key" in name and (where == "stick" or node.ledger.county.key != county.ledger.signer.public):
        # Who has not heard yet that the key was given up can't know better.
        where = "county"
    age = [county.ledger.age_recipient, node.ledger.age_recipient]
    sealed = batch.seal(data, age) if world.chance.random() < 0.5 else data
    if where == "stick":
        (world.chance.choice(world.sticks) / f"{world.token()}.xpb").write_bytes(batch.seal(data, age))
    elif where == "county":
        with world.running(county):
            found = take(county.ledger, sealed, "某人", "http")
        world.forgeries.add(sha256(data))
        return f"{name}: {found.state} {found.reason}"
    else:
        with world.running(node):
            take(node.ledger, sealed, "某人", "usb")
    return f"{name} by {where}"


def crossing(world: World, name: str, data: bytes) -> str:
    """A certified device of another school: where its victim is not known yet, it is taken, and has no effect."""
    ledger = world.county.ledger
    with world.running(world.county):
        found = take(ledger, data, "某人", "http")
    if found.reason == "cross-institution":
        world.forgeries.add(sha256(data))
    return f"{name}: {found.state} {found.reason}"


def false_receipt(world: World, _: Node) -> str:
    chosen = world.chance.choice(world.sticks)
    (chosen / f"{world.token()}.xpr").write_bytes(attacker.false_receipt(world))
    return chosen.name


STEPS: list[tuple[int, Callable[[World, Node], str | None]]] = [
    (30, some_work), (1, much_work), (3, photograph), (1, lose_photo), (22, wire), (8, stick), (6, stick_at_county),
    (5, stick_spoils), (3, late_mail), (3, clock_jumps), (3, days_pass), (2, power_cut), (2, back_up), (2, restore),
    (1, county_back), (1, clone), (1, put_back), (2, renew), (1, revoke), (1, rotate_key), (3, decide), (1, leak),
    (2, change_program), (1, accept), (4, forgery), (1, false_receipt),
]  # fmt: skip


# Calm


def calm(world: World) -> None:
    """Clocks are set, certificates renewed, programs brought up to date; everybody syncs until nothing moves."""
    world.say("calm")
    accepting = world.chance.random() < 0.7
    # Whether the county still has the photos that it once had is asked once a day.
    world.pass_by(DAY)
    for node in [world.county, *world.live()]:
        node.clock.off = 0
        if node.old:
            node.old = False
            world.reopen(node)
    honest = [node for node in world.live() if not node.revoked]
    for node in honest:
        world.enrol(node)
    # After the grants, which carry all that was said before.
    for school in world.schools.values():
        with world.running(world.county), publishing(world.county.ledger, school) as w:
            made = w.fact("class.return", kinds.ClassReturn("C", "closing", [world.token()]))
        world.decided[made] = school
    for _ in range(ROUNDS):
        before = state(world)
        for node in world.live():
            try:
                carriers.by_wire(world, node, 0.0)
            except UserError as error:
                # What a clock far ahead dated is held until the officer accepts it, below.
                judge.demand(
                    node.revoked or error.reason == "clock-ahead",
                    f"{node.name} can't sync in calm: {error.reason} {error}",
                )
            judge.after_step(world)
        accept_clocks(world)
        if accepting:
            accept_all(world)
        if state(world) == before:
            break
    else:
        judge.demand(False, "it never gets quiet")
    judge.at_the_end(world, honest)


def accept_all(world: World) -> None:
    for one in findings(world.county.ledger):
        if one["kind"] == "fork":
            try:
                accept_branch(world.county.ledger, one["sha256"], "核实")
            except UserError as error:
                world.say(f"    not accepted: {error.reason}")


def accept_clocks(world: World) -> None:
    for one in findings(world.county.ledger):
        if one["kind"] == "clock-ahead":
            try:
                accept_clock(world.county.ledger, one["sha256"], "核实")
            except UserError as error:
                world.say(f"    not accepted: {error.reason}")


def state(world: World) -> list[object]:
    return [
        sorted(node.ledger.conn.execute("SELECT feed, max(seq), count(*) FROM changes GROUP BY feed").fetchall())
        for node in [world.county, *world.live()]
    ]


# The command


@contextmanager
def base_folder() -> Iterator[Path]:
    """In memory where there is such a place: it is the logic that storms here, not the disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="storm-", dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


def run_one(task: tuple[int, str]) -> Outcome:
    seed, base = task
    return storm(seed, Path(base))


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py storm", description=__doc__)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--from", type=int, default=1, dest="first")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args(words)
    with base_folder() as name:
        seeds = range(args.first, args.first + args.seeds)
        began = time.monotonic()
        total: Counter[str] = Counter()
        if args.verbose or args.jobs == 1:
            outcomes = (storm(seed, name, print if args.verbose else lambda _: None) for seed in seeds)
            failed = gather(outcomes, total)
        else:
            with ProcessPoolExecutor(args.jobs) as pool:
                failed = gather(pool.map(run_one, ((seed, str(name)) for seed in seeds), chunksize=1), total)
                pool.shutdown(cancel_futures=True)
        took = time.monotonic() - began
        print(f"{total['seeds']} seeds, {total['steps']} steps in {took:.0f} s")
        print(", ".join(f"{what} {n}" for what, n in sorted(total.items()) if what not in ("seeds", "steps")))
        return failed


def gather(outcomes: object, total: Counter[str]) -> int:
    for outcome in outcomes:  # type: ignore[attr-defined]
        total.update(outcome.counts)
        total["seeds"] += 1
        if total["seeds"] % 100 == 0:
            print(f"{total['seeds']} seeds, {total['steps']} steps", flush=True)
        if outcome.error:
            print("\n".join(outcome.steps))
            print(outcome.error)
            again = f"python3 dev.py storm --from {outcome.seed} --seeds 1 --verbose"
            print(f"seed {outcome.seed} failed. Again, step by step: {again}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
