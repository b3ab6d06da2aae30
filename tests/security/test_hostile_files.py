"""Every hostile file ends in a ModelFileError, or loads to an equal model; fast, small, and untouched."""

import pickle
from collections import Counter

import pytest
from corpus import GOOD, Payload, cuts, mutation, named
from watch import outcomes

import diabolo
from diabolo import ModelFileError

pytestmark = pytest.mark.jax

FINE = {"ModelFileError", "equal", "another model"}


def bad(found):
    return [o for o in found if o["outcome"] not in FINE or o["seconds"] > 2 or o["mebibytes"] > 500]


def test_the_canary_sings(tmp_path):
    pickle.loads(pickle.dumps(Payload(str(tmp_path / "canary"))))
    assert (tmp_path / "canary").exists()


@pytest.mark.slow
def test_every_named_kind_is_refused(tmp_path):
    canary = tmp_path / "canary"
    found = list(outcomes("named", canary))
    assert len(found) == len(list(named(GOOD.read_bytes(), str(canary)))) > 200
    assert bad(found) == []
    assert not canary.exists()
    loaded = {o["kind"]: o["outcome"] for o in found if o["outcome"] != "ModelFileError"}
    assert loaded == {}


def test_every_cut_is_refused(tmp_path):
    found = list(outcomes("cuts", tmp_path / "canary"))
    assert len(found) == len(list(cuts(GOOD.read_bytes()))) > 80
    assert {o["outcome"] for o in found} == {"ModelFileError"}
    assert bad(found) == []


@pytest.mark.thorough
def test_mutations(tmp_path):
    found = list(outcomes("mutations", tmp_path / "canary", seed=1, stop=600))
    assert [o["index"] for o in found] == list(range(600))
    assert bad(found) == []
    assert not (tmp_path / "canary").exists()
    counts = Counter(o["outcome"] for o in found)
    assert counts["ModelFileError"] > 400  # not a corpus of harmless files
    assert len({o["kind"] for o in found}) == 8


def test_mutations_are_the_same_for_the_same_seed():
    content = GOOD.read_bytes()
    made = [[mutation(content, seed, i).content for i in range(30)] for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_a_file_of_zeros_larger_than_memory(tmp_path):
    path = tmp_path / "model.diabolo"
    for head in (b"", GOOD.read_bytes()):
        with open(path, "wb") as file:
            file.write(head)
            file.truncate(2**40)
        with pytest.raises(ModelFileError):
            diabolo.load(path)
