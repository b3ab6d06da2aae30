"""A table of customers with gaps: filled, drawn anew, and searched for odd rows; printed."""

import numpy as np
import pandas as pd

import diabolo as db

# 1,000 customers: everything about them hangs on their age and on how much they travel
rng = np.random.default_rng(0)
age, travels = rng.integers(18, 90, 1000), rng.gamma(2, 2, 1000)
days = (age - 17) * 100 + rng.normal(0, 50, 1000)
X = pd.DataFrame(
    {
        "age": pd.array(age, dtype="Int64"),
        "spent": np.exp(4 + 0.2 * travels + rng.normal(0, 0.2, 1000)),
        "plan": pd.Categorical(np.where(age < 30, "young", np.where(travels > 4, "world", "basic"))),
        "retired": pd.array(age > 65, dtype="boolean"),
        "size": pd.cut(travels, [-1, 2, 5, 99], labels=["S", "M", "L"]),
        "joined": pd.Timestamp("2026-01-01") - pd.to_timedelta(days, unit="D"),
    }
)
complete = X.copy()
for column in X:
    X.loc[rng.random(1000) < 0.15, column] = None
X = X[X.notna().any(axis=1)]

# A variational model: a density, a way to fill gaps, and new customers
model = db.VariationalAutoencoder(4, encoder=db.Tabular((64, 32)), random_state=0, verbose=1).fit(X)
filled = X.fillna(model.reconstruct(X))
for column in ("plan", "retired", "size"):
    gaps = X[column].isna()
    right = (filled[column] == complete.loc[X.index, column])[gaps].mean()
    commonest = (X[column].mode()[0] == complete.loc[X.index, column])[gaps].mean()
    print(f"{column}: {right:.0%} of the gaps filled rightly, {commonest:.0%} by the commonest value")
print(model.sample(5, observation_noise=True, random_state=0).to_string())

# Odd rows: pensioners of 20 on the world's plan who never travel
odd = filled[:3].assign(age=20, retired=True, plan="world", size="S", spent=1.0).astype(X.dtypes)
limit = np.quantile(model.score_samples(filled), 0.001)
print(f"log p of odd rows: {model.score_samples(odd).round(1)}; 1 row in 1000 is below {limit:.1f}")
