"""The hub: intake on real stores and servers. Land, handle, answer; and the beginning of the business day."""
