"""Our variational losses and their gradients against pythae 0.1.2: same weights, same noise.

Runs where the ``peers`` extra is installed and KERAS_BACKEND is torch, as .ci/run does it.
"""

import keras
import numpy as np
import pytest

pytest.importorskip("pythae")
if keras.backend.backend() != "torch":
    pytest.skip("pythae's networks are torch's: set KERAS_BACKEND=torch", allow_module_level=True)

import torch
from pythae.models import IWAE, VAE, BetaVAE, BetaVAEConfig, IWAEConfig, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder

from diabolo import Dense, likelihoods
from diabolo.latents.gaussian import Gaussian
from diabolo.objectives.reconstruction import Reconstruction
from diabolo.objectives.variational import ImportanceWeighted, KLDivergence

X = np.random.default_rng(0).random((11, 6)).astype(np.float32)
SHAPE = {"input_dim": (6,), "latent_dim": 3}
LIKELIHOODS = {"mse": likelihoods.FixedGaussian(1.0), "bce": likelihoods.Bernoulli()}
CONSTANT = {"mse": 3 * np.log(2 * np.pi), "bce": 0.0}  # pythae leaves out that of the normal density


class Encoder(BaseEncoder):
    """Our encoder in pythae's clothes: the variables are the same tensors."""

    def __init__(self, road):
        super().__init__()
        self.road = (road,)  # a tuple hides it from torch, which would register its layers

    def forward(self, x):
        output = self.road[0].encoder(x)
        return ModelOutput(embedding=output[:, :3], log_covariance=output[:, 3:])


class Decoder(BaseDecoder):
    def __init__(self, road):
        super().__init__()
        self.road = (road,)

    def forward(self, z):
        decoded = self.road[0].decoder(z)
        return ModelOutput(reconstruction=self.road[0].likelihood.mean(decoded))


class GivenNoise:
    """The same numbers for both: (draws, batch, n_components)"""

    def __init__(self, draws):
        self.numbers = torch.from_numpy(
            np.random.default_rng(1).normal(size=(draws, len(X), 3)).astype(np.float32)
        )

    def normal(self, shape):
        assert tuple(shape) == tuple(self.numbers.shape)
        return self.numbers


def ours(road, noise, *terms):
    """Mean of each term over the batch, with its graph."""
    ones = torch.ones(len(X))
    pass_ = road.forward(
        torch.from_numpy(X), torch.ones(6), None, noise, weight=ones, epoch=torch.tensor(0.0)
    )
    return [term(pass_).mean() for term in terms]


def number(scalar):
    return float(scalar.detach())


def theirs(model, road, noise):
    """pythae's output on the same rows, its noise being ours."""
    model.set_encoder(Encoder(road))
    model.set_decoder(Decoder(road))
    eps = noise.numbers.permute(1, 0, 2) if isinstance(model, IWAE) else noise.numbers[0]
    model._sample_gauss = lambda mean, std: (mean + eps * std, eps)
    return model({"data": torch.from_numpy(X)})


def assert_equal_gradients(road, one, other):
    variables = [v.value for v in road.trainable]
    gradients = [torch.autograd.grad(loss, variables, retain_graph=True) for loss in (one, other)]
    for a, b in zip(*gradients, strict=True):
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-5)
    assert max(float(a.abs().max()) for a in gradients[0]) > 0.1


@pytest.mark.parametrize("loss", LIKELIHOODS)
@pytest.mark.parametrize("beta", [None, 0.3, 4.0])
def test_vae_and_beta_vae(loss, beta, road_of):
    road, noise = road_of(Dense((8,), "tanh"), Gaussian(), LIKELIHOODS[loss]), GivenNoise(1)
    model = (
        VAE(VAEConfig(**SHAPE, reconstruction_loss=loss))
        if beta is None
        else BetaVAE(BetaVAEConfig(**SHAPE, reconstruction_loss=loss, beta=beta))
    )
    terms = Reconstruction(road.likelihood), KLDivergence(), KLDivergence(1.0 if beta is None else beta)
    reconstruction, kl, weighted = ours(road, noise, *terms)
    expected = theirs(model, road, noise)
    assert number(reconstruction) == pytest.approx(number(expected.recon_loss) + CONSTANT[loss], rel=1e-5)
    assert number(kl) == pytest.approx(number(expected.reg_loss), rel=1e-5)
    total = reconstruction + weighted
    assert number(total) == pytest.approx(number(expected.loss) + CONSTANT[loss], rel=1e-5)
    assert_equal_gradients(road, total, expected.loss)


@pytest.mark.parametrize("loss", LIKELIHOODS)
@pytest.mark.parametrize("draws", [2, 7])
def test_iwae(loss, draws, road_of):
    """pythae's loss is no bound, but its gradient is that of the bound; its parts are ours."""
    road, noise = road_of(Dense((8,), "tanh"), Gaussian(draws=draws), LIKELIHOODS[loss]), GivenNoise(draws)
    model = IWAE(IWAEConfig(**SHAPE, reconstruction_loss=loss, number_samples=draws))
    bound, reconstruction = ours(
        road, noise, ImportanceWeighted(road.likelihood, draws), Reconstruction(road.likelihood)
    )
    expected = theirs(model, road, noise)
    assert number(reconstruction) == pytest.approx(number(expected.recon_loss) + CONSTANT[loss], rel=1e-5)
    assert_equal_gradients(road, bound, expected.loss)
