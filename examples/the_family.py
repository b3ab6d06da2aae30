"""The article's other autoencoders on its digits, each with a picture, into the folder family/."""

from pathlib import Path

import diabolo as db
from diabolo import corruption

folder = Path("family")
folder.mkdir(exist_ok=True)
X_train, y_train, X_test, y_test = db.load_mnist()
common = {"encoder": (256,), "epochs": 10, "random_state": 0, "verbose": 1}

# Sparse: of 64 units of the code, each row keeps 8
sparse = db.SparseAutoencoder(64, kind="topk", sparsity=8, **common).fit(X_train)
print(f"sparse: {(sparse.transform(X_test) != 0).mean():.1%} of the code is not zero")

# Denoising: half of the pixels hidden, the clean digit asked for
noise = corruption.Masking(0.5)
denoising = db.DenoisingAutoencoder(32, noise=noise, **common).fit(X_train)
noisy = noise.corrupt(X_test / 255, random_state=0)
restored = denoising.reconstruct(noisy)
print(f"denoising: error {((noisy - X_test / 255) ** 2).mean():.4f} before, ", end="")
print(f"{((restored - X_test / 255) ** 2).mean():.4f} after")

# Contractive: a code that moves little when the digit does
plain = db.Autoencoder(16, activation="sigmoid", **common).fit(X_train)
contractive = db.ContractiveAutoencoder(16, contraction=1e-2, activation="sigmoid", **common).fit(X_train)
wiggled = corruption.GaussianNoise(0.1).corrupt(X_test / 255, random_state=0)
for name, model in (("plain", plain), ("contractive", contractive)):
    moved, spread = model.transform(wiggled) - model.transform(X_test), model.transform(X_test).std(axis=0)
    print(f"{name}: small noise moves the code by {(moved / spread).std():.3f} of its spread")

# Variational: a model of the digits' density, from which new ones are drawn
vae = db.VariationalAutoencoder(16, likelihood="bernoulli", **common).fit(X_train, validation_data=X_test)
db.HistoryDisplay.from_estimator(vae).figure_.savefig(folder / "variational_history.png")
db.SampleDisplay(vae.sample(36, random_state=0)).plot().figure_.savefig(folder / "new_digits.png")
