"""Changing a part of one record, where it stands in its list, in its own view, or in a panel."""
