"""What a feed must look like before it is published: expectations as data, the gate, codes, receipts."""
