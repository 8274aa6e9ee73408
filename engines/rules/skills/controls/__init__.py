"""Giving controls their values: fields, choices, dates, sliders, files."""
