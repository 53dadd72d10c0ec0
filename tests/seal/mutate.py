"""Every way a file goes bad on its way: bits flip, ends are cut, pieces repeat, vanish, or come from another file."""

from hypothesis import strategies as st


def mutations(data: bytes, *others: bytes) -> st.SearchStrategy[bytes]:
    """Alterations of `data`; never itself, nor one of `others` as a whole."""
    place = st.integers(0, len(data) - 1)
    ends = st.tuples(place, place).map(sorted)
    kinds = [
        st.tuples(place, st.integers(0, 7)).map(lambda at: _flip(data, *at)),
        place.map(lambda cut: data[:cut]),
        st.binary(min_size=1, max_size=20).map(lambda tail: data + tail),
        ends.map(lambda cut: data[: cut[1]] + data[cut[0] :]),
        ends.map(lambda cut: data[: cut[0]] + data[cut[1] :]),
        st.tuples(place, st.binary(min_size=1, max_size=20)).map(lambda at: data[: at[0]] + at[1] + data[at[0] :]),
        *(place.map(lambda cut, other=other: data[:cut] + other[cut:]) for other in others),
        *(place.map(lambda cut, other=other: other[:cut] + data[cut:]) for other in others),
    ]
    return st.one_of(kinds).filter(lambda mutated: mutated not in (data, *others))


def _flip(data: bytes, at: int, bit: int) -> bytes:
    return data[:at] + bytes([data[at] ^ (1 << bit)]) + data[at + 1 :]
