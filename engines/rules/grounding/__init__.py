"""From a description to the element it means."""
