from diabolo.storage.digest import described


def test_a_file_is_described_without_its_folder(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"abc")  # of which FIPS 180-4 publishes the digest
    sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert described(path) == {"file": "rows.csv", "bytes": 3, "sha256": sha256}
