"""What every body of a change is made of."""

from typing import Annotated, Any

import msgspec

Instant = Annotated[int, msgspec.Meta(ge=-62_104_060_800, le=253_370_764_800)]
"""Seconds since 1970 UTC, in the years 2 to 9998: what a date can show in any zone."""


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """A body; fields at their default are left out of the bytes."""


class Write(Body, frozen=True):
    """Makes an entity (no `id`: it bears the change's own) or sets fields of the entity `id`."""

    set: dict[str, Any]
    id: str = ""
    replaces: dict[str, list[str]] = {}
    """Field → ids of the changes whose values this one saw and replaces: one, or all when it settles a conflict."""
    reason: str = ""


class Fields(msgspec.Struct, frozen=True):
    """The fields of an entity; all may be missing from one write."""
