"""What people do at a laptop: classes, trainees that two of them write, stamps, leave, corrections, newer things."""

from random import Random
from typing import Any

from sync.ledger.ledger import Ledger
from sync.ledger.writer import Writer
from sync.seal import kinds
from tests.storm.world import Node, World


class NewerLeave(kinds.Leave, frozen=True):
    """A newer program says more of a leave."""

    photo: str = ""


class NewerKind(kinds.Body, frozen=True):
    """A kind that no program here knows."""

    lesson: str
    mood: str = ""


def ids(ledger: Ledger, table: str) -> list[str]:
    return [row[0] for row in ledger.conn.execute(f"SELECT id FROM {table} ORDER BY id")]


def work(world: World, node: Node) -> str:
    """One transaction of some changes; what was answered as recorded is promised."""
    chance = world.chance
    made: list[str] = []
    acts = chance.choices(ACTS, [weight for weight, _ in WEIGHED], k=chance.choice([1, 1, 2, 3, 8]))
    with world.running(node):
        known = {table: ids(node.ledger, table) for table in ("classes", "lessons", "trainees", "stamps")}
        with node.ledger.writing() as w:
            for act in acts:
                made += act(world, node, w, known)
        node.promised.update(made)
    return " ".join(act.__name__ for act in acts)


Known = dict[str, list[str]]


def new_class(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    made = w.write("class", {"code": world.token(), "name": "焊工班"})
    lesson = w.write("lesson", {"training_class": made, "start": 1, "end": 2, "hours": 400})
    known["classes"].append(made)
    known["lessons"].append(lesson)
    return [made, lesson]


def new_trainee(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    made = w.write("trainee", {"name": world.token(), "phone": "138"})
    known["trainees"].append(made)
    if known["classes"]:
        chosen = world.chance.choice(known["classes"])
        card = world.token()
        return [made, w.write("enrollment", {"training_class": chosen, "trainee": made, "card": card})]
    return [made]


def edit(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    if known["trainees"]:
        person = world.chance.choice(known["trainees"][:3])
        more = {"address": "村西"} if world.chance.random() < 0.5 else {}
        w.write("trainee", {"phone": world.token(), **more}, person, "打错了")
    return []


def move(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    if known["lessons"]:
        w.write("lesson", {"start": world.chance.randrange(9), "topic": "安全"}, known["lessons"][0], "改期")
    return []


def stamps(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    lesson = world.chance.choice(known["lessons"] or ["L"])
    person = world.chance.choice(known["trainees"] or ["P"])
    made = [
        w.fact("stamp", kinds.Stamp(lesson, person, "in", "camera", reason=world.token()))
        for _ in range(world.chance.choice([1, 5, 40]))
    ]
    known["stamps"] += made
    return made


def void(world: World, node: Node, w: Writer, known: Known) -> list[str]:
    if not known["stamps"] or node.old:
        return []
    return [w.fact("void", kinds.Void(world.chance.choice(known["stamps"]), "扫错人", "村主任"))]


def leave(world: World, node: Node, w: Writer, _: Known) -> list[str]:
    if node.old:
        return []
    if world.chance.random() < 0.3:
        return [w.fact("leave", NewerLeave("L", "P", world.token(), photo="x"))]
    return [w.fact("leave", kinds.Leave("L", "P", world.token()))]


def newer(world: World, _: Node, w: Writer, known: Known) -> list[str]:
    if known["trainees"]:
        w.write("trainee", {"mood": world.token()}, world.chance.choice(known["trainees"][:2]))
    return [w.fact("mood.note", NewerKind("L", world.token()))]


def settle(_: World, node: Node, w: Writer, __: Known) -> list[str]:
    row = node.ledger.conn.execute("SELECT entity, id, field FROM conflicts ORDER BY id, field LIMIT 1").fetchone()
    if row is None:
        return []
    return [w.settle(row[0], row[1], row[2], "定", "问过本人")]


WEIGHED: list[tuple[int, Any]] = [
    (2, new_class), (4, new_trainee), (6, edit), (1, move), (5, stamps), (2, void), (2, leave), (1, newer), (1, settle),
]  # fmt: skip
ACTS = [act for _, act in WEIGHED]


def pick(chance: Random, things: list[Any]) -> Any:
    return chance.choice(things) if things else None
