"""What training promises: bits by seed, whole epochs on an interrupt, a history that adds up."""

import keras
import numpy as np
import pytest

from diabolo import Autoencoder, TrainingDiverged, TrainingInterrupted
from diabolo.data.rows import Rows
from diabolo.data.scaling import Scaling
from diabolo.training.batches import Pace
from diabolo.training.blocks import BLOCK_ROWS, block_rows

SMALL = {"encoder": (8,), "epochs": 4, "random_state": 0}


def small(**parameters):
    return Autoencoder(2, **{**SMALL, **parameters})


def weights(ae):
    return [*ae.encoder_.get_weights(), *ae.decoder_.get_weights()]


def assert_same_bits(one, other):
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_array_equal(a, b)


def test_same_seed_same_bits(table):
    assert_same_bits(small().fit(table), small().fit(table))
    assert not np.array_equal(weights(small().fit(table))[0], weights(small(random_state=1).fit(table))[0])


@pytest.mark.parametrize("steps", [1, 3, 5])
def test_bits_do_not_depend_on_how_steps_are_chunked(table, monkeypatch, steps):
    whole = small(batch_size=8, epochs=6).fit(table)

    def fixed(self, count):
        self.steps = steps

    monkeypatch.setattr(Pace, "finish", fixed)
    cut = small(batch_size=8, epochs=6).fit(table)
    assert_same_bits(whole, cut)
    for name, column in whole.history_.items():
        np.testing.assert_allclose(column, cut.history_[name], rtol=1e-12)


def test_watching_changes_no_bits(table):
    """Validation, callbacks and progress look on."""
    watched = small(callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: None)], verbose=1)
    assert_same_bits(small().fit(table), watched.fit(table, validation_data=table[:9]))


@pytest.mark.parametrize(
    ("images", "white"),
    [
        (np.random.default_rng(0).integers(256, size=(70, 4, 3), dtype=np.uint8), 255),
        (np.random.default_rng(1).integers(65536, size=(70, 4, 3), dtype=np.uint16), 65535),
        (np.random.default_rng(2).random((70, 4, 3)) < 0.3, 1),
    ],
)
def test_images_train_alike_whether_the_device_divides_or_we_do(images, white):
    assert_same_bits(small().fit(images), small().fit(images.astype(np.float32) / np.float32(white)))


def test_fitting_twice_is_fitting_longer(table):
    once = small(epochs=6).fit(table)
    twice = small(epochs=3, warm_start=True).fit(table).fit(table)
    assert_same_bits(once, twice)
    assert twice.n_iter_ == 6
    np.testing.assert_array_equal(once.history_["loss"], twice.history_["loss"])


def test_partial_fits_are_epochs(table):
    once = small(epochs=3).fit(table)
    parts = small()
    for _ in range(3):
        parts.partial_fit(table)
    assert_same_bits(once, parts)


def test_history_is_the_mean_over_rows_in_both_units(table):
    """With a step too small to move, every epoch's mean is that of the weights at the end."""
    ae = small(scale="standard", optimizer="sgd", learning_rate=1e-12).fit(table, validation_data=table[:13])
    x = (table - table.mean(0)) / table.std(0)
    x_hat = (ae.reconstruct(table) - table.mean(0)) / table.std(0)
    history = ae.history_
    np.testing.assert_allclose(history["loss"], np.mean((x - x_hat) ** 2), rtol=1e-5)
    np.testing.assert_allclose(history["mse"], np.mean((table - ae.reconstruct(table)) ** 2), rtol=1e-5)
    np.testing.assert_allclose(history["val_loss"], np.mean((x - x_hat)[:13] ** 2), rtol=1e-5)
    np.testing.assert_allclose(history["loss"], history["reconstruction"], rtol=1e-6)
    assert len(history["val_mse"]) == ae.n_iter_ == 4


def test_rows_of_weight_zero_are_as_good_as_absent(table):
    weight = np.ones(70)
    weight[50:] = 0
    assert_same_bits(small().fit(table, sample_weight=weight), small().fit(table[:50]))


def test_a_rows_numbers_do_not_depend_on_its_company(table):
    ae = small().fit(table)
    many = np.concatenate([table] * 8)
    assert len(many) > 2 * BLOCK_ROWS
    np.testing.assert_array_equal(ae.transform(many)[:70], ae.transform(table))
    np.testing.assert_array_equal(ae.transform(table[7:8]), ae.transform(table)[7:8])


def test_wide_rows_make_smaller_blocks():
    scaling = Scaling(81_920)
    rows = [Rows(np.zeros((300, width), np.uint8), scaling) for width in (4096, 4097, 81_920)]
    assert [block_rows(each) for each in rows] == [BLOCK_ROWS, 255, 12]


class Interrupting(keras.callbacks.Callback):
    """Ctrl-C at the end of an epoch, before that epoch counts."""

    def __init__(self, at):
        super().__init__()
        self.at = at

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.at:
            raise KeyboardInterrupt


def test_an_interrupt_keeps_the_last_whole_epoch(table):
    ae = small(callbacks=[Interrupting(at=2)])
    with pytest.raises(TrainingInterrupted, match="keeps the model of epoch 2, the last whole one"):
        ae.fit(table)
    assert ae.n_iter_ == len(ae.history_["loss"]) == 2
    assert_same_bits(ae, small(epochs=2).fit(table))


def test_an_interrupt_in_the_first_epoch_leaves_nothing(table):
    ae = small(callbacks=[Interrupting(at=0)])
    with pytest.raises(TrainingInterrupted, match="No epoch was whole yet"):
        ae.fit(table)
    assert not ae.__sklearn_is_fitted__()


def test_an_interrupt_when_going_on_leaves_what_was_there(table):
    ae = small(epochs=2, warm_start=True).fit(table)
    ae.set_params(callbacks=[Interrupting(at=2)])
    with pytest.raises(TrainingInterrupted, match="keeps the model of epoch 2"):
        ae.fit(table)
    assert_same_bits(ae, small(epochs=2).fit(table))


def test_a_loss_that_is_not_finite_stops_training(table):
    ae = small(optimizer="sgd", learning_rate=1e30, epochs=50)
    with pytest.raises(TrainingDiverged, match=r"'loss' became \S+ in step \d+ of epoch \d+, on rows \d"):
        ae.fit(table)
