"""What goes over the wire: requests and responses as the published API names them."""
