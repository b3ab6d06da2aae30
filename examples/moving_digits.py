"""Digits that move and bounce, and where a model says they go next; pictures into moving_digits/."""

from pathlib import Path

import diabolo as db
from diabolo.evaluation.frame_errors import compare_frames

folder = Path("moving_digits")
folder.mkdir(exist_ok=True)

# Two digits in 20 frames of 64 x 64: the first 10 are seen, the last 10 predicted
train = db.moving_mnist(500, random_state=0)
test = db.moving_mnist(100, split="test", random_state=1)
model = db.NextFrameAutoencoder(
    horizon=10,
    likelihood="bernoulli",
    batch_size=8,
    learning_rate=0.002,
    epochs=15,
    random_state=0,
    verbose=1,
)
model.fit(train)

# Beside the last frame repeated, and the line through each pixel's last two values
past, truth = test[:, :10], test[:, 10:]
for name, errors in compare_frames(past, truth, model.predict(past)).items():
    figures = f"next frame {errors.mse[0]:.4f}, SSIM {errors.ssim[0]:.3f}"
    print(f"{name:>10}: {figures}; all ten {errors.mse.mean():.4f}, SSIM {errors.ssim.mean():.3f}")

display = db.FramesDisplay.from_estimator(model, test, n_samples=3)
display.figure_.savefig(folder / "frames.png")
display.save_animation(folder / "frames.gif")
