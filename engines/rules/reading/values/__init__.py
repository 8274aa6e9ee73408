"""What a sentence gives a value to: dates and units, labels with their values, and parts without one."""
