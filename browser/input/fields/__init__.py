"""Acts on fields: text, choices, check boxes, sliders, files, secrets."""
