"""What may happen in one step of a storm: work, carriers, mishaps and attacks, each with its weight."""

import shutil
from collections.abc import Callable

from sync.county import devices, review
from sync.county.county import accept_branch
from sync.county.findings import findings
from sync.county.public import OFFICE, publishing, rotate, signed_batches
from sync.ledger import backup, photos
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.ledger.trust import county_feeds
from sync.seal import batch, county_kinds, kinds
from sync.seal.change import sha256
from tests.storm import attacker, carriers, judge
from tests.storm.faults import WildClock
from tests.storm.work import work
from tests.storm.world import Node, World

HOUR, DAY = 3_600_000, 86_400_000


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
    with world.running(world.county):
        said = devices.revoke(ledger, world.chance.choice([key, node.ledger.feed]), last, "丢了")
    held = dict(ledger.conn.execute("SELECT substr(feed, 1, 16), max(seq) FROM changes GROUP BY 1").fetchall())
    limits = world.limits.setdefault(key, {"": 0})
    for feed in said["feeds"]:
        limits.setdefault(feed, max(held.get(feed, 0), last if feed == said["feed"] else 0))
    if not said["feed"]:
        limits[""] = last
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
        act = chance.choice(["approve", "return", "verdict", "notice", "callback", "calendar"])
        if act == "calendar":
            with ledger.writing() as w:
                made = [
                    w.fact("calendar.day", county_kinds.CalendarDay(f"2026-11-{chance.randint(1, 30)}", "off", "赶集"))
                ]
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
            school = OFFICE if act == "callback" else school
            kind, body = _said(act, chance.choice(classes or ["C"]), world.token())
            with publishing(ledger, school) as w:
                made = [w.fact(kind, body)]
    world.decided.update(dict.fromkeys(made, school))
    whom = {"": "everybody", OFFICE: "itself"}
    return f"{act} for {whom.get(school, node.school)}"


def _said(act: str, subject: str, token: str) -> tuple[str, kinds.Body]:
    """What the county says of a class, without asking whether it should."""
    if act == "callback":
        return "callback.result", county_kinds.CallbackResult(subject, token, "confirmed")
    if act == "notice":
        return "notice.post", county_kinds.NoticePost(subject, "2026-11-23", "2026-11-27", 5, token)
    if act == "return":
        return "class.return", county_kinds.ClassReturn(subject, "process", [token])
    return "class.verdict", county_kinds.ClassVerdict(subject, "cut", note=token)


def leak(world: World, node: Node) -> str:
    """What the county said to another school is put before this node, opened by somebody who could."""
    ledger = world.county.ledger
    others = sorted(school for name, school in world.schools.items() if name != node.school)
    feeds = county_feeds(ledger, {*others, OFFICE})
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
