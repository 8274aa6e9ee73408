"""What of a model's text is JSON, brought to calls whatever they were wrapped in."""
