"""Pages of the assessment, by noun."""
