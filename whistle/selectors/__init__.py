"""Questions about whistles, a module a noun: `rules` says who may blow and which leaders answer."""
