"""Text to tokens, tokens to keys, keys to candidates. Knows nothing of matches, rights, web or terminal."""
