"""Networks of Keras layers in a model file: every layer that may be in one, and what must not get in."""

import copy

import keras
import numpy as np
import pytest
from keras import layers

import diabolo
from diabolo import Autoencoder, KerasNetwork, ModelFileError
from diabolo.storage.keras_networks import describe_network, restore_network
from diabolo.storage.keras_objects import ALLOWED
from diabolo.storage.model_file import describe, restore

X = np.random.default_rng(0).random((30, 12)).astype(np.float32)
LINE, PLANE, SPACE = (8, 4), (8, 8, 4), (8, 8, 8, 2)

# Arguments where a layer needs some, and the shape that it reads where that is not (8,).
ARGUMENTS = {
    "Activation": ("tanh",),
    **{name: (2,) for name in ALLOWED["keras.layers"] if name.startswith("AveragePooling")},
    "ActivityRegularization": (0.1,),
    "Bidirectional": (layers.GRU(3),),
    "Dense": (3,),
    "Dropout": (0.5,),
    "AlphaDropout": (0.5,),
    "GaussianDropout": (0.5,),
    "GaussianNoise": (0.5,),
    "GRU": (3,),
    "LSTM": (3,),
    "SimpleRNN": (3,),
    "Permute": ((2, 1),),
    "RepeatVector": (3,),
    "Rescaling": (2.0,),
    "Reshape": ((2, 4),),
    "SpatialDropout1D": (0.5,),
    "SpatialDropout2D": (0.5,),
    "SpatialDropout3D": (0.5,),
    "TimeDistributed": (layers.Dense(3),),
    "GroupNormalization": (2,),
    **{name: (3, 3) for name in ALLOWED["keras.layers"] if "Conv" in name and "Depthwise" not in name},
    **{name: (3,) for name in ALLOWED["keras.layers"] if "Depthwise" in name},
}
SHAPES = {
    **{name: LINE for name in ALLOWED["keras.layers"] if name.endswith(("1D", "1DTranspose"))},
    **{name: PLANE for name in ALLOWED["keras.layers"] if name.endswith(("2D", "2DTranspose"))},
    **{name: SPACE for name in ALLOWED["keras.layers"] if name.endswith(("3D", "3DTranspose"))},
    **dict.fromkeys(("Bidirectional", "GRU", "LSTM", "SimpleRNN", "Permute", "TimeDistributed"), LINE),
}
OF_TWO = {"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"}
NOT_CALLED = {"InputLayer", "ActivityRegularization"}  # in every network; refused at fit


@keras.saving.register_keras_serializable("tests")
class Doubled(keras.layers.Layer):
    """x -> factor x, of which diabolo knows nothing."""

    def __init__(self, factor=2.0, **options):
        super().__init__(**options)
        self.factor = factor

    def call(self, x):
        return self.factor * x

    def get_config(self):
        return super().get_config() | {"factor": self.factor}


def around(layer, shape, n_inputs=1):
    """A functional model around a layer."""
    inputs = keras.Input(shape)
    return keras.Model(inputs, layer([inputs] * n_inputs if n_inputs > 1 else inputs))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(ALLOWED["keras.layers"] - NOT_CALLED))
def test_every_layer_comes_back(name):
    layer = getattr(layers, name)(*ARGUMENTS.get(name, ()))
    network = around(layer, SHAPES.get(name, (8,)), 2 if name in OF_TWO else 1)
    described = describe_network(network)
    again = restore_network(described, {})
    assert describe_network(again) == described
    assert [v.shape for v in again.variables] == [v.shape for v in network.variables]
    assert again.output_shape == network.output_shape


@pytest.mark.parametrize("home", ["keras.initializers", "keras.constraints"])
def test_what_layers_are_given_comes_back(home):
    for name in ALLOWED[home]:
        cls = getattr(keras.constraints if home.endswith("constraints") else keras.initializers, name)
        parameter = "kernel_constraint" if home.endswith("constraints") else "kernel_initializer"
        described = describe_network(layers.Dense(2, **{parameter: cls()}))
        assert type(getattr(restore_network(described, {}), parameter)) is cls


def encoder():
    seen = keras.Input((3, 4))
    shared = layers.Dense(5, activation="selu")
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(5), layers.Dropout(0.1)])
    flat = layers.Flatten()(seen)
    once, twice = shared(flat), shared(layers.BatchNormalization()(flat))
    return keras.Model(seen, layers.Dense(2)(layers.Add()([inner(once), inner(twice), once])))


def fitted(**parameters):
    made = {"encoder": encoder(), "decoder": layers.Dense(12), "epochs": 1, "random_state": 0}
    return Autoencoder(2, **(made | parameters)).fit(X)


def test_a_model_comes_back_to_the_bit(tmp_path):
    ae = fitted()
    ae.save(tmp_path / "model.diabolo")
    again = diabolo.load(tmp_path / "model.diabolo")
    np.testing.assert_array_equal(again.transform(X), ae.transform(X))
    np.testing.assert_array_equal(again.reconstruct(X), ae.reconstruct(X))
    # The parameter holds what was learned, for there is nothing else in the file.
    codes = again.encoder.predict(X.reshape(-1, 3, 4), verbose=0)
    np.testing.assert_allclose(codes, ae.transform(X), atol=1e-5)
    assert describe(again)[0] == describe(ae)[0]


@pytest.mark.slow
def test_what_came_back_trains(tmp_path):
    ae = fitted(encoder=KerasNetwork(encoder(), keep_weights=True))
    ae.save(tmp_path / "model.diabolo")
    again = diabolo.load(tmp_path / "model.diabolo")
    assert again.encoder.keep_weights
    again.partial_fit(X)
    again.fit(X)


def test_classes_of_ones_own_are_passed_in(tmp_path):
    ae = fitted(encoder=keras.Sequential([keras.Input((12,)), Doubled(3.0), layers.Dense(2)]))
    ae.save(tmp_path / "model.diabolo")
    with pytest.raises(ModelFileError, match="'Doubled' is no class of a network that may be loaded"):
        diabolo.load(tmp_path / "model.diabolo")
    again = diabolo.load(tmp_path / "model.diabolo", custom_objects={"Doubled": Doubled})
    np.testing.assert_array_equal(again.transform(X), ae.transform(X))
    assert again.encoder.layers[0].factor == 3.0


def test_another_network_since_fit_is_not_saved(tmp_path):
    ae = fitted()
    ae.set_params(encoder=keras.Sequential([keras.Input((12,)), layers.Dense(2)]))
    with pytest.raises(ModelFileError, match="was fitted with another network. Set the parameters back"):
        ae.save(tmp_path / "model.diabolo")


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
@pytest.mark.parametrize(
    ("network", "message"),
    [
        (lambda: layers.Dense(2, dtype="float16"), "networks of float32; Dense has 'float16'"),
        (lambda: layers.Dense(2, activation=lambda x: x), "no model file holds"),
        (lambda: around(lambda x: x + 1, (3,)), r"Add is nothing that a model file holds. Use layers"),
    ],
)
def test_what_no_file_holds_is_refused(network, message):
    with pytest.raises(ModelFileError, match=message):
        describe_network(network())


def dense(**settings):
    return {"layer": {"class": "Dense", "config": {"name": "d", "units": 2, **settings}}}


def sequence(*parts):
    inputs = {"layer": {"class": "InputLayer", "config": {"batch_shape": [None, 12], "name": "i"}}}
    return {"layer": {"class": "Sequential", "config": {"name": "s", "layers": [inputs, *parts]}}}


def graph(**changes):
    inputs = {"layer": {"class": "InputLayer", "config": {"batch_shape": [None, 12], "name": "i"}}}
    on_inputs = [{"args": [{"tensor": ["i", 0, 0]}], "kwargs": {}}]
    config = {
        "name": "g",
        "layers": [
            {"name": "i", "of": inputs, "calls": []},
            {"name": "d", "of": dense(), "calls": changes.get("calls", on_inputs)},
        ],
        "input": {"tensor": ["i", 0, 0]},
        "output": changes.get("output", {"tensor": ["d", 0, 0]}),
    }
    return {"layer": {"class": "Functional", "config": config}}


HOSTILE = {
    "a class that is not listed": {"layer": {"class": "Lambda", "config": {}}},
    "a class of a module": {"layer": {"class": "os.system", "config": {}}},
    "an object of nobody": {"object": {"class": "Popen", "config": {"args": "true"}}},
    "a function": dense(activation={"function": "system"}),
    "a name where Keras would look for a class": dense(kernel_initializer="os.system"),
    "what Keras would read": dense(kernel_initializer={"class_name": "Zeros", "config": {}, "module": "os"}),
    "another dtype": dense(dtype="float64"),
    "a quantization": dense(quantization_config={"initializer": {"class": "Zeros", "config": {}}}),
    "an initializer for a layer": {"initializer": {"class": "Zeros", "config": {}}},
    "a list": [dense()],
    "a word": "Dense",
    "no configuration": {"layer": {"class": "Dense"}},
    "no such argument": dense(code="import os"),
    "a layer that is none": sequence({"initializer": {"class": "Zeros", "config": {}}}),
    "layers that don't go together": sequence({"layer": {"class": "Conv2D", "config": {"filters": 2}}}),
    "a call of itself": graph(calls=[{"args": [{"tensor": ["d", 0, 0]}], "kwargs": {}}]),
    "a call of nothing": graph(calls=[{"args": [{"tensor": ["x", 0, 0]}], "kwargs": {}}]),
    "an output of nothing": graph(output={"tensor": ["d", 7, 0]}),
    "no tensor": graph(output={"tensor": [["d"], {}]}),
    "an output that is no tensor": graph(output={"layer": {"class": "Flatten", "config": {}}}),
}


@pytest.fixture(scope="module")
def model():
    return describe(fitted(encoder=keras.Sequential([keras.Input((12,)), layers.Dense(2)])))


def with_encoder(model, network):
    """The model's file with another encoder, in both places."""
    document = copy.deepcopy(model[0])
    document["parameters"]["encoder"] = {"network": network}
    document["network"]["encoder"] = {
        "keras_network": {"network": {"network": network}, "keep_weights": False}
    }
    return document, model[1]


@pytest.mark.parametrize("network", HOSTILE.values(), ids=HOSTILE)
def test_hostile_networks_are_refused(model, network):
    with pytest.raises(ModelFileError):
        restore(*with_encoder(model, network))


def test_nothing_is_made_of_a_size_that_the_file_does_not_have(model):
    terabytes = sequence(dense(units=10**6), dense(units=10**6, name="e"), dense(name="f"))
    with pytest.raises(ModelFileError, match="the network needs weights of shapes"):
        restore(*with_encoder(model, terabytes))
    wide = {"layer": {"class": "RepeatVector", "config": {"n": 10**9, "name": "w"}}}
    pooled = {"layer": {"class": "GlobalMaxPooling1D", "config": {"name": "p"}}}
    with pytest.raises(ModelFileError, match="a layer may give out at most 16,777,216 numbers a row"):
        restore(*with_encoder(model, sequence(wide, pooled, dense())))
    restore(*with_encoder(model, sequence(dense())))
    assert keras.Sequential([keras.Input((3,)), layers.Dense(2)]).built  # nothing waits to be filled
