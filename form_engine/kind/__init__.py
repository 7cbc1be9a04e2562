"""The kind `form`: what is wrong with a definition, what publishing it does to live data, and what it compiles to."""
