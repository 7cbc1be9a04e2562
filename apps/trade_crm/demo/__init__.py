"""The demo company: Ningbo Haiyue, its people, 60 customers in 18 countries and twelve months of work.

`load` writes it through the ordinary write path, travelling in time, from a fixed seed; `remove` takes the
records out again. Every company and person in here is invented.
"""

from trade_crm.demo.load import DemoAccount, demo_accounts, is_loaded, load, remove

__all__ = ["DemoAccount", "demo_accounts", "is_loaded", "load", "remove"]
