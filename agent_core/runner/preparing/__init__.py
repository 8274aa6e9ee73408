"""What is settled before a run starts: who decides, by which way out, how much it may use."""
