import keras
import pytest

from diabolo import ModelFileError
from diabolo.storage.keras_objects import ALLOWED, allowed_class, describe_optimizer, restore_optimizer

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("module", "name"), [(m, name) for m, names in ALLOWED.items() for name in sorted(names)]
)
def test_every_allowed_class_is_keras_own_and_holds_no_code(module, name):
    cls = allowed_class(module, name)
    assert cls.__module__.startswith("keras.")
    assert not issubclass(cls, keras.layers.Lambda)


RUN_CODE_OR_READ_FILES = {
    "Lambda",
    "TFSMLayer",
    "TorchModuleWrapper",
    "JaxLayer",
    "FlaxLayer",
    "StringLookup",
}


def test_layers_that_run_code_or_read_files_are_not_allowed():
    for name in RUN_CODE_OR_READ_FILES:
        assert hasattr(keras.layers, name)
        assert allowed_class("keras.layers", name) is None


@pytest.mark.parametrize("name", sorted(ALLOWED["keras.optimizers"]))
def test_every_allowed_optimizer_comes_back(name):
    optimizer = getattr(keras.optimizers, name)(learning_rate=0.25, clipnorm=1.5)
    again = restore_optimizer(describe_optimizer(optimizer), {})
    assert type(again) is type(optimizer)
    assert again.get_config() | {"name": ""} == optimizer.get_config() | {"name": ""}


SCHEDULES = [
    keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.5),
    keras.optimizers.schedules.PiecewiseConstantDecay([2, 5], [0.1, 0.01, 0.001]),
    keras.optimizers.schedules.PolynomialDecay(0.1, 10, cycle=True),
    keras.optimizers.schedules.InverseTimeDecay(0.1, 10, 0.5),
    keras.optimizers.schedules.CosineDecay(0.1, 10, warmup_target=0.2, warmup_steps=3),
    keras.optimizers.schedules.CosineDecayRestarts(0.1, 10),
]


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: type(schedule).__name__)
def test_every_allowed_schedule_comes_back(schedule):
    assert {type(s).__name__ for s in SCHEDULES} == ALLOWED["keras.optimizers.schedules"]
    again = restore_optimizer(describe_optimizer(keras.optimizers.SGD(schedule)), {})
    for step in (0, 3, 7, 30):
        assert float(again._learning_rate(step)) == float(schedule(step))


ADAM = describe_optimizer(keras.optimizers.Adam())


@pytest.mark.parametrize(
    ("described", "says"),
    [
        ("adam", "'class' is missing"),
        ({"class": "Adam"}, "'config' is missing"),
        ({"class": "Adam", "config": []}, "'config' must be an object"),
        ({"class": "system", "config": {"command": "true"}}, "'system' is no optimizer"),
        ({"class": "Optimizer", "config": {}}, "'Optimizer' is no optimizer"),
        ({"class": "CosineDecay", "config": {}}, "'CosineDecay' is no optimizer"),
        ({"class": "Muon", "config": {}}, "'Muon' is no optimizer"),
        ({"class": "Adam", "config": {"betas": 1}}, "Adam of Keras .* can't be made"),
        ({"class": "Adam", "config": {"beta_1": "0.9"}}, "numbers for settings; got '0.9' for 'beta_1'"),
        ({"class": "Adam", "config": {"beta_1": {"class": "CosineDecay", "config": {}}}}, "numbers for"),
        ({"class": "Adam", "config": {"learning_rate": {"class_name": "x"}}}, "'class' is missing"),
        ({"class": "Adam", "config": {"learning_rate": ADAM}}, "'Adam' is no schedule"),
        ({"class": "Adam", "config": {"learning_rate": {"class": "exec", "config": {}}}}, "'exec' is no sch"),
        ({"class": "Adam", "config": {"learning_rate": [0.1]}}, "numbers for settings"),
    ],
)
def test_what_is_no_optimizer(described, says):
    with pytest.raises(ModelFileError, match=says):
        restore_optimizer(described, {})


def test_a_configuration_that_is_not_plain():
    class Odd(keras.optimizers.SGD):
        def get_config(self):
            return {**super().get_config(), "odd": object()}

    with pytest.raises(ModelFileError, match=r"Odd\.odd is <object"):
        describe_optimizer(Odd())
