"""What tests of exercises share."""

import pytest


@pytest.fixture(scope="session")
def cat_pictures(reference_data):
    """The course's pictures as it has them, samples as columns: X (12288, 209) from 0 to 1, Y (1, 209)."""
    h5py = pytest.importorskip("h5py")
    path = reference_data / "train_catvnoncat.h5"
    if not path.is_file():
        pytest.skip(f"no {path.name} in {reference_data} (set CLEARPROP_TEST_DATA)")
    with h5py.File(path) as file:
        X, Y = file["train_set_x"][:], file["train_set_y"][:]
    return X.reshape(len(X), -1).T / 255, Y[None, :].astype(float)
