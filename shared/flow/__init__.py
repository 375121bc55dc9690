"""The flow of a visit: which act may come next, why not, what the acts add up to. Pure."""
