"""Writing case studies in the browser: for people with an account, below /edit."""
