"""A sine with two faults, found by how badly its windows are reconstructed; pictures into sequences/."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import diabolo as db

folder = Path("sequences")
folder.mkdir(exist_ok=True)

# Two channels of 3,000 steps. In the second half one channel stops for a while, and later runs too fast.
rng = np.random.default_rng(0)
time = np.arange(3000)
series = np.stack([np.sin(time / 5), np.cos(time / 8)], axis=1) + rng.normal(0, 0.05, (3000, 2))
series[1800:1830, 0] = series[1800, 0]
series[2400:2430, 1] = np.cos(time[2400:2430] / 3)

# Windows are views, so that all of them take no more memory than the series
train, all_windows = db.windows(series[:1500], 30), db.windows(series, 30)
model = db.SequenceAutoencoder(4, units=(32,), learning_rate=0.005, epochs=30, random_state=0, verbose=1)
errors = model.fit(train).reconstruction_error(all_windows)  # (2971,)

# Windows that look like none of the first half
limit = np.quantile(errors[: len(train)], 0.999)
for start in (1800, 2400):
    largest = errors[start - 29 : start + 30].max()
    print(f"the fault at step {start}: largest error {largest / limit:.1f} times the limit")
sound = np.r_[errors[1500:1771], errors[1830:2371], errors[2430:]]
print(f"sound windows above the limit: {(sound > limit).mean():.1%}")

figure, axes = plt.subplots(2, sharex=True, layout="constrained")
axes[0].plot(time, series, linewidth=0.5)
axes[0].set(ylabel="value of each channel")
axes[1].plot(time[: len(errors)], errors)
axes[1].axhline(limit, linestyle="dashed")
axes[1].set(xlabel="beginning of the window", ylabel="mean squared error")
figure.savefig(folder / "errors.png")
