"""What the reports tell, of a real run on simulated nodes and of journals that were made up."""
