"""双随机: a draw of enterprises and officer pairs that anybody can replay from its published file.

`model` what is in a pool, `pool` its bytes and their hash, `secrets` commitments and the seed,
`strata` how many of each stratum, `choosing` which and who goes, `record` the published file,
`replay` checking such a file with nothing else. No chance enters but the two secrets.
"""
