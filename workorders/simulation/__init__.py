"""A city as it might live: `plan` draws what happens (pure, one seed one city), `cast` who does it,
`lived` takes each order through the real services under a moved clock, `volume` writes the same lives set by set.
"""
