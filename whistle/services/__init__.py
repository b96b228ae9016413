"""Use-cases of the whistle: from its blowing to the rating of the departments, and how it grows louder."""
