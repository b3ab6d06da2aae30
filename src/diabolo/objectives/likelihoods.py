"""How far the reconstruction is from the row."""

from dataclasses import dataclass

from keras import ops

from diabolo.objectives.passes import Pass, Tensor, mean_over_features


@dataclass(frozen=True)
class MeanSquaredError:
    """Mean squared error per feature, in the model's units: the article's loss.

    mse(x, x_hat) = 1/d sum_j (x_j - x_hat_j)^2, over the d numbers observed of the row
    """

    name: str = "reconstruction"
    unit: str = "squared model units per feature"

    def __call__(self, pass_: Pass) -> Tensor:
        return mean_over_features(ops.square(pass_.x - pass_.x_hat), pass_.observed)


@dataclass(frozen=True)
class MeanSquaredErrorOfX:
    """Mean squared error per feature in the units of X, whatever the scaling: what results compare by.

    mse = 1/d sum_j (unit_j (x_j - x_hat_j))^2, over the d numbers observed of the row
    """

    name: str = "mse"
    unit: str = "squared units of X per feature"

    def __call__(self, pass_: Pass) -> Tensor:
        return mean_over_features(ops.square(pass_.unit * (pass_.x - pass_.x_hat)), pass_.observed)
