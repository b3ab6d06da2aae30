import json

import numpy as np
import pytest

from diabolo import ModelFileError
from diabolo.storage.packing import packed, unpacked


def test_values_come_back_to_the_bit():
    value = {
        "plain": [None, True, 3, "text"],
        "numbers": {"third": 1 / 3, "endless": float("inf"), "none": float("nan")},
        "arrays": [np.arange(6.0).reshape(2, 3), np.array(2, np.uint32)],
    }
    arrays = {}
    plain = json.loads(json.dumps(packed(value, "x", arrays), allow_nan=False))
    back = unpacked(plain, arrays)
    assert back["plain"] == value["plain"]
    np.testing.assert_equal(back["numbers"], value["numbers"])
    assert [type(v) for v in back["numbers"].values()] == [float] * 3
    for ours, theirs in zip(back["arrays"], value["arrays"], strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert ours.dtype == theirs.dtype


def test_what_is_no_plain_value_is_named():
    with pytest.raises(
        ModelFileError, match="x/callbacks must be made of plain values and arrays of numbers; got object"
    ):
        packed({"callbacks": object()}, "x", {})
