"""The convolutional denoiser of the notebooks beside the article; pictures into companion_denoising/.

An epoch takes minutes on two cores. The notebooks give a validation error of 0.0069 after 30; here it was
0.0109 after one, 0.0057 after five and 0.0035 after 30 (benchmarks/RESULTS.md).
"""

import sys
from pathlib import Path

import diabolo as db  # first, since it chooses Keras's backend

# isort: split
import keras
from keras import layers

epochs = int(sys.argv[1]) if sys.argv[1:] else 5
folder = Path("companion_denoising")
folder.mkdir(exist_ok=True)
X_train, _, X_test, y_test = db.load_mnist()


def block(filters, side, resize):
    return [layers.Conv2D(filters, side, padding="same", activation="relu"), resize]


halve, double = (lambda: layers.MaxPooling2D(2, padding="same")), (lambda: layers.UpSampling2D(2))
down = [*block(64, 5, halve()), *block(128, 3, halve()), *block(256, 3, halve())]  # to 4 x 4 x 256
up = [*block(256, 3, double()), *block(128, 3, double()), *block(64, 3, double())]  # to 32 x 32 x 64
last = [layers.Conv2D(1, 5, padding="same"), layers.Cropping2D(2)]
encoder = keras.Sequential([keras.Input((28, 28, 1)), *down])
decoder = keras.Sequential([keras.Input((4, 4, 256)), *up, *last])

# One of four kinds of noise for each image, drawn anew at every epoch
kinds = db.corruption
noise = kinds.Mixture(
    [
        kinds.GaussianNoise(0.1**0.5, (0, 1)),
        kinds.SaltAndPepper(0.05),
        kinds.PoissonNoise(255.0, (0, 1)),
        kinds.SpeckleNoise(0.1, (0, 1)),
    ]
)
training = {"noise": noise, "batch_size": 128, "epochs": epochs, "random_state": 0, "verbose": 1}
ae = db.DenoisingAutoencoder(4 * 4 * 256, encoder=encoder, decoder=decoder, **training).fit(X_train)

noisy = noise.corrupt(X_test / 255, random_state=0)
print(f"mean squared error of noisy test images {((noisy - X_test / 255) ** 2).mean():.4f}, ", end="")
print(f"restored {((ae.reconstruct(noisy) - X_test / 255) ** 2).mean():.4f}")
display = db.ReconstructionDisplay.from_estimator(ae, noisy, n_samples=10)
display.figure_.savefig(folder / "restored.png")
