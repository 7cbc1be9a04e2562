"""The kind `dictionary`: choice lists with stable keys, labels per language, order, colours, parents and aliases."""
