"""What stays of a run: its folder, guarded, with what it did before an interruption and its recording."""
