"""Use-cases of patrols: what is looked at, who walks when, what was seen, and help on the way."""
