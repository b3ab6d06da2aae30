"""What XLA compiles of a chunk on TensorFlow."""

import keras
import numpy as np
import pytest

from diabolo import Autoencoder
from diabolo.training.program import Batch, Constants

pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="is about TensorFlow's XLA")


def test_chunks_of_all_lengths_run_one_compiled_program(monkeypatch):
    tf = pytest.importorskip("tensorflow")
    from diabolo.training import on_tensorflow

    trained = []

    def remember(self, *arguments):
        trained.append((self, arguments))
        return train(self, *arguments)

    train = on_tensorflow.BackendProgram.train
    monkeypatch.setattr(on_tensorflow.BackendProgram, "train", remember)
    Autoencoder(2, encoder=(3,), epochs=1, random_state=0).fit(np.eye(8, 4, dtype=np.float32))
    program, (state, chunk, _, constants) = trained[0]
    chunk, constants = Batch(*map(as_tensor, chunk)), Constants(*map(as_tensor, constants))
    one, two = (
        program._train.experimental_get_compiler_ir(state, chunk, tf.constant(count), constants)("hlo")
        for count in (1, 2)
    )
    assert one == two


def as_tensor(part):
    return None if part is None else keras.ops.convert_to_tensor(part)
