"""Every capability, in every kind of frame, by every way to act."""
