"""What is asked for: by a JSON Schema, and by a wish in plain words."""
