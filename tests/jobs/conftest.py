"""A school on a clock that only the test moves."""

import pytest

from tests.jobs.school import School, open_school
from tests.nodes import Place


@pytest.fixture
def school(place: Place) -> School:
    return open_school(place.one, place.clock)
