"""What providers of models speak: requests as each of them wants them, replies as they come."""
