"""What people do to a network who wish it ill: litter at its doors, floods of payments."""
