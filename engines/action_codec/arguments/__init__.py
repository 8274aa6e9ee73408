"""Arguments of a call: any JSON value brought to the kind that is wanted."""
