"""Acts of the pointer: hover, click, drag, scroll."""
