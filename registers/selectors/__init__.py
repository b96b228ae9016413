"""Questions to the registers, named as what they return."""
