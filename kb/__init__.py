"""What a case study is, where it is kept, and who may do what with it."""
