"""The next frames of Moving MNIST: python -m benchmarks.papers.moving_digits."""

import numpy as np

from benchmarks.papers.experiment import Experiment, Figures, Size, main
from benchmarks.results import Goal
from diabolo import NextFrameAutoencoder, moving_mnist
from diabolo.evaluation.frame_errors import compare_frames

FRAMES, HORIZON = 20, 10
CLIPS, TEST_CLIPS = 3000, 500
TEST_SEED = 10_000  # of clips that no run trains on

SETTING = f"""\
Moving MNIST as Srivastava, Mansimov and Salakhutdinov (2015) made it: two digits that bounce in frames of
64 x 64, {HORIZON} frames seen and {HORIZON} predicted, here from {CLIPS:,} clips of training digits and
{TEST_CLIPS} of test digits. Frames are halved twice (16 and 32 filters of side 3), read by gated recurrent
units with convolutions into 32 maps of 16 x 16, and written from those; cross-entropy, Adam at 0.002, batches
of 8, {{epochs}} epochs. Errors are mean squared errors a pixel (in 0..1) and structural similarities, of the
next frame ("1") and of the mean over all {HORIZON}; "last frame" repeats the last one seen, "line" goes on
along the line through each pixel's last two values, kept within 0..1. Nothing is published for a network of
this size: the two are what it is to beat."""


def measure(seed: int, size: Size) -> Figures:
    """Train once, and predict clips of digits that were not trained on."""
    n_train, n_test = (CLIPS, TEST_CLIPS) if size.images is None else [size.images // FRAMES] * 2
    model = NextFrameAutoencoder(
        horizon=HORIZON,
        likelihood="bernoulli",
        learning_rate=0.002,
        batch_size=8,
        epochs=size.epochs,
        random_state=seed,
    ).fit(moving_mnist(n_train, random_state=seed))
    test = moving_mnist(n_test, split="test", random_state=TEST_SEED)
    past, truth = np.split(test, [HORIZON], axis=1)
    errors = compare_frames(past, truth, model.predict(past))
    figures = {f"MSE 1, {name}": float(each.mse[0]) for name, each in errors.items()}
    figures |= {f"SSIM 1, {name}": float(each.ssim[0]) for name, each in errors.items()}
    figures |= {f"MSE, {name}": float(each.mse.mean()) for name, each in errors.items()}
    return figures | {f"SSIM, {name}": float(each.ssim.mean()) for name, each in errors.items()}


def goals(means: Figures) -> list[Goal]:
    """The next frame clearly better than both baselines."""
    by_baselines = [means[f"MSE 1, {name}"] for name in ("last frame", "line")]
    similarity = max(means[f"SSIM 1, {name}"] for name in ("last frame", "line"))
    share = means["MSE 1, model"] / min(by_baselines)
    return [
        Goal("next frame's MSE beside the better baseline's", share, 0.7, at_least=False),
        Goal("next frame's SSIM", means["SSIM 1, model"], round(similarity, 3)),
    ]


EXPERIMENT = Experiment(
    name="moving_digits",
    title="Paper: the next frames of moving digits",
    setting=SETTING,
    measure=measure,
    full=Size(epochs=20),
    quick_epochs=1,
    published={},
    goals=goals,
)

if __name__ == "__main__":
    main(EXPERIMENT)
