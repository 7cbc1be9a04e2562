"""What builds, checks and tests the house. Not part of the product: nothing here is in the wheel.

`set_up`, `steps`, `environment` and `browser_files` run before any package is installed,
so they use the standard library only.
"""
