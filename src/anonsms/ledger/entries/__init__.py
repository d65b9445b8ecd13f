"""What is entered: grants, stops, lists, and what is refused."""
