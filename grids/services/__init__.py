"""Use-cases of the ground, a module a noun: `areas`, `departments`, `posts`."""
