"""Whistles as a city might blow them: `plan` draws them (pure, one seed one city), `cast` says who acts, `lived` and
`acts` take each through the real services under a moved clock, `stories` are those around now of a demo.
"""
