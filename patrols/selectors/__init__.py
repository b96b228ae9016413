"""Questions about patrols, named as what they return."""
