"""Words of the registers for templates."""
