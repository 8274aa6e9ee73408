"""What engines that work on pictures share: keys by any name, pictures sized for a model, asides in words."""
