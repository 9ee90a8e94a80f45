"""Planted defects: the features must turn red, and only those that are about the defect."""
