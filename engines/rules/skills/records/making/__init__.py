"""Making things: by a form that is called as what is made, or as the act is."""
