"""What the sample survey is made of: words, clauses and the grammar that joins them."""
