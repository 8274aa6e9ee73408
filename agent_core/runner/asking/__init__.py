"""What a person is asked in a run, and what they answer."""
