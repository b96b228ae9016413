"""Pages of the ground: the organisation, departments, posts, the duty roster, and a grid's open page."""
