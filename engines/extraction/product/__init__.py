"""The one product that a page offers: its price, its code and whether it can be had."""
