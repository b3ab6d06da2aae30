import numpy as np
import pytest

from diabolo.data.rows import Rows
from diabolo.data.scaling import Pixels, Scaling
from diabolo.training.batches import BatchStream


def stream(n=150, batch_size=64, by_epoch=False, pace=4, seed=0):
    X = np.arange(n, dtype=np.float32)[:, None] + 1
    made = BatchStream(Rows(X, Scaling(1)), batch_size, seed, by_epoch=by_epoch)
    made.pace.steps = pace
    return made


def visited(chunks):
    """Row numbers by epoch, in the order visited."""
    epochs, current = [], []
    for chunk in chunks:
        for x, w in zip(chunk.batch.x[: chunk.n_steps, :, 0], chunk.batch.weight, strict=False):
            assert set(x[w == 0]) <= set(x[w > 0])  # padding repeats the batch's own
            current += x[w > 0].tolist()
        if chunk.n_epochs:
            epochs += np.split(np.array(current), chunk.n_epochs)
            current = []
    assert not current
    return epochs


@pytest.mark.parametrize("by_epoch", [False, True])
@pytest.mark.parametrize("pace", [1, 2, 3, 4, 6, 7, 100])
@pytest.mark.parametrize("n", [1, 63, 64, 65, 150])
def test_every_epoch_visits_every_row_once_in_the_seeds_order(n, pace, by_epoch):
    made = stream(n, pace=pace, by_epoch=by_epoch)
    epochs = visited(made.chunks(range(2, 7)))
    assert len(epochs) == 5
    for number, rows in zip(range(2, 7), epochs, strict=True):
        np.testing.assert_array_equal(rows, made.order(number) + 1)
        np.testing.assert_array_equal(np.sort(rows), np.arange(n) + 1)


def test_by_epoch_no_chunk_passes_an_epochs_end():
    assert all(chunk.n_epochs <= 1 for chunk in stream(pace=100, by_epoch=True).chunks(range(5)))
    assert any(chunk.n_epochs > 1 for chunk in stream(pace=100).chunks(range(5)))


def test_chunks_know_where_they_are():
    chunks = list(stream(pace=2).chunks(range(2)))  # 3 steps an epoch
    assert [(c.epoch, c.step, c.n_steps, c.n_epochs) for c in chunks] == [
        (0, 0, 2, 0),
        (0, 2, 1, 1),
        (1, 0, 2, 0),
        (1, 2, 1, 1),
    ]


def test_another_seed_is_another_order():
    assert not np.array_equal(stream(seed=0).order(0), stream(seed=1).order(0))
    assert not np.array_equal(stream().order(0), stream().order(1))


def test_a_batch_larger_than_the_rows_is_cut():
    assert stream(n=150, batch_size=10**9).batch_size == 256
    assert stream(n=5, batch_size=64).batch_size == 64  # few sizes, few programs to compile


def test_bytes_make_chunks_of_more_steps():
    X = np.ones((64, 4096), np.uint8)
    of_bytes, of_floats = (BatchStream(Rows(X, s(4096)), 64, 0, by_epoch=False) for s in (Pixels, Scaling))
    assert of_bytes.pace.capacity == 4 * of_floats.pace.capacity == 64
    assert next(of_bytes.chunks(range(1))).batch.x.dtype == np.uint8


@pytest.mark.parametrize(("n", "weight", "expected"), [(150, 1.0, 64), (150, 2.5, 160), (10, 1.0, 10)])
def test_weight_of_a_full_batch(n, weight, expected):
    X = np.zeros((n, 1), np.float32)
    made = BatchStream(Rows(X, Scaling(1), np.full(n, weight, np.float32)), 64, 0, by_epoch=False)
    assert made.full_weight == expected


def test_pace_aims_at_a_quarter_of_a_second():
    pace = stream(batch_size=1).pace
    pace._started = 0.0
    pace.start()
    pace.finish(1)
    assert pace.steps == pace.capacity  # a fast step fills the chunk
    pace._started -= 1.0  # as if the chunk had taken a second
    pace.finish(10)
    assert pace.steps == 2
