"""The ground's part of a city folder, a module a file: `city.toml`, areas, departments, posts, Party bodies, links."""

from grids.cityfile import areas, city, departments, groups, history, links, party, posts, words

__all__ = ["areas", "city", "departments", "groups", "history", "links", "party", "posts", "words"]
