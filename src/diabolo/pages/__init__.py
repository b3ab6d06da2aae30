"""What every HTML page has: one look, light and dark, and templates that escape what they are given."""
