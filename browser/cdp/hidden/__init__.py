"""What no script can see of a page, found by DevTools and told to our scripts."""
