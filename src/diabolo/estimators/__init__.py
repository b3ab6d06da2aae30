"""What users call: scikit-learn estimators, one small file a family."""
