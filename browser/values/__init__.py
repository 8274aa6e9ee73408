"""Values in texts of people and pages: numbers, money, dates, times, counting words."""
