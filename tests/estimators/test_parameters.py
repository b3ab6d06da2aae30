import keras
import pytest

from diabolo import Autoencoder, Convolutional, SequenceAutoencoder
from diabolo.estimators.parameters import changed_parameters

pytestmark = pytest.mark.jax


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        (Autoencoder(), {}),
        (Autoencoder(2, encoder=(100, 50, 25)), {}),
        (
            Autoencoder(3, encoder=(8,), random_state=0),
            {"n_components": 3, "encoder": [8], "random_state": 0},
        ),
        (SequenceAutoencoder(units=(4,)), {"units": [4]}),
        (Autoencoder(encoder=Convolutional((4,))), {"encoder": "Convolutional(filters=(4,))"}),
    ],
)
def test_what_is_not_at_its_default(estimator, expected):
    assert changed_parameters(estimator) == expected


def test_what_says_nothing_of_the_model_is_left_out(tmp_path):
    watched = Autoencoder(verbose=1, callbacks=[keras.callbacks.TerminateOnNaN()], checkpoint=str(tmp_path))
    assert changed_parameters(watched) == {}
