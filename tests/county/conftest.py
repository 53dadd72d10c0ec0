"""A county whose server a test can browse: empty, or with a class of sixty that a laptop brought."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from sync.county import county as county_jobs
from sync.county import devices
from sync.county.accounts import OFFICER, add_account
from sync.county.server import make_app
from sync.jobs import enrol
from sync.ledger.ledger import Ledger
from tests.county.training_point import (
    HandClock,
    bring,
    enrolled_laptop,
    hold_class,
    morning,
)
from tests.nodes import Place

PASSWORD = "correct horse 47"
OTHER = "远山职业培训学校"


@pytest.fixture
def stranger(place: Place, tmp_path: Path) -> Iterator[Ledger]:
    """A laptop of another school in the same county."""
    with Ledger.create(tmp_path / "stranger", "远山教学点", clock=place.clock) as laptop:
        grant, _ = devices.enrol(place.county, enrol.request(laptop), OTHER)
        enrol.accept(laptop, grant)
        yield laptop


@dataclass
class County:
    folder: Path
    clock: HandClock
    app: FastAPI
    ledger: Ledger

    def browser(self, address: str = "10.1.1.1") -> TestClient:
        return TestClient(self.app, client=(address, 4000), follow_redirects=False)

    def signed_in(self) -> TestClient:
        browser = self.browser()
        assert sign_in(browser).status_code == 303
        return browser


def open_county(folder: Path, clock: HandClock) -> County:
    ledger = Ledger.open(folder, clock)
    return County(folder, clock, make_app(folder, clock), ledger)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    clock = morning()
    with county_jobs.create(tmp_path / "county", "青山县人社局", clock) as ledger:
        add_account(ledger, "admin", OFFICER, PASSWORD)
    made = open_county(tmp_path / "county", clock)
    yield made
    made.ledger.close()


@dataclass
class Filled:
    county: County
    laptop: Ledger
    class_id: str


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A county that has received a class of sixty. Tests read it; none writes."""
    folder = tmp_path_factory.mktemp("filled")
    clock = morning()
    with county_jobs.create(folder / "county", "青山县人社局", clock) as ledger:
        add_account(ledger, "admin", OFFICER, PASSWORD)
        laptop = enrolled_laptop(folder / "laptop", ledger, "青石村教师机", "青山职业培训学校", clock)
        class_id = hold_class(laptop, clock)
        assert [intake.state for intake in bring(laptop, ledger)] == ["taken"]
    county = open_county(folder / "county", clock)
    yield Filled(county, laptop, class_id)
    laptop.close()
    county.ledger.close()


def sign_in(browser: TestClient, password: str = PASSWORD, name: str = "admin") -> httpx2.Response:
    return browser.post("/console/login", data={"name": name, "password": password})
