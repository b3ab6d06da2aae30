import hashlib
from importlib.resources import files

from diabolo import load_mnist


def test_the_whole_real_mnist():
    X_train, y_train, X_test, y_test = load_mnist()
    assert X_train.shape == (60000, 28, 28)
    assert X_test.shape == (10000, 28, 28)
    assert {array.dtype.name for array in (X_train, y_train, X_test, y_test)} == {"uint8"}
    assert y_train[:8].tolist() == [5, 0, 4, 1, 9, 2, 1, 3]


def test_pixels_are_those_of_the_published_files():
    X_train, y_train, X_test, y_test = load_mnist()
    published = {  # sha256 of the four IDX files: a header, then the bytes
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db": (X_train, (2051, 60000, 28, 28)),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5": (y_train, (2049, 60000)),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7": (X_test, (2051, 10000, 28, 28)),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2": (y_test, (2049, 10000)),
    }
    for sha256, (array, header) in published.items():
        idx = b"".join(number.to_bytes(4, "big") for number in header) + array.tobytes()
        assert hashlib.sha256(idx).hexdigest() == sha256


def test_its_licence_ships_with_it():
    assert "CC-BY-SA-3.0" in files("diabolo.data").joinpath("mnist.LICENSE").read_text()
