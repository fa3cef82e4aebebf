"""Synthetic citizens and partner endpoints that behave as the partners do; never imported by the product."""
