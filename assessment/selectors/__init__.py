"""Questions about the assessment, named as what they return."""
