"""The evaluation gate: how much is found, how exactly, and how seldom in vain; held against floors that only rise."""
