"""The site and the command line: HTTP, pages, and nothing that decides."""
