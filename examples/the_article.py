"""All steps and pictures of "Autoencoders in Keras and Deep Learning" (2020), into the folder article/."""

from pathlib import Path

from sklearn.cluster import DBSCAN, KMeans
from sklearn.decomposition import PCA

import diabolo as db

folder = Path("article")
folder.mkdir(exist_ok=True)
X_train, y_train, X_test, y_test = db.load_mnist()

# The data
db.SampleDisplay.from_data(X_train, y_train).figure_.savefig(folder / "samples.png")

# The model, 784-100-50-25-2-25-50-100-784, and its training
ae = db.Autoencoder(2, encoder=(100, 50, 25), epochs=30, batch_size=64, random_state=0, verbose=1)
ae.fit(X_train, validation_data=X_test)
ae.model_.summary(expand_nested=True)
print(f"validation loss {ae.history_['val_loss'][-1]:.4f} (the article: 0.0371)")
db.HistoryDisplay.from_estimator(ae).figure_.savefig(folder / "history.png")

# Five digits and their reconstructions
display = db.ReconstructionDisplay.from_estimator(ae, X_test, n_samples=5)
display.figure_.savefig(folder / "reconstructions.png")

# The 2-D code of the test set, coloured by digit, beside PCA's
codes = ae.transform(X_test)
db.LatentSpaceDisplay(codes, y_test).plot().figure_.savefig(folder / "latent_space.png")
pixels = X_test.reshape(len(X_test), -1) / 255
db.LatentSpaceDisplay(PCA(2).fit_transform(pixels), y_test).plot().figure_.savefig(folder / "pca.png")

# Clusters of the codes
print("clusters by k-means:", len(set(KMeans(10, random_state=0).fit_predict(codes))))
print("clusters by DBSCAN:", len(set(DBSCAN(eps=0.25, min_samples=20).fit_predict(codes)) - {-1}))
