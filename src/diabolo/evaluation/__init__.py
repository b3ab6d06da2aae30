"""How good a code is, beside baselines."""
