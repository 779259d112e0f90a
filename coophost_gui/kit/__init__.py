"""The words that every room speaks: steps, jobs, flows, problems, and small tools."""
