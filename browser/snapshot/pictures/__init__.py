"""Pictures of a tab: single screenshots, scrolled ones, and the painting over of secrets in them."""
