"""Use-cases of the registers: taking in, correcting, looking at and erasing what is kept of people and homes."""
