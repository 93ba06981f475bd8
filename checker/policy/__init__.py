"""Whose copy may be used, and how: the house's licences, rules and waivers, and what they come to."""
